"""The planner against studies: a part of its stored rows computed again, and every figure of its README."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
from stored_results import differences, modules_of, readme_block, result_of

NAME = "2026-11-22-plan"


@pytest.fixture(scope="module")
def own() -> Iterator[dict[str, ModuleType]]:
    with modules_of(NAME) as modules:
        yield modules


@pytest.mark.parametrize("kind", ["study", "plan", "assessed"])
def test_stored_rows_come_back(own: dict[str, ModuleType], kind: str) -> None:
    stored = next(row for row in result_of(NAME)["sample"] if row["kind"] == kind)
    task = next(t for t in own["run"].all_tasks(1) if t.items() <= stored.items())
    assert differences({**task, **own["run"].one(task)}, stored) == []


def test_every_table_of_the_readme_is_the_stored_result(own: dict[str, ModuleType]) -> None:
    for block, lines in own["run"].blocks(result_of(NAME)).items():
        assert readme_block(NAME, block) == lines, block


def test_what_is_planned_is_within_fifteen_per_cent_of_what_is_found() -> None:
    assert [row for row in result_of(NAME)["foreseen"] if not 0.85 <= row["ratio"] <= 1.15] == []
