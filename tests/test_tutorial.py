"""The tutorial runs whole, and shows what it says."""

from __future__ import annotations

import runpy
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parents[1]


def test_the_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TUTORIAL_FOLDER", str(tmp_path))
    monkeypatch.setenv("TUTORIAL_CLIENTS", "1200")
    mpl.use("svg")
    left = runpy.run_path(str(ROOT / "docs" / "tutorial.py"))
    printed = capsys.readouterr().out
    assert (tmp_path / "1-providers.svg").is_file()
    assert (tmp_path / "2-terms.svg").is_file()
    assert (tmp_path / "out" / "receipt.json").is_file()
    assert "norm " in printed
    assert left["minutes"] > 0
    share = sum(left["inside"]) / len(left["inside"])
    assert share > 0.8
