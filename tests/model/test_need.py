from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from normenkader.casemix.synthetic import REGIMES, casemix_of, simulate
from normenkader.model.deconvolution import ensemble_values
from normenkader.model.fit import fit_minutes
from normenkader.model.need import Need, need_of
from normenkader.model.week_noise import week_noise


def weeks_of(minutes: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    n, k = minutes.shape
    episode = [f"e{i}" for i in range(n)]
    frame = pd.DataFrame({"episode": episode, "minutes_per_week": minutes.mean(axis=1)})
    weeks = pd.DataFrame(
        {"episode": np.repeat(episode, k), "week": np.tile(np.arange(k), n), "minutes": minutes.ravel()}
    )
    return frame, weeks


def test_noise_of_weeks_is_found_back_per_group() -> None:
    rng = np.random.default_rng(1)
    sd = np.repeat([20.0, 60.0], 3000)
    frame, weeks = weeks_of(200 + 50 * rng.standard_normal((6000, 1)) + sd[:, None] * rng.standard_normal((6000, 8)))
    noise = week_noise(frame, weeks, np.repeat([0, 1], 3000))
    assert noise is not None
    assert np.sqrt(noise.by_group) == pytest.approx([20, 60], rel=0.03)


def test_fortnightly_visits_are_no_noise() -> None:
    frame, weeks = weeks_of(np.tile([0.0, 240.0], (50, 4)))
    noise = week_noise(frame, weeks, np.zeros(50, dtype=np.int64))
    assert noise is not None
    assert noise.by_group[0] == 0.0


def test_batches_by_hand_with_an_odd_number_of_weeks() -> None:
    frame, weeks = weeks_of(np.array([[100.0, 120.0, 80.0, 60.0, 999.0]]))
    noise = week_noise(frame, weeks, np.zeros(1, dtype=np.int64))
    assert noise is not None
    assert noise.by_group[0] == pytest.approx(2 * np.var([110, 70], ddof=1))


def test_no_noise_to_be_seen_in_fewer_than_four_weeks() -> None:
    frame, weeks = weeks_of(np.array([[100.0, 120.0, 80.0]]))
    assert week_noise(frame, weeks, np.zeros(1, dtype=np.int64)) is None


@pytest.mark.parametrize("power", [0, 1, 2])
def test_the_distribution_behind_noise_is_found_back(power: int) -> None:
    rng = np.random.default_rng(power)
    value = rng.gamma(9, 200 / 9, 6000)
    shift = 20.0 * rng.standard_normal(6000)
    spread = 900.0 * (value + shift) ** power / np.mean((value + shift) ** power)
    seen = value + shift + np.sqrt(spread) * rng.standard_normal(6000)
    neutral = seen - shift
    start = neutral.mean() + np.sqrt(1 - 900 / neutral.var()) * (neutral - neutral.mean())
    found = ensemble_values(start, seen, shift, np.full(6000, 900.0), power, np.ones(6000))
    limits = np.array([100.0, 130.0, 200.0, 280.0])
    true, naive, ours = ((values[:, None] >= limits).mean(axis=0) for values in (value, neutral, found))
    assert ours == pytest.approx(true, abs=0.02)
    assert np.abs(ours - true).max() < 0.6 * np.abs(naive - true).max()


def drawn(regime: str, seed: int) -> tuple[Need, np.ndarray, float]:
    """Need of one draw, the true needs at the average provider, and the share of need at the cap."""
    data = simulate(replace(REGIMES[regime], casemix_sd=0.0), seed=seed, n_providers=12, n_clients=2400)
    model = fit_minutes(casemix_of(data))
    need = need_of(model, np.zeros(model.n_rows, dtype=np.int64))
    assert need is not None
    frame = data.to_frame()
    at_home = frame["norm_minutes"] + frame["provider_effect"]
    true = (frame["need_minutes"] * frame["norm_minutes"] / at_home).to_numpy()
    return need, true, model.ijkclient.value - 165.0


@pytest.mark.parametrize("regime", ["clean", "practice", "heavy", "capped"])
def test_shares_of_need_are_those_of_true_need_but_for_the_level(regime: str) -> None:
    found = []
    for seed in (1, 2, 3):
        need, true, _ = drawn(regime, seed)
        # The level of 12 providers is uncertain by several minutes; what is tested is the shape around it.
        minutes = need.minutes - np.average(need.minutes, weights=need.weight) + true.mean()
        limits = np.quantile(true, [0.1, 0.3, 0.5, 0.7, 0.9])
        found.append([np.average(minutes >= limit, weights=need.weight) for limit in limits])
    assert np.mean(found, axis=0) == pytest.approx([0.9, 0.7, 0.5, 0.3, 0.1], abs=0.025)


def test_weights_add_up_to_clients_and_rows_left_out_stay_out() -> None:
    model = fit_minutes(casemix_of(simulate("capped", seed=2, n_providers=10, n_clients=600)))
    assert model.censoring.applied
    group = np.where(np.arange(model.n_rows) % 3 == 0, -1, 0)
    need = need_of(model, group)
    assert need is not None
    assert need.weight.sum() == pytest.approx((group >= 0).sum())
    assert (group[need.row] >= 0).all()
    assert need.minutes_without.shape == (10, len(need.minutes))
    frame = model.casemix.to_frame()
    assert len(need.row) > (group >= 0).sum()
    assert frame["at_cap"].to_numpy()[need.row[need.weight < 1]].all()


def test_a_provider_who_gives_everyone_less_is_brought_up_in_spread_as_well() -> None:
    """Style bound to case mix puts light clients where less is given: their needs differ no less for it."""
    regime = replace(REGIMES["practice"], coarse_providers=0, style_correlation=0.9, casemix_sd=0.8)
    off = []
    for seed in (1, 2, 3, 4):
        data = simulate(regime, seed=seed, n_providers=24, n_clients=2400)
        model = fit_minutes(casemix_of(data))
        light = np.where(data.to_frame()["norm_minutes"] < 150, 0, -1)
        need = need_of(model, light)
        assert need is not None
        frame = data.to_frame()[light == 0]
        true = frame["norm_minutes"] * frame["need_minutes"] / (frame["norm_minutes"] + frame["provider_effect"])
        off.append(need.minutes.std() / true.std() - 1)
    assert np.mean(off) == pytest.approx(0, abs=0.08)
