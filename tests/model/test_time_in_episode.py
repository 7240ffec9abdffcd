from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.model.fit import fit_minutes
from normenkader.model.results import MinutesModel
from normenkader.model.time_in_episode import class_means, curve_factor, early_ratio, time_curves, weeks_since_start
from normenkader.model.within_client import fortnightly_share, peak_share, period_means, within_client


@pytest.fixture(scope="module")
def casemix() -> Casemix:
    return casemix_of(simulate("clean", seed=6, n_providers=10, n_clients=1200))


@pytest.fixture(scope="module")
def model(casemix: Casemix) -> MinutesModel:
    return fit_minutes(casemix)


def with_early_weeks_times(casemix: Casemix, factor: float) -> Casemix:
    """The first six weeks of every episode made heavier."""
    weeks = casemix.weeks_frame()
    start = casemix.starts_frame().set_index("episode")["start_day"].reindex(weeks["episode"]).to_numpy(float)
    early = (7 * weeks["week"].to_numpy() - start) // 7 < 6
    return replace(casemix, _weeks=weeks.assign(minutes=weeks["minutes"] * np.where(early, factor, 1.0)))


def test_the_factor_is_the_one_that_interacts_with_duration(model: MinutesModel) -> None:
    assert curve_factor(model.study) == "orientation"
    assert [curve.level for curve in time_curves(model)] == ["behoudgericht", "ontwikkelgericht"]


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_front_loading_is_found_back(casemix: Casemix, model: MinutesModel, factor: float) -> None:
    heavier = replace(model, casemix=with_early_weeks_times(casemix, factor))
    for curve in time_curves(heavier):
        assert curve.front_loading is not None
        assert curve.interval is not None
        assert curve.interval[0] < factor < curve.interval[1]
        assert curve.front_loading == pytest.approx(factor, rel=0.12)


def test_curve_shows_what_was_put_in(casemix: Casemix, model: MinutesModel) -> None:
    for curve in time_curves(replace(model, casemix=with_early_weeks_times(casemix, 1.6))):
        first, later = curve.classes[0].minutes, [c.minutes for c in curve.classes if c.from_week >= 8]
        assert first > 1.3 * np.mean(later)


def test_class_means_equal_dummies_for_episodes() -> None:
    rng = np.random.default_rng(3)
    row = np.repeat(np.arange(80), 6)
    provider = (row % 8).astype(np.int64)
    code = np.clip(np.tile(np.arange(6), 80) // 2 + rng.integers(0, 2, 80)[row], 0, 3)
    minutes = 100 + 20 * rng.standard_normal(80)[row] + 10 * code + rng.standard_normal(len(row))
    x = np.hstack([np.eye(4)[code], np.eye(80)[row]])
    effect = (np.linalg.pinv(x) @ minutes)[:4]
    found = class_means(code, minutes, row, provider, 4)
    assert found[:, 0] - found[0, 0] == pytest.approx(effect - effect[0])
    assert (np.bincount(code) @ found[:, 0]) / len(row) == pytest.approx(minutes.mean())
    left = []
    for g in range(8):
        rest = provider != g
        own = class_means(code[rest], minutes[rest], np.unique(row[rest], return_inverse=True)[1],
                          np.unique(provider[rest], return_inverse=True)[1], 4)  # fmt: skip
        left.append(own[:, 0])
    error = np.sqrt(7 / 8 * ((np.array(left) - found[:, 0]) ** 2).sum(axis=0))
    assert found[:, 2] - found[:, 0] == pytest.approx(2.364624 * error, rel=1e-5)


def test_early_ratio_by_hand_counts_only_episodes_with_both() -> None:
    minutes = np.array([120.0, 60.0, 200.0, 100.0, 100.0, 500.0])
    early = np.array([True, False, True, False, False, True])
    row, provider = np.array([0, 0, 1, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 1])
    top, bottom = 0.5 * 120 + (2 / 3) * 200, 0.5 * 60 + (2 / 3) * 100
    assert early_ratio(early, minutes, row, provider)[0] == pytest.approx(top / bottom)


def test_weeks_count_from_the_start_and_unknown_starts_stay_out(casemix: Casemix, model: MinutesModel) -> None:
    weeks = weeks_since_start(model)
    assert len(weeks) == len(casemix.weeks_frame())
    some = casemix.starts_frame()
    some.loc[some.index % 2 == 0, "start_day"] = np.nan
    assert len(weeks_since_start(replace(model, casemix=replace(casemix, _starts=some)))) < len(weeks)
    assert time_curves(replace(model, casemix=replace(casemix, _weeks=casemix.weeks_frame().iloc[:0]))) == ()


def test_disclosure_leaves_out_classes_with_few_clients(casemix: Casemix, model: MinutesModel) -> None:
    few = casemix.weeks_frame()
    few = few[few["episode"].isin(few["episode"].unique()[:8])]
    for curve in time_curves(replace(model, casemix=replace(casemix, _weeks=few))):
        assert curve.classes == ()
        assert curve.front_loading is None


# --- within one client ---------------------------------------------------------------------------------------------


def test_fortnightly_delivery_is_seen_and_weekly_delivery_is_not() -> None:
    row, week = np.repeat([0, 1, 2, 3], 8), np.tile(np.arange(8), 4)
    every_other = np.where(week % 2 == 0, 120.0, 0.0)
    minutes = np.where(row == 0, every_other, np.where(row == 1, 120.0 - every_other, 60.0 + week))
    assert fortnightly_share(row, week, minutes) == 0.5
    assert fortnightly_share(row[:4], week[:4], minutes[:4]) is None


def test_periods_and_peaks_by_hand(model: MinutesModel) -> None:
    row, week = np.zeros(7, dtype=np.int64), np.arange(7)
    minutes = np.array([10.0, 10, 10, 130, 20, 20, 20])
    of_row, mean = period_means(row, week, minutes)
    assert (of_row.tolist(), mean.tolist()) == ([0], [40.0])
    assert peak_share(row, minutes) == 1 / 7
    wide = within_client(model, np.zeros(model.n_rows), np.full(model.n_rows, np.inf))
    assert wide is not None
    assert wide.weeks_in_band == wide.periods_in_band == 1.0
    narrow = within_client(model, np.full(model.n_rows, 100.0), np.full(model.n_rows, 200.0))
    assert narrow is not None
    assert narrow.periods_in_band is not None
    assert 0 < narrow.periods_in_band < 1


def test_without_weeks_there_is_nothing_to_say(casemix: Casemix, model: MinutesModel) -> None:
    bare = replace(model, casemix=replace(casemix, _weeks=pd.DataFrame({"episode": [], "week": [], "minutes": []})))
    assert within_client(bare, np.zeros(model.n_rows), np.ones(model.n_rows)) is None
