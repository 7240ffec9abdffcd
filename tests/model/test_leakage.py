from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_studies import LEVELS, made
from scipy import stats

from normenkader.casemix.casemix import Casemix
from normenkader.model.fit import fit_minutes
from normenkader.model.leakage import AssignedByFactor, assigned_by_factor, explained_by_levels, somers_d


def with_assigned(casemix: Casemix, assigned: np.ndarray) -> Casemix:
    return replace(casemix, _rows=casemix._rows.assign(assigned_minutes_per_week=assigned))


def worst(casemix: Casemix) -> AssignedByFactor:
    return max(assigned_by_factor(fit_minutes(casemix)), key=lambda one: one.strength)


def test_a_factor_that_is_the_assignment_is_found() -> None:
    casemix = made(n=400, providers=6)
    level = casemix._rows["leefgebied_wonen"].map(LEVELS.index).to_numpy()
    found = worst(with_assigned(casemix, 120 + 60.0 * level + np.random.default_rng(1).normal(0, 5, len(level))))
    assert found.factor == "leefgebied_wonen"
    assert found.explained > 0.9


def test_assigned_minutes_cut_into_few_levels_are_found_though_they_explain_less() -> None:
    casemix = made(n=400, providers=6)
    assigned = np.random.default_rng(2).normal(200, 50, 400)
    level = np.array(["weinig", "enige", "veel"])[np.searchsorted([180, 225], assigned)]
    found = worst(with_assigned(replace(casemix, _rows=casemix._rows.assign(own_strength=level)), assigned))
    assert found.factor == "own_strength"
    assert found.explained < 0.9
    assert found.same_order == pytest.approx(1)


def test_an_honest_study_is_far_from_it_and_few_rows_say_nothing() -> None:
    casemix = made("practice", n=800, providers=8)
    assert worst(casemix).strength < 0.75
    few = np.where(np.arange(800) < 29, 100.0, np.nan)
    assert assigned_by_factor(fit_minutes(with_assigned(casemix, few))) == ()


def test_both_measures_by_definition() -> None:
    rng = np.random.default_rng(3)
    level, y = rng.integers(0, 3, 60), rng.normal(0, 1, 60)
    f = stats.f_oneway(*(y[level == k] for k in range(3))).statistic
    assert explained_by_levels(y, level) == pytest.approx(1 - (59 / 57) / (1 + f * 2 / 57))
    pairs = [(i, j) for i in range(60) for j in range(60) if level[i] > level[j]]
    by_hand = np.mean([np.sign(y[i] - y[j]) for i, j in pairs])
    assert somers_d(level, y) == pytest.approx(by_hand)
    assert explained_by_levels(y, np.zeros(60, int)) == 0.0
    assert somers_d(np.zeros(60, int), y) == 0.0
