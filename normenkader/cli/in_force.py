"""``normenkader in-force``: what had legal force on a day, as known on a day, and whether it still recomputes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli import register_place as place
from normenkader.cli.output import json_option, show

if TYPE_CHECKING:
    from normenkader.cli.recomputing import Standing
    from normenkader.register.chained_file import Register
    from normenkader.register.history import InForce


@click.command("in-force")
@place.day_option("--on", "on", required=True, help="The day in question.")
@place.day_option("--known-on", "known_on", help="As the register knew it at the end of this day; default: now.")
@click.option(
    "--dir",
    "given",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Where the output folder is now, or the folder that holds it.",
)
@click.option(
    "--study",
    type=click.Path(path_type=Path, exists=True),
    help="Where the inputs are, to recompute from; default: the study's folder around the output folder.",
)
@click.option("--no-recompute", is_flag=True, help="Do not recompute: at once, and said so on the page.")
@place.anchor_option
@place.register_home_option
@json_option
def command(
    on: datetime, known_on: datetime | None, given: Path | None, study: Path | None, no_recompute: bool,
    anchor: str | None, home: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """One page, in Dutch: which version had legal force on a day, and what it rests on.

    Version, decision, days, edges, data, code, when it was registered, and whether the figures still come out of the
    inputs: identiek, binnen afronding, afwijkend, or niet herrekend with the reason. Where no version had legal force
    it says so. The last hash of the register stands below: on paper it proves later that nothing was changed.

    \b
    Examples:
      normenkader in-force --on 2026-03-14
      normenkader in-force --on 2026-03-14 --known-on 2026-05-01
      normenkader in-force --on 2026-03-14 --dir archive/2026 --study archive/2026-data
    """
    from normenkader.cli.in_force_page import document, page
    from normenkader.register.history import in_force

    register = place.existing_register(home, anchor=anchor)
    day, knowledge = on.date(), place.as_day(known_on)
    found = in_force(register.events, on=day, known_on=knowledge)
    later = _later(register, found, day, knowledge)
    standing = _standing(found, register, given, study, recompute=not no_recompute)
    answer = document(register, found, standing, later, on=day, known_on=knowledge)
    show(answer, page(answer), as_json=as_json)


def _later(register: Register, found: InForce | None, on: date, known_on: date | None) -> dict[str, Any] | None:
    """What all that is known now says, where that is another answer than the one asked for."""
    from normenkader.register.history import in_force

    now = in_force(register.events, on=on)
    if known_on is None or (now.event.number if now else None) == (found.event.number if found else None):
        return None
    return {"version": now.period.version if now else None, "event": now.event.number if now else None}


def _standing(
    found: InForce | None, register: Register, given: Path | None, study: Path | None, *, recompute: bool
) -> Standing | None:
    from normenkader.cli.recomputing import standing_of

    if found is None:
        return None
    return standing_of(found.event, register.home, given=given, study=study, recompute=recompute)
