"""``normenkader vignettes``: a balanced set of vignettes for an expert panel, as a form to fill in."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli.output import json_option, show, text_table
from normenkader.cli.progress import stage

if TYPE_CHECKING:
    from normenkader.casemix.casemix import Casemix
    from normenkader.experts.vignette_design import VignetteSet
    from normenkader.study import Study


@click.command("vignettes")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Form to write, as .xlsx and as .csv.")
@click.option("--n", type=click.IntRange(min=2), help="Number of vignettes; default: twice the terms, at most 80.")
@click.option(
    "--seeds", type=click.IntRange(min=0), default=0, show_default=True,
    help="How many of them have known minutes, drawn from the provider data.",
)  # fmt: skip
@json_option
def command(study: Path, out: Path, n: int | None, seeds: int, as_json: bool) -> None:
    """Vignettes for an expert panel, from the factors of a STUDY (a study.toml or its folder).

    The set is chosen so that every term of the norm table can be told apart. Where the study's provider data are to
    be had, profiles are near to those of real clients; otherwise every combination of levels is possible.

    Written are the panel's form twice (.xlsx with instructions in Dutch, and .csv), and a file for the study itself
    (-studie.csv), which holds the minutes of the seeds. That file is not for the panel.

    \b
    Examples:
      normenkader vignettes data/example --out panel/vignetten.xlsx
      normenkader vignettes data/example --out panel/vignetten.xlsx --n 60 --seeds 10

    \b
    When the panel has answered, in study.toml:
      [sources]
      vignettes  = "panel/vignetten-studie.csv"
      judgements = ["panel/ingevuld/*.xlsx"]
    """
    import normenkader as nk
    from normenkader.experts.vignette_design import make_vignettes
    from normenkader.experts.vignette_files import write_vignettes

    with stage("reading the settings"):
        settings = nk.read_study(study)
    casemix = _casemix(settings)
    with stage("choosing vignettes"):
        found = make_vignettes(settings, n=n, n_seeds=seeds, casemix=casemix)
    files = {name: str(path) for name, path in write_vignettes(found, out).items()}
    show(_document(found, files), _text(found, files), as_json=as_json)


def _casemix(study: Study) -> Casemix | None:
    """The provider data; None when no file is there yet. Files that are there must be readable."""
    import normenkader as nk

    if not any(match for pattern in study.sources.episodes for match in study.folder.glob(pattern)):
        return None
    with stage("reading the data"):
        return nk.read_casemix(study)


def _document(found: VignetteSet, files: dict[str, str]) -> dict[str, Any]:
    return {
        "files": files, "n_vignettes": len(found.to_frame()), "n_terms": found.n_terms, "n_seeds": len(found.seeds),
        "profiles": "near provider data" if found.near_data else "all combinations of levels",
        "not_identified": [dict(zip(("factor", "level", "with_factor", "with_level"), term, strict=True))
                           for term in found.not_identified],
        "balance": [asdict(count) for count in found.balance],
    }  # fmt: skip


def _text(found: VignetteSet, files: dict[str, str]) -> str:
    near = "near to provider data" if found.near_data else "from all combinations of levels: no provider data found"
    lost = [" x ".join(" ".join(part) for part in (term[:2], term[2:]) if part[0]) for term in found.not_identified]
    parts = [
        f"{len(found.to_frame())} vignettes for {found.n_terms} terms, seeds among them: {len(found.seeds)}\n"
        f"Profiles: {near}",
        text_table(("factor", "level", "vignettes"), [(c.factor, c.level, c.n) for c in found.balance]),
        *([f"Not told apart: {', '.join(lost)}"] if lost else []),
        f"For the panel:      {files['panel_xlsx']}\n                    {files['panel_csv']}\n"
        f"Not for the panel:  {files['study_csv']}",
    ]
    return "\n\n".join(parts)
