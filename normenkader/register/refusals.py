"""What may not be registered, and the words in which it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from normenkader.errors import InputRefused
from normenkader.register.chained_file import Register
from normenkader.register.events import ADOPTIONS, Event, plain_text
from normenkader.register.evidence import Evidence
from normenkader.register.history import days_in_words, timeline, without_effect

_EARLIEST_YEAR = 1900


def refuse_wrong_target(events: Sequence[Event], corrects: int | None, *, kinds: Sequence[str]) -> None:
    """Refuse a correction of an event that is absent, of another kind, or was corrected already."""
    if corrects is None:
        return
    target = next((event for event in events if event.number == corrects), None)
    by = next((event.number for event in events if event.corrects == corrects), None)
    if target is None:
        raise InputRefused(f"the register has no event {corrects}", column="--corrects")
    if target.kind not in kinds:
        other = f"; its adoption is event {target.beside}" if target.beside else ""
        raise InputRefused(f"event {corrects} is of another kind ({target.kind}){other}", column="--corrects")
    if by is not None:
        rule = f"event {corrects} was corrected already, by event {by}; correct that one"
        raise InputRefused(rule, column="--corrects")


def refuse_without_force(register: Register, event: Event) -> None:
    """Refuse a withdrawal that ends nothing."""
    if event.number not in without_effect((*register.events, event)):
        return
    days = (days_in_words(p.valid_from, p.valid_to) for p in timeline(register.events) if p.version == event.version)
    rule = f"version {event.version} has no legal force on or after {event.valid_from}; there is nothing to withdraw"
    there = ", ".join(days)
    raise InputRefused(f"{rule}; it has force {there}" if there else rule, column="--from")


def refuse_other_content(events: Sequence[Event], evidence: Evidence) -> None:
    """A calibration number stands for norms and bands: the same number with others is a forged receipt."""
    for event in events:
        same = event.norms_sha256 == evidence.norms_sha256 and event.bands_sha256 == evidence.bands_sha256
        if event.calibration_number == evidence.calibration_number and not same:
            raise InputRefused(f"this folder has the calibration number of version {event.version}, and other norms or "
                               "bands; its receipt cannot be right", file=str(evidence.folder or ""))  # fmt: skip


def refuse_other_study(events: Sequence[Event], study: str, *, renamed: bool, corrects: int | None = None) -> None:
    """Refuse norms of another study than the last, unless they are said to follow it up: they would end what holds.

    A correction comes in the place of one event, so the study of that event is the one that counts.
    """
    adopted = [event for event in events if event.kind in ADOPTIONS]
    followed = [event for event in adopted if event.number == corrects] or adopted
    last = followed[-1].study if followed else ""
    if study and last and study != last and not renamed:
        raise InputRefused(
            f"this register holds the norms of the study '{last}', and this is '{study}'; give other norms a register "
            "of their own with --home, or add --renamed if these follow them up"
        )


def needed(text: str, option: str) -> str:
    """A text that can be printed; refused when there is none."""
    found = plain_text(text)
    if found is None:
        raise InputRefused("a text is needed here, without marks that cannot be printed", column=option)
    return found


def legal_day(day: date, option: str) -> date:
    """A day that can be one; a slip in the year is refused."""
    if day.year < _EARLIEST_YEAR:
        raise InputRefused("this day lies before every law; write it as yyyy-mm-dd", column=option)
    return day
