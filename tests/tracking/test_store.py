"""Where the store is, that it is quiet, sends nothing, and survives being moved."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlflow
import pytest
from output_folder import write_output

from normenkader.study import Study
from normenkader.tracking import LoggedCalibration, TrackingFailed, log_calibration, store_home, tracking_uri
from normenkader.tracking.moved import point_to_present_place

HERE = Path(__file__).parent
# What MLflow takes for a test run, in which it would send nothing anyhow.
TEST_SIGNS = ("CI", "PYTEST_CURRENT_TEST", "GITHUB_ACTIONS", "GITLAB_CI", "MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK",
              "JENKINS_URL", "TF_BUILD", "TRAVIS", "CIRCLECI", "BUILDKITE", "CLOUD_RUN_EXECUTION")  # fmt: skip


def run_python(code: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a new Python that has no sign of a test, no git, and a home of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in TEST_SIGNS}
    empty = tmp_path / "leeg"
    empty.mkdir(exist_ok=True)
    environment = kept | {"PATH": str(empty), "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(empty)} | variables
    return subprocess.run([sys.executable, "-c", code], env=environment, cwd=empty, capture_output=True, text=True)


FIRST_USE = f"""
import json, socket, sys
sys.path.insert(0, {str(HERE)!r})
import normenkader.tracking as tracking
early = "mlflow" in sys.modules
sent = []
socket.socket.connect = lambda self, address: sent.append(str(address))
socket.getaddrinfo = lambda *given, **named: sent.append(str(given))
from pathlib import Path
from output_folder import STUDY, write_output
from normenkader.study import study_from_text
home = Path(sys.argv[1] if len(sys.argv) > 1 else "../studie met spatie").resolve()
home.mkdir()
study = study_from_text(STUDY, folder=home)
logged = tracking.log_calibration(write_output(home / "out" / "een", study), study)
import os, threading, mlflow
from mlflow.telemetry import utils
print(json.dumps({{
    "early": early, "sent": sent, "version": logged.model_version, "run_id": logged.run_id, "uri": logged.tracking_uri,
    "client": str(mlflow.telemetry.get_telemetry_client()), "disabled": utils.is_telemetry_disabled(),
    "taken_for_a_test": utils._IS_IN_CI_ENV_OR_TESTING, "here": os.listdir("."), "home": sorted(os.listdir(home)),
    "threads": [thread.name for thread in threading.enumerate() if "elemetry" in thread.name],
    "variables": [os.environ["MLFLOW_DISABLE_TELEMETRY"], os.environ["DO_NOT_TRACK"]],
    "left": [name for name in ("MLFLOW_TRACKING_URI", "GIT_PYTHON_REFRESH") if name in os.environ],
    "tags": mlflow.MlflowClient(logged.tracking_uri).get_run(logged.run_id).data.tags,
}}))
"""


@pytest.fixture(scope="module")
def first_use(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    return run_python(FIRST_USE, tmp_path_factory.mktemp("eerste"))


@pytest.fixture(scope="module")
def told(first_use: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert first_use.returncode == 0, first_use.stderr
    return dict(json.loads(first_use.stdout.splitlines()[-1]))


def test_telemetry_is_off_although_no_variable_was_set(told: dict[str, Any]) -> None:
    assert not told["taken_for_a_test"]
    assert told["disabled"]
    assert told["client"] == "None"
    assert told["threads"] == []
    assert told["variables"] == ["true", "true"]
    assert told["sent"] == []


def test_nothing_is_printed_in_a_new_store_without_git(first_use: subprocess.CompletedProcess[str]) -> None:
    assert first_use.stderr == ""
    assert len(first_use.stdout.splitlines()) == 1


def test_mlflow_is_imported_only_when_a_calibration_is_logged(told: dict[str, Any]) -> None:
    assert told["early"] is False


def test_nothing_is_left_in_the_current_folder_or_the_environment(told: dict[str, Any]) -> None:
    assert told["here"] == []
    assert told["home"] == ["mlflow.db", "mlruns", "out"]
    assert told["left"] == []
    assert told["version"] == 1


def test_without_git_the_code_is_named_by_its_version_alone(told: dict[str, Any]) -> None:
    assert told["tags"]["normenkader.code_version"]
    assert "normenkader.git_commit" not in told["tags"]


def test_a_host_that_imported_mlflow_first_is_silenced_too(tmp_path: Path) -> None:
    code = """
import mlflow, mlflow.telemetry as telemetry
before = telemetry.get_telemetry_client() is not None
from normenkader.tracking.store import load_mlflow
load_mlflow()
print(before, telemetry.get_telemetry_client())
"""
    done = run_python(code, tmp_path, DO_NOT_TRACK="1")
    assert done.stdout.split() == ["True", "None"], done.stderr


def test_the_store_stands_in_the_studys_folder_or_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store_home(tmp_path) == tmp_path.resolve()
    monkeypatch.setenv("NORMENKADER_HOME", str(tmp_path / "elders"))
    assert store_home(tmp_path) == (tmp_path / "elders").resolve()
    assert tracking_uri(store_home(tmp_path)) == f"sqlite:///{(tmp_path / 'elders').resolve().as_posix()}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
    assert tracking_uri(store_home(tmp_path)) == "http://127.0.0.1:5000"


def test_normenkader_home_holds_database_and_artifacts(
    study: Study, folder: Path, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "gedeeld" / "normen"
    home.mkdir(parents=True)
    shutil.copy(database, home)
    monkeypatch.setenv("NORMENKADER_HOME", str(home))
    logged = log_calibration(folder, study)
    assert logged.home == home.resolve()
    assert sorted(path.name for path in home.iterdir()) == ["mlflow.db", "mlruns"]
    assert sorted(path.name for path in study.folder.iterdir()) == ["mlflow.db", "out"]


def model_at(logged: LoggedCalibration, home: Path) -> Any:
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{home.as_posix()}/mlflow.db")
    version = client.get_model_version(logged.model_name, str(logged.model_version))
    assert version.source.startswith(home.as_uri())
    return mlflow.pyfunc.load_model(version.source)


@pytest.fixture
def moved(
    study: Study, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[LoggedCalibration, Path]:
    """A store that was moved with everything in it, after one calibration."""
    logged = log_calibration(folder, study)
    home = tmp_path / "verhuisd %é"
    home.mkdir()
    shutil.move(study.folder / "mlflow.db", home)
    shutil.move(study.folder / "mlruns", home)
    monkeypatch.setenv("NORMENKADER_HOME", str(home))
    return logged, home.resolve()


def test_a_moved_store_finds_its_versions_again(
    moved: tuple[LoggedCalibration, Path], study: Study, folder: Path
) -> None:
    logged, home = moved
    again = log_calibration(folder, study)
    assert (again.run_id, again.model_version, again.home) == (logged.run_id, logged.model_version, home)
    assert model_at(again, home).predict(model_at(again, home).input_example)["minutes"].iloc[0] == 100
    client = mlflow.MlflowClient(tracking_uri=again.tracking_uri)
    assert "norms.json" in [entry.path for entry in client.list_artifacts(again.run_id)]


def test_a_moved_store_takes_the_next_calibration_in_its_new_place(
    moved: tuple[LoggedCalibration, Path], study: Study
) -> None:
    _, home = moved
    other = log_calibration(write_output(study.folder / "out" / "twee", study, ledger={"files": []}), study)
    assert other.model_version == 2
    assert model_at(other, home) is not None
    assert not (study.folder / "mlruns").exists()


def test_only_our_own_former_place_is_changed(moved: tuple[LoggedCalibration, Path], study: Study) -> None:
    _, home = moved
    database = home / "mlflow.db"
    theirs = f"{(study.folder / 'mlruns').as_uri()}-van-een-ander/x"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE experiments SET artifact_location = ? WHERE experiment_id = 0", (theirs,))
    assert point_to_present_place(database, (home / "mlruns").as_uri()) > 0
    assert point_to_present_place(database, (home / "mlruns").as_uri()) == 0
    with sqlite3.connect(database) as connection:
        places = dict(connection.execute("SELECT experiment_id, artifact_location FROM experiments"))
    assert places.pop(0) == theirs
    assert list(places.values()) == [(home / "mlruns").as_uri()]


def test_a_broken_database_is_told_in_one_message(study: Study, folder: Path) -> None:
    (study.folder / "mlflow.db").write_text("no database " * 100)
    with pytest.raises(TrackingFailed, match=r"the store in .* cannot be used"):
        log_calibration(folder, study)


def test_two_studies_in_one_home_have_their_own_models(
    make_study: Callable[..., Study], study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NORMENKADER_HOME", str(make_study("samen").folder))
    other = replace(study, info=study.info.model_copy(update={"name": "Dagbesteding"}))
    first = log_calibration(folder, study)
    second = log_calibration(write_output(study.folder / "out" / "twee", other, ledger={"files": []}), other)
    assert second.model_name == "normenkader-dagbesteding"
    assert (first.model_version, second.model_version) == (1, 1)
    assert first.tracking_uri == second.tracking_uri
