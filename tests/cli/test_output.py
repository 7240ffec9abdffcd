"""Text tables and JSON."""

from __future__ import annotations

import json

import pytest

from normenkader.cli.output import pair, show, text_table


def test_a_table_aligns_numbers_to_the_right_and_marks_what_is_not_known() -> None:
    table = text_table(("name", "n", "share"), [("a", 5, "4.0 %"), ("long", None, None), ("c", 12.5, "40.0 %")])
    assert table.splitlines() == [
        "name     n   share",
        "a        5   4.0 %",
        "long     -       -",
        "c     12.5  40.0 %",
    ]


def test_a_table_without_rows_is_its_header() -> None:
    assert text_table(("a", "b"), []) == "a  b"


def test_an_interval_reads_low_to_high() -> None:
    assert [pair([1.5, 2]), pair(None), pair([None, None])] == ["1.5 to 2", "-", "-"]


@pytest.mark.parametrize("as_json", [True, False])
def test_a_result_is_shown_in_the_form_that_was_asked_for(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    show({"naam": "ijkcliënt"}, "tekst", as_json=as_json)
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"naam": "ijkcliënt"} if as_json else shown == "tekst\n"
