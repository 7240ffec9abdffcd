"""How every experiment here runs: one command, tasks over the cores or a cluster, resumed where it stopped, logged."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
from joblib import Parallel, cpu_count, delayed, parallel_config
from tracked import log_to_mlflow

from normenkader.cli.spread import spread
from normenkader.provenance import sha256_of_parts, write_whole_file

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "normenkader"
STOPPED = 130
Row = dict[str, Any]
Figures = dict[str, float | None]


def arguments(about: str | None, folder: Path, *, spreads: bool = True) -> argparse.ArgumentParser:
    """The command line that experiments share.

    Parameters
    ----------
    about : str or None
        Docstring of the experiment.
    folder : Path
        Of the experiment, where results and README stand.
    spreads : bool
        Whether tasks may run side by side: not where seconds are what is measured.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--out", type=Path, default=folder, help="folder for result.json and the rows so far; with "
                        "another than the experiment's own, README and figures stay as they are")  # fmt: skip
    parser.add_argument("--again", action="store_true", help="do not go on where a run stopped: make all rows anew")
    if spreads:
        parser.add_argument("--processes", type=int, default=cpu_count(), help="processes; default: one a core")
        parser.add_argument("--cluster", metavar="ADDRESS", help="of a Dask scheduler, such as tcp://host:8786")
    return parser


def run(
    tasks: Sequence[Row], one: Callable[[Row], Row], options: argparse.Namespace, store: Path | None = None
) -> list[Row]:
    """Rows of all tasks in their order, spread as the command line says; stopped, the same command goes on.

    Parameters
    ----------
    tasks, one
        As `run_tasks` has them.
    options : Namespace
        Of `arguments`.
    store : Path, optional
        In place of ``raw/rows.jsonl`` in the folder of results.
    """
    place = store_of(options) if store is None else store
    if options.again:
        place.unlink(missing_ok=True)
    try:
        with spread(getattr(options, "processes", 1), getattr(options, "cluster", None)):
            return run_tasks(tasks, one, place)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; what is done is kept, and the same command goes on from there\n")
        sys.exit(STOPPED)


def store_of(options: argparse.Namespace) -> Path:
    """Where rows are kept until the result is made of them."""
    return Path(options.out) / "raw" / "rows.jsonl"


def finish(name: str, found: Any, figures: Figures, options: argparse.Namespace) -> None:
    """Write result.json whole, and log figures, settings and the file to MLflow.

    The store is that of the environment (``MLFLOW_TRACKING_URI``, or the folder ``NORMENKADER_HOME``), else one in the
    folder of results, which is not kept in git.
    """
    options.out.mkdir(parents=True, exist_ok=True)
    result = options.out / "result.json"
    write_whole_file(result, (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode())
    log(name, figures, [result], options)


def log(name: str, figures: Figures, files: Sequence[Path], options: argparse.Namespace) -> None:
    """One MLflow run; of the settings those that are no place on this machine or in this network."""
    settings = {k: v for k, v in vars(options).items() if k not in ("out", "again", "cluster", "data", "one")}
    told = log_to_mlflow(name, figures, settings, files, home=options.out)
    sys.stderr.write(f"logged to MLflow as a run of '{name}', {told} figures\n")


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
        JSON lines, appended as tasks end, so that a run that is stopped goes on where it was; each with the state of
        the code that made it.
    """
    code, lines = code_of(one), _read(store)
    done = {line["key"]: line["row"] for line in lines}
    open_tasks = [task for task in tasks if _key(task) not in done]
    _warn(sum(line.get("code", code) != code for line in lines))
    work = delayed(_Portable(one))
    started = time.monotonic()
    found = Parallel(return_as="generator_unordered")(work(task) for task in open_tasks)
    store.parent.mkdir(parents=True, exist_ok=True)
    with store.open("a", encoding="utf-8") as stream:
        for at, (key, row) in enumerate(found, start=1):
            done[key] = row
            stream.write(json.dumps({"key": key, "row": row, "code": code}) + "\n")
            stream.flush()
            _tell(at, len(open_tasks), started)
    return [{**task, **done[_key(task)]} for task in tasks]


def code_of(one: Callable[[Row], Row]) -> str:
    """First digits of a hash of the code that makes rows: the package, and the modules beside the experiment."""
    files = [*sorted(PACKAGE.rglob("*.py")), *sorted(_place(_module(one)).glob("*.py")), *sorted(HERE.glob("*.py"))]
    return sha256_of_parts(file.read_bytes() for file in files)[:12]


def codes_of(store: Path) -> list[str]:
    """The states of the code that made the rows of a store."""
    return sorted({line["code"] for line in _read(store) if "code" in line})


def fill(readme: Path, name: str, lines: Sequence[str]) -> None:
    """Put lines between the two marks of a README that bear this name, so that its figures are those of the result."""
    text = readme.read_text(encoding="utf-8")
    start, end = f"<!-- {name}: from result.json -->\n", f"<!-- end of {name} -->"
    before, rest = text.split(start)
    readme.write_text(before + start + "\n".join(lines) + "\n" + end + rest.split(end)[1], encoding="utf-8")


class _Portable:
    """Work that carries the experiment's own modules with it: a worker elsewhere has the package, not these files."""

    def __init__(self, one: Callable[[Row], Row]) -> None:
        self._one = one

    def __call__(self, task: Row) -> tuple[str, Row]:
        return _keyed(self._one, task)

    def __reduce__(self) -> tuple[Any, ...]:
        for module in _beside(_module(self._one)):
            cloudpickle.register_pickle_by_value(module)
        return cloudpickle.loads, (cloudpickle.dumps(partial(_keyed, self._one)),)


def _keyed(one: Callable[[Row], Row], task: Row) -> tuple[str, Row]:
    """One task; the heavy loops of the tool itself stay in this process, which is one of many."""
    with parallel_config(backend="sequential"):
        return _key(task), one(task)


def _module(one: Callable[[Row], Row]) -> ModuleType:
    while isinstance(one, partial):
        one = one.func
    return sys.modules[one.__module__]


def _place(module: ModuleType) -> Path:
    return Path(str(module.__file__)).resolve().parent


def _beside(own: ModuleType) -> Iterator[ModuleType]:
    """Modules that were loaded from the experiment's folder, and from the one that experiments share."""
    for module in list(sys.modules.values()):
        if (
            getattr(module, "__file__", None)
            and module.__name__ != "__main__"
            and _place(module) in (_place(own), HERE)
        ):
            yield module


def _key(task: Row) -> str:
    return json.dumps(task, sort_keys=True)


def _read(store: Path) -> list[Row]:
    """Lines that were stored whole; what a run left of a line when it was stopped is taken away."""
    if not store.is_file():
        return []
    text = store.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        store.write_text(whole, encoding="utf-8")
    return [json.loads(line) for line in whole.splitlines()]


def _warn(n_other: int) -> None:
    if n_other:
        sys.stderr.write(f"{n_other} rows were made by another state of the code; --again makes all of them anew\n")


def _tell(at: int, n: int, started: float) -> None:
    left = (time.monotonic() - started) / at * (n - at)
    said = f"{left:.0f} seconds" if left < 100 else f"{left / 60:.0f} minutes"
    sys.stderr.write(f"\r{at} of {n} done, about {said} left   " + "\n" * (at == n))
    sys.stderr.flush()
