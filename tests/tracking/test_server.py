"""A user's MLflow server in place of the embedded store."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from servers import mlflow_server

from normenkader.study import Study
from normenkader.tracking import TrackingFailed, log_calibration


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with mlflow_server(tmp_path, f"sqlite:///{tmp_path.as_posix()}/server.db") as uri:
        yield uri


@pytest.mark.slow
def test_a_server_takes_the_run_and_the_version(
    server: str, study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (study.folder / "mlflow.db").unlink()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    capfd.readouterr()
    logged = log_calibration(folder, study)
    assert capfd.readouterr() == ("", "")
    assert (logged.tracking_uri, logged.model_version) == (server, 1)
    assert log_calibration(folder, study) == logged
    assert sorted(path.name for path in study.folder.iterdir()) == ["out"]
    model = mlflow.pyfunc.load_model(f"models:/{logged.model_name}/1")
    assert model.predict(model.input_example)["minutes"].iloc[0] == 100


def test_a_server_that_cannot_be_reached_is_told_in_one_message(
    study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        with pytest.raises(TrackingFailed, match="MLflow refused"):
            log_calibration(folder, study)
