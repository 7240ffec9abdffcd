"""``normenkader decide`` from an output folder."""

from __future__ import annotations

import hashlib
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


def test_the_distance_down_is_that_of_the_table_and_labels_are_dutch(model: Path) -> None:
    shown = decide(model, IJKCLIENT).stdout
    assert "volgt, volgens de tabel, pas bij meer dan" in shown
    assert "(ijkcliënt)" in shown
    assert "(ijkclient)" not in shown


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


def test_a_date_is_printed_only_when_it_is_given(model: Path) -> None:
    assert decide(model, IJKCLIENT, "--on", "2026-03-14").stdout.startswith("Datum van het besluit: 14 maart 2026")
    assert "Datum" not in decide(model, IJKCLIENT).stdout
    assert decide(model, IJKCLIENT, "--on", "14-03-2026").exit_code == 2


def test_the_client_may_be_told_a_month(model: Path) -> None:
    result = decide(model, IJKCLIENT, "--view", "client", "--period", "month", "--json")
    content = json.loads(result.stdout)
    assert (content["lower_bound"], content["unit"]) == (390, "minutes per month")
    assert decide(model, IJKCLIENT, "--period", "month").exit_code == 2


def test_a_duration_below_zero_exits_2(model: Path) -> None:
    result = decide(model, {**IJKCLIENT, "duration": -4})
    assert (result.exit_code, result.stdout) == (2, "")
    assert "below zero" in result.stderr


def test_a_period_of_a_unit_that_is_not_weekly_exits_2(model: Path) -> None:
    (model / "norms.json").write_text(json.dumps({**hand_norms(), "unit": "days"}), encoding="utf-8")
    assert decide(model, IJKCLIENT, "--view", "client", "--period", "month").exit_code == 2
    assert "minstens 90 dagen" in decide(model, IJKCLIENT, "--view", "client").stdout


def receipt(model: Path) -> None:
    outputs = [{"file": name, "sha256": hashlib.sha256((model / name).read_bytes()).hexdigest()}
               for name in ("bands.json", "norms.json")]  # fmt: skip
    (model / "receipt.json").write_text(json.dumps({"calibration_number": "cd" * 32, "outputs": outputs}))


def test_the_calibration_number_is_that_of_the_receipt(model: Path) -> None:
    receipt(model)
    assert json.loads(decide(model, IJKCLIENT, "--json").stdout)["origin"]["calibration_number"] == "cd" * 32


def test_a_table_that_is_not_the_receipts_is_refused(model: Path) -> None:
    receipt(model)
    norms = {**hand_norms(), "ijkclient_minutes": {**hand_norms()["ijkclient_minutes"], "published": 95}}
    (model / "norms.json").write_text(json.dumps(norms), encoding="utf-8")
    result = decide(model, IJKCLIENT)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "norms.json" in result.stderr
