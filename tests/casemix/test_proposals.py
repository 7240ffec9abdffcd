"""Factors proposed from values, without showing any that few rows hold."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normenkader.casemix.proposals import LEAST_ROWS, ColumnValues, FactorProposal, propose_factor
from normenkader.settings import Factor


def values(texts: dict[str, int], column: str = "Kleur") -> ColumnValues:
    numbers = Counter({float(t): n for t, n in texts.items() if t.replace(".", "", 1).isdigit()})
    return ColumnValues(column=column, texts=Counter(texts), numbers=numbers)


def proposed(texts: dict[str, int], column: str = "Kleur") -> FactorProposal:
    proposal = propose_factor(values(texts, column))
    assert isinstance(proposal, FactorProposal), proposal
    return proposal


def test_words_of_a_known_scale_come_in_its_order() -> None:
    found = proposed({"zwaar": 40, "Geen": 90, "licht": 60, "matig": 50}, "Wonen")
    assert (found.kind, found.levels, found.ijkclient) == ("ordinal", ("Geen", "licht", "matig", "zwaar"), "Geen")
    assert (found.name, found.group, found.questions) == ("leefgebied_wonen", "leefgebied", ())


def test_a_scale_is_shown_whole_so_that_a_rare_level_does_not_show() -> None:
    rare = proposed({"geen": 90, "licht": 60, "zwaar": 1, "matig": 12})
    never = proposed({"geen": 90, "licht": 60, "matig": 12})
    assert rare.levels == never.levels == ("geen", "licht", "matig", "zwaar")


def test_a_level_spelt_in_two_ways_is_a_question() -> None:
    found = proposed({"licht": 60, "Licht": 20, "zwaar": 30, "matig": 20})
    assert found.levels == ("licht", "matig", "zwaar")
    assert any("more than one way" in question for question in found.questions)


def test_words_without_a_scale_are_nominal_and_the_ijkclient_is_the_most_common() -> None:
    found = proposed({"rood": 30, "blauw": 50, "groen": 12})
    assert (found.kind, found.levels, found.ijkclient) == ("nominal", ("blauw", "groen", "rood"), "blauw")
    assert any('kind = "ordinal"' in question for question in found.questions)


def test_orientation_has_no_order() -> None:
    assert proposed({"behoudgericht": 30, "ontwikkelgericht": 20}, "Doel").kind == "nominal"


def test_few_whole_numbers_are_a_scale() -> None:
    found = proposed({"5": 20, "1": 15, "3": 30, "2": 3})
    assert (found.kind, found.levels, found.ijkclient) == ("ordinal", ("1", "3", "5"), "3")


def test_weeks_are_cut_at_parts_of_a_year() -> None:
    found = proposed({str(week): 5 for week in range(1, 105)}, "Duur in weken")
    assert (found.kind, found.breaks, found.levels) == ("numeric", (13, 26, 52), ("<=13", "14-26", "27-52", ">52"))
    assert found.ijkclient == ">52"


def test_parts_of_a_year_with_too_few_rows_are_left_out() -> None:
    assert proposed({str(week): 4 for week in range(20, 60)}, "weken").breaks == (26, 52)


def test_numbers_are_cut_at_rounded_quartiles() -> None:
    assert proposed({str(n): 3 for n in range(201)}, "score").breaks == (50, 100, 150)


@given(st.lists(st.integers(0, 500), min_size=40, max_size=300))
def test_every_interval_holds_enough_rows(numbers: list[int]) -> None:
    proposal = propose_factor(values(dict(Counter(map(str, numbers))), "score"))
    if isinstance(proposal, FactorProposal) and proposal.kind == "numeric":
        edges = [float("-inf"), *proposal.breaks, float("inf")]
        counts = [sum(a < n <= b for n in numbers) for a, b in pairwise(edges)]
        assert min(counts) >= LEAST_ROWS
        assert proposal.ijkclient == proposal.levels[counts.index(max(counts))]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text("QXZÉ", min_size=1, max_size=4), st.integers(1, 40), max_size=20))
def test_no_value_of_few_rows_is_named_and_the_study_accepts_the_factor(texts: dict[str, int]) -> None:
    proposal = propose_factor(values(texts))
    if isinstance(proposal, str):
        assert not set("QXZÉ") & set(proposal)
        return
    assert all(texts[level] >= LEAST_ROWS for level in proposal.levels)
    Factor(name=proposal.name, kind=proposal.kind, levels=proposal.levels, ijkclient=proposal.ijkclient)


def test_rare_values_are_a_question_and_not_shown() -> None:
    found = proposed({"rood": 30, "blauw": 50, "Jansen": 2})
    assert "Jansen" not in found.levels
    assert any("fewer than 10 rows" in question for question in found.questions)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({}, "empty"), ({"ja": 80}, "one value"), ({f"w{i}": 20 for i in range(13)}, "too many different"),
        ({"rood": 90, "blauw": 9}, "fewer than two"), ({str(i): 1 for i in range(12)}, "cannot be cut"),
    ],
)  # fmt: skip
def test_a_column_that_can_be_no_factor_says_why(texts: dict[str, int], reason: str) -> None:
    assert reason in str(propose_factor(values(texts)))
