"""``normenkader plan``: how certain the edges will be, before anything is collected."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli.output import json_option, show, text_table
from normenkader.cli.progress import stage

if TYPE_CHECKING:
    from normenkader.plan.expected import Expected
    from normenkader.plan.experts import ExpectedPanel
    from normenkader.plan.needed import Needed
    from normenkader.study import Study

_FEWEST = 20


@click.command("plan")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--providers", type=click.IntRange(min=3), help="Number of providers; default: the pilot's.")
@click.option("--clients", type=click.IntRange(min=_FEWEST), help="Number of clients; default: the pilot's, rounded.")
@click.option("--experts", type=click.IntRange(min=1), help="Number of experts on the panel.")
@click.option("--weeks", type=click.FloatRange(min=1), help="Weeks of measurement; default: the study's window.")
@click.option(
    "--needed", "reverse", is_flag=True, help="Also search how many providers bring every edge within a step."
)
@json_option
def command(
    study: Path, providers: int | None, clients: int | None, experts: int | None, weeks: float | None, reverse: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """How certain norms and edges of a STUDY will be with so many providers, clients and experts.

    A dozen studies of the planned size are made up and taken through the tool's own chain; what they give on average is
    printed. What the region is like comes from the study's own files, as a pilot, or is stated under [plan].

    \b
    Examples:
      normenkader plan data/example --providers 20 --clients 3000
      normenkader plan data/example --providers 12 --clients 1500 --weeks 4 --experts 8
      normenkader plan data/example --needed

    \b
    Without a pilot, in study.toml:
      [plan]
      residual_sd = 60        # minutes between clients with one profile, at one provider
      provider_sd = 25        # minutes between providers, for one client
      ijkclient_minutes = 150
      casemix_sd = 15         # minutes between providers' mean norms; needs source_norms
      style_correlation = 0.5 # of providers' own levels with these
      shares.orientation = [0.6, 0.4]
    """
    import normenkader as nk
    from normenkader.plan.assumptions import assume
    from normenkader.plan.expected import expect
    from normenkader.plan.experts import expect_panel

    with stage("reading the settings"):
        settings = nk.read_study(study)
    with stage("learning what the region is like"):
        assumed = assume(settings)
    pool = assumed.pool_frame()
    g = providers or max(pool["provider"].nunique(), 3)
    n = clients or (_pilot(len(pool), settings) if assumed.source == "pilot" else 150 * g)
    with stage(f"making up studies of {g} providers and {n} clients"):
        found = expect(settings, assumed, n_providers=g, n_clients=n, weeks=weeks)
    panel = None if experts is None else expect_panel(settings, experts)
    least = _search(settings, assumed, n / g, weeks) if reverse else None
    document = {
        "assumed_from": assumed.source, "expected": asdict(found), "panel": None if panel is None else asdict(panel),
        "needed": None if least is None else asdict(least),
    }  # fmt: skip
    show(document, _text(found, panel, least, settings.info.unit), as_json=as_json)


def _pilot(n: int, study: Study) -> int:
    """As many clients as the pilot has, in the numbers in which that may be told."""
    from normenkader.disclosure import published_clients

    return max(published_clients(n, study.disclosure) or 0, _FEWEST)


def _search(settings: Any, assumed: Any, clients_per_provider: float, weeks: float | None) -> Needed:
    from normenkader.plan.needed import needed

    def told(found: Expected) -> None:
        widest = max((width for width, _ in found.edges), default=float("nan"))
        click.echo(f"  {found.n_providers} providers, {found.n_clients} clients: widest edge ± {widest:.0f}", err=True)

    with stage("searching how many providers it takes"):
        return needed(settings, assumed, clients_per_provider=clients_per_provider, weeks=weeks, told=told)


def _text(found: Expected, panel: ExpectedPanel | None, least: Needed | None, unit: str) -> str:
    edges = [(k + 1, f"± {width:.1f}", f"{error:.1f}") for k, (width, error) in enumerate(found.edges)]
    parts = [
        f"With {found.n_providers} providers, {found.n_clients} clients and {found.weeks:g} weeks, in {unit}",
        f"Ijkclient: ± {found.ijkclient:.1f} (half the 95 % interval)",
        text_table(("edge", "half its interval", "its error"), edges) if edges else "No bands meet the demands.",
        text_table(("term", "level", "half its interval", "carries a norm"), _terms(found)),
        f"Terms without a norm of their own: {found.unsupported:.0%}",
        f"Chance that these bands are possible: {found.bands_possible:.0%}",
        f"Chance of enough providers in every band for the promise: {found.promise_possible:.0%}",
        *_panel_text(panel), *_needed_text(least),
    ]  # fmt: skip
    return "\n\n".join(parts)


def _terms(found: Expected) -> list[tuple[Any, ...]]:
    return [
        (term.factor, f"{term.level} ({term.with_level})" if term.with_factor else term.level,
         None if term.half_width is None else f"± {term.half_width:.1f}", f"{term.supported:.0%}")
        for term in found.terms
    ]  # fmt: skip


def _panel_text(panel: ExpectedPanel | None) -> list[str]:
    if panel is None:
        return []
    if panel.half_width is None:
        return [f"Panel of {panel.n_experts}: not known, {panel.reason}"]
    return [f"Panel of {panel.n_experts}: the ijkclient ± {panel.half_width:.1f} (half the 95 % interval)"]


def _needed_text(least: Needed | None) -> list[str]:
    if least is None:
        return []
    if least.n_providers is None:
        return [f"No number of providers that was tried brings every edge within {least.within:g}."]
    return [
        f"Every edge within ± {least.within:g}: from about {least.n_providers} providers and {least.n_clients} clients"
    ]
