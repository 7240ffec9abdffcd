"""``normenkader decide``: one client's minutes, band and lower bound, with the sum that gives them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from normenkader.cli.documents import read_model, read_profile
from normenkader.cli.output import json_option, show
from normenkader.errors import InputRefused

if TYPE_CHECKING:
    from normenkader.bands.decision import Decision


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
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="NORMENKADER_HOME",
    show_envvar=True,
    help="Folder of the MLflow store, for a version number or a models:/ address; default: this folder.",
)
@json_option
def command(model: str, profile: Path, view: str, home: Path | None, as_json: bool) -> None:
    """Minutes, band and lower bound of one client under MODEL, in Dutch.

    MODEL is an output folder of calibrate, a version number of the register, or a models:/ address. PROFILE is a
    TOML or JSON file of factor = level; a numeric factor may be given as a number.

    \b
    Example: a file client.toml with
      orientation = "ontwikkelgericht"
      duration_weeks = 30
      leefgebied_financien = "matig"
    and then
      normenkader decide out/2f6c client.toml
      normenkader decide out/2f6c client.toml --view client
    """  # fmt: skip
    from normenkader.dossier.letters import client_paragraph, dossier_text

    decision = _decision(model, profile, home or Path.cwd())
    if view == "client":
        paragraph = client_paragraph(decision)
        show(
            {"lower_bound": decision.lower_bound, "unit": decision.unit, "text": paragraph}, paragraph, as_json=as_json
        )
    else:
        show(asdict(decision), dossier_text(decision), as_json=as_json)


def _decision(model: str, profile: Path, home: Path) -> Decision:
    from normenkader.bands.decision import decide

    norms, bands = read_model(model, home)
    try:
        return decide(norms, bands, read_profile(profile))
    except InputRefused as refusal:
        raise _in_file(refusal, profile) from None


def _in_file(refusal: InputRefused, profile: Path) -> InputRefused:
    """Name the file of the profile where the refusal, made from values, could not."""
    return InputRefused(refusal.rule, file=refusal.file or profile.name, column=refusal.column, lines=refusal.lines)
