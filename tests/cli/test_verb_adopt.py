"""``normenkader adopt`` and ``withdraw``: what is registered, what is refused, and that MLflow is not needed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from registers_on_disk import Run, answer, command_line, write_calibration, write_study

from normenkader.provenance import readable_json, sealed, sha256_of_file

DECISION = ("--decision", "Collegebesluit 2026-117, 10 februari 2026")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return command_line(monkeypatch)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path / "studie", "een", "twee")


def test_a_folder_in_its_study_is_registered_beside_the_study(run: Run, study: Path) -> None:
    result = run("adopt", str(study / "out" / "een"), "--from", "2026-02-01", *DECISION)
    assert result.exit_code == 0, result.stderr
    assert "Version 1 has legal force from 2026-02-01 on." in result.stdout
    assert "not compared: there is no MLflow store beside the register" in result.stdout
    line = json.loads((study / "register.jsonl").read_text())
    assert (line["folder"], line["registered_on"]) == ("out/een", "2026-01-05T12:00:00+00:00")
    assert line["hash"] in result.stdout
    assert sorted(path.name for path in study.iterdir()) == [
        "out", "register.head", "register.jsonl", "register.lock", "study.toml",
    ]  # fmt: skip


def test_a_successor_ends_the_version_before_it_and_says_so(run: Run, study: Path) -> None:
    run("adopt", str(study / "out" / "een"), "--from", "2026-02-01", *DECISION)
    result = run("adopt", str(study / "out" / "twee"), "--from", "2025-12-01", "--to", "2026-01-31", *DECISION)
    assert "Retroactive: registered 35 days after the first day." in result.stdout
    result = run("adopt", "2", "--home", str(study), "--from", "2026-05-01", *DECISION, "--transition", "Overgang.",
                 "--json")  # fmt: skip
    content = answer(result)
    assert [(e["kind"], e["version"], e["beside"]) for e in content["events"]] == [
        ("adopt", 2, None), ("transition", 2, 3),
    ]  # fmt: skip
    assert content["ended"] == [
        {"version": 1, "valid_from": "2026-02-01", "valid_to": "2026-04-30", "event": 1, "ended_by": 3}
    ]
    assert content["register"]["last_hash"] == content["events"][1]["hash"]


def test_refusals_exit_2_and_register_nothing(run: Run, study: Path) -> None:
    een, home = str(study / "out" / "een"), ("--home", str(study))
    run("adopt", een, "--from", "2026-02-01", "--to", "2026-04-30", *DECISION)
    before = (study / "register.jsonl").read_bytes()
    for arguments, words in (
        (("adopt", een, "--from", "2026-04-30", *DECISION), "overlaps"),
        (("adopt", een, "--from", "2026-02-01", *DECISION), "--corrects 1"),
        (("adopt", een, "--from", "1 mei", *DECISION), "--from"),
        (("adopt", een, "--from", "2026-05-01"), "--decision"),
        (("adopt", "9", *home, "--from", "2026-05-01", *DECISION), "no version 9; it has: 1"),
        (("adopt", str(study / "nergens"), *home, "--from", "2026-05-01", *DECISION), "no output folder"),
        (("adopt", "models:/x/1", *home, "--from", "2026-05-01", *DECISION), "no MLflow store"),
        (("withdraw", "1", *home, "--from", "2026-05-01", "--reason", "R"), "nothing to withdraw"),
        (("withdraw", "2", *home, "--from", "2026-05-01", "--reason", "R"), "no version 2"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert words in result.stderr
    assert (study / "register.jsonl").read_bytes() == before


def test_a_broken_folder_and_a_broken_register_are_refused(run: Run, study: Path) -> None:
    een, twee = study / "out" / "een", study / "out" / "twee"
    (twee / "bands.json").write_text((twee / "bands.json").read_text().replace("meer", "minder"))
    result = run("adopt", str(twee), "--from", "2026-02-01", *DECISION)
    assert result.exit_code == 2
    assert "bands.json: this is not the file that the receipt says was written" in result.stderr
    assert not (study / "register.jsonl").exists()
    run("adopt", str(een), "--from", "2026-02-01", *DECISION)
    register = study / "register.jsonl"
    register.write_text(register.read_text().replace("2026-117", "2026-118"))
    for arguments in (("adopt", str(een), "--from", "2027-01-01", *DECISION), ("versions", "--home", str(study)),
                      ("in-force", "--on", "2026-03-01", "--home", str(study)),
                      ("withdraw", "1", "--from", "2026-03-01", "--reason", "R", "--home", str(study))):  # fmt: skip
        result = run(*arguments)
        assert result.exit_code == 2
        assert "register.jsonl: this line was changed after it was written" in result.stderr
        assert "(line 1)" in result.stderr


def test_another_study_needs_a_register_of_its_own(run: Run, study: Path, tmp_path: Path) -> None:
    run("adopt", str(study / "out" / "een"), "--from", "2026-02-01", *DECISION)
    other = write_calibration(tmp_path / "ander", "ander")
    settings = other / "study.toml"
    assert settings.is_file()
    receipt = json.loads((other / "receipt.json").read_text())
    settings.write_text('[study]\nname = "Dagbesteding"\n')
    for entry in receipt["outputs"]:
        entry["sha256"] = sha256_of_file(other / entry["file"])
    (other / "receipt.json").write_text(readable_json(sealed(receipt)))
    arguments = ("adopt", str(other), "--home", str(study), "--from", "2026-06-01", *DECISION)
    result = run(*arguments)
    assert result.exit_code == 2
    assert "holds the norms of the study 'Studie', and this is 'Dagbesteding'" in result.stderr
    assert run(*arguments, "--renamed").exit_code == 0
    first_again = ("adopt", str(study / "out" / "een"), "--from", "2026-03-01", *DECISION)
    assert "holds the norms of the study 'Dagbesteding'" in run(*first_again).stderr
    assert run(*first_again, "--corrects", "1").exit_code == 0


def test_no_register_comes_into_being_where_nobody_looks(
    run: Run, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = write_calibration(tmp_path / "los", "los")
    (tmp_path / "leeg").mkdir()
    monkeypatch.chdir(tmp_path / "leeg")
    result = run("adopt", str(loose), "--from", "2026-02-01", *DECISION)
    assert result.exit_code == 2
    assert "say where the register is kept" in result.stderr
    monkeypatch.setenv("NORMENKADER_HOME", str(tmp_path / "archief"))
    assert run("adopt", str(loose), "--from", "2026-02-01", *DECISION).exit_code == 0
    assert (tmp_path / "archief" / "register.jsonl").is_file()


def test_everything_works_where_mlflow_cannot_be_imported(
    run: Run, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even with a store lying there: its database is not touched."""
    (study / "mlflow.db").write_bytes(b"")
    for name in [name for name in sys.modules if name == "mlflow" or name.startswith("mlflow.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mlflow", None)
    home = ("--home", str(study))
    adopted = run("adopt", str(study / "out" / "een"), "--from", "2026-02-01", *DECISION)
    assert adopted.exit_code == 0
    assert "not compared: MLflow is not installed. The register stands by itself." in adopted.stdout
    assert run("withdraw", "1", "--from", "2026-08-01", "--reason", "Vernietigd", *home).exit_code == 0
    versions = answer(run("versions", *home, "--json"))
    assert versions["periods"][0]["valid_to"] == "2026-07-31"
    assert versions["mlflow"]["reason"] == "MLflow is not installed"
    assert answer(run("in-force", "--on", "2026-03-01", *home, "--json"))["version"] == 1
    assert (study / "mlflow.db").read_bytes() == b""
