"""The log of departures: append-only, verified, and without anything about a client."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from normenkader.errors import InputRefused
from normenkader.register.departure_log import FILE_NAME, HEAD_NAME, append_entry, read_log
from normenkader.register.departures import Entry, deviation_of, retraction_of

BANDS = [{"band": 1, "lower": 0}, {"band": 2, "lower": 90}, {"band": 3, "lower": 150}]
DECIDED = {"band": 2, "norm_minutes": 100, "unit": "minutes per week"}


def deviation(granted: float, reason: str = "veiligheid", decided: dict[str, Any] | None = None) -> Entry:
    return deviation_of(decided or DECIDED, granted, reason=reason, allowed=["veiligheid", "andere"], month="2026-03",
                        calibration_number="ab" * 32, bands=BANDS, orientation="behoud")  # fmt: skip


def filled(home: Path, n: int = 5) -> Path:
    for k in range(n):
        append_entry(home, deviation(110 + k))
    return home / FILE_NAME


def test_what_is_logged_is_what_is_read(tmp_path: Path) -> None:
    filled(tmp_path)
    log = read_log(tmp_path)
    assert log.entries == tuple(deviation(110 + k) for k in range(5))
    assert json.loads(log.path.read_text().splitlines()[-1])["hash"]


def test_a_line_holds_no_client_no_profile_no_text_and_no_day(tmp_path: Path) -> None:
    line = json.loads(filled(tmp_path, 1).read_text())
    assert set(line) == {f.name for f in fields(Entry)} - {"corrects"} | {"number", "previous", "hash"}
    assert line["month"] == "2026-03"
    assert not {"client", "profile", "date", "text", "levels", "provider"} & set(line)


def test_direction_and_the_band_of_what_is_granted_follow_from_the_amounts() -> None:
    assert (deviation(240).direction, deviation(240).granted_band, deviation(240).band) == ("up", 3, 2)
    assert (deviation(60).direction, deviation(60).granted_band) == ("down", 1)
    assert (deviation(149.5).direction, deviation(149.5).granted_band) == ("up", 2)


def test_what_stands_is_never_changed_by_adding(tmp_path: Path) -> None:
    before = filled(tmp_path).read_bytes()
    append_entry(tmp_path, deviation(60))
    assert (tmp_path / FILE_NAME).read_bytes().startswith(before)


@pytest.mark.parametrize("at", range(5))
def test_a_changed_dropped_or_moved_line_is_found(tmp_path: Path, at: int) -> None:
    path = filled(tmp_path)
    lines = path.read_text().splitlines(keepends=True)
    changed = [*lines[:at], lines[at].replace('"granted_minutes":11', '"granted_minutes":12'), *lines[at + 1 :]]
    dropped = [*lines[:at], *lines[at + 1 :]] if at < 4 else None
    moved = [lines[at], *lines[:at], *lines[at + 1 :]] if at else None
    for wrong in (changed, dropped, moved):
        if wrong is not None:
            path.write_text("".join(wrong))
            with pytest.raises(InputRefused) as refusal:
                read_log(tmp_path)
            assert refusal.value.file == FILE_NAME
    before = path.read_bytes()
    with pytest.raises(InputRefused):
        append_entry(tmp_path, deviation(60))
    assert path.read_bytes() == before


def test_every_single_byte_counts(tmp_path: Path) -> None:
    path = filled(tmp_path, 2)
    content = path.read_bytes()
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(InputRefused):
            read_log(tmp_path)


def test_a_line_that_is_cut_off_is_found(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputRefused, match="cut off"):
        read_log(tmp_path)


@pytest.mark.parametrize(
    ("granted", "reason", "decided", "words"),
    [
        (240, "omdat mevrouw ziek is", None, "its reasons are veiligheid, andere"),
        (100, "andere", None, "the norm itself"),
        (-1, "andere", None, "below zero"),
        (10_081, "andere", None, "more than a week holds"),
        (float("nan"), "andere", None, "below zero"),
        (float("inf"), "andere", {**DECIDED, "unit": "days"}, "below zero"),
        (240, "andere", {**DECIDED, "norm_minutes": None}, "no norm"),
    ],
)
def test_what_is_no_departure_is_refused(granted: float, reason: str, decided: dict | None, words: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        deviation(granted, reason, decided)
    assert words in str(refusal.value)
    assert "mevrouw" not in str(refusal.value)


def retracted(home: Path, number: int) -> Entry:
    entry = retraction_of(number, read_log(home).entries, "ab" * 32)
    append_entry(home, entry)
    return entry


def test_a_retracted_line_stays_and_counts_no_more(tmp_path: Path) -> None:
    before = filled(tmp_path, 3).read_bytes()
    retracted(tmp_path, 2)
    log = read_log(tmp_path)
    assert log.path.read_bytes().startswith(before)
    assert len(log.entries) == 4
    assert [e.granted_minutes for e in log.counting()] == [110, 112]
    line = json.loads(log.path.read_text().splitlines()[-1])
    assert (line["kind"], line["corrects"], line["granted_minutes"], line["reason"]) == ("retraction", 2, None, "")


def test_a_replacement_counts_once_in_the_place_of_the_other(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    append_entry(tmp_path, replace(deviation(140), corrects=1))
    append_entry(tmp_path, replace(deviation(145), corrects=3))
    assert [e.granted_minutes for e in read_log(tmp_path).counting()] == [111, 145]
    retracted(tmp_path, 4)
    assert [e.granted_minutes for e in read_log(tmp_path).counting()] == [111]


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "no line 0"), (9, "no line 9"), (2, "corrected already, by line 4"), (4, "retracts another")],
)
def test_what_cannot_be_corrected_is_refused_and_nothing_is_written(tmp_path: Path, number: int, words: str) -> None:
    path = filled(tmp_path, 3)
    retracted(tmp_path, 2)
    before = path.read_bytes()
    with pytest.raises(InputRefused, match=words):
        append_entry(tmp_path, replace(deviation(140), corrects=number))
    with pytest.raises(InputRefused, match=words):
        retraction_of(number, read_log(tmp_path).entries, "ab" * 32)
    assert path.read_bytes() == before


def test_a_line_of_another_calibration_is_not_retracted(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    with pytest.raises(InputRefused, match="another calibration"):
        retraction_of(1, read_log(tmp_path).entries, "cd" * 32)


@pytest.mark.parametrize("left", range(5))
def test_dropped_last_lines_are_found(tmp_path: Path, left: int) -> None:
    path = filled(tmp_path)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:left]))
    with pytest.raises(InputRefused, match="the last lines are gone") as refusal:
        read_log(tmp_path)
    assert refusal.value.lines == (left + 1,)
    path.unlink()
    with pytest.raises(InputRefused, match="the last lines are gone"):
        append_entry(tmp_path, deviation(60))


def test_without_the_head_only_a_printed_hash_tells(tmp_path: Path) -> None:
    path = filled(tmp_path)
    printed = read_log(tmp_path).last_hash
    assert read_log(tmp_path).holds(printed[:8]) == 5
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:3]))
    (tmp_path / HEAD_NAME).unlink()
    log = read_log(tmp_path)
    assert (log.has_head, len(log.entries), log.holds(printed)) == (False, 3, None)


def test_a_writer_killed_between_the_two_files_left_nothing_wrong(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    behind = (tmp_path / HEAD_NAME).read_bytes()
    append_entry(tmp_path, deviation(60))
    (tmp_path / HEAD_NAME).write_bytes(behind)
    assert len(read_log(tmp_path).entries) == 3
    append_entry(tmp_path, deviation(70))
    assert json.loads((tmp_path / HEAD_NAME).read_text())["entries"] == 4


def test_the_hash_that_is_printed_is_that_of_the_line(tmp_path: Path) -> None:
    path = filled(tmp_path, 2)
    assert read_log(tmp_path).last_hash == hashlib.sha256(path.read_bytes().splitlines()[-1]).hexdigest()


def test_a_forged_correction_breaks_the_chain(tmp_path: Path) -> None:
    """With its hashes right, a line that corrects what it cannot is no honest line either."""
    filled(tmp_path, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("normenkader.register.departure_log.refuse_wrong_target", lambda *_: None)
        append_entry(tmp_path, replace(deviation(140), corrects=7))
    with pytest.raises(InputRefused, match="corrects what it cannot"):
        read_log(tmp_path)
