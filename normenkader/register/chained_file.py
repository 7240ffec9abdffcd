"""The file: one event a line, each with the hash of the one before; reading verifies, writing is whole or not at all.

A chain shows by itself any line that was changed, dropped, moved or doubled, save that the last lines are gone: then
what is left is a shorter chain. `HEAD_NAME` beside it therefore holds the number and hash of the last event. Whoever
can write both can forge both, which is why verbs print the last hash: on paper it is out of reach, and `holds`
answers whether a hash that was once printed still stands in the register.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from normenkader.errors import InputRefused
from normenkader.provenance import canonical_json, write_whole_file
from normenkader.register.events import NOTHING_BEFORE, Event, NoEvent, event_of, line_of
from normenkader.register.lock import locked

FILE_NAME = "register.jsonl"
HEAD_NAME = "register.head"
LOCK_NAME = "register.lock"


class RegisterBroken(InputRefused):
    """The register is not as it was written; `lines` holds the first line that shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register, read and verified.

    Attributes
    ----------
    home : Path
        Its folder.
    events : tuple of Event
        In the order in which they were registered.
    has_head : bool
        Whether the file that tells dropped last lines was there; without it they cannot be told.
    """

    home: Path
    events: tuple[Event, ...]
    has_head: bool

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.home / FILE_NAME

    @property
    def last_hash(self) -> str:
        """Hash of the last event, which stands for the whole register up to there; 64 zeros when it is empty."""
        return self.events[-1].sha256 if self.events else NOTHING_BEFORE

    def holds(self, sha256: str) -> Event | None:
        """The event with that hash, or with a hash that begins so; None when there is none.

        As every event holds the hash of the one before, finding it means that all up to that event is unchanged.
        """
        return next((event for event in self.events if event.sha256.startswith(sha256.lower())), None)


def read_register(home: Path) -> Register:
    """Read the register in `home` and verify its whole chain; empty where there is no file.

    Raises
    ------
    RegisterBroken
        If a line was changed, dropped, moved, doubled or cut off; `lines` names it.
    """
    # The head first: a writer replaces the register first, so that the head is never ahead by honest means.
    head = _head(home / HEAD_NAME)
    file = home / FILE_NAME
    events = verified(file.read_bytes()) if file.is_file() else ()
    _hold_against_head(events, head)
    return Register(home=home, events=events, has_head=head is not None)


def verified(content: bytes) -> tuple[Event, ...]:
    """Events in the bytes of a register, every one held against the hash of itself and of the one before."""
    if not content:
        return ()
    *lines, rest = content.split(b"\n")
    events = tuple(_event_on(number, line) for number, line in enumerate(lines, start=1))
    if rest:
        raise _broken("the last line is cut off or was added to", len(lines) + 1)
    previous = (NOTHING_BEFORE, *(event.sha256 for event in events))
    for number, (event, expected) in enumerate(zip(events, previous, strict=False), start=1):
        _hold_in_place(number, event, expected)
    for before, after in pairwise(events):
        if after.registered_on < before.registered_on:
            raise _broken("this event was registered before the one above it", after.number)
    return events


def append(home: Path, make: Callable[[Register], Sequence[Event]]) -> tuple[Event, ...]:
    """Add the events that `make` gives for the register as it is now; all of them, or none.

    Parameters
    ----------
    home : Path
        Folder of the register; made when it does not exist.
    make : callable
        Given the register, what must follow; called while no other process can write. Its refusals pass through.

    Raises
    ------
    RegisterBroken
        If the register is not as it was written: nothing is added to it.
    """
    with locked(home / LOCK_NAME):
        register = read_register(home)
        added = tuple(make(register))
        content = b"".join(line_of(event) + b"\n" for event in (*register.events, *added))
        # Read back before it counts: what cannot be read must never be written.
        events = verified(content)
        write_whole_file(register.path.resolve(), content)
        head = {"events": len(events), "hash": events[-1].sha256}
        write_whole_file((home / HEAD_NAME).resolve(), (canonical_json(head) + "\n").encode())
        _folder_to_disk(home)
    return added


def _event_on(number: int, line: bytes) -> Event:
    try:
        event = event_of(json.loads(line.decode("utf-8"), parse_constant=_no_number))
    except NoEvent as problem:
        raise _broken(f"this line is no event: {problem}", number) from None
    except (ValueError, RecursionError):
        raise _broken("this line is no JSON", number) from None
    # Byte for byte, its own hash included: another spelling of the same values is a change as well.
    if line != line_of(event):
        raise _broken("this line was changed after it was written: its hash does not fit", number)
    return event


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _hold_in_place(number: int, event: Event, previous: str) -> None:
    if event.number != number:
        raise _broken(f"event {event.number} stands where event {number} belongs: a line was dropped, moved or doubled",
                      number)  # fmt: skip
    if event.previous != previous:
        raise _broken("this event does not follow the one above it: one of the two was replaced", number)


def _head(path: Path) -> tuple[int, str] | None:
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return int(content["events"]), str(content["hash"])
    except (ValueError, KeyError, TypeError):
        raise RegisterBroken("this is not as it was written", file=HEAD_NAME) from None


def _hold_against_head(events: tuple[Event, ...], head: tuple[int, str] | None) -> None:
    """More lines than the head knows is what a writer leaves who was killed between the two files; fewer is not."""
    if head is None:
        return
    number, sha256 = head
    if number > len(events):
        raise _broken(f"the last lines are gone: {HEAD_NAME} knows {number} events", len(events) + 1)
    if number < 1 or events[number - 1].sha256 != sha256:
        raise _broken(f"this is not the event that {HEAD_NAME} knows", max(number, 1))


def _broken(rule: str, line: int) -> RegisterBroken:
    return RegisterBroken(rule, file=FILE_NAME, lines=(line,))


def _folder_to_disk(folder: Path) -> None:
    """Let the renaming survive a power cut as well; Windows has no way to ask for it, and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
