from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from made_studies import bent, crossed, made_norms, reversed_order

from normenkader.model.additivity import Additivity, SlopeTest, additivity_of


@cache
def clean() -> Additivity:
    return additivity_of(made_norms())


def significant(tests: tuple[SlopeTest, ...]) -> set[tuple[str, ...]]:
    return {test.name for test in tests if test.adjusted < 0.05}


def test_a_plain_sum_passes() -> None:
    found = clean()
    assert not significant(found.interactions + found.overlap + found.bending + found.directions)


def test_every_pair_but_the_declared_one_is_tested() -> None:
    names = [test.name for test in clean().interactions]
    assert len(names) == len(set(names)) == 15 * 14 // 2 - 1
    assert ("orientation", "duration_weeks") not in names
    assert [test.name for test in clean().overlap] == [("leefgebied",)]


def test_an_interaction_nobody_declared_is_found_by_name() -> None:
    found = additivity_of(made_norms(planted=crossed))
    assert significant(found.interactions) == {("own_strength", "network")}
    assert not significant(found.directions)


def test_overlap_of_domains_is_found_with_its_sign() -> None:
    test = additivity_of(made_norms("overlap", n=2400, providers=16)).overlap[0]
    assert test.value < 0
    assert test.adjusted < 0.05


def test_a_sum_that_bends_is_found() -> None:
    test = additivity_of(made_norms(planted=bent)).bending[0]
    assert test.value < 0
    assert test.adjusted < 0.05


def test_a_declared_direction_that_the_data_deny_is_found_and_one_not_denied_is_not() -> None:
    found = additivity_of(made_norms(planted=reversed_order))
    assert significant(found.directions) == {("leefgebied_financien",)}
    assert all(test.p_value > 0.5 for test in found.directions if test.value > 0)


def test_the_slope_of_overlap_classes_is_that_of_a_least_squares_line() -> None:
    table = made_norms(n=700, providers=8, seed=3)
    model, design = table.model, table.model.design()
    at = [j for j, c in enumerate(design.columns) if c.factor == "n_leefgebied"]
    worth = design.matrix()[:, at] @ model.coefficients()[at]
    order = next(f for f in design.factors if f.group).levels
    rank = design._codes["n_leefgebied"].astype(float)
    assert rank.max() < len(order)
    assert additivity_of(table).overlap[0].value == pytest.approx(np.polyfit(rank, worth, 1)[0])
