"""Two axes of time: which version has legal force on a day, as the register knew it on a day.

Valid time is the law's: from the first to the last day on which a version applies, both included. Registration time is
when the register was told. A decision is reviewed with what applied on its day, and sometimes with what was known
then; a correction changes the first answer and leaves the second as it was.

References
----------
Snodgrass, R.T. (2000). Developing Time-Oriented Database Applications in SQL. Chapters 8 and 10 (bitemporal tables).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from normenkader.errors import InputRefused, NormenkaderError
from normenkader.register.events import ADOPTIONS, Event

LEGAL_ZONE = "Europe/Amsterdam"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days on which a version has legal force.

    Attributes
    ----------
    version : int
    valid_from : date
    valid_to : date or None
        Last day; None while nothing ends it.
    event : int
        Number of the event that adopted it.
    ended_by : int or None
        Number of the adoption or withdrawal that ended it earlier than its own decision says.
    open_ended : bool
        Decided without a last day, and not withdrawn: a later adoption ends it.
    """

    version: int
    valid_from: date
    valid_to: date | None
    event: int
    ended_by: int | None = None
    open_ended: bool

    def covers(self, day: date) -> bool:
        """Whether the version has force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, first: date, last: date | None) -> bool:
        """Whether it has a day in common with ``[first, last]``."""
        return (last is None or self.valid_from <= last) and (self.valid_to is None or first <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What has legal force on a day: a period, the event that adopted it, and transitional rules beside it."""

    period: Period
    event: Event
    transitions: tuple[Event, ...]


def registered_day(event: Event) -> date:
    """Day on which an event was registered, by the clock of the Netherlands."""
    return legal_day(event.registered_on)


def legal_day(moment: datetime) -> date:
    """Day of a moment by the clock of the Netherlands: 23:30 UTC on 31 December is 1 January there."""
    try:
        return moment.astimezone(ZoneInfo(LEGAL_ZONE)).date()
    except ZoneInfoNotFoundError:
        raise NormenkaderError(f"this system has no table of time zones ({LEGAL_ZONE}); install tzdata") from None


def known(events: Iterable[Event], known_on: date | None = None) -> tuple[Event, ...]:
    """Events registered up to and including the day `known_on`; all of them without it."""
    return tuple(event for event in events if known_on is None or registered_day(event) <= known_on)


def effective(events: Sequence[Event]) -> tuple[Event, ...]:
    """Events that still count, a correction standing in the place of what it corrects.

    An event is left out when a later one corrects it; a transition when the adoption beside which it stands is.
    """
    place: dict[int, int] = {}
    for event in events:
        place[event.number] = place.get(event.corrects, event.number) if event.corrects else event.number
    corrected = {event.corrects for event in events if event.corrects}
    counting = [e for e in events if e.number not in corrected and e.beside not in corrected]
    return tuple(sorted(counting, key=lambda event: (place[event.number], event.number)))


def timeline(events: Sequence[Event], *, known_on: date | None = None) -> tuple[Period, ...]:
    """Periods of legal force in the order of their days, without overlap; gaps are possible.

    Raises
    ------
    InputRefused
        If two periods overlap otherwise than that an adoption ends an open-ended predecessor; the message names the
        versions and the days. A register that was only written by `register.adopt` holds no such events.
    """
    periods: tuple[Period, ...] = ()
    for step in _replay(known(events, known_on)):
        periods = step.after
    return tuple(sorted(periods, key=lambda period: period.valid_from))


def in_force(events: Sequence[Event], *, on: date, known_on: date | None = None) -> InForce | None:
    """What has legal force on the day `on`, as the register knew it at the end of the day `known_on`.

    Parameters
    ----------
    events : sequence of Event
        The whole register, in its own order.
    on : date
        Legal day.
    known_on : date, optional
        Day of knowledge; without it all that the register knows now.

    Returns
    -------
    InForce or None
        None when nothing has force on that day.
    """
    period = next((p for p in timeline(events, known_on=known_on) if p.covers(on)), None)
    if period is None:
        return None
    counting = effective(known(events, known_on))
    adoption = next(event for event in counting if event.number == period.event)
    beside = tuple(event for event in counting if event.beside == period.event)
    return InForce(period=period, event=adoption, transitions=beside)


def without_effect(events: Sequence[Event]) -> tuple[int, ...]:
    """Numbers of withdrawals that end nothing, because what they withdrew was corrected away."""
    return tuple(
        step.event.number
        for step in _replay(events)
        if step.event.kind == "withdraw" and not touched_by(step.before, step.event.version, step.event.valid_from)
    )


def touched_by(periods: Iterable[Period], version: int, first: date) -> tuple[Period, ...]:
    """Periods of `version` with force on or after the day `first`: what a withdrawal from that day ends."""
    return tuple(p for p in periods if p.version == version and p.overlaps(first, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """An event with the periods before and after it."""

    event: Event
    before: tuple[Period, ...]
    after: tuple[Period, ...]


def _replay(events: Sequence[Event]) -> Iterator[_Step]:
    periods: tuple[Period, ...] = ()
    for event in effective(events):
        after = _after(periods, event)
        yield _Step(event=event, before=periods, after=after)
        periods = after


def _after(periods: tuple[Period, ...], event: Event) -> tuple[Period, ...]:
    if event.kind in ADOPTIONS:
        return _with_adoption(periods, event)
    return _with_withdrawal(periods, event) if event.kind == "withdraw" else periods


def _with_adoption(periods: tuple[Period, ...], event: Event) -> tuple[Period, ...]:
    kept = []
    for period in periods:
        if not period.overlaps(event.valid_from, event.valid_to):
            kept.append(period)
        elif period.open_ended and period.valid_from < event.valid_from:
            kept.append(replace(period, valid_to=event.valid_from - _DAY, ended_by=event.number))
        else:
            raise _overlap(period, event)
    new = Period(
        version=event.version, valid_from=event.valid_from, valid_to=event.valid_to, event=event.number,
        open_ended=event.valid_to is None,
    )  # fmt: skip
    return (*kept, new)


def _with_withdrawal(periods: tuple[Period, ...], event: Event) -> tuple[Period, ...]:
    touched = touched_by(periods, event.version, event.valid_from)
    last = event.valid_from - _DAY
    shortened = (
        replace(period, valid_to=last, ended_by=event.number, open_ended=False)
        for period in touched
        if period.valid_from <= last
    )
    return (*(period for period in periods if period not in touched), *shortened)


def _overlap(period: Period, event: Event) -> InputRefused:
    """Why two periods cannot stand beside each other, and what to do about it."""
    there = f"version {period.version} has legal force {days_in_words(period.valid_from, period.valid_to)}"
    rule = f"{there} (event {period.event}); version {event.version} {days_in_words(event.valid_from, event.valid_to)} "
    if period.valid_from == event.valid_from:
        advice = f"to put it in the place of that event, add --corrects {period.event}"
    elif period.valid_from > event.valid_from:
        advice = f"end it with --to {period.valid_from - _DAY} or earlier"
    else:
        advice = f"begin after those days, or change them with --corrects {period.event}"
    return InputRefused(f"{rule}overlaps with it: {advice}")


def days_in_words(first: date, last: date | None) -> str:
    """``from 2026-01-01 to 2026-02-28 inclusive``, or ``from 2026-01-01 on``."""
    return f"from {first} on" if last is None else f"from {first} to {last} inclusive"
