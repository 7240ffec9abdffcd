"""The runner of the experiments: rows that do not depend on processes, resumed where it stopped, with progress."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from joblib import parallel_config

sys.path.insert(0, str(Path(__file__).parents[2] / "experiments"))

from running import Row, fill, run_tasks

TASKS: list[Row] = [{"seed": seed, "size": size} for seed in (1, 2, 3) for size in (10, 20)]


def square(task: Row) -> Row:
    """Slow for the first, so that rows come in another order than tasks on two processes."""
    return {"found": task["seed"] ** 2 + task["size"] / 3}


def stopping(task: Row) -> Row:
    """Stops at the fourth task, as a machine that is switched off."""
    if task["seed"] == 2 and task["size"] == 20:
        raise KeyboardInterrupt
    return square(task)


def never(task: Row) -> Row:
    """For a store that holds everything."""
    raise AssertionError("a stored task was done again")


def test_rows_are_the_same_on_one_and_two_processes(tmp_path: Path) -> None:
    one = run_tasks(TASKS, square, tmp_path / "one.jsonl")
    with parallel_config(backend="loky", n_jobs=2):
        two = run_tasks(TASKS, square, tmp_path / "two.jsonl")
    assert one == two == [{**task, **square(task)} for task in TASKS]


def test_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    store = tmp_path / "raw" / "rows.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run_tasks(TASKS, stopping, store)
    assert len(store.read_text().splitlines()) == 3
    with store.open("a") as stream:
        stream.write('{"key": "half a li')
    done: list[Row] = []

    def counted(task: Row) -> Row:
        done.append(task)
        return square(task)

    rows = run_tasks(TASKS, counted, store)
    assert done == TASKS[3:]
    assert rows == [{**task, **square(task)} for task in TASKS]
    assert [json.loads(line)["row"] for line in store.read_text().splitlines()] == [square(task) for task in TASKS]
    assert run_tasks(TASKS, never, store) == rows


def test_says_how_much_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_tasks(TASKS, square, tmp_path / "rows.jsonl")
    told = capsys.readouterr().err
    assert "1 of 6 done, about" in told
    assert "6 of 6 done, about 0 seconds left" in told


def test_figures_between_marks_are_replaced_and_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("a\n<!-- x: from result.json -->\nold\n<!-- end of x -->\nb\n")
    fill(readme, "x", ["new", "lines"])
    assert readme.read_text() == "a\n<!-- x: from result.json -->\nnew\nlines\n<!-- end of x -->\nb\n"
