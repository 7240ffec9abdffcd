"""A user's MLflow server in place of the embedded store."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest

from normenkader.study import Study
from normenkader.tracking import TrackingFailed, log_calibration


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = f"sqlite:///{tmp_path.as_posix()}/server.db"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
               "--backend-store-uri", store, "--artifacts-destination", str(tmp_path / "artefacten")]  # fmt: skip
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _wait_for(uri: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "the server did not start"
        try:
            with urllib.request.urlopen(f"{uri}/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail("the server was not up in two minutes")


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
