"""Servers of our own for tests: MLflow on any database, and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def mlflow_server(place: Path, store: str) -> Iterator[str]:
    """An MLflow server with its artefacts under `place`; gives its address."""
    uri = f"http://127.0.0.1:{_free_port()}"
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", uri.rpartition(":")[2],
        "--workers", "1", "--backend-store-uri", store, "--artifacts-destination", str(place / "artefacten"),
    ]  # fmt: skip
    with (place / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(uri, process, place / "server.log")
        yield uri
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the server and its workers to stop, and end them when they wait for each other."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            return


@contextmanager
def postgres(place: Path) -> Iterator[str]:
    """A PostgreSQL server of our own; its programs refuse to run as root, so there it runs as the user postgres."""
    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)
    if programs is None:
        pytest.skip("PostgreSQL is not to be found under /usr/lib/postgresql")
    user = "postgres" if os.geteuid() == 0 else None
    port, data = _free_port(), place / "postgres"
    data.mkdir()
    if user:
        shutil.chown(data, user, user)
        _open_the_way(data)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs.parent / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=data, user=user, group=user)

    run("initdb", "-D", str(data / "data"), "-U", "norm", "--auth=trust", "-E", "UTF8", "--no-sync")
    command = [str(programs.parent / "postgres"), "-D", str(data / "data"), "-p", str(port), "-c", "fsync=off",
               "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"]  # fmt: skip
    with (place / "postgres.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=data, user=user, group=user)
    try:
        _wait_for_database(programs.parent / "pg_isready", port)
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "norm", "mlflow")
        # Without the name of its driver, SQLAlchemy 2.1 asks for psycopg 3.
        yield f"postgresql+psycopg2://norm@127.0.0.1:{port}/mlflow"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait_for_database(is_ready: Path, port: int) -> None:
    for _ in range(120):
        if (
            subprocess.run([is_ready, "-h", "127.0.0.1", "-p", str(port)], capture_output=True, check=False).returncode
            == 0
        ):
            return
        time.sleep(0.5)
    pytest.fail("PostgreSQL was not up in a minute")


def _open_the_way(folder: Path) -> None:
    """Let another user reach `folder`, which pytest keeps for its own user."""
    for parent in folder.parents:
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(parent.stat().st_mode | 0o001)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(uri: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(f"{uri}/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail("the server was not up in two minutes")
