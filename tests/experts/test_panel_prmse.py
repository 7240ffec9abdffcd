from __future__ import annotations

import numpy as np
import pytest

from normenkader.experts.panel_prmse import TOO_FEW, prmse_with_interval


def draw(seed: int, *, slope: float, n: int = 60, k: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    need = rng.normal(180, 60, n)
    judged = need[:, None] + 15 * rng.standard_normal(k) + 30 * rng.standard_normal((n, k))
    return 180 + slope * (need - 180) + 20 * rng.standard_normal(n), judged


def test_the_value_is_what_the_true_need_gives() -> None:
    found = [prmse_with_interval(*draw(seed, slope=1.0)) for seed in range(40)]
    truth = 1 - 20**2 / 60**2
    values = [f.value for f in found]
    assert np.mean(values) == pytest.approx(truth, abs=0.02)
    inside = [f.interval[0] <= truth <= f.interval[1] for f in found if f.interval]
    assert np.mean(inside) >= 0.9


def test_a_formula_that_knows_nothing_is_no_better_than_the_mean() -> None:
    found = prmse_with_interval(*draw(3, slope=0.0))
    assert found.interval is not None
    assert found.interval[0] < 0.05


def test_a_small_panel_has_no_figure() -> None:
    predicted, judged = draw(1, slope=1.0)
    assert prmse_with_interval(predicted, judged[:, :2]).reason == TOO_FEW
    assert prmse_with_interval(predicted[:9], judged[:9]).value is None
    assert prmse_with_interval(predicted[:0], judged[:0]).n_experts == 0


def test_gaps_are_no_zeros() -> None:
    predicted, judged = draw(2, slope=1.0)
    whole = prmse_with_interval(predicted, judged).value
    judged[::3, 4] = np.nan
    assert prmse_with_interval(predicted, judged).value == pytest.approx(whole, abs=0.05)
