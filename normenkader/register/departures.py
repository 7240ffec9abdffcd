"""Decisions that depart from the norm, with a reason from a closed list: ``deviations.jsonl`` beside the register.

A line holds a month, a calibration, a band, minutes and a code; never a client, a profile or free text, because those
would be health data. Whoever wants the words finds them in the decision itself.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from normenkader.errors import InputRefused
from normenkader.provenance import canonical_json, sha256_of_bytes, write_whole_file
from normenkader.register.lock import locked

FILE_NAME = "deviations.jsonl"
LOCK_NAME = "deviations.lock"
NOTHING_BEFORE = "0" * 64
MOST_MINUTES = 10_080

Kind = Literal["decision", "deviation"]
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision under the norm.

    Attributes
    ----------
    kind : {"decision", "deviation"}
        A decision that follows the norm is logged only to be counted, so it holds no minutes.
    month : str
        Month of the decision, ``2026-03``; a day could point at a person.
    calibration_number : str
        Of the version under which it was taken.
    band : int
        Band that applies to the client.
    orientation : str
        The client's level of the factor ``orientation``; empty where the study has none.
    unit : str
    norm_minutes, granted_minutes : float or None
        What the norm gives and what was granted, of a deviation.
    granted_band : int or None
        Band that holds the granted minutes, by the table.
    direction : {"up", "down"} or None
    reason : str
        Code; empty for a decision that follows the norm.
    """

    kind: Kind
    month: str
    calibration_number: str
    band: int
    orientation: str = ""
    unit: str = ""
    norm_minutes: float | None = None
    granted_minutes: float | None = None
    granted_band: int | None = None
    direction: Direction | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """All entries of a file, read and verified, with the hash of the last line."""

    path: Path
    entries: tuple[Entry, ...]
    last_hash: str


def read_log(home: Path) -> Log:
    """Read ``deviations.jsonl`` in `home`, every line held against the hash of the one before; empty without a file.

    Raises
    ------
    InputRefused
        If a line was changed, dropped, moved or cut off; its number is named.
    """
    path = home / FILE_NAME
    content = path.read_bytes() if path.is_file() else b""
    entries, last = _verified(content)
    return Log(path=path, entries=entries, last_hash=last)


def append_entry(home: Path, entry: Entry) -> Log:
    """Add one entry at the end; what stands there is never changed.

    Raises
    ------
    InputRefused
        If the file is not as it was written, or another process holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with locked(home / LOCK_NAME):
        log = read_log(home)
        before = log.path.read_bytes() if log.path.is_file() else b""
        line = _line(len(log.entries) + 1, log.last_hash, entry)
        content = before + line + b"\n"
        entries, last = _verified(content)
        write_whole_file(log.path.resolve(), content)
    return Log(path=log.path, entries=entries, last_hash=last)


def deviation_of(
    decided: Mapping[str, Any], granted: float, *, reason: str, allowed: Sequence[str], month: str,
    calibration_number: str, bands: Sequence[Mapping[str, Any]], orientation: str = "",
) -> Entry:  # fmt: skip
    """The entry of a decision that grants `granted` in place of the norm.

    Parameters
    ----------
    decided : mapping
        ``band``, ``norm_minutes`` and ``unit`` of the client's decision.
    granted : float
        In the unit of the norms.
    reason : str
        One of `allowed`.
    month, calibration_number, orientation
        As in `Entry`.
    bands : sequence of mapping
        ``bands`` of bands.json.

    Raises
    ------
    InputRefused
        If the reason is not on the list, the amount is impossible or is the norm itself, or the client has no norm.

    References
    ----------
    Art. 4:84 Algemene wet bestuursrecht.
    """
    if reason not in allowed:
        raise InputRefused(f"this is no reason of this study; its reasons are {', '.join(allowed)}", column="--reason")
    norm, unit = decided["norm_minutes"], str(decided["unit"])
    if norm is None:
        raise InputRefused("this client has no norm, so nothing departs from it; reason the extent by itself")
    _refuse_amount(granted, norm, unit)
    inside = [int(band["band"]) for band in bands if band["lower"] <= granted]
    return Entry(
        kind="deviation", month=month, calibration_number=calibration_number, band=int(decided["band"]),
        orientation=orientation, unit=unit, norm_minutes=norm, granted_minutes=granted, granted_band=max(inside),
        direction="up" if granted > norm else "down", reason=reason,
    )  # fmt: skip


def _refuse_amount(granted: float, norm: float, unit: str) -> None:
    most = MOST_MINUTES if unit == "minutes per week" else float("inf")
    if not (math.isfinite(granted) and 0 <= granted <= most):
        raise InputRefused("the granted amount is below zero, or more than a week holds", column="--granted")
    if granted == norm:
        raise InputRefused("this is the norm itself: the decision follows it", column="--granted")


def _verified(content: bytes) -> tuple[tuple[Entry, ...], str]:
    *lines, rest = content.split(b"\n")
    if rest:
        raise _broken("the last line is cut off or was added to", len(lines) + 1)
    entries, last = [], NOTHING_BEFORE
    for number, line in enumerate(lines, start=1):
        entry = _entry(line, number)
        if line != _line(number, last, entry):
            raise _broken("this line was changed, dropped or moved after it was written", number)
        entries.append(entry)
        last = sha256_of_bytes(line)
    return tuple(entries), last


def _line(number: int, previous: str, entry: Entry) -> bytes:
    body = {"number": number, "previous": previous, **asdict(entry)}
    return canonical_json({**body, "hash": sha256_of_bytes(canonical_json(body).encode())}).encode()


def _entry(line: bytes, number: int) -> Entry:
    try:
        content = json.loads(line)
        entry = Entry(**{field.name: content[field.name] for field in fields(Entry)})
    except (ValueError, KeyError, TypeError):
        raise _broken("this line is no entry of this file", number) from None
    if entry.kind not in ("decision", "deviation") or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", str(entry.month)):
        raise _broken("this line is no entry of this file", number)
    return entry


def _broken(rule: str, number: int) -> InputRefused:
    return InputRefused(rule, file=FILE_NAME, lines=(number,))
