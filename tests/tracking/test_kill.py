"""A process that is killed at any moment leaves a store that the next one can use, and one version at the end."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import pytest
from output_folder import STUDY, write_output

from normenkader.study import Study, study_from_text
from normenkader.tracking import log_calibration, store
from normenkader.tracking.process import is_alive, this_process

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed after a fork")

CLIENT = mlflow.MlflowClient


def kill_self(*given: Any, **named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_after(owner: Any, name: str, count: int) -> Callable[[], None]:
    """Let the process be killed just after call number `count` of a method; 0 is before the first."""

    def arm() -> None:
        real, calls = getattr(owner, name), [0]

        def counted(*given: Any, **named: Any) -> Any:
            answer = real(*given, **named) if count else kill_self()
            calls[0] += 1
            return answer if calls[0] < count else kill_self()

        setattr(owner, name, counted)

    return arm


def be_killed(arm: Callable[[], None], work: Callable[[], Any]) -> None:
    """Do it in a copy of this process, which has MLflow already and no connection to the study's store yet."""
    pid = os.fork()
    if pid == 0:
        try:
            arm()
            work()
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), "the process was to be killed before it was done"
    assert os.WTERMSIG(status) == signal.SIGKILL


MOMENTS = {
    "after the experiment": (CLIENT, "create_experiment", 1, []),
    "after the run was opened": (CLIENT, "create_run", 1, ["KILLED"]),
    "between two batches": (CLIENT, "log_batch", 2, ["KILLED"]),
    "after the model was stored": (CLIENT, "finalize_logged_model", 1, ["KILLED"]),
    "before the run was closed": (CLIENT, "set_terminated", 0, ["KILLED"]),
    "after the run was closed": (CLIENT, "set_terminated", 1, []),
    "after the version": (CLIENT, "create_model_version", 1, []),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_kill_the_next_run_succeeds_with_one_version(study: Study, folder: Path, moment: str) -> None:
    owner, name, count, left_behind = MOMENTS[moment]
    be_killed(killed_after(owner, name, count), lambda: log_calibration(folder, study))
    logged = log_calibration(folder, study)
    client = mlflow.MlflowClient(tracking_uri=logged.tracking_uri)
    runs = client.search_runs([client.get_run(logged.run_id).info.experiment_id])
    assert sorted(run.info.status for run in runs) == sorted([*left_behind, "FINISHED"])
    versions = client.search_model_versions(f"name='{logged.model_name}'")
    assert [int(version.version) for version in versions] == [1]
    assert log_calibration(folder, study) == logged


def test_a_kill_while_the_database_is_made_leaves_none(tmp_path: Path) -> None:
    from mlflow.store.db import utils

    home = tmp_path / "nieuw"
    study = study_from_text(STUDY, folder=home)
    folder = write_output(home / "out" / "een", study)
    # Half of the tables are there at that moment: MLflow could not open such a database again.
    be_killed(killed_after(utils, "_upgrade_db", 0), lambda: log_calibration(folder, study))
    assert not (home / "mlflow.db").exists()
    be_killed(killed_after(store, "write_whole_file", 1), lambda: store._place_unless_there(home / "mlflow.db", b"x"))
    assert not (home / "mlflow.db").exists()
    assert log_calibration(folder, study).model_version == 1
    assert sorted(path.name for path in home.iterdir()) == ["mlflow.db", "mlruns", "out"]


def test_a_database_that_another_process_made_meanwhile_stays(tmp_path: Path) -> None:
    target = tmp_path / "mlflow.db"
    target.write_bytes(b"theirs")
    store._place_unless_there(target, b"ours")
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]
    assert target.read_bytes() == b"theirs"


def test_a_run_that_another_living_process_works_on_is_left_alone(study: Study, folder: Path) -> None:
    be_killed(killed_after(CLIENT, "create_run", 1), lambda: log_calibration(folder, study))
    with sqlite3.connect(study.folder / "mlflow.db") as connection:
        alive = f"{this_process().rpartition(':')[0]}:{os.getppid()}"
        connection.execute("UPDATE tags SET value = ? WHERE key = 'normenkader.process'", (alive,))
    logged = log_calibration(folder, study)
    client = mlflow.MlflowClient(tracking_uri=logged.tracking_uri)
    runs = client.search_runs([client.get_run(logged.run_id).info.experiment_id])
    assert sorted(run.info.status for run in runs) == ["FINISHED", "RUNNING"]


def test_who_is_alive() -> None:
    host = this_process().rpartition(":")[0]
    gone = os.fork()
    if gone == 0:
        os._exit(0)
    os.waitpid(gone, 0)
    assert is_alive(f"{host}:{os.getppid()}")
    assert not is_alive(f"{host}:{gone}")
    assert not is_alive(f"{host}-2:{os.getppid()}")
    assert not is_alive(this_process())  # what this process left open before, it works on no longer
    assert not is_alive("")
