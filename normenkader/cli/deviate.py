"""``normenkader deviate``: log a decision that departs from the norm, with its reason."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli import register_place as place
from normenkader.cli.decide import decision_of
from normenkader.cli.documents import read_profile
from normenkader.cli.models import NamedModel, read_named_model
from normenkader.cli.output import json_option, show
from normenkader.errors import InputRefused

if TYPE_CHECKING:
    from normenkader.bands.decision import Decision
    from normenkader.register.departures import Entry

_ORIENTATION = "orientation"


class _Amount(click.types.FloatParamType):
    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail("write a number, with a decimal point and not a comma, such as 97.5", param, ctx)


@click.command("deviate", short_help="Log that one decision departs from the norm of MODEL.")
@click.argument("model")
@click.argument("profile", required=False, type=click.Path(path_type=Path))
@click.option("--granted", type=_Amount(), help="What is granted instead, in the unit of the norms.")
@click.option("--reason", metavar="CODE", help="One of the study's reasons; a wrong one lists them.")
@place.day_option("--on", "on", help="Date of the decision; only its month is kept.")
@click.option("--corrects", type=click.IntRange(min=1), metavar="LINE", help="Count this in the place of that line.")
@click.option("--retracts", type=click.IntRange(min=1), metavar="LINE", help="Count that line no more; nothing else.")
@place.register_home_option
@json_option
def command(
    model: str, profile: Path | None, granted: float | None, reason: str | None, on: datetime | None,
    corrects: int | None, retracts: int | None, home: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Log that one decision departs from the norm of MODEL (art. 4:84 Awb), in deviations.jsonl beside the register.

    Kept are the month, the calibration, the band, the minutes of the norm and those granted, the orientation and the
    code of the reason: no client, no profile and no text, because those are health data. The words stand in the
    decision itself. The norm stays what it is.

    Nothing that was logged is changed or taken out. A wrong line is put right by a new one that counts in its place
    (--corrects), or that says that it counts no more (--retracts, without PROFILE); both lines stay. The number of the
    line and its hash are printed: with the hash in the case file, `normenkader deviations --anchor` proves later that
    nothing up to that line was changed or dropped.

    \b
    Examples:
      normenkader deviate out/2f6c client.toml --granted 240 --reason niet_planbare_zorg --on 2026-03-14
      normenkader deviate out/2f6c client.toml --granted 210 --reason niet_planbare_zorg --on 2026-03-14 --corrects 7
      normenkader deviate out/2f6c --retracts 7
    `normenkader deviations` says what the log amounts to, and --history lists its lines.
    """  # fmt: skip
    from normenkader.dossier.departure_text import entry_text
    from normenkader.register.departure_log import append_entry, read_log
    from normenkader.register.departures import retraction_of

    _refuse_mixture(retracts, profile=profile, granted=granted, reason=reason, on=on, corrects=corrects)
    where = place.home_of(model, home)
    named = read_named_model(model, where)
    if retracts is not None:
        entry = retraction_of(retracts, read_log(where).entries, numbered(named))
    elif profile is not None and granted is not None and reason is not None and on is not None:
        entry = _entry(named, profile, granted, reason, on, corrects)
    else:
        raise click.UsageError("PROFILE, --granted, --reason and --on are needed, or --retracts LINE")
    log = append_entry(where, entry)
    document = {**asdict(entry), "number": len(log.entries), "file": str(log.path), "last_hash": log.last_hash}
    lines = (entry_text(entry), f"{log.path} (regel {len(log.entries)})", f"Hash van deze regel: {log.last_hash}")
    show(document, "\n".join(lines), as_json=as_json)


def _refuse_mixture(retracts: int | None, **others: object) -> None:
    """A retraction takes nothing beside the line; whoever gives more means something else."""
    given = [name for name, value in others.items() if value is not None]
    if retracts is not None and given:
        words = ", ".join("PROFILE" if name == "profile" else f"--{name}" for name in given)
        raise click.UsageError(f"--retracts takes back a line and puts nothing in its place; leave out {words}")


def log_decision(model: str, home: Path | None, named: NamedModel, decision: Decision, on: datetime) -> None:
    """Count a decision that follows the norm: its month, calibration and band."""
    from normenkader.register.departure_log import append_entry
    from normenkader.register.departures import Entry

    if decision.band is None:
        raise InputRefused("this client has no norm, so the decision does not follow it and is not counted")
    append_entry(place.home_of(model, home), Entry(
        kind="decision", month=_month(on), calibration_number=numbered(named), band=decision.band,
    ))  # fmt: skip


def numbered(named: NamedModel) -> str:
    """The calibration number, without which nobody knows from which norm was departed."""
    if not named.calibration_number:
        raise InputRefused("this folder has no receipt.json, so it is not known which calibration this is")
    return named.calibration_number


def _entry(named: NamedModel, profile: Path, granted: float, reason: str, on: datetime, corrects: int | None) -> Entry:
    from normenkader.register.departure_summary import rules_of
    from normenkader.register.departures import deviation_of

    decision = decision_of(named, read_profile(profile), profile.name)
    levels = {line.factor: line.level for line in decision.lines if line.kind == "main"}
    return deviation_of(
        {"band": decision.band, "norm_minutes": decision.norm_minutes, "unit": decision.unit}, granted,
        reason=reason, allowed=rules_of(named.bands).deviation.reasons, month=_month(on),
        calibration_number=numbered(named), bands=named.bands["bands"], orientation=levels.get(_ORIENTATION, ""),
        corrects=corrects,
    )  # fmt: skip


def _month(on: datetime) -> str:
    return on.strftime("%Y-%m")
