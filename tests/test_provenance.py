from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from normenkader.provenance import rounded, sealed, sha256_of_parts, whole_folder, without_times, write_whole_file

SLOW_WRITER = """
import sys, time
from pathlib import Path
from normenkader.provenance import whole_folder
with whole_folder(Path(sys.argv[1])) as partial:
    for k in range(300):
        (partial / f"{k}.txt").write_text("x" * 1000)
        if k == 20:
            print("writing", flush=True)
        time.sleep(0.005)
"""


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "a" / "b") as partial:
        (partial / "one.txt").write_text("1")
        assert not (tmp_path / "a" / "b").exists()
    assert (tmp_path / "a" / "b" / "one.txt").read_text() == "1"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_a_fault_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "b") as partial:
        (partial / "one.txt").write_text(str(1 / 0))
    assert list(tmp_path.iterdir()) == []


def test_a_killed_writer_leaves_no_folder_and_the_next_one_clears_up(tmp_path: Path) -> None:
    target = tmp_path / "out" / "calibration"
    process = subprocess.Popen([sys.executable, "-c", SLOW_WRITER, str(target)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not target.exists()
    assert [path.name.startswith(".partial-") for path in target.parent.iterdir()] == [True]
    with whole_folder(target) as partial:
        (partial / "one.txt").write_text("1")
    assert [path.name for path in target.parent.iterdir()] == ["calibration"]


def test_another_writer_at_work_is_left_alone(tmp_path: Path) -> None:
    first = tmp_path / "first"
    process = subprocess.Popen([sys.executable, "-c", SLOW_WRITER, str(first)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    with whole_folder(tmp_path / "second") as partial:
        (partial / "one.txt").write_text("1")
    assert process.wait(timeout=60) == 0
    assert len(list(first.iterdir())) == 300


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    write_whole_file(tmp_path / "a.txt", b"old")
    write_whole_file(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_parts_do_not_run_together() -> None:
    assert sha256_of_parts([b"ab", b"c"]) != sha256_of_parts([b"a", b"bc"])


def test_a_seal_covers_every_key_but_itself() -> None:
    document = sealed({"a": 1, "b": [1, 2]})
    assert sealed(document) == document
    assert sealed({**document, "a": 2})["seal"] != document["seal"]


def test_rounding_for_print() -> None:
    assert rounded(1.005, 1) == 1.0
    assert str(rounded(-0.001)) == "0.0"
    assert rounded(float("nan")) is None
    assert rounded(None) is None


def test_sweeping_spares_a_running_owner(tmp_path: Path) -> None:
    own = tmp_path / f".partial-{os.getpid()}-x"
    own.mkdir()
    with whole_folder(tmp_path / "b"):
        pass
    assert own.exists()


def workbook_made_at(moment: datetime) -> bytes:
    book = Workbook()
    book.active.append(["client", "minutes"])
    book.properties.created = moment
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_tells_nothing_of_when_it_was_made() -> None:
    first, later = workbook_made_at(datetime(2025, 1, 1, 9)), workbook_made_at(datetime(2026, 3, 4, 23, 59, 59))
    assert first != later
    assert without_times(first) == without_times(later)
