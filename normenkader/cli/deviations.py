"""``normenkader deviations``: what the logged departures from the norm amount to, and whether to calibrate again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli import register_place as place
from normenkader.cli.deviate import numbered
from normenkader.cli.documents import read_profile
from normenkader.cli.models import read_named_model
from normenkader.cli.output import json_option, show
from normenkader.errors import InputRefused

if TYPE_CHECKING:
    from normenkader.register.departure_log import Log


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
@click.option("--history", is_flag=True, help="Also list every line of the log; exact, so not for publication.")
@click.option("--anchor", metavar="HASH", help="A hash printed earlier: refuse a log in which it no longer stands.")
@place.register_home_option
@json_option
def command(
    model: str, first: str | None, last: str | None, decisions: Path | None, history: bool, anchor: str | None,
    home: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Departures from the norm of MODEL by band, with their reasons, and the answer: herijken, niet, niet te zeggen.

    A band calls for a new calibration when more than a tenth of its decisions depart in one direction (trigger_share
    under [deviation] in study.toml: a choice, no law). For that the number of decisions must be known: from
    --decisions, else from the decisions that `decide --log` has counted. A line that was corrected or retracted later
    does not count.

    A line of the log that was changed, dropped, moved or doubled is found, and the verb refuses. That the last lines
    are gone is told by deviations.head beside it; who writes both files anew is found only by a hash that was printed
    before (--anchor), so keep the one printed below with the report, or in the case file.

    \b
    Examples:
      normenkader deviations out/2f6c --from 2026-01 --to 2026-12 --decisions besluiten.toml
      normenkader deviations 3 --json
      normenkader deviations out/2f6c --history --anchor 5b1e0c44
    with besluiten.toml:
      1 = 240
      2 = 410
    """
    from normenkader.dossier.departure_text import departures_text, history_text
    from normenkader.register.departure_log import read_log
    from normenkader.register.departure_summary import rules_of, summarise_departures

    where = place.home_of(model, home)
    named, log = read_named_model(model, where), read_log(where)
    if anchor is not None:
        place.hold_anchor(anchor.strip(), held=log.holds, file=log.path.name)
    found = summarise_departures(
        log.counting(), calibration_number=numbered(named), bands=[int(b["band"]) for b in named.bands["bands"]],
        rules=rules_of(named.bands), decisions=None if decisions is None else _counts(decisions),
        first=first or "", last=last or "",
    )  # fmt: skip
    document = {**asdict(found), "file": str(log.path), "last_hash": log.last_hash, "has_head": log.has_head}
    parts = [departures_text(found, str(named.norms["unit"])), *([history_text(log.entries)] if history else []),
             _foot(log)]  # fmt: skip
    if history:
        document["history"] = {"note": "exact, not for publication", "lines": [asdict(e) for e in log.entries]}
    show(document, "\n\n".join(parts), as_json=as_json)


def _foot(log: Log) -> str:
    lines = [str(log.path), f"Laatste hash: {log.last_hash}"]
    if log.entries and not log.has_head:
        lines.append("deviations.head ontbreekt: of de laatste regels weg zijn, is alleen met --anchor te zien.")
    return "\n".join(lines)


def _counts(path: Path) -> dict[int, int]:
    given: Mapping[str, Any] = read_profile(path, form="numbers of decisions are lines band = number")
    if not all(re.fullmatch(r"[1-9][0-9]*", band) for band in given):
        raise InputRefused("write lines band = number of decisions, such as 1 = 240", file=path.name)
    if not all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in given.values()):
        raise InputRefused("a number of decisions is a whole number from zero", file=path.name)
    return {int(band): number for band, number in given.items()}
