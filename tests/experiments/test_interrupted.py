"""An experiment that is stopped between tasks, politely or not, gives the result that it would have given."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stored_results import EXPERIMENTS

SCRIPT = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(EXPERIMENTS)!r})
from running import arguments, finish, run

def one(task):
    time.sleep(0.25)
    return {{"square": task["seed"] ** 2}}

if __name__ == "__main__":
    options = arguments(None, Path(__file__).parent).parse_args()
    rows = run([{{"seed": seed}} for seed in range(8)], one, options)
    finish("toy", {{"rows": rows}}, {{"sum": sum(row["square"] for row in rows)}}, options)
"""


def started(script: Path, out: Path, processes: int) -> subprocess.Popen[str]:
    # A suite that runs in the background ignores SIGINT, and so would what it starts.
    return subprocess.Popen(
        [sys.executable, str(script), "--out", str(out), "--processes", str(processes)], text=True,
        stderr=subprocess.PIPE, env={**os.environ, "NORMENKADER_HOME": str(out)}, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def lines_of(out: Path) -> list[str]:
    store = out / "raw" / "rows.jsonl"
    return store.read_text().splitlines() if store.is_file() else []


def wait_for_lines(out: Path, n: int) -> None:
    until = time.monotonic() + 60
    while len(lines_of(out)) < n:
        assert time.monotonic() < until, "no rows came"
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("how", "processes"), [(signal.SIGINT, 2), (signal.SIGKILL, 1)])
def test_stopped_between_tasks_it_ends_in_the_same_result(tmp_path: Path, how: signal.Signals, processes: int) -> None:
    script, out = tmp_path / "run.py", tmp_path / "out"
    script.write_text(SCRIPT)
    first = started(script, out, processes)
    wait_for_lines(out, 2)
    first.send_signal(how)
    _, told = first.communicate(timeout=60)
    kept = lines_of(out)
    assert 2 <= len(kept) < 8
    assert not (out / "result.json").exists()
    assert first.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert ("the same command goes on from there" in told) == (how == signal.SIGINT)

    second = started(script, out, processes)
    _, told = second.communicate(timeout=60)
    assert second.returncode == 0, told
    assert f"{8 - len(kept)} of {8 - len(kept)} done" in told
    assert lines_of(out)[: len(kept)] == kept
    rows = [{"seed": seed, "square": seed**2} for seed in range(8)]
    assert (out / "result.json").read_text() == json.dumps({"rows": rows}, indent=1) + "\n"
