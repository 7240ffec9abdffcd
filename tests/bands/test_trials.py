"""Every check is tried on a study made to pass it and on one made to fail it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from trials import TRIALS

from normenkader import terms
from normenkader.bands.table import BandTable

ROOT = Path(__file__).resolve().parents[2]
GRADED = [code for code, trials in TRIALS.items() if not trials.grades_nothing]
REPORTS = [code for code, trials in TRIALS.items() if trials.grades_nothing]


@pytest.mark.parametrize("code", GRADED)
def test_a_study_made_to_pass_passes_and_one_made_to_fail_fails(code: str) -> None:
    trials = TRIALS[code]
    assert trials.passes is not None
    assert trials.fails is not None
    passed, failed = trials.passes(), trials.fails()
    assert (passed.code, failed.code) == (code, code)
    assert passed.passed is True, passed
    assert failed.passed is False, failed


@pytest.mark.parametrize("code", REPORTS)
def test_a_check_that_grades_nothing_says_so(code: str) -> None:
    trials = TRIALS[code]
    assert trials.reports is not None
    found = trials.reports()
    assert (found.code, found.passed) == (code, None)
    assert found.reason
    assert "grens" in found.limit or found.limit == "Geen."


def test_every_check_of_a_calibration_has_trials(bands: BandTable) -> None:
    assert {check.code for check in bands.checks} <= set(TRIALS)


def test_every_check_that_the_code_names_has_trials() -> None:
    assert _codes_in_source() <= set(TRIALS)


@pytest.mark.parametrize("code", TRIALS)
def test_every_check_is_explained_in_the_glossary(code: str) -> None:
    known = {term.name for term in terms.TERMS}
    assert code in known or any(name.endswith("_*") and code.startswith(name[:-1]) for name in known)


def _codes_in_source() -> set[str]:
    """Every literal `code` that a check is made with in the room of bands."""
    found = set()
    for path in sorted((ROOT / "normenkader" / "bands").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Check":
                found |= {k.value.value for k in node.keywords if k.arg == "code" and isinstance(k.value, ast.Constant)}
    assert len(found) > 20
    return found
