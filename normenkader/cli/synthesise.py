"""``normenkader synthesise``: a study in which every minute is invented and the truth is known."""

from __future__ import annotations

from pathlib import Path

import click

from normenkader.cli.output import json_option, show
from normenkader.cli.progress import stage


@click.command("synthesise")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--regime", default="practice", show_default=True, help="What is difficult about the data; see below.")
@click.option("--seed", type=click.IntRange(min=0), default=20260101, show_default=True, help="Same seed, same files.")
@json_option
def command(folder: Path, regime: str, seed: int, as_json: bool) -> None:
    """A synthetic study in DIR, with its truth in truth.json; DIR must not exist yet.

    \b
    Regimes:
      clean     providers differ independently of their clients
      practice  a provider's style goes together with its clients' needs
      few       five providers
      capped    delivery stops at the assigned maximum
      heavy     a few clients need very much more
      overlap   minutes of leefgebieden add up to less than their sum
      nosignal  no factor matters
      rare      some levels have very few clients or providers

    \b
    Example:
      normenkader synthesise trial --regime few
      normenkader calibrate trial
    """
    from normenkader.casemix.synthetic import synthesise

    with stage(f"inventing a study ({regime})"):
        synthesise(folder, regime=regime, seed=seed)
    next_step = f"normenkader calibrate {folder}"
    text = f"Synthetic study: {folder}\nIts truth: {folder / 'truth.json'}\nNext: {next_step}"
    show(
        {"folder": str(folder), "truth": str(folder / "truth.json"), "regime": regime, "seed": seed},
        text,
        as_json=as_json,
    )
