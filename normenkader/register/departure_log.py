"""``deviations.jsonl`` beside the register: one entry a line, each with the hash of the one before, and never changed.

A wrong entry is corrected by a later one, which retracts or replaces it; both stay. As in the register, a chain does
not show by itself that its last lines are gone, so `HEAD_NAME` beside it holds their number and the last hash: a copy
that went wrong, or an old backup of the one file, is found. Whoever can write both files can forge both. Against that
stands the last hash, which verbs print: on paper, in a case file or a report, it is out of reach, and `Log.holds`
answers whether it still stands.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from normenkader.errors import InputRefused
from normenkader.provenance import canonical_json, sha256_of_bytes, write_whole_file
from normenkader.register.departures import Entry, counting, refuse_wrong_target
from normenkader.register.lock import locked

FILE_NAME = "deviations.jsonl"
HEAD_NAME = "deviations.head"
LOCK_NAME = "deviations.lock"
NOTHING_BEFORE = "0" * 64
_KINDS = ("decision", "deviation", "retraction")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """All entries of a file, read and verified.

    Attributes
    ----------
    path : Path
    entries : tuple of Entry
        Every line, corrected ones among them.
    hashes : tuple of str
        Of every line.
    has_head : bool
        Whether the file that tells dropped last lines was there; without it they cannot be told.
    """

    path: Path
    entries: tuple[Entry, ...]
    hashes: tuple[str, ...]
    has_head: bool

    @property
    def last_hash(self) -> str:
        """Hash of the last line, which stands for the whole file up to there; 64 zeros when it is empty."""
        return self.hashes[-1] if self.hashes else NOTHING_BEFORE

    def counting(self) -> tuple[Entry, ...]:
        """Entries that count: corrected ones and retractions left out."""
        return counting(self.entries)

    def holds(self, sha256: str) -> int | None:
        """Number of the line with that hash, or with a hash that begins so: all up to it is unchanged."""
        return next((k for k, h in enumerate(self.hashes, start=1) if h.startswith(sha256.lower())), None)


def read_log(home: Path) -> Log:
    """Read ``deviations.jsonl`` in `home`, every line held against the hash of the one before; empty without a file.

    Raises
    ------
    InputRefused
        If a line was changed, dropped, moved or cut off, the last ones among them; its number is named.
    """
    # The head first: a writer replaces the log first, so that the head is never ahead by honest means.
    head, path = _head(home / HEAD_NAME), home / FILE_NAME
    entries, hashes = _verified(path.read_bytes() if path.is_file() else b"")
    if head is not None:
        _hold_against_head(hashes, *head)
    return Log(path=path, entries=entries, hashes=hashes, has_head=head is not None)


def append_entry(home: Path, entry: Entry) -> Log:
    """Add one entry at the end; what stands there is never changed.

    Raises
    ------
    InputRefused
        If the file is not as it was written, another process holds it, or the entry corrects what cannot be.
    """
    home.mkdir(parents=True, exist_ok=True)
    with locked(home / LOCK_NAME):
        log = read_log(home)
        if entry.corrects is not None:
            refuse_wrong_target(entry.corrects, log.entries)
        before = log.path.read_bytes() if log.path.is_file() else b""
        content = before + _line(len(log.entries) + 1, log.last_hash, entry) + b"\n"
        entries, hashes = _verified(content)
        write_whole_file(log.path.resolve(), content)
        head = canonical_json({"entries": len(entries), "hash": hashes[-1]})
        write_whole_file((home / HEAD_NAME).resolve(), f"{head}\n".encode())
    return Log(path=log.path, entries=entries, hashes=hashes, has_head=True)


def _verified(content: bytes) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    *lines, rest = content.split(b"\n")
    if rest:
        raise _broken("the last line is cut off or was added to", len(lines) + 1)
    entries: list[Entry] = []
    hashes = [NOTHING_BEFORE]
    for number, line in enumerate(lines, start=1):
        entry = _entry(line, number)
        if line != _line(number, hashes[-1], entry):
            raise _broken("this line was changed, dropped or moved after it was written", number)
        _hold_target(entry, entries, number)
        entries.append(entry)
        hashes.append(sha256_of_bytes(line))
    return tuple(entries), tuple(hashes[1:])


def _hold_target(entry: Entry, before: list[Entry], number: int) -> None:
    if entry.corrects is None:
        return
    try:
        refuse_wrong_target(entry.corrects, before)
    except InputRefused as wrong:
        raise _broken(f"this line corrects what it cannot: {wrong.rule}", number) from None


def _line(number: int, previous: str, entry: Entry) -> bytes:
    body = {"number": number, "previous": previous, **asdict(entry)}
    if entry.corrects is None:
        # As lines were written before there were corrections.
        del body["corrects"]
    return canonical_json({**body, "hash": sha256_of_bytes(canonical_json(body).encode())}).encode()


def _entry(line: bytes, number: int) -> Entry:
    try:
        content = {"corrects": None, **json.loads(line)}
        entry = Entry(**{field.name: content[field.name] for field in fields(Entry)})
    except (ValueError, KeyError, TypeError):
        raise _broken("this line is no entry of this file", number) from None
    corrects = entry.corrects is None or type(entry.corrects) is int
    if entry.kind not in _KINDS or not corrects or not _MONTH.fullmatch(str(entry.month)):
        raise _broken("this line is no entry of this file", number)
    if entry.kind == "retraction" and entry.corrects is None:
        raise _broken("this line retracts nothing", number)
    return entry


def _head(path: Path) -> tuple[int, str] | None:
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return int(content["entries"]), str(content["hash"])
    except (ValueError, KeyError, TypeError):
        raise InputRefused("this is not as it was written", file=HEAD_NAME) from None


def _hold_against_head(hashes: tuple[str, ...], number: int, sha256: str) -> None:
    """More lines than the head knows is what a writer leaves who was killed between the two files; fewer is not."""
    if number > len(hashes):
        raise _broken(f"the last lines are gone: {HEAD_NAME} knows {number} lines", len(hashes) + 1)
    if number < 1 or hashes[number - 1] != sha256:
        raise _broken(f"this is not the line that {HEAD_NAME} knows", max(number, 1))


def _broken(rule: str, number: int) -> InputRefused:
    return InputRefused(rule, file=FILE_NAME, lines=(number,))
