"""What counts as rounding and what does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from normenkader.verification.figures import (
    all_differences,
    compare_settings,
    differences_of,
    same_text,
    same_text_within_rounding,
)


def found(there: Any, here: Any) -> list[tuple[str, float | None, bool]]:
    differences = differences_of("a.json", json.dumps(there).encode(), json.dumps(here).encode())
    return [(d.path, d.difference, d.within_rounding) for d in differences]


@pytest.mark.parametrize(
    ("there", "here", "close"),
    [
        (12.86, 12.87, True), (12.86, 12.88, False), (0.355, 0.356, True), (0.355, 0.36, False), (-1.0, -0.99, True),
        (150, 151, False), (150, 165, False), (None, 0.1, False), (0.5, None, False), (True, False, False),
        ("gemiddeld 2,3 minuten", "gemiddeld 2,4 minuten", True), ("gemiddeld 2,3", "gemiddeld 2,5", False),
        ("5 van 48", "6 van 48", False), ("grens 150", "grens 165", False), ("hoger", "lager", False),
    ],
)  # fmt: skip
def test_one_unit_of_the_last_printed_decimal_is_rounding(there: Any, here: Any, close: bool) -> None:
    ((path, _, within),) = found({"x": there}, {"x": here})
    assert path == "x"
    assert within is close


def test_the_decimals_of_a_place_are_those_of_all_its_values() -> None:
    """12.5 beside 3.14 is 12.50: a tenth is ten units, not one."""
    there = {"terms": [{"estimate": 12.5}, {"estimate": 3.14}]}
    here = {"terms": [{"estimate": 12.6}, {"estimate": 3.14}]}
    assert found(there, here) == [("terms[0].estimate", 0.1, False)]


def test_whole_numbers_are_edges_and_counts_and_never_rounding() -> None:
    assert found({"lower": [0, 150, 195]}, {"lower": [0, 150, 196]}) == [("lower[2]", 1, False)]


def test_places_are_named_by_what_stands_in_them() -> None:
    there = {"terms": [{"factor": "wonen", "level": "zwaar", "published": 5}]}
    here = {"terms": [{"factor": "wonen", "level": "zwaar", "published": 10}]}
    assert found(there, here) == [("terms[0: wonen, zwaar].published", 5, False)]


def test_what_one_side_lacks_is_a_difference() -> None:
    assert found({"a": 1}, {"b": 1}) == [("a", None, False), ("b", None, False)]
    assert found([1], [1, 2]) == [("[1]", None, False)]
    assert found({"a": None}, {}) == [("a", None, False)]


def test_the_same_values_in_other_bytes_are_a_difference() -> None:
    (difference,) = differences_of("a.json", b'{"a":1}', b'{"a": 1}')
    assert not difference.within_rounding


def test_equal_documents_have_none() -> None:
    assert all_differences({"a.json": b"{}", "b.html": b"x"}, {"a.json": b"{}", "b.html": b"y"}) == ()


def test_rows_are_compared_line_by_line() -> None:
    (difference,) = differences_of("ledger.csv", b"a,1\nb,2\n", b"a,1\nb,3\n")
    assert (difference.path, difference.there, difference.here) == ("line 2", "b,2", "b,3")


def test_settings_that_differ_are_told_from_those_one_version_does_not_know() -> None:
    there = {"bands": {"step": 15, "old": 1}, "factor": [{"name": "a"}]}
    here = {"bands": {"step": 30, "new": 1}, "factor": [{"name": "a"}, {"name": "b"}]}
    changed, lacking = compare_settings(there, here)
    assert changed == ["bands.step", "factor[1]"]
    assert lacking == ["bands.old", "bands.new"]


def test_pages_are_the_same_when_they_read_the_same() -> None:
    one = b"<p>Norm 12,86</p><svg><path d='1'/></svg><style>a</style>"
    other = b"<p >Norm  12,86</p><svg><path d='2'/></svg>"
    assert same_text(one, other)
    assert not same_text(one, b"<p>Norm 12,87</p>")
    assert same_text_within_rounding(one, b"<p>Norm 12,87</p>")
    assert not same_text_within_rounding(one, b"<p>Norm 12,88</p>")
    assert same_text_within_rounding(b"nummer 3fabdc8305be", b"nummer 60d9c7ee671c")
