"""``normenkader withdraw``: a version loses its legal force from a day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from normenkader.cli import register_place as place
from normenkader.cli.adopt import finish
from normenkader.cli.output import json_option


@click.command("withdraw")
@click.argument("version", type=click.IntRange(min=1))
@place.day_option("--from", "first", required=True, help="First day without legal force.")
@click.option(
    "--reason",
    required=True,
    metavar="TEXT",
    help="Why, and by which decision or ruling. No names of persons: the register cannot be erased.",
)
@click.option(
    "--corrects", type=click.IntRange(min=1), metavar="EVENT", help="Put this in the place of an earlier withdrawal."
)
@place.register_home_option
@json_option
def command(version: int, first: datetime, reason: str, corrects: int | None, home: Path | None, as_json: bool) -> None:
    """Register that VERSION, a number of the register, has no legal force from a day.

    No other version comes in its place: until one is adopted, nothing has force, and in-force says so. A decision
    that was registered wrongly is not withdrawn but corrected: adopt --corrects.

    \b
    Example:
      normenkader withdraw 2 --from 2026-11-16 --reason "Vernietigd, uitspraak van 16 november 2026"
    """
    from normenkader.register.adopt import withdraw
    from normenkader.register.chained_file import read_register

    folder = place.existing_register(home).home
    events = withdraw(folder, version, valid_from=first.date(), reason=reason, corrects=corrects, now=place.now())
    finish(read_register(folder), events, as_json=as_json)
