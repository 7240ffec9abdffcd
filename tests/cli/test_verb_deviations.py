"""``normenkader deviate`` and ``deviations``: from a decision to the question whether to calibrate again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from normenkader.cli import main
from tests.bands.decision_documents import IJKCLIENT, hand_bands, hand_norms

NUMBER = "cd" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "folder"
    where.mkdir()
    (where / "norms.json").write_text(json.dumps(hand_norms()), encoding="utf-8")
    (where / "bands.json").write_text(json.dumps(hand_bands()), encoding="utf-8")
    outputs = [{"file": name, "sha256": hashlib.sha256((where / name).read_bytes()).hexdigest()}
               for name in ("bands.json", "norms.json")]  # fmt: skip
    (where / "receipt.json").write_text(json.dumps({"calibration_number": NUMBER, "outputs": outputs}))
    (tmp_path / "client.json").write_text(json.dumps(IJKCLIENT), encoding="utf-8")
    return where


def run(verb: str, folder: Path, *options: str) -> Result:
    home = folder.parent
    arguments = [verb, str(folder), *([str(home / "client.json")] if verb != "deviations" else []), *options]
    return CliRunner().invoke(main, [*arguments, "--home", str(home)])


def deviate(folder: Path, granted: float = 240, reason: str = "niet_planbare_zorg", *options: str) -> Result:
    return run("deviate", folder, "--granted", str(granted), "--reason", reason, "--on", "2026-03-14", *options)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder.parent / "deviations.jsonl").read_text().splitlines()]


def test_a_departure_is_logged_beside_the_register(folder: Path) -> None:
    result = deviate(folder)
    assert result.exit_code == 0
    assert "klasse 2, 240 in plaats van 100 minuten per week (meer), maand 2026-03" in result.stdout
    assert "Reden: hulp die niet te plannen is." in result.stdout
    (line,) = lines(folder)
    assert (line["band"], line["granted_band"], line["orientation"]) == (2, 3, "behoud")
    assert (line["calibration_number"], line["month"]) == (NUMBER, "2026-03")


def test_no_level_of_the_profile_but_the_orientation_is_kept(folder: Path) -> None:
    deviate(folder)
    text = (folder.parent / "deviations.jsonl").read_text()
    assert not [name for name in ("wonen", "financien", "duration", "14-26", "licht", "2026-03-14") if name in text]


@pytest.mark.parametrize(
    ("granted", "reason", "words"),
    [(240, "mevrouw is ziek", "its reasons are bijzondere_omstandigheden"), (100, "andere", "the norm itself"),
     (-5, "andere", "below zero")],
)  # fmt: skip
def test_what_is_no_departure_exits_2_and_logs_nothing(folder: Path, granted: float, reason: str, words: str) -> None:
    result = deviate(folder, granted, reason)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert "mevrouw" not in result.stderr
    assert not (folder.parent / "deviations.jsonl").exists()


def test_a_folder_without_a_receipt_cannot_be_departed_from(folder: Path) -> None:
    (folder / "receipt.json").unlink()
    assert "which calibration" in deviate(folder).stderr


def test_decide_counts_a_decision_only_when_asked(folder: Path) -> None:
    assert run("decide", folder, "--on", "2026-03-14").exit_code == 0
    assert not (folder.parent / "deviations.jsonl").exists()
    assert run("decide", folder, "--log").exit_code == 2
    assert run("decide", folder, "--on", "2026-03-14", "--log").exit_code == 0
    (line,) = lines(folder)
    assert (line["kind"], line["band"], line["norm_minutes"], line["reason"]) == ("decision", 2, None, "")


def test_the_summary_answers_first(folder: Path) -> None:
    for k in range(12):
        deviate(folder, 150 + 5 * k)
    (folder.parent / "besluiten.toml").write_text("1 = 120\n2 = 100\n3 = 150\n", encoding="utf-8")
    result = run("deviations", folder, "--decisions", str(folder.parent / "besluiten.toml"))
    assert result.exit_code == 0
    assert result.stdout.startswith("Opnieuw kalibreren: herijken")
    assert "Klasse 2: herijken. Meer dan 10% van de besluiten wijkt naar boven af" in result.stdout
    assert "een keuze van dit onderzoek" in result.stdout
    content = json.loads(run("deviations", folder, "--decisions", str(folder.parent / "besluiten.toml"),
                             "--json").stdout)  # fmt: skip
    assert content["bands"][1] | {"reason": ""} == {
        "band": 2, "n_decisions": 100, "n_up": 10, "n_down": None, "share_up": 0.12, "share_down": None,
        "mean_up": 77.5, "mean_down": None, "n_other_band": 10, "verdict": "herijken", "reason": "",
    }  # fmt: skip


def test_without_decisions_nothing_can_be_said(folder: Path) -> None:
    deviate(folder)
    assert run("deviations", folder).stdout.startswith("Opnieuw kalibreren: niet te zeggen")


def test_an_empty_log_is_an_answer(folder: Path) -> None:
    assert "Er is niets vastgelegd" in run("deviations", folder).stdout


@pytest.mark.parametrize("text", ["1 = -3\n", "1 = 2.5\n", "een = 3\n", "7 = 100\n", "1 = true\n"])
def test_numbers_of_decisions_that_cannot_be_exit_2(folder: Path, text: str) -> None:
    (folder.parent / "besluiten.toml").write_text(text, encoding="utf-8")
    assert run("deviations", folder, "--decisions", str(folder.parent / "besluiten.toml")).exit_code == 2


def test_a_month_must_be_a_month(folder: Path) -> None:
    assert run("deviations", folder, "--from", "2026-13").exit_code == 2
    assert run("deviations", folder, "--from", "2026-01", "--to", "2026-02").exit_code == 0


def test_a_log_that_was_changed_exits_2(folder: Path) -> None:
    deviate(folder)
    path = folder.parent / "deviations.jsonl"
    path.write_text(path.read_text().replace('"granted_minutes":240', '"granted_minutes":140'))
    result = run("deviations", folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "deviations.jsonl" in result.stderr
    assert deviate(folder).exit_code == 2


def retract(folder: Path, line: int, *options: str) -> Result:
    home = str(folder.parent)
    return CliRunner().invoke(main, ["deviate", str(folder), "--retracts", str(line), "--home", home, *options])


def test_a_wrong_line_is_corrected_or_retracted_and_both_stay(folder: Path) -> None:
    for granted in (240, 200, 180):
        deviate(folder, granted)
    corrected = deviate(folder, 210, "veiligheid", "--corrects", "1")
    assert "Dit telt in de plaats van regel 1, die blijft staan." in corrected.stdout
    assert "regel 2 telt niet meer mee" in retract(folder, 2).stdout
    assert [line.get("corrects") for line in lines(folder)] == [None, None, None, 1, 2]
    history = run("deviations", folder, "--history").stdout
    for words in ("vervangen door regel 4", "ingetrokken door regel 5", "telt mee, in plaats van regel 1",
                  "trekt regel 2 in", "niet voor publicatie"):  # fmt: skip
        assert words in history
    assert "vervangen" not in run("deviations", folder).stdout


def test_what_was_corrected_counts_once(folder: Path) -> None:
    for k in range(12):
        deviate(folder, 150 + 5 * k)
    for k in range(1, 4):
        deviate(folder, 300, "veiligheid", "--corrects", str(k))
    counted = json.loads(run("deviations", folder, "--json").stdout)
    assert (counted["bands"][1]["n_up"], dict(counted["reasons"])["veiligheid"]) == (10, None)
    moved = [*[200] * 3, *(50 + 5 * k for k in range(3, 12))]
    assert counted["bands"][1]["mean_up"] == pytest.approx(sum(moved) / 12, abs=0.06)
    for line in (4, 5, 6):
        retract(folder, line)
    assert json.loads(run("deviations", folder, "--json").stdout)["bands"][1]["n_up"] is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--retracts", "1", "--granted", "200"), "leave out --granted"),
        (("--retracts", "9"), "no line 9"),
        ((), "needed"),
    ],
)
def test_a_retraction_takes_a_line_and_nothing_else(folder: Path, options: tuple[str, ...], words: str) -> None:
    deviate(folder)
    result = CliRunner().invoke(main, ["deviate", str(folder), *options, "--home", str(folder.parent)])
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(lines(folder)) == 1


def test_last_lines_that_are_gone_are_told(folder: Path) -> None:
    for granted in (240, 200):
        deviate(folder, granted)
    printed = json.loads(run("deviations", folder, "--json").stdout)["last_hash"]
    assert f"Laatste hash: {printed}" in run("deviations", folder).stdout
    assert run("deviations", folder, "--anchor", printed[:12]).exit_code == 0
    path = folder.parent / "deviations.jsonl"
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    assert "the last lines are gone" in run("deviations", folder).stderr
    (folder.parent / "deviations.head").unlink()
    assert "deviations.head ontbreekt" in run("deviations", folder).stdout
    result = run("deviations", folder, "--anchor", printed[:12])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "deviations.jsonl: no line has this hash" in result.stderr
    assert run("deviations", folder, "--anchor", "xyz").exit_code == 2
