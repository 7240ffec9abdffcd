"""``normenkader deviations``: what the logged departures from the norm amount to, and whether to calibrate again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from normenkader.cli import register_place as place
from normenkader.cli.deviate import numbered
from normenkader.cli.documents import read_profile
from normenkader.cli.models import read_named_model
from normenkader.cli.output import json_option, show
from normenkader.errors import InputRefused


class _Month(click.types.StringParamType):
    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", str(value)):
            self.fail("write a month as 2026-03", param, ctx)
        return str(value)


@click.command("deviations")
@click.argument("model")
@click.option("--from", "first", type=_Month(), help="First month to count, such as 2026-01.")
@click.option("--to", "last", type=_Month(), help="Last month to count.")
@click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    help="TOML or JSON file of band = number of decisions in these months, departures among them.",
)
@place.register_home_option
@json_option
def command(model: str, first: str | None, last: str | None, decisions: Path | None, home: Path | None,
            as_json: bool) -> None:  # fmt: skip
    """Departures from the norm of MODEL by band, with their reasons, and the answer: herijken, niet, niet te zeggen.

    A band calls for a new calibration when more than a tenth of its decisions depart in one direction (trigger_share
    under [deviation] in study.toml: a choice, no law). For that the number of decisions must be known: from
    --decisions, else from the decisions that `decide --log` has counted.

    \b
    Examples:
      normenkader deviations out/2f6c --from 2026-01 --to 2026-12 --decisions besluiten.toml
      normenkader deviations 3 --json
    with besluiten.toml:
      1 = 240
      2 = 410
    """
    from normenkader.dossier.departure_text import departures_text
    from normenkader.register.departure_summary import rules_of, summarise_departures
    from normenkader.register.departures import read_log

    where = place.home_of(model, home)
    named, log = read_named_model(model, where), read_log(where)
    found = summarise_departures(
        log.entries, calibration_number=numbered(named), bands=[int(b["band"]) for b in named.bands["bands"]],
        rules=rules_of(named.bands), decisions=None if decisions is None else _counts(decisions),
        first=first or "", last=last or "",
    )  # fmt: skip
    document = {**asdict(found), "file": str(log.path), "last_hash": log.last_hash}
    show(document, f"{departures_text(found, str(named.norms['unit']))}\n\n{log.path}", as_json=as_json)


def _counts(path: Path) -> dict[int, int]:
    given: Mapping[str, Any] = read_profile(path)
    if not all(re.fullmatch(r"[1-9][0-9]*", band) for band in given):
        raise InputRefused("write lines band = number of decisions, such as 1 = 240", file=path.name)
    if not all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in given.values()):
        raise InputRefused("a number of decisions is a whole number from zero", file=path.name)
    return {int(band): number for band, number in given.items()}
