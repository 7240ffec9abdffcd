"""Household support by configuration only: what the README of the experiment says, recomputed."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "experiments" / "2026-11-22-household"


@pytest.fixture(scope="module")
def run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("household_run", FOLDER / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_stored_result_comes_back(run: ModuleType, tmp_path: Path) -> None:
    made = run.make_study(tmp_path, n_clients=1500, n_providers=12, seed=20260101)
    stored = json.loads((FOLDER / "result.json").read_text(encoding="utf-8"))
    assert run.result_of(made) == stored
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for term in stored["terms"]:
        low, high = term["interval"]
        assert f"| {term['estimate']:.1f} | {low:.1f} to {high:.1f} | {term['published']} |" in text


def test_no_code_knows_the_factors_of_individual_support() -> None:
    """Outside the synthetic example, names in exports and words for the dossier, no module names a factor."""
    package = FOLDER.parents[1] / "normenkader"
    named = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(f'"{name}' in path.read_text(encoding="utf-8") for name in ("leefgebied_", "own_strength", "network"))
    ]
    allowed = (
        "casemix/export_names.py",
        "casemix/proposals.py",
        "casemix/synthetic/",
        "dossier/word_lists.py",
        "terms/",
    )
    assert [name for name in named if not name.startswith(allowed)] == []
