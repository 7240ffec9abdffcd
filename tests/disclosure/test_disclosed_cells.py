"""Complementary suppression against an attacker with linear programming, over random tables."""

from __future__ import annotations

import pytest
from attacker import Attacker, learns
from hypothesis import given, settings
from hypothesis import strategies as st

from normenkader.disclosure import Line, published_clients, withheld, withheld_levels
from normenkader.settings import DisclosureSettings

FLOOR = DisclosureSettings()
COUNTS = st.one_of(st.integers(0, 9), st.integers(0, 40), st.integers(0, 400))


def attacked(counts: list[int], lines: list[Line], hidden: tuple[bool, ...]) -> list[int]:
    """Small cells of which an attacker learns more than the rules say; total counts of the lines are published."""
    least = FLOOR.min_clients
    attacker = Attacker(least=least, step=FLOOR.round_to)
    for k, (n, hide) in enumerate(zip(counts, hidden, strict=True)):
        attacker.count(k, None if hide else published_clients(n, FLOOR))
        # Who knows the rules knows which cells were left out for being small, and which to hide those.
        attacker.between(k, 0 if n < least else least, least - 1 if n < least else None)
    for number, line in enumerate(lines):
        total = ("sum", number)
        attacker.count(total, published_clients(sum(counts[k] for k in line.cells), FLOOR))
        attacker.sums(line.cells, total)
    truth = {**dict(enumerate(counts)), **{("sum", i): sum(counts[k] for k in x.cells) for i, x in enumerate(lines)}}
    assert attacker.allows(truth), attacker.broken(truth)
    return [k for k, n in enumerate(counts) if n < least and learns(attacker.interval(k), least)]


@settings(max_examples=150, deadline=None)
@given(st.lists(COUNTS, min_size=2, max_size=7))
def test_from_one_list_nobody_learns_more_of_a_small_cell_than_that_it_is_small(counts: list[int]) -> None:
    line = Line(cells=tuple(range(len(counts))))
    hidden = withheld(counts, [line], primary=[False] * len(counts), settings=FLOOR)
    assert all(hide for hide, n in zip(hidden, counts, strict=True) if n < FLOOR.min_clients)
    if not all(hidden):
        assert attacked(counts, [line], hidden) == []
    if min(counts) >= FLOOR.min_clients:
        assert not any(hidden)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=4))
def test_from_rows_and_columns_together_neither(table: list[list[int]]) -> None:
    counts = [n for row in table for n in row]
    places = [[3 * r + c for c in range(3)] for r in range(len(table))]
    lines = [Line(cells=tuple(cells)) for cells in (*places, *zip(*places, strict=True))]
    hidden = withheld(counts, lines, primary=[False] * len(counts), settings=FLOOR)
    if all(any(not hidden[k] for k in line.cells) for line in lines):
        assert attacked(counts, lines, hidden) == []


def test_without_it_a_small_cell_follows_from_the_total() -> None:
    counts, line = [100, 200, 2], Line(cells=(0, 1, 2))
    assert attacked(counts, [line], (False, False, True)) == [2]
    hidden = withheld(counts, [line], primary=[False] * 3, settings=FLOOR)
    assert hidden == (True, False, True)
    assert attacked(counts, [line], hidden) == []


def test_rounding_alone_may_be_enough() -> None:
    """602 in all; 304 (305), 292 (290) and 100 leave between 1 and 13, which says nothing."""
    counts, line = [203, 202, 203, 205, 6], Line(cells=(0, 1, 2, 3, 4))
    assert withheld(counts, [line], primary=[False] * 5, settings=FLOOR) == (False, False, False, False, True)


def test_a_cell_that_is_printed_nowhere_hides_others() -> None:
    names = {"a": 100, "b": 200, "c": 2}
    assert withheld_levels(names, FLOOR) == {"a", "c"}
    assert withheld_levels(names, FLOOR, unlisted=["b"]) == {"b", "c"}


def test_few_providers_hide_a_cell_and_its_neighbour() -> None:
    """Forty clients of two providers: their number would tell each of the two the other's."""
    names = {"a": 100, "c": 40}
    assert withheld_levels(names, FLOOR) == frozenset()
    assert withheld_levels(names, FLOOR, few_providers=["c"]) == {"a", "c"}
    # With three more groups, rounding leaves enough numbers possible: 34 to 46.
    assert withheld_levels({**names, "b": 200, "d": 300}, FLOOR, few_providers=["c"]) == {"c"}


@pytest.mark.parametrize("n", [1, 9])
def test_two_small_cells_need_a_third_when_together_they_tell(n: int) -> None:
    counts = [150, 250, n, n]
    hidden = withheld(counts, [Line(cells=(0, 1, 2, 3))], primary=[False] * 4, settings=FLOOR)
    assert attacked(counts, [Line(cells=(0, 1, 2, 3))], hidden) == []
    assert hidden[2:] == (True, True)
