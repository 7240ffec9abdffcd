"""``normenkader adopt``: a calibration gets legal force from a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli import register_place as place
from normenkader.cli.output import json_option, show
from normenkader.cli.register_folders import evidence_of

if TYPE_CHECKING:
    from normenkader.register.chained_file import Register
    from normenkader.register.events import Event
    from normenkader.register.history import Period
    from normenkader.tracking.mirror import Mirrored


@click.command("adopt")
@click.argument("model")
@place.day_option("--from", "first", required=True, help="First day of legal force.")
@place.day_option("--to", "last", help="Last day of legal force; default: until it is replaced or withdrawn.")
@click.option(
    "--decision",
    required=True,
    metavar="TEXT",
    help="The decision by name, number and date. No names of persons: the register cannot be erased.",
)
@click.option(
    "--corrects",
    type=click.IntRange(min=1),
    metavar="EVENT",
    help="Put this in the place of an event; what was known before keeps showing that event.",
)
@click.option(
    "--transition",
    metavar="TEXT",
    help="Transitional rule beside it (overgangsregeling): for whom the former version goes on.",
)
@click.option("--renamed", is_flag=True, help="The study has another name than the last, and does follow it up.")
@place.register_home_option
@json_option
def command(
    model: str, first: datetime, last: datetime | None, decision: str, corrects: int | None, transition: str | None,
    renamed: bool, home: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Register that MODEL has legal force from a day.

    MODEL is an output folder of calibrate, a version number of the register, or a models:/ address. A folder that
    does not fit its receipt is refused. A version without a last day ends the day before the new one begins; any
    other overlap is refused. Days may lie in the past: the register shows when it was told.

    \b
    Examples:
      normenkader adopt out/2f6c --from 2026-03-01 --decision "Collegebesluit 2026-117, 10 februari 2026"
      normenkader adopt out/2f6c --from 2026-04-01 --decision "Collegebesluit 2026-131" --corrects 2
      normenkader adopt out/81aa --from 2027-01-01 --decision "Collegebesluit 2026-402" \\
        --transition "Een besluit van voor 2027 loopt af volgens de vorige versie."

    The register is register.jsonl in the folder NORMENKADER_HOME, else in the study's folder. Nothing in it is ever
    changed: a mistake is put right with --corrects, and both stay to be seen. MLflow's alias and tags follow it.
    """  # fmt: skip
    from normenkader.register.adopt import adopt
    from normenkader.register.chained_file import read_register

    folder = place.home_of(model, home)
    with evidence_of(model, folder) as evidence:
        events = adopt(
            folder, evidence, valid_from=first.date(), valid_to=place.as_day(last), decision=decision,
            corrects=corrects, transition=transition, renamed=renamed,
            catalogued=_catalogued(evidence.calibration_number, folder),
            now=place.now(),
        )  # fmt: skip
    finish(read_register(folder), events, as_json=as_json)


def finish(register: Register, added: Sequence[Event], *, as_json: bool) -> None:
    """Let MLflow follow, and show what was registered and what it changed."""
    from normenkader.register.events import document_of

    mirrored = _mirror(register)
    document = {
        "events": [{**document_of(event), "hash": event.sha256} for event in added],
        "ended": [period_document(period) for period in _ended_by(register, added[0])],
        "register": place.register_document(register),
        "mlflow": place.mlflow_document(mirrored),
    }
    lines = [*_act_lines(register, added), "", *place.register_lines(register), *place.mlflow_lines(mirrored)]
    show(document, "\n".join(lines), as_json=as_json)


def period_document(period: Period) -> dict[str, Any]:
    """A period as JSON."""
    return {
        "version": period.version, "valid_from": period.valid_from.isoformat(),
        "valid_to": period.valid_to.isoformat() if period.valid_to else None, "event": period.event,
        "ended_by": period.ended_by,
    }  # fmt: skip


def _act_lines(register: Register, added: Sequence[Event]) -> Sequence[str]:
    from normenkader.register.history import days_in_words, registered_day

    event = added[0]
    lines = [f"Event {event.number}, registered on {event.registered_on.isoformat(timespec='seconds')}"]
    if event.kind == "withdraw":
        lines.append(f"Version {event.version} has no legal force from {event.valid_from} on.")
    else:
        days = days_in_words(event.valid_from, event.valid_to)
        lines.append(f"Version {event.version} has legal force {days}.")
        lines.append(f"Decision:  {event.decision}")
    if event.corrects:
        lines.append(
            f"It stands in the place of event {event.corrects}; what was known before today still shows that one."
        )
    if event.valid_from < registered_day(event):
        late = (registered_day(event) - event.valid_from).days
        lines.append(f"Retroactive: registered {late} day{'s' if late != 1 else ''} after the first day.")
    for period in _ended_by(register, event):
        lines.append(f"Version {period.version} (event {period.event}) ends on {period.valid_to}.")
    lines += [f"Transition (event {e.number}): {e.transition}" for e in added[1:]]
    return [*lines, *_idle_lines(register)]


def _ended_by(register: Register, event: Event) -> Sequence[Period]:
    from normenkader.register.history import timeline

    return [period for period in timeline(register.events) if period.ended_by == event.number]


def _idle_lines(register: Register) -> Sequence[str]:
    from normenkader.register.history import without_effect

    return [f"Event {number} (a withdrawal) ends nothing any more." for number in without_effect(register.events)]


def _catalogued(calibration_number: str, home: Path) -> Any:
    from normenkader.errors import NormenkaderError
    from normenkader.tracking.mirror import catalogued

    try:
        return catalogued(calibration_number, home)
    except NormenkaderError as error:
        click.echo(f"MLflow does not answer, so its version is not noted: {error}", err=True)
        return None


def _mirror(register: Register, today: date | None = None) -> Mirrored:
    from normenkader.tracking.mirror import mirror_register

    return mirror_register(register.events, register.home, today=today or place.today())
