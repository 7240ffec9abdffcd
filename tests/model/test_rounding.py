"""Whole steps against brute force over every whole-step solution, and the order that a reader of the table sees."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normenkader.model.rounding import (
    Chain,
    Pair,
    RoundingPlan,
    anchored_isotonic,
    nearest,
    round_terms,
)


def in_order(values, chain: Chain) -> bool:
    line = np.insert(np.asarray(values), chain.n_below, 0)
    steps = np.diff(line) * (1 if chain.direction == "up" else -1)
    return chain.direction == "free" or bool((steps >= 0).all())


def brute_force(values, weights, chain: Chain) -> float:
    """Least weighted squared loss over every whole-step solution in the declared order."""
    low, high = int(np.floor(min(*values, 0))) - 1, int(np.ceil(max(*values, 0))) + 2
    losses = [
        float((weights * (np.array(steps) - values) ** 2).sum())
        for steps in product(range(low, high), repeat=len(values)) if in_order(steps, chain)
    ]  # fmt: skip
    return min(losses)


@pytest.mark.parametrize("seed", range(25))
def test_no_whole_step_solution_loses_less(seed):
    rng = np.random.default_rng(seed)
    length = int(rng.integers(1, 5))
    direction = ("up", "down", "free")[seed % 3]
    chain = Chain(columns=tuple(range(length)), n_below=int(rng.integers(0, length + 1)), direction=direction)
    terms, weights = rng.normal(0, 8, (1, length)), rng.integers(1, 60, (1, length)).astype(float)
    steps = round_terms(terms, weights, RoundingPlan(chains=(chain,), pairs=()), 5)[0]
    assert in_order(steps, chain)
    loss = float((weights[0] * (steps - terms[0] / 5) ** 2).sum())
    assert loss == pytest.approx(brute_force(terms[0] / 5, weights[0], chain), abs=1e-9)


def test_a_half_goes_up_in_the_clients_favour():
    assert nearest(np.array([2.5, -2.5, 0.5, 2.4999, 2.4999999999, -0.5])).tolist() == [3, -2, 1, 2, 3, 0]


def test_free_chains_keep_their_values():
    chain = Chain(columns=(0, 1), n_below=1, direction="free")
    values = np.array([[7.0, -3.0]])
    assert (anchored_isotonic(values, np.ones((1, 2)), chain) == values).all()


def sums(steps, pair: Pair) -> np.ndarray:
    """What a client gets: main + main + interaction, the ijkclient's own levels included, in level order."""
    rows, columns = pair.first, pair.second
    own = np.insert(steps[list(rows.columns)], rows.n_below, 0)
    their = np.insert(steps[list(columns.columns)], columns.n_below, 0)
    extra = np.array([[steps[j] if j >= 0 else 0 for j in line] for line in pair.table])
    extra = np.insert(np.insert(extra, rows.n_below, 0, axis=0), columns.n_below, 0, axis=1)
    return own[:, None] + their[None, :] + extra


def assert_order(total: np.ndarray, pair: Pair) -> None:
    for axis, chain in ((0, pair.first), (1, pair.second)):
        steps = np.diff(total, axis=axis)
        assert chain.direction == "free" or ((steps >= 0) if chain.direction == "up" else (steps <= 0)).all()


def pair_plan(first: str, second: str, below: tuple[int, int], missing: set[int]) -> tuple[RoundingPlan, Pair]:
    a = Chain(columns=(0, 1, 2), n_below=below[0], direction=first)
    b = Chain(columns=(3, 4), n_below=below[1], direction=second)
    table = tuple(tuple(-1 if 2 * i + j in missing else 5 + 2 * i + j for j in range(2)) for i in range(3))
    pair = Pair(first=a, second=b, table=table)
    return RoundingPlan(chains=(a, b), pairs=(pair,)), pair


@settings(max_examples=60, deadline=None)
@given(
    terms=st.lists(st.floats(-60, 60), min_size=11, max_size=11),
    weights=st.lists(st.integers(0, 200), min_size=11, max_size=11),
    first=st.sampled_from(["up", "down", "free"]), second=st.sampled_from(["up", "down", "free"]),
    below=st.tuples(st.integers(0, 3), st.integers(0, 2)), missing=st.sets(st.integers(0, 5)),
)  # fmt: skip
def test_every_client_gets_minutes_in_the_declared_order(terms, weights, first, second, below, missing):
    plan, pair = pair_plan(first, second, below, missing)
    steps = round_terms(np.array([terms]), np.array([weights], float), plan, 5)[0]
    assert_order(sums(steps, pair), pair)
    assert in_order(steps[:3], pair.first)
    assert in_order(steps[3:5], pair.second)


def test_interactions_already_in_order_go_to_their_nearest_step():
    plan, pair = pair_plan("up", "free", (1, 0), set())
    terms = np.array([-21.0, 11.0, 29.0, 6.0, -9.0, -3.0, 2.0, 4.0, 1.0, 3.0, 8.0])
    steps = round_terms(terms[None], np.full((1, 11), 20.0), plan, 5)[0]
    wanted = nearest(sums_of_values(terms / 5, plan))
    assert (sums(steps, pair)[np.ix_([0, 2, 3], [1, 2])] == wanted).all()


def sums_of_values(values, plan: RoundingPlan) -> np.ndarray:
    """Rounded mains plus the unrounded interaction, which is what goes to its nearest step."""
    own, their = nearest(values[:3]), nearest(values[3:5])
    return own[:, None] + their[None, :] + values[5:].reshape(3, 2)


def test_many_resamples_give_what_each_gives_alone():
    plan, _ = pair_plan("up", "up", (1, 0), {3})
    rng = np.random.default_rng(2)
    terms, weights = rng.normal(0, 20, (12, 11)), rng.integers(0, 90, (12, 11)).astype(float)
    together = round_terms(terms, weights, plan, 5)
    alone = [round_terms(terms[k : k + 1], weights[k : k + 1], plan, 5)[0] for k in range(12)]
    assert (together == np.array(alone)).all()
