"""``normenkader summarise``: what a provider hands over instead of client records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from normenkader.cli.output import json_option, show
from normenkader.cli.progress import stage


@click.command("summarise")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--provider", required=True, help="Name of the provider, as the episodes write it.")
@click.option(
    "--norms", type=click.Path(path_type=Path),
    help="norms.json of round 1: count this provider's clients under it (round 2). Without it: round 1.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write, with .txt beside it.")
@json_option
def command(study: Path, provider: str, norms: Path | None, out: Path, as_json: bool) -> None:
    """Sums of one provider's clients, so that their records need not leave it.

    Run by the provider, on the same study.toml as all others, with its own files as [sources] episodes. No record of
    a client is in what is written; levels with few clients are merged first. The .txt file says in Dutch, number by
    number, all that leaves. It is a confidential intermediate, not for publication.

    \b
    Examples (round 1 gives the norm table, round 2 the bands):
      normenkader summarise study --provider "Zorg A" --out zorg-a-1.json
      normenkader summarise study --provider "Zorg A" --norms norms.json --out zorg-a-2.json

    \b
    Who calibrates names the files in study.toml and runs calibrate, after each round:
      [sources]
      summaries = ["samenvattingen/*.json"]
    """
    import normenkader as nk
    from normenkader.federated.files import write_summary

    with stage("reading the settings"):
        settings = nk.read_study(study)
    with stage("reading the data"):
        casemix = nk.read_casemix(settings)
    with stage("adding up"):
        summary = _summary(casemix, provider, norms)
        file, words = write_summary(summary, out, settings)
    document = {"file": str(file), "in_words": str(words), "round": 1 if norms is None else 2, "provider": provider}
    show(document, f"Summary:  {file}\nIn words: {words}  (read this before it leaves)", as_json=as_json)


def _summary(casemix: Any, provider: str, norms: Path | None) -> Any:
    from normenkader.cli.documents import read_norms
    from normenkader.federated.summarise import summarise, summarise_cells
    from normenkader.provenance import sha256_of_file

    if norms is None:
        return summarise(casemix, provider)
    return summarise_cells(casemix, provider, norms=read_norms(norms), norms_sha256=sha256_of_file(norms))
