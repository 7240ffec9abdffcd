"""A small part of the simulation study on a cluster, whose workers do not have the experiment's own files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from stored_results import EXPERIMENTS, modules_of

sys.path.insert(0, str(EXPERIMENTS))

from running import arguments, run

TASKS = [{"mechanism": name, "seed": seed} for name in ("300 clients", "5 providers") for seed in (1, 2)]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """Address of a scheduler with two workers, each a process that was started elsewhere."""
    distributed = pytest.importorskip("distributed")
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            distributed.LocalCluster(n_workers=0, processes=True, dashboard_address=None, host="127.0.0.1")
        )
        command = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler.scheduler_address, "--nthreads", "1",
                   "--no-nanny", "--no-dashboard"]  # fmt: skip
        workers = [
            subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.DEVNULL) for _ in range(2)
        ]
        stack.callback(lambda: [worker.wait(30) for worker in workers])
        stack.callback(lambda: [worker.terminate() for worker in workers])
        client = stack.enter_context(distributed.Client(scheduler.scheduler_address, set_as_default=False))
        client.wait_for_workers(2, timeout=60)
        yield scheduler.scheduler_address


def test_a_cluster_gives_the_rows_of_one_process(cluster: str, tmp_path: Path) -> None:
    with modules_of("2026-11-22-recovery") as own:
        one = own["run"].one
        alone, there = (
            run(TASKS, one, arguments(None, EXPERIMENTS).parse_args(["--out", str(tmp_path / name), *options]))
            for name, options in (("alone", ["--processes", "1"]), ("there", ["--cluster", cluster]))
        )
    assert alone == there
    assert [row["mechanism"] for row in alone] == ["300 clients"] * 2 + ["5 providers"] * 2
    assert alone[0]["ours"] != alone[1]["ours"]


def test_rows_of_another_state_of_the_code_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def one(task: dict[str, int]) -> dict[str, int]:
        return {"found": task["seed"]}

    def rows(*more: str) -> list[dict[str, int]]:
        options = arguments(None, EXPERIMENTS).parse_args(["--out", str(tmp_path), "--processes", "1", *more])
        return run([{"seed": 1}], one, options)

    rows()
    store = tmp_path / "raw" / "rows.jsonl"
    store.write_text(store.read_text().replace('"code": "', '"code": "former').replace('"found": 1', '"found": 5'))
    capsys.readouterr()
    assert rows() == [{"seed": 1, "found": 5}]
    assert "1 rows were made by another state of the code" in capsys.readouterr().err
    assert rows("--again") == [{"seed": 1, "found": 1}]
    assert "another state" not in capsys.readouterr().err
