from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from normenkader.bands.same_band import modelled_same_band, observed_same_band, share_limits

SCORES = stats.norm.ppf((np.arange(40_001) + 0.5) / 40_001)


@pytest.mark.parametrize(
    ("reliability", "shares", "expected"),
    [
        (0.80, (0.2, 0.2, 0.2, 0.2, 0.2), 0.467),
        (0.95, (0.2, 0.2, 0.2, 0.2, 0.2), 0.674),
        (0.80, (0.1, 0.2, 0.4, 0.2, 0.1), 0.52),
        (0.95, (0.1, 0.2, 0.4, 0.2, 0.1), 0.74),
    ],
)
def test_normal_scores_give_the_bivariate_normal_chance(
    reliability: float, shares: tuple[float, ...], expected: float
) -> None:
    inner = stats.norm.ppf(np.cumsum(shares)[:-1])
    found = modelled_same_band(SCORES, [-np.inf, *inner], standard_error=np.sqrt(1 - reliability))
    pair = stats.multivariate_normal([0, 0], [[1, reliability], [reliability, 1]])
    bounds = np.array([-9.0, *inner, 9.0])
    exact = sum(pair.cdf([b, b]) - pair.cdf([a, b]) - pair.cdf([b, a]) + pair.cdf([a, a]) for a, b in pairwise(bounds))
    assert found == pytest.approx(exact, abs=2e-4)
    assert found == pytest.approx(expected, abs=0.005)


def test_it_is_what_simulation_gives_for_skewed_sums_in_whole_steps() -> None:
    rng = np.random.default_rng(3)
    recorded = 5 * np.round(rng.gamma(3, 45, 4000) / 5)
    edges, error = [0, 75, 120, 180, 255], 24.0
    variance = recorded.var()
    true = recorded.mean() + np.sqrt(1 - error**2 / variance) * (recorded - recorded.mean())
    drawn = rng.choice(true, 400_000)
    two = drawn + error * rng.standard_normal((2, drawn.size))
    bands = np.searchsorted(edges[1:], 5 * np.floor(two / 5 + 0.5), side="right")
    found = modelled_same_band(recorded, edges, standard_error=error, norm_step=5)
    assert found == pytest.approx((bands[0] == bands[1]).mean(), abs=0.005)


def test_without_error_the_band_is_the_same_and_with_only_error_it_is_chance() -> None:
    assert modelled_same_band(SCORES, [-9, 0], standard_error=0) == 1.0
    assert modelled_same_band(SCORES, [-9, 0], standard_error=50) == pytest.approx(0.5, abs=1e-6)


def test_pairs_are_counted_by_hand() -> None:
    episode = ["e1", "e1", "e2", "e2", "e2", "e3", "e4", "e4"]
    assessor = ["a", "b", "a", "b", "c", "a", "a", "c"]
    minutes = [10, 20, 10, 40, 50, 10, 20, np.nan]
    found = observed_same_band(minutes, [0, 30], episode=episode, assessor=assessor)
    assert found is not None
    # e1: 1 of 1 pair; e2: 1 of 3; e3 and e4 have no pair.
    assert found.value == pytest.approx((1 + 1 / 3) / 2)
    assert (found.n_episodes, found.n_assessors) == (2, 3)
    assert observed_same_band([10.0], [0, 30], episode=["e"], assessor=["a"]) is None


def test_limits_of_a_simple_share_are_the_exact_binomial_ones() -> None:
    low, high = share_limits(0.6, 0.6 * 0.4 / 50, 50, 49)
    exact = stats.binomtest(30, 50).proportion_ci(method="exact")
    assert (low, high) == pytest.approx((exact.low, exact.high), abs=1e-6)
    assert share_limits(1.0, 0.0, 40, 39)[1] == 1.0
    assert share_limits(1.0, 0.0, 40, 39)[0] == pytest.approx(0.025 ** (1 / 40), abs=1e-6)


@pytest.mark.parametrize("leniency", [0.0, 25.0])
def test_intervals_hold_the_truth_also_when_assessors_differ(leniency: float) -> None:
    rng, edges, n = np.random.default_rng(9), [0, 120, 180, 240], 120

    def draw(size: int, assessors: int) -> tuple[np.ndarray, np.ndarray]:
        style = leniency * rng.standard_normal(assessors)
        who = np.argsort(rng.random((size, assessors)), axis=1)[:, :2]
        true = rng.normal(180, 70, size)[:, None]
        return true + style[who] + 25 * rng.standard_normal((size, 2)), who

    many = [draw(400, 40)[0] for _ in range(60)]
    bands = np.searchsorted(edges, np.concatenate(many), side="right")
    truth = (bands[:, 0] == bands[:, 1]).mean()
    inside = 0
    for _ in range(200):
        minutes, who = draw(n, 10)
        found = observed_same_band(minutes.ravel(), edges, episode=np.repeat(np.arange(n), 2), assessor=who.ravel())
        assert found is not None
        inside += found.lower <= truth <= found.upper
    assert inside >= 185
