"""Flags made anew: only those of the regimes asked for, and what else a stored row holds stays."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from stored_results import modules_of, result_of

NAME = "2026-11-22-recovery"


@pytest.fixture(scope="module")
def again() -> Iterator[ModuleType]:
    with modules_of(NAME):
        yield importlib.import_module("flags_again")
    sys.modules.pop("flags_again", None)


def test_flags_made_anew_are_those_of_the_whole_run(again: ModuleType) -> None:
    row = next(r for r in result_of(NAME)["sample"] if r["mechanism"] == "misassessed factors")
    assert again.again({"mechanism": row["mechanism"], "seed": row["seed"]}) == {"failing": row["failing"]}


def test_only_rows_asked_for_change_and_tell_which_code_made_them(again: ModuleType) -> None:
    lines = [
        {"key": json.dumps({"mechanism": name, "seed": 1}), "row": {"failing": ["old"], "ours": 3}, "code": "a"}
        for name in ("12 providers", "20 providers")
    ]
    found = [{"mechanism": "20 providers", "seed": 1, "failing": ["new"]}]
    first, second = again.renewed(lines, found, "b")
    assert first == lines[0]
    assert second == {"key": lines[1]["key"], "row": {"failing": ["new"], "ours": 3}, "code": "a+b"}
    assert again.renewed([second], found, "b") == [second]
