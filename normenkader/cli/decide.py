"""``normenkader decide``: one client's minutes, band and lower bound, with the sum that gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.bands.periods import PERIODS, Period, is_weekly, unit_over
from normenkader.cli.documents import read_profile
from normenkader.cli.in_force_page import legal_force_sentence
from normenkader.cli.models import NamedModel, read_named_model
from normenkader.cli.output import json_option, show
from normenkader.cli.register_place import Day, study_around
from normenkader.errors import InputRefused

if TYPE_CHECKING:
    from normenkader.bands.decision import Decision
    from normenkader.dossier.case_file import Origin

_PERIOD_NAMES = {period.replace("_", "-"): period for period in PERIODS}


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ``--home`` of verbs that read or write beside the register."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="NORMENKADER_HOME",
        show_envvar=True,
        help="Folder of the MLflow store and the register; default: this folder.",
    )(command)


def on_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ``--on`` of verbs about one decision."""
    return click.option("--on", type=Day(), help="Date of the decision; without it no date is printed.")(command)


@click.command("decide")
@click.argument("model")
@click.argument("profile", type=click.Path(path_type=Path))
@click.option(
    "--view",
    type=click.Choice(["client", "dossier"]),
    default="dossier",
    show_default=True,
    help="client: the lower bound and the unit of time, nothing else. dossier: everything.",
)
@click.option(
    "--period",
    type=click.Choice(list(_PERIOD_NAMES)),
    help="Period over which the client is told the lower bound, rounded up; default: the week. With --view client.",
)
@on_option
@click.option("--log", is_flag=True, help="Count this decision in deviations.jsonl: month and band, no client.")
@home_option
@json_option
def command(
    model: str, profile: Path, view: str, period: str | None, on: datetime | None, log: bool, home: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Minutes, band and lower bound of one client under MODEL, in Dutch.

    MODEL is an output folder of calibrate, a version number of the register, or a models:/ address. PROFILE is a
    TOML or JSON file of factor = level; a numeric factor may be given as a number. Nothing is stored, unless
    --log counts the decision.

    \b
    Example: a file client.toml with
      orientation = "ontwikkelgericht"
      duration_weeks = 30
      leefgebied_financien = "matig"
    and then
      normenkader decide out/2f6c client.toml --on 2026-03-14
      normenkader decide out/2f6c client.toml --view client
      normenkader decide out/2f6c client.toml --view client --period month
    """  # fmt: skip
    if period is not None and view != "client":
        raise click.UsageError("--period belongs to --view client; the dossier shows every period")
    named = read_named_model(model, home or Path.cwd())
    decision = decision_of(named, read_profile(profile), profile.name)
    if log:
        _log(model, home, named, decision, on)
    if view == "client":
        _show_client(decision, _PERIOD_NAMES[period or "week"], asked=period is not None, as_json=as_json)
    else:
        _show_case_file(decision, _origin(named, on, home or study_around(model) or Path.cwd()), as_json=as_json)


def decision_of(named: NamedModel, profile: dict[str, Any], file: str) -> Decision:
    """The decision for one profile; a refusal, made from values, gets the name of the profile's file."""
    from normenkader.bands.decision import decide

    try:
        return decide(named.norms, named.bands, profile)
    except InputRefused as refusal:
        raise InputRefused(refusal.rule, file=refusal.file or file, column=refusal.column,
                           lines=refusal.lines) from None  # fmt: skip


def _show_client(decision: Decision, period: Period, *, asked: bool, as_json: bool) -> None:
    from normenkader.dossier.letters import client_paragraph, least_amount

    weekly = is_weekly(decision.unit)
    if asked and not weekly:
        raise InputRefused(f"the norms are in '{decision.unit}', which is not per week; leave out --period")
    document = {
        "lower_bound": least_amount(decision, period),
        "unit": unit_over(decision.unit, period) if weekly else decision.unit,
        "text": client_paragraph(decision, period),
    }
    show(document, str(document["text"]), as_json=as_json)


def _show_case_file(decision: Decision, origin: Origin, *, as_json: bool) -> None:
    from normenkader.dossier.case_file import dossier_text

    document = {**asdict(decision), "origin": {key: value or None for key, value in asdict(origin).items()}}
    show(document, dossier_text(decision, origin), as_json=as_json)


def _origin(named: NamedModel, on: datetime | None, home: Path) -> Origin:
    from normenkader.dossier.case_file import Origin

    if on is None:
        return Origin(calibration_number=named.calibration_number, version=named.version)
    day = on.date()
    return Origin(
        calibration_number=named.calibration_number, version=named.version, on=day.isoformat(),
        in_force=legal_force_sentence(named.calibration_number, day, home),
    )  # fmt: skip


def _log(model: str, home: Path | None, named: NamedModel, decision: Decision, on: datetime | None) -> None:
    from normenkader.cli.deviate import log_decision

    if on is None:
        raise click.UsageError("--log needs the date of the decision: --on")
    log_decision(model, home, named, decision, on)
