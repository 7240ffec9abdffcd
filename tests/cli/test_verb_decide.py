"""``normenkader decide`` from an output folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from normenkader.cli import main
from tests.bands.decision_documents import IJKCLIENT, hand_bands, hand_norms


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "norms.json").write_text(json.dumps(hand_norms()), encoding="utf-8")
    (tmp_path / "bands.json").write_text(json.dumps(hand_bands()), encoding="utf-8")
    return tmp_path


def decide(model: Path, profile: dict[str, Any], *options: str) -> Result:
    (model / "client.json").write_text(json.dumps(profile), encoding="utf-8")
    return CliRunner().invoke(main, ["decide", str(model), str(model / "client.json"), *options])


def test_the_case_file_shows_the_whole_sum(model: Path) -> None:
    result = decide(model, {**IJKCLIENT, "wonen": "zwaar", "duration": 8})
    assert result.exit_code == 0
    assert result.stderr == ""
    for words in (
        "IJkcliënt",
        "+35",
        "Som volgens de normtabel",
        "Klasse 3 (meer)",
        "Twijfelzone",
        "Tekst voor de cliënt",
    ):
        assert words in result.stdout


def test_the_client_sees_the_lower_bound_only(model: Path) -> None:
    result = decide(model, IJKCLIENT, "--view", "client")
    assert result.stdout.startswith("U krijgt minstens 90 minuten per week (1 uur en 30 minuten) ondersteuning.")
    assert len(result.stdout.splitlines()) == 1


def test_json_for_the_client_holds_no_more_than_the_lower_bound(model: Path) -> None:
    content = json.loads(decide(model, IJKCLIENT, "--view", "client", "--json").stdout)
    assert set(content) == {"lower_bound", "unit", "text"}
    assert (content["lower_bound"], content["unit"]) == (90, "minutes per week")


def test_json_for_the_case_file_holds_every_line(model: Path) -> None:
    content = json.loads(decide(model, IJKCLIENT, "--json").stdout)
    assert sum(line["minutes"] for line in content["lines"]) == content["norm_minutes"] == 100
    assert content["possible_bands"] == [2]


def test_a_level_without_a_norm_is_an_answer_not_an_error(model: Path) -> None:
    result = decide(model, {**IJKCLIENT, "duration": 40})
    assert result.exit_code == 0
    assert "Er is geen norm te geven" in result.stdout


def test_a_wrong_level_exits_2_and_names_file_factor_and_levels(model: Path) -> None:
    result = decide(model, {**IJKCLIENT, "wonen": "Jansen"})
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Refused: client.json, column 'wonen': ")
    assert "geen, licht, zwaar" in result.stderr
    assert "Jansen" not in result.stderr


def test_a_pipe_with_another_encoding_loses_no_minus_sign(model: Path) -> None:
    (model / "client.json").write_text(json.dumps({**IJKCLIENT, "wonen": "geen"}))
    arguments = ["decide", str(model), str(model / "client.json")]
    run = subprocess.run([sys.executable, "-m", "normenkader.cli", *arguments], capture_output=True, check=True,
                         env={**os.environ, "PYTHONIOENCODING": "cp1252"})  # fmt: skip
    assert "−20" in run.stdout.decode("utf-8")
