"""``normenkader calibrate``: the whole chain from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from normenkader import tracking
from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main
from normenkader.tracking import TrackingFailed


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("calibrate") / "trial", regime="few", n_clients=300, with_panel=False)


@pytest.fixture(scope="module")
def calibrated(trial: Path) -> dict:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NORMENKADER_HOME", "MLFLOW_TRACKING_URI"):
            patch.delenv(name, raising=False)
        result = CliRunner().invoke(main, ["calibrate", str(trial), "--json"])
    assert result.exit_code == 0, result.stderr
    return {**json.loads(result.stdout), "stderr": result.stderr}


def test_the_folder_is_named_by_its_number_and_holds_the_files(trial: Path, calibrated: dict) -> None:
    folder = Path(calibrated["folder"])
    assert folder == trial / "out" / calibrated["calibration_number"]
    names = {path.name for path in folder.iterdir()}
    assert {"norms.json", "bands.json", "validation.json", "triangulation.json", "ledger.csv", "ledger.json",
            "dossier.html", "dossier.pdf", "study.toml", "receipt.json"} <= names  # fmt: skip
    assert calibrated["bands"] == json.loads((folder / "bands.json").read_text())["bands"]


def test_the_version_and_its_store_are_told(trial: Path, calibrated: dict) -> None:
    assert calibrated["registered"]["model_version"] == 1
    assert calibrated["registered"]["home"] == str(trial.resolve())
    assert (trial / "mlflow.db").is_file()


def test_a_file_for_a_word_processor_is_refused_at_once_without_its_library(
    trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("normenkader.dossier.docx_file.find_spec", lambda name: None)
    result = CliRunner().invoke(main, ["calibrate", str(trial), "--out", str(tmp_path / "o"), "--docx"])
    assert result.exit_code == 2
    assert "extra 'docx'" in result.stderr
    assert "reading" not in result.stderr
    assert not (tmp_path / "o").exists()


def test_every_stage_shows_on_standard_error(calibrated: dict) -> None:
    lines = calibrated["stderr"].splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "reading the settings", "reading the data", "fitting minutes", "comparing with experts",
        "deriving bands, with resamples of providers", "writing the dossier", "registering the version",
    ]  # fmt: skip


def test_reservations_are_told(calibrated: dict) -> None:
    assert all(entry["code"] and entry["text"] for entry in calibrated["reservations"])
    assert "no_experts" in [entry["code"] for entry in calibrated["reservations"]]


def test_the_ijkclient_of_a_calibration_decides_in_its_own_band(calibrated: dict, tmp_path: Path) -> None:
    norms = json.loads((Path(calibrated["folder"]) / "norms.json").read_text())
    profile = tmp_path / "ijkclient.json"
    profile.write_text(json.dumps({factor["name"]: factor["ijkclient"] for factor in norms["factors"]}))
    answer = CliRunner().invoke(main, ["decide", calibrated["folder"], str(profile), "--json"])
    assert answer.exit_code == 0, answer.stderr
    decision = json.loads(answer.stdout)
    assert decision["norm_minutes"] == norms["ijkclient_minutes"]["published"]
    table = {band["band"]: band["label"] for band in calibrated["bands"]}
    assert table[decision["table_band"]] == "ijkclient"


def test_the_same_study_gives_the_same_calibration_and_no_second_version(trial: Path, calibrated: dict) -> None:
    again = CliRunner().invoke(main, ["calibrate", str(trial)])
    assert again.exit_code == 0, again.stderr
    assert f"Folder:   {calibrated['folder']}" in again.stdout
    assert "Version:  1 of normenkader-" in again.stdout
    assert "Reservations (" in again.stdout
    assert "ijkclient" in again.stdout
    assert [path.name for path in (trial / "out").iterdir()] == [calibrated["calibration_number"]]


def test_a_version_number_decides_like_its_folder(trial: Path, calibrated: dict, tmp_path: Path) -> None:
    norms = json.loads((Path(calibrated["folder"]) / "norms.json").read_text())
    profile = tmp_path / "client.json"
    profile.write_text(json.dumps({factor["name"]: factor["levels"][-1] for factor in norms["factors"]}))
    by_folder = CliRunner().invoke(main, ["decide", calibrated["folder"], str(profile), "--json"])
    by_number = CliRunner().invoke(main, ["decide", "1", str(profile), "--home", str(trial), "--json"])
    assert by_number.exit_code == 0, by_number.stderr
    number, folder = json.loads(by_number.stdout), json.loads(by_folder.stdout)
    # Only which version it is, is known by the number alone.
    assert number["origin"].pop("version") == "normenkader-individuele-begeleiding-synthetisch-voorbeeld-few 1"
    assert folder["origin"].pop("version") is None
    assert number == folder


@pytest.mark.parametrize("content", ["a file of mine", None])
def test_a_folder_with_other_content_is_refused_before_any_work(
    trial: Path, tmp_path: Path, content: str | None
) -> None:
    out = tmp_path / "mine"
    if content is None:
        out.write_text("not even a folder")
    else:
        out.mkdir()
        (out / "notes.txt").write_text(content)
    result = CliRunner().invoke(main, ["calibrate", str(trial), "--out", str(out)])
    assert result.exit_code == 2
    assert "exists with other content" in result.stderr
    assert "reading" not in result.stderr


def test_when_mlflow_fails_the_folder_is_complete_and_the_exit_code_says_so(
    trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path, study: object) -> None:
        raise TrackingFailed("MLflow refused: no such server")

    monkeypatch.setattr(tracking, "log_calibration", fail)
    result = CliRunner().invoke(main, ["calibrate", str(trial), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == [
        f"The output folder is complete without it: {tmp_path / 'out'}", "Failed: MLflow refused: no such server",
    ]  # fmt: skip
    assert (tmp_path / "out" / "receipt.json").is_file()


def test_a_refused_study_writes_nothing(tmp_path: Path) -> None:
    trial = synthesise(tmp_path / "trial", regime="few", n_clients=300, with_panel=False)
    file = trial / "aanbieders" / "aanbieder-02.csv"
    file.write_text(file.read_text().replace("minutes_basis", "basis", 1))
    before = sorted(trial.rglob("*"))
    result = CliRunner().invoke(main, ["calibrate", str(trial)])
    assert result.exit_code == 2
    assert "aanbieders/aanbieder-02.csv, column 'minutes_basis'" in result.stderr
    assert "Traceback" not in result.output
    assert sorted(trial.rglob("*")) == before


def test_an_interruption_is_clean(tmp_path: Path) -> None:
    trial = synthesise(tmp_path / "trial", regime="few", n_clients=300, with_panel=False)
    run = subprocess.Popen([sys.executable, "-m", "normenkader.cli", "calibrate", str(trial)], text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ,
                           # A suite started in the background hands down that interruptions are ignored.
                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # fmt: skip
    assert run.stderr is not None
    while not run.stderr.readline().startswith("reading the data"):
        pass
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert err.splitlines()[-1] == "Stopped. Nothing half-written was left behind."
    assert "Traceback" not in err
    assert out == ""
    assert not list(trial.glob("out/*"))
