"""The chain: what was changed, dropped, moved, doubled or cut off is found; writing is whole or not at all."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import evidence, moment

from normenkader.errors import InputRefused
from normenkader.provenance import canonical_json, sha256_of_bytes
from normenkader.register.adopt import adopt, withdraw
from normenkader.register.chained_file import FILE_NAME, HEAD_NAME, RegisterBroken, append, read_register, verified
from normenkader.register.events import NOTHING_BEFORE, NoEvent, document_of, event_of
from normenkader.register.lock import locked


def _fill(home: Path) -> bytes:
    for at, name in enumerate(("een", "twee", "drie")):
        adopt(home, evidence(name), valid_from=date(2026, 1 + 3 * at, 1), decision=f"Besluit {name} “§ 2”",
              now=moment(at), transition="Overgangsregel." if name == "twee" else None)  # fmt: skip
    withdraw(home, 3, valid_from=date(2026, 12, 1), reason="Vernietigd.", now=moment(9))
    return (home / FILE_NAME).read_bytes()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return _fill(tmp_path_factory.mktemp("register"))


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def test_the_chain_is_what_anyone_can_recompute(content: bytes) -> None:
    previous = NOTHING_BEFORE
    for number, line in enumerate(_lines(content), start=1):
        document = json.loads(line)
        bare = {key: value for key, value in document.items() if key != "hash"}
        assert (document["number"], document["previous"]) == (number, previous)
        text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert document["hash"] == sha256_of_bytes(text.encode())
        previous = document["hash"]
    assert number == 5


def test_an_event_survives_writing_and_reading(content: bytes) -> None:
    for event in verified(content):
        assert event_of(json.loads(canonical_json(document_of(event)))) == event


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found_and_its_line_named(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
    line = content[:at].count(b"\n") + 1
    with pytest.raises(RegisterBroken) as found:
        verified(content[:at] + bytes([byte]) + content[at + 1 :])
    assert found.value.lines == (line,)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_byte_put_in_or_left_out_is_found(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content) - 1))
    put_in = data.draw(st.binary(min_size=1, max_size=3))
    for changed in (content[:at] + put_in + content[at:], content[:at] + content[at + 1 :]):
        if changed != content:
            with pytest.raises(RegisterBroken):
                verified(changed)


@pytest.mark.parametrize("dropped", [0, 1, 2, 3])
def test_a_dropped_line_is_found_where_it_is_missed(content: bytes, dropped: int) -> None:
    lines = _lines(content)
    with pytest.raises(RegisterBroken, match="dropped, moved or doubled") as found:
        verified(b"".join(lines[:dropped] + lines[dropped + 1 :]))
    assert found.value.lines == (dropped + 1,)


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(5)))
def test_any_other_order_is_found(content: bytes, order: list[int]) -> None:
    lines = _lines(content)
    if order == sorted(order):
        return
    with pytest.raises(RegisterBroken) as found:
        verified(b"".join(lines[i] for i in order))
    assert found.value.lines == (next(at + 1 for at, i in enumerate(order) if at != i),)


@pytest.mark.parametrize("doubled", range(5))
def test_a_doubled_line_is_found(content: bytes, doubled: int) -> None:
    lines = _lines(content)
    with pytest.raises(RegisterBroken) as found:
        verified(b"".join([*lines[: doubled + 1], *lines[doubled:]]))
    assert found.value.lines == (doubled + 2,)


@pytest.mark.parametrize("last", range(5))
def test_dropped_last_lines_are_found_by_the_head(tmp_path: Path, last: int) -> None:
    lines = _lines(_fill(tmp_path))
    (tmp_path / FILE_NAME).write_bytes(b"".join(lines[:last]))
    with pytest.raises(RegisterBroken, match=r"last lines are gone: register\.head knows 5") as found:
        read_register(tmp_path)
    assert found.value.lines == (last + 1,)
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(RegisterBroken, match="last lines are gone"):
        read_register(tmp_path)


def test_a_line_made_anew_with_a_fitting_hash_is_found_by_the_next(content: bytes) -> None:
    lines = _lines(content)
    document = json.loads(lines[1]) | {"valid_from": "2026-04-02"}
    bare = {key: value for key, value in document.items() if key != "hash"}
    forged = canonical_json(bare | {"hash": sha256_of_bytes(canonical_json(bare).encode())}).encode()
    with pytest.raises(RegisterBroken, match="does not follow the one above") as found:
        verified(b"".join([lines[0], forged + b"\n", *lines[2:]]))
    assert found.value.lines == (3,)


def test_a_whole_chain_made_anew_is_found_by_a_hash_on_paper(tmp_path: Path) -> None:
    _fill(tmp_path / "een")
    printed = read_register(tmp_path / "een").events[2].sha256
    held = read_register(tmp_path / "een").holds(printed[:16].upper())
    assert held is not None
    assert held.number == 3
    adopt(tmp_path / "twee", evidence("een"), valid_from=date(2026, 1, 2), decision="Besluit", now=moment(0))
    assert read_register(tmp_path / "twee").holds(printed) is None


def test_without_its_head_the_register_is_read_and_says_so(tmp_path: Path) -> None:
    _fill(tmp_path)
    assert read_register(tmp_path).has_head
    (tmp_path / HEAD_NAME).unlink()
    assert not read_register(tmp_path).has_head
    (tmp_path / HEAD_NAME).write_text('{"events": "five"}')
    with pytest.raises(RegisterBroken, match=r"register\.head: this is not as it was written"):
        read_register(tmp_path)


def test_a_writer_killed_between_the_two_files_leaves_a_register_that_works(tmp_path: Path) -> None:
    adopt(tmp_path, evidence("een"), valid_from=date(2026, 1, 1), decision="B", now=moment(0))
    behind = (tmp_path / HEAD_NAME).read_bytes()
    adopt(tmp_path, evidence("twee"), valid_from=date(2026, 2, 1), decision="B", now=moment(1))
    (tmp_path / HEAD_NAME).write_bytes(behind)
    adopt(tmp_path, evidence("drie"), valid_from=date(2026, 3, 1), decision="B", now=moment(2))
    assert len(read_register(tmp_path).events) == 3
    assert json.loads((tmp_path / HEAD_NAME).read_text())["events"] == 3


def test_nothing_is_added_to_a_broken_register(tmp_path: Path) -> None:
    content = _fill(tmp_path)
    broken = content.replace(b"Vernietigd", b"Bevestigd.")
    (tmp_path / FILE_NAME).write_bytes(broken)
    with pytest.raises(RegisterBroken, match=r"its hash does not fit \(line 5\)"):
        adopt(tmp_path, evidence("vier"), valid_from=date(2027, 1, 1), decision="B", now=moment(20))
    assert (tmp_path / FILE_NAME).read_bytes() == broken


def test_a_refusal_leaves_nothing_behind(tmp_path: Path) -> None:
    content = _fill(tmp_path)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(InputRefused):
        adopt(tmp_path, evidence("vier"), valid_from=date(2026, 2, 1), decision="B", now=moment(20))
    assert ((tmp_path / FILE_NAME).read_bytes(), sorted(os.listdir(tmp_path))) == (content, before)


def test_a_clock_set_back_is_refused(tmp_path: Path) -> None:
    _fill(tmp_path)
    with pytest.raises(InputRefused, match="clock of this machine stands before the last event, of 2025-12-10T09:00"):
        adopt(tmp_path, evidence("vier"), valid_from=date(2027, 1, 1), decision="B", now=moment(8))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "revoke"}, "kind is unknown"), ({"number": 0}, "no number"), ({"number": True}, "no number"),
        ({"corrects": 9}, "point back"), ({"previous": "0"}, "no SHA-256"), ({"valid_to": "2025-01-01"}, "last day"),
        ({"registered_on": "2026-01-01T10:00:00"}, "time zone"), ({"kind": "correct"}, "must name what"),
        ({"kind": "transition"}, "must name its adoption"), ({"decision": 3}, "no text"),
        ({"form": 2}, "does not know"),
        ({"extra": 1}, "missing or unknown"), ({"valid_from": "1 mei"}, "a date"), ({"bands": [1]}, "a list"),
        ({"code": 3}, "an object"),
    ],
)  # fmt: skip
def test_a_document_that_is_no_event_is_refused_with_the_reason(
    content: bytes, changed: dict[str, object], words: str
) -> None:
    document = json.loads(_lines(content)[0]) | changed
    with pytest.raises(NoEvent, match=words):
        event_of(document)


def _adopt_one(home: Path, at: int) -> None:
    adopt(home, evidence(f"c{at}"), valid_from=date(2026, 1, at), valid_to=date(2026, 1, at), decision="B",
          now=moment(400))  # fmt: skip


def test_writers_at_the_same_time_all_get_their_line(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.starmap(_adopt_one, [(tmp_path, at) for at in range(1, 13)])
    events = read_register(tmp_path).events
    assert [event.number for event in events] == list(range(1, 13))
    assert {event.valid_from.day for event in events} == set(range(1, 13))


def test_a_lock_held_by_another_is_waited_for_and_then_told(tmp_path: Path) -> None:
    with locked(tmp_path / "x.lock"):
        code = (
            "import sys; from pathlib import Path; from normenkader.register.lock import locked\n"
            "with locked(Path(sys.argv[1]), seconds=0.2): pass"
        )
        command = [sys.executable, "-c", code, str(tmp_path / "x.lock")]
        waiting = subprocess.run(command, capture_output=True, text=True, check=False)
        assert re.search("another process is writing to the register", waiting.stderr)
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_what_cannot_be_read_back_is_never_written(tmp_path: Path) -> None:
    content = _fill(tmp_path)
    with pytest.raises(RegisterBroken):
        append(tmp_path, lambda register: [register.events[0]])
    assert (tmp_path / FILE_NAME).read_bytes() == content
