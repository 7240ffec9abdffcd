"""How every experiment here runs: tasks over the cores or a cluster, resumed where it stopped, with the time left."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed

Row = dict[str, Any]


def run_tasks(tasks: Sequence[Row], one: Callable[[Row], Row], store: Path) -> list[Row]:
    """Rows of all tasks in their order; those that `store` holds already are not done again.

    How many processes, or which cluster, is for the caller to say with ``joblib.parallel_config``; the rows do not
    depend on it, since every task holds its own seed.

    Parameters
    ----------
    tasks : sequence of dict
        Each is its own key.
    one : callable
        From a task to its figures.
    store : Path
        JSON lines, appended as tasks end, so that a run that is stopped goes on where it was.
    """
    done = _read(store)
    open_tasks = [task for task in tasks if _key(task) not in done]
    started = time.monotonic()
    found = Parallel(return_as="generator_unordered")(delayed(_keyed)(one, task) for task in open_tasks)
    store.parent.mkdir(parents=True, exist_ok=True)
    with store.open("a", encoding="utf-8") as stream:
        for at, (key, row) in enumerate(found, start=1):
            done[key] = row
            stream.write(json.dumps({"key": key, "row": row}) + "\n")
            stream.flush()
            _tell(at, len(open_tasks), started)
    return [{**task, **done[_key(task)]} for task in tasks]


def fill(readme: Path, name: str, lines: Sequence[str]) -> None:
    """Put lines between the two marks of a README that bear this name, so that its figures are those of the result."""
    text = readme.read_text(encoding="utf-8")
    start, end = f"<!-- {name}: from result.json -->\n", f"<!-- end of {name} -->"
    before, rest = text.split(start)
    readme.write_text(before + start + "\n".join(lines) + "\n" + end + rest.split(end)[1], encoding="utf-8")


def log_to_mlflow(name: str, figures: dict[str, float], files: Sequence[Path]) -> None:
    """One MLflow run with figures and files, in the store that the environment names; silent where there is none."""
    if "MLFLOW_TRACKING_URI" not in os.environ:
        sys.stderr.write("MLFLOW_TRACKING_URI is not set: nothing is logged to MLflow\n")
        return
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow

    mlflow.set_experiment(name)
    with mlflow.start_run():
        mlflow.log_metrics(figures)
        for file in files:
            mlflow.log_artifact(str(file))


def _keyed(one: Callable[[Row], Row], task: Row) -> tuple[str, Row]:
    return _key(task), one(task)


def _key(task: Row) -> str:
    return json.dumps(task, sort_keys=True)


def _read(store: Path) -> dict[str, Row]:
    """Rows that were stored whole; what a run left of a line when it was stopped is taken away."""
    if not store.is_file():
        return {}
    text = store.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        store.write_text(whole, encoding="utf-8")
    lines = [json.loads(line) for line in whole.splitlines()]
    return {line["key"]: line["row"] for line in lines}


def _tell(at: int, n: int, started: float) -> None:
    left = (time.monotonic() - started) / at * (n - at)
    sys.stderr.write(f"\r{at} of {n} done, about {left / 60:.0f} minutes left   ")
    sys.stderr.flush()
