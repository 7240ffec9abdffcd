"""``normenkader versions`` and ``in-force``: the page, both axes of time, moved folders, and what decide says of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from registers_on_disk import Run, answer, command_line, write_study

from normenkader.verification import recompute as verification
from normenkader.verification.inputs import NO_PLACE
from tests.bands.decision_documents import IJKCLIENT


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return command_line(monkeypatch)


@pytest.fixture
def study(tmp_path: Path, run: Run) -> Path:
    """Version 1 from February, version 2 from May, on second thoughts from June."""
    study = write_study(tmp_path / "studie", "een", "twee")
    decision = ("--decision", "Collegebesluit 2026-117")
    for name, first, at, more in (
        ("een", "2026-02-01", "2026-01-05", ()),
        ("twee", "2026-05-01", "2026-04-01", ("--transition", "Wie al een besluit had, houdt dat.")),
        ("twee", "2026-06-01", "2026-05-20", ("--corrects", "2")),
    ):
        result = run("adopt", str(study / "out" / name), "--from", first, *decision, *more, at=at)
        assert result.exit_code == 0, result.stderr
    return study


def test_the_page_says_all_in_dutch(run: Run, study: Path) -> None:
    result = run("in-force", "--on", "2026-05-10", "--known-on", "2026-05-01", "--home", str(study), "--no-recompute")
    assert result.exit_code == 0, result.stderr
    last = json.loads((study / "register.jsonl").read_text().splitlines()[-1])["hash"]
    for words in (
        "In werking op 10 mei 2026, zoals bekend op 1 mei 2026: versie 2.",
        "Let op: volgens wat nu bekend is, was dat op die dag: versie 1 (gebeurtenis 1).",
        "vanaf 1 mei 2026, tot zij wordt vervangen of ingetrokken",
        "Collegebesluit 2026-117",
        "2026-04-01T12:00:00+00:00, als gebeurtenis 2",
        "Wie al een besluit had, houdt dat. (gebeurtenis 3)",
        "minuten per week",
        "normenkader 0.1.0, commit niet bekend",
        "bestanden ongewijzigd",
        "niet herrekend (daarom is niet gevraagd (--no-recompute))",
        "4 gebeurtenissen, keten ongebroken",
        last,
    ):
        assert words in result.stdout


@pytest.mark.parametrize(
    ("on", "known_on", "version"),
    [("2026-01-31", None, None), ("2026-02-01", None, 1), ("2026-05-31", None, 1), ("2026-06-01", None, 2),
     ("2026-05-31", "2026-05-19", 2), ("2026-05-31", "2026-03-31", 1), ("2026-02-01", "2026-01-04", None)],
)  # fmt: skip
def test_both_axes_of_time(run: Run, study: Path, on: str, known_on: str | None, version: int | None) -> None:
    known = ("--known-on", known_on) if known_on else ()
    content = answer(run("in-force", "--on", on, *known, "--home", str(study), "--no-recompute", "--json"))
    assert (content["in_force"], content.get("version")) == (version is not None, version)


def test_where_nothing_had_force_it_says_none(run: Run, study: Path) -> None:
    result = run("in-force", "--on", "2026-01-31", "--home", str(study))
    assert result.exit_code == 0
    assert result.stdout.startswith("In werking op 31 januari 2026: geen.")


def test_without_a_register_none_is_no_answer(run: Run, tmp_path: Path) -> None:
    for verb in (("in-force", "--on", "2026-01-31"), ("versions",)):
        result = run(*verb, "--home", str(tmp_path))
        assert (result.exit_code, result.stdout) == (2, "")
        assert "no register is here" in result.stderr


def test_settings_that_cannot_be_read_are_said_to_be_so(run: Run, study: Path) -> None:
    standing = answer(run("in-force", "--on", "2026-02-01", "--home", str(study), "--json"))["standing"]
    assert (standing["files"], standing["verdict"]) == ("ongewijzigd", "niet herrekend")
    assert standing["reason"] == "de instellingen in de map zijn niet te lezen; `normenkader verify` zegt waarom"


def test_inputs_that_are_gone_are_said_to_be_gone(run: Run, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = verification.Recomputation(
        verdict="niet herrekend", reason=NO_PLACE, inputs=verification.InputCheck(study=None)
    )
    monkeypatch.setattr(verification, "recompute", lambda *_, **__: gone)
    standing = answer(run("in-force", "--on", "2026-02-01", "--home", str(study), "--json"))["standing"]
    assert standing["reason"] == "de invoerbestanden zijn hier niet te vinden; noem hun map met --study"


@pytest.mark.parametrize("verdict", ["identiek", "binnen afronding", "afwijkend", "niet herrekend"])
def test_what_recomputing_says_stands_on_the_page(
    run: Run, study: Path, monkeypatch: pytest.MonkeyPatch, verdict: str
) -> None:
    asked = []

    def recomputed(folder: Path, place: Path | None, *, stage: object) -> verification.Recomputation:
        asked.append((Path(folder), place))
        reason = "" if verdict == "identiek" else "norms.json"
        return verification.Recomputation(
            verdict=verdict, reason=reason, inputs=verification.InputCheck(study=None), differences=()
        )

    monkeypatch.setattr(verification, "recompute", recomputed)
    result = run("in-force", "--on", "2026-02-01", "--home", str(study))
    assert f"Herrekend         {verdict}" in result.stdout
    assert asked == [(study / "out" / "een", None)]


def test_what_differs_is_named_in_dutch(run: Run, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = verification.Recomputation(
        verdict="afwijkend", reason="inputs changed: a.csv",
        files={"norms.json": "afwijkend", "bands.json": "identiek"},
        inputs=verification.InputCheck(study=study, changed=("a.csv",)),
        versions=(verification.VersionChange(library="numpy", there="1.0", here="2.0"),),
    )  # fmt: skip
    monkeypatch.setattr(verification, "recompute", lambda *_, **__: found)
    standing = answer(run("in-force", "--on", "2026-02-01", "--home", str(study), "--json"))["standing"]
    assert standing["reason"] == (
        "invoer gewijzigd: a.csv; niet hetzelfde: norms.json; andere bibliotheken: numpy (toen 1.0, nu 2.0)"
    )


def test_a_moved_folder_is_found_a_changed_one_told_and_a_lost_one_missed(run: Run, study: Path) -> None:
    def standing(*more: str) -> tuple[str, str]:
        content = answer(run("in-force", "--on", "2026-02-01", "--home", str(study), "--no-recompute", "--json", *more))
        return content["standing"]["files"], content["standing"]["verdict"]

    shutil.move(study / "out" / "een", study / "out" / "anders-genoemd")
    assert standing() == ("ongewijzigd", "niet herrekend")
    shutil.move(study / "out" / "anders-genoemd", study.parent / "archief")
    assert standing() == ("niet gevonden", "niet herrekend")
    assert standing("--dir", str(study.parent)) == ("ongewijzigd", "niet herrekend")
    norms = study.parent / "archief" / "norms.json"
    norms.write_text(norms.read_text().replace("1", "2", 1))
    assert standing("--dir", str(study.parent / "archief")) == ("gewijzigd", "afwijkend")


def test_a_copied_study_answers_the_same(run: Run, study: Path) -> None:
    copy = shutil.copytree(study, study.parent / "kopie" / "studie")
    shutil.rmtree(study)
    content = answer(run("in-force", "--on", "2026-06-01", "--home", str(copy), "--no-recompute", "--json"))
    assert content["version"] == 2
    assert content["standing"]["folder"] == str(copy / "out" / "twee")


def test_versions_shows_days_events_and_the_anchor(run: Run, study: Path) -> None:
    home = ("--home", str(study))
    text = run("versions", *home).stdout
    for words in ("2026-02-01  2026-05-31", "corrects 2", "corrected by 4", "beside 2", "4 events, unbroken"):
        assert words in text
    content = answer(run("versions", *home, "--known-on", "2026-05-19", "--json"))
    assert [(p["version"], p["valid_from"]) for p in content["periods"]] == [(1, "2026-02-01"), (2, "2026-05-01")]
    printed = content["events"][0]["hash"]
    assert run("versions", *home, "--anchor", printed[:12]).exit_code == 0
    for anchor, words in (("0" * 64, "no line has this hash"), ("abc", "at least the first 8")):
        result = run("in-force", "--on", "2026-02-01", *home, "--anchor", anchor)
        assert result.exit_code == 2
        assert words in result.stderr


def test_dropped_last_lines_are_told_and_so_is_a_lost_head(run: Run, study: Path) -> None:
    home, register = ("--home", str(study)), study / "register.jsonl"
    (study / "register.head").rename(study / "weg")
    assert "whether last lines were dropped cannot be told" in run("versions", *home).stdout
    (study / "weg").rename(study / "register.head")
    register.write_text("".join(register.read_text().splitlines(keepends=True)[:-1]))
    result = run("versions", *home)
    assert result.exit_code == 2
    assert "the last lines are gone" in result.stderr


def test_decide_takes_a_version_number_and_says_whether_it_was_in_force(run: Run, study: Path, tmp_path: Path) -> None:
    profile = tmp_path / "client.json"
    profile.write_text(json.dumps(IJKCLIENT))
    for on, words in (
        ("2026-02-01", "Dit is de versie in werking: op 1 februari 2026 had volgens het register versie 1"),
        ("2026-06-01", "Let op: op 1 juni 2026 had volgens het register versie 2 rechtskracht, en dit is een andere."),
        ("2026-01-01", "Let op: op 1 januari 2026 had volgens het register geen enkele versie rechtskracht."),
    ):
        for model, home in (("1", ("--home", str(study))), (str(study / "out" / "een"), ())):
            result = run("decide", model, str(profile), *home, "--on", on)
            assert result.exit_code == 0, result.stderr
            assert words in result.stdout
    by_number = run("decide", "1", str(profile), "--home", str(study))
    assert "geregistreerd als versie 1" in by_number.stdout
    refused = run("decide", "7", str(profile), "--home", str(study))
    assert refused.exit_code == 2
    assert "the register has no version 7; it has: 1, 2" in refused.stderr


def test_a_version_whose_folder_holds_other_tables_is_not_used(run: Run, study: Path, tmp_path: Path) -> None:
    profile = tmp_path / "client.json"
    profile.write_text(json.dumps(IJKCLIENT))
    shutil.rmtree(study / "out" / "een")
    result = run("decide", "1", str(profile), "--home", str(study))
    assert result.exit_code == 2
    assert "output folder of version 1 is not to be found" in result.stderr
