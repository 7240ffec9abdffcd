"""``normenkader init``, and what follows on it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main


def _init(tmp_path: Path, *options: str) -> Result:
    trial = synthesise(tmp_path / "trial", regime="few", n_clients=300, with_panel=False)
    files = sorted(str(path) for path in [*trial.glob("aanbieders/*"), *trial.glob("registraties/*")])
    return CliRunner().invoke(main, ["init", *files, "--out", str(tmp_path / "study"), *options])


def test_a_draft_is_written_and_can_be_checked_at_once(tmp_path: Path) -> None:
    result = _init(tmp_path)
    assert result.exit_code == 0, result.stderr
    assert f"Next: normenkader check {tmp_path / 'study'}" in result.stdout
    checked = CliRunner().invoke(main, ["check", str(tmp_path / "study"), "--json"])
    assert checked.exit_code == 0, checked.stderr
    assert json.loads(checked.stdout)["n_providers"] == 5


def test_json_lists_what_is_open(tmp_path: Path) -> None:
    content = json.loads(_init(tmp_path, "--json").stdout)
    text = Path(content["study"]).read_text()
    assert content["open"]
    assert len(content["open"]) == text.count("# OPEN:")


def test_an_existing_study_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "study.toml").write_text("mine")
    result = _init(tmp_path)
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert (tmp_path / "study" / "study.toml").read_text() == "mine"


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("client;bsn\nc1;x\nc2;y\n")
    result = CliRunner().invoke(main, ["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study")])
    assert result.exit_code == 2
    assert "a.csv, column 'bsn'" in result.stderr
    assert not (tmp_path / "study").exists()


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study")])
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
