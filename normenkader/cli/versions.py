"""``normenkader versions``: every version with its days, every event behind it, and what MLflow says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli import register_place as place
from normenkader.cli.adopt import period_document
from normenkader.cli.output import json_option, show, text_table

if TYPE_CHECKING:
    from normenkader.register.chained_file import Register
    from normenkader.register.events import Event
    from normenkader.register.history import Period

_SHORT = 12


@click.command("versions")
@place.day_option("--known-on", "known_on", help="As the register knew it at the end of this day; default: now.")
@click.option("--mirror", is_flag=True, help="Let MLflow's alias and tags follow the register first.")
@place.anchor_option
@place.register_home_option
@json_option
def command(known_on: datetime | None, mirror: bool, anchor: str | None, home: Path | None, as_json: bool) -> None:
    """Which version has legal force on which days, and every event in the register.

    The whole chain of hashes is verified first. Where MLflow's alias or tags say otherwise than the register, each
    difference is named; the register counts. The alias goes out of date by itself when a day comes on which another
    version begins: --mirror puts it right.

    \b
    Examples:
      normenkader versions
      normenkader versions --known-on 2026-05-01
      normenkader versions --anchor 81aa03c2
    """
    from normenkader.register.history import known, timeline
    from normenkader.tracking.mirror import mirror_differences, mirror_register

    register = place.existing_register(home, anchor=anchor)
    compare = mirror_register if mirror else mirror_differences
    mirrored = compare(register.events, register.home, today=place.today())
    events = known(register.events, place.as_day(known_on))
    periods = timeline(events)
    parts = [_periods_text(periods, events), _events_text(events)]
    tail = "\n".join([*place.register_lines(register), *place.mlflow_lines(mirrored)])
    document = _document(register, periods, events) | {"mlflow": place.mlflow_document(mirrored)}
    show(document, "\n\n".join([*parts, tail]), as_json=as_json)


def _document(register: Register, periods: Sequence[Period], events: Sequence[Event]) -> dict[str, Any]:
    from normenkader.register.events import document_of
    from normenkader.register.history import without_effect

    return {
        "periods": [period_document(period) for period in periods],
        "events": [{**document_of(event), "hash": event.sha256} for event in events],
        "without_effect": list(without_effect(events)),
        "register": place.register_document(register),
    }


def _periods_text(periods: Sequence[Period], events: Sequence[Event]) -> str:
    if not periods:
        return "No version has or had legal force."
    adoptions = {event.number: event for event in events}
    cited = [adoptions[period.event] for period in periods]
    rows = [
        (p.version, p.valid_from, p.valid_to, event.calibration_number[:_SHORT], event.decision)
        for p, event in zip(periods, cited, strict=True)
    ]
    return "Legal force\n" + text_table(("version", "from", "to", "calibration", "decision"), rows)


def _events_text(events: Sequence[Event]) -> str:
    corrected = {event.corrects: event.number for event in events if event.corrects}
    rows = [
        (e.number, e.registered_on.strftime("%Y-%m-%d %H:%M"), e.kind, e.version, e.valid_from, e.valid_to,
         _remark(e, corrected), e.sha256[:_SHORT])
        for e in events
    ]  # fmt: skip
    header = ("event", "registered (UTC)", "kind", "version", "from", "to", "remark", "hash")
    return "Events\n" + text_table(header, rows)


def _remark(event: Event, corrected: dict[int, int]) -> str:
    parts = [
        f"corrects {event.corrects}" if event.corrects else "",
        f"corrected by {corrected[event.number]}" if event.number in corrected else "",
        f"beside {event.beside}" if event.beside else "",
        event.reason,
        event.transition,
    ]
    return "; ".join(part.replace("\n", " ") for part in parts if part)
