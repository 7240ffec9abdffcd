"""``normenkader deviate``: log a decision that departs from the norm, with its reason."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

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


@click.command("deviate", short_help="Log that one decision departs from the norm of MODEL.")
@click.argument("model")
@click.argument("profile", type=click.Path(path_type=Path))
@click.option("--granted", type=float, required=True, help="What is granted instead, in the unit of the norms.")
@click.option("--reason", required=True, metavar="CODE", help="One of the study's reasons; a wrong one lists them.")
@place.day_option("--on", "on", required=True, help="Date of the decision; only its month is kept.")
@place.register_home_option
@json_option
def command(
    model: str, profile: Path, granted: float, reason: str, on: datetime, home: Path | None, as_json: bool
) -> None:
    """Log that one decision departs from the norm of MODEL (art. 4:84 Awb), in deviations.jsonl beside the register.

    Kept are the month, the calibration, the band, the minutes of the norm and those granted, the orientation and the
    code of the reason: no client, no profile and no text, because those are health data. The words stand in the
    decision itself. The norm stays what it is.

    \b
    Example:
      normenkader deviate out/2f6c client.toml --granted 240 --reason niet_planbare_zorg --on 2026-03-14
    `normenkader deviations` says what the log amounts to.
    """
    from normenkader.dossier.departure_text import entry_text
    from normenkader.register.departures import append_entry

    where = place.home_of(model, home)
    named = read_named_model(model, where)
    entry = _entry(named, profile, granted, reason, on)
    log = append_entry(where, entry)
    document = {**asdict(entry), "number": len(log.entries), "file": str(log.path), "last_hash": log.last_hash}
    show(document, f"{entry_text(entry)}\n{log.path} (regel {len(log.entries)})", as_json=as_json)


def log_decision(model: str, home: Path | None, named: NamedModel, decision: Decision, on: datetime) -> None:
    """Count a decision that follows the norm: its month, calibration and band."""
    from normenkader.register.departures import Entry, append_entry

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


def _entry(named: NamedModel, profile: Path, granted: float, reason: str, on: datetime) -> Entry:
    from normenkader.register.departure_summary import rules_of
    from normenkader.register.departures import deviation_of

    decision = decision_of(named, read_profile(profile), profile.name)
    levels = {line.factor: line.level for line in decision.lines if line.kind == "main"}
    return deviation_of(
        {"band": decision.band, "norm_minutes": decision.norm_minutes, "unit": decision.unit}, granted,
        reason=reason, allowed=rules_of(named.bands).deviation.reasons, month=_month(on),
        calibration_number=numbered(named), bands=named.bands["bands"], orientation=levels.get(_ORIENTATION, ""),
    )  # fmt: skip


def _month(on: datetime) -> str:
    return on.strftime("%Y-%m")
