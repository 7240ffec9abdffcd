"""Terms under declared directions against brute force over every set of demands that may bind."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from normenkader.model.restriction import order_constraints, restrict
from normenkader.model.rounding import Chain, Pair, RoundingPlan

UP = Chain(columns=(0, 1, 2), n_below=1, direction="up")
DOWN = Chain(columns=(3, 4), n_below=0, direction="down")
FREE = Chain(columns=(5,), n_below=0, direction="free")
PLAN = RoundingPlan(chains=(UP, DOWN, FREE), pairs=())
WITH_PAIR = RoundingPlan(chains=(UP, DOWN, FREE), pairs=(Pair(first=UP, second=FREE, table=((6,), (-1,), (7,))),))


def metric_of(seed: int, p: int) -> np.ndarray:
    x = np.random.default_rng(seed).integers(0, 2, (200, p)).astype(float)
    return x.T @ x


def by_brute_force(terms: np.ndarray, metric: np.ndarray, constraints: np.ndarray) -> np.ndarray:
    """The best of all solutions that hold some demands with equality and meet the others."""
    best, found = np.inf, terms
    for chosen in product((False, True), repeat=len(constraints)):
        held = constraints[list(chosen)]
        b = (
            terms
            - np.linalg.solve(metric, held.T) @ np.linalg.pinv(held @ np.linalg.solve(metric, held.T)) @ held @ terms
        )
        loss = float((b - terms) @ metric @ (b - terms))
        if (constraints @ b > -1e-9).all() and loss < best:
            best, found = loss, b
    return found


def test_constraints_put_the_ijkclient_in_its_place():
    rows = order_constraints(PLAN, 6)
    expected = [
        [-1, 0, 0, 0, 0, 0],  # level below the ijkclient: at most 0
        [0, 1, 0, 0, 0, 0],
        [0, -1, 1, 0, 0, 0],
        [0, 0, 0, -1, 0, 0],
        [0, 0, 0, 1, -1, 0],
    ]
    assert rows.tolist() == expected


def test_an_interaction_keeps_the_order_at_every_level_of_the_other_factor():
    rows = order_constraints(WITH_PAIR, 8)[5:]
    expected = [[-1, 0, 0, 0, 0, 0, -1, 0], [0, 1, 0, 0, 0, 0, 0, 0], [0, -1, 1, 0, 0, 0, 0, 1]]
    assert rows.tolist() == expected


@pytest.mark.parametrize("plan", [PLAN, WITH_PAIR])
@pytest.mark.parametrize("seed", range(10))
def test_nothing_nearer_keeps_the_order(seed, plan):
    p = 6 + 2 * len(plan.pairs)
    constraints, metric = order_constraints(plan, p), metric_of(seed, p)
    terms = np.random.default_rng(seed).normal(0, 20, (3, p))
    found = restrict(terms, metric[None], constraints)
    for own, one in zip(terms, found, strict=True):
        assert (constraints @ one > -1e-6).all()
        np.testing.assert_allclose(one, by_brute_force(own, metric, constraints), atol=1e-6)


def test_terms_in_order_come_back_untouched():
    terms = np.array([[-5.0, 3.0, 9.0, -2.0, -4.0, 77.0], [5.0, 3.0, 9.0, -2.0, -4.0, 77.0]])
    found = restrict(terms, metric_of(1, 6)[None], order_constraints(PLAN, 6))
    assert (found[0] == terms[0]).all()
    assert (found[1] != terms[1]).any()


def test_each_set_of_terms_has_its_own_metric():
    terms = np.tile([10.0, 3.0, -9.0, -2.0, 6.0, 0.0], (2, 1))
    metrics = np.stack([metric_of(1, 6), np.diag([1.0, 500, 1, 1, 1, 1])])
    found = restrict(terms, metrics, order_constraints(PLAN, 6))
    for k in range(2):
        np.testing.assert_allclose(
            found[k], by_brute_force(terms[k], metrics[k], order_constraints(PLAN, 6)), atol=1e-6
        )


def test_with_equal_independent_levels_it_is_isotonic_regression():
    chain = Chain(columns=(0, 1, 2, 3), n_below=0, direction="up")
    constraints = order_constraints(RoundingPlan(chains=(chain,), pairs=()), 4)
    found = restrict(np.array([[10.0, 20.0, 12.0, -4.0]]), np.eye(4)[None], constraints)
    # The last three pool to their mean, which lies below the first: all four pool.
    np.testing.assert_allclose(found, [[9.5, 9.5, 9.5, 9.5]], atol=1e-7)


def test_without_directions_nothing_is_asked():
    terms = np.random.default_rng(1).normal(size=(4, 1))
    plan = RoundingPlan(chains=(Chain(columns=(0,), n_below=0, direction="free"),), pairs=())
    assert (restrict(terms, np.eye(1)[None], order_constraints(plan, 1)) == terms).all()
