"""The acts: a version gets legal force, loses it, or is put in the place of what was registered wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from normenkader.errors import InputRefused
from normenkader.register.chained_file import Register, append
from normenkader.register.events import ADOPTIONS, Event
from normenkader.register.evidence import Evidence, hint_of
from normenkader.register.history import timeline
from normenkader.register.refusals import (
    legal_day,
    needed,
    refuse_other_content,
    refuse_other_study,
    refuse_without_force,
    refuse_wrong_target,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogued:
    """What MLflow knows of a calibration: its place in the catalogue, and the commit of the code that made it."""

    model_name: str
    model_version: int
    run_id: str
    commit: str | None = None
    dirty: bool | None = None


def adopt(
    home: Path,
    evidence: Evidence,
    *,
    valid_from: date,
    valid_to: date | None = None,
    decision: str,
    corrects: int | None = None,
    transition: str | None = None,
    catalogued: Catalogued | None = None,
    renamed: bool = False,
    now: datetime,
) -> tuple[Event, ...]:
    """Register that a calibration has legal force from a day.

    Parameters
    ----------
    home : Path
        Folder of the register.
    evidence : Evidence
        The output folder, read and held against its receipt.
    valid_from, valid_to : date
        First and last legal day, both included; without a last day until it is replaced or withdrawn. An open-ended
        predecessor ends the day before.
    decision : str
        The decision by name, number and date.
    corrects : int, optional
        Number of the event in whose place this comes. What was known before keeps showing that event.
    transition : str, optional
        Transitional rule that stands beside the adoption: for whom the former version continues, and until when.
    catalogued : Catalogued, optional
        What MLflow knows of the calibration.
    renamed : bool
        Whether a study of another name than the last may follow it up. Norms of different kinds of support each have
        a register of their own: in one, adopting the one would end the other.
    now : datetime
        Moment of registering.

    Returns
    -------
    tuple of Event
        What was added: the adoption, and the transition where there is one.

    Raises
    ------
    InputRefused
        If the days overlap with another version's otherwise than allowed, or a text or number is none.
    RegisterBroken
        If the register is not as it was written.
    """
    wanted = {
        "decision": needed(decision, "--decision"),
        "valid_from": legal_day(valid_from, "--from"),
        "valid_to": valid_to,
    }
    rule = None if transition is None else needed(transition, "--transition")
    if valid_to is not None and valid_to < valid_from:
        raise InputRefused("the last day is before the first", column="--to")

    def make(register: Register) -> Sequence[Event]:
        refuse_other_content(register.events, evidence)
        refuse_other_study(register.events, evidence.study, renamed=renamed, corrects=corrects)
        kind = "adopt" if corrects is None else "correct"
        version = _version_of(register.events, evidence.calibration_number)
        about = _about(evidence, catalogued, home)
        event = _next(register, now, {"kind": kind, "version": version, "corrects": corrects, **wanted, **about})
        refuse_wrong_target(register.events, corrects, kinds=(*ADOPTIONS, "withdraw"))
        timeline((*register.events, event))
        return (event,) if rule is None else (event, _beside(event, rule))

    return append(home, make)


def withdraw(
    home: Path, version: int, *, valid_from: date, reason: str, corrects: int | None = None, now: datetime
) -> tuple[Event, ...]:
    """Register that a version has no legal force from the day `valid_from`; what comes after may be a gap.

    It ends every period of the version that runs on that day or begins later. No former version revives by it: that
    takes an adoption. A decision that should never have been registered is corrected, not withdrawn.

    Raises
    ------
    InputRefused
        If there is no such version, or it has no legal force on or after that day.
    RegisterBroken
        If the register is not as it was written.
    """
    why, first = needed(reason, "--reason"), legal_day(valid_from, "--from")

    def make(register: Register) -> Sequence[Event]:
        adopted = latest_adoption(register.events, version)
        changed = {"kind": "withdraw", "valid_from": first, "valid_to": None, "decision": "", "reason": why,
                   "corrects": corrects}  # fmt: skip
        event = _next(register, now, _shared(adopted) | changed)
        refuse_wrong_target(register.events, corrects, kinds=("withdraw",))
        timeline((*register.events, event))
        refuse_without_force(register, event)
        return (event,)

    return append(home, make)


def latest_adoption(events: Sequence[Event], version: int) -> Event:
    """The last adoption of a version; refused where the register has no such version."""
    found = [event for event in events if event.version == version and event.kind in ADOPTIONS]
    if not found:
        there = ", ".join(map(str, sorted({event.version for event in events}))) or "none"
        raise InputRefused(f"the register has no version {version}; it has: {there}")
    return found[-1]


def _version_of(events: Sequence[Event], calibration_number: str) -> int:
    """The number it has already, else the next one; numbers are never used again."""
    known = [event.version for event in events if event.calibration_number == calibration_number]
    return known[0] if known else max((event.version for event in events), default=0) + 1


def _about(evidence: Evidence, catalogued: Catalogued | None, home: Path) -> dict[str, Any]:
    names = ("calibration_number", "receipt_seal", "norms_sha256", "bands_sha256", "data_sha256", "bands", "unit",
             "study", "n_reservations")  # fmt: skip
    commit, dirty = evidence.code_commit, evidence.code_changed
    if catalogued and catalogued.commit:
        commit, dirty = catalogued.commit, catalogued.dirty
    return {
        **{name: getattr(evidence, name) for name in names},
        "code": {"version": evidence.code_version, "commit": commit, "dirty": dirty},
        "catalogue": _place(catalogued) if catalogued else None,
        "folder": hint_of(evidence.folder, home) if evidence.folder else "",
    }


def _place(catalogued: Catalogued) -> dict[str, Any]:
    return {name: getattr(catalogued, name) for name in ("model_name", "model_version", "run_id")}


def _shared(adopted: Event) -> dict[str, Any]:
    """What a withdrawal says of the version that it withdraws."""
    names = ("version", "calibration_number", "receipt_seal", "norms_sha256", "bands_sha256", "data_sha256", "bands",
             "unit", "study", "n_reservations", "code", "catalogue", "folder")  # fmt: skip
    return {name: getattr(adopted, name) for name in names}


def _next(register: Register, now: datetime, content: Mapping[str, Any]) -> Event:
    moment = now.astimezone(UTC).replace(microsecond=0)
    if register.events and moment < register.events[-1].registered_on:
        last = register.events[-1].registered_on.isoformat(timespec="seconds")
        raise InputRefused(f"the clock of this machine stands before the last event, of {last}; set it right first")
    return Event(number=len(register.events) + 1, previous=register.last_hash, registered_on=moment, **content)


def _beside(adoption: Event, rule: str) -> Event:
    return replace(
        adoption, number=adoption.number + 1, previous=adoption.sha256, kind="transition", beside=adoption.number,
        corrects=None, decision="", transition=rule,
    )  # fmt: skip
