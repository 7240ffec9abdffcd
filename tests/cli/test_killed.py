"""A calibration killed at any stage leaves no half-written folder and a store that the next run can use."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from normenkader.casemix.synthetic import synthesise
from normenkader.provenance import sealed, sha256_of_file

STAGES = ("deriving bands", "writing the dossier", "registering the version")


def start(study: Path) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("NORMENKADER_HOME", "MLFLOW_TRACKING_URI")}
    command = [sys.executable, "-m", "normenkader.cli", "calibrate", str(study), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def kill_after(study: Path, stage: str) -> None:
    """Kill as soon as the stage before has ended: a line stands on stderr when its stage is done."""
    process = start(study)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("killed") / "study"
    return synthesise(target, regime="practice", seed=5, n_providers=6, n_clients=420)


@pytest.mark.parametrize("stage", ["fitting minutes", *STAGES[:2]])
def test_killed_at_a_stage(study: Path, stage: str) -> None:
    kill_after(study, stage)
    for folder in (study / "out").glob("[!.]*") if (study / "out").exists() else ():
        receipt = json.loads((folder / "receipt.json").read_text())
        assert sealed(receipt)["seal"] == receipt["seal"]
        for entry in receipt["outputs"]:
            assert sha256_of_file(folder / entry["file"]) == entry["sha256"]


def test_the_next_run_completes_in_the_same_store(study: Path) -> None:
    first = _complete(study)
    assert [path.name for path in (study / "out").iterdir()] == [Path(first["folder"]).name]
    again = _complete(study)
    assert again == first


def _complete(study: Path) -> dict[str, object]:
    process = start(study)
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    document: dict[str, object] = json.loads(out)
    return document
