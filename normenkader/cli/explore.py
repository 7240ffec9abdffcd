"""``normenkader explore``: one page on which people move the edges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from normenkader.cli.documents import read_json, read_model
from normenkader.cli.output import json_option, show
from normenkader.errors import InputRefused, OutputRefused

CELLS = "cells.json"


@click.command("explore")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="HTML file to write.")
@click.option("--against", metavar="MODEL", help="The version in force, to compare with.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="NORMENKADER_HOME",
    show_envvar=True,
    help="Folder of the MLflow store, for a version number or a models:/ address; default: this folder.",
)
@json_option
def command(folder: Path, out: Path, against: str | None, home: Path | None, as_json: bool) -> None:
    """One page, in Dutch, on which municipality, providers and client council move the edges.

    DIR is an output folder of calibrate; nothing else is needed, and no client record is read. The page stands alone:
    it needs no network, and can be mailed or put in a file. MODEL is an output folder, a version number of the
    register, or a models:/ address.

    \b
    Examples:
      normenkader explore out/2f6c --out grenzen.html
      normenkader explore out/2f6c --out grenzen.html --against out/2025
    """
    from normenkader.explorer.page import explorer_html
    from normenkader.provenance import write_whole_file

    norms, bands = read_model(str(folder), home or Path.cwd())
    other = None if against is None else read_model(against, home or Path.cwd())
    cells = _cells(folder)
    page = explorer_html(cells, norms, bands, against=other).encode("utf-8")
    if out.exists() and out.read_bytes() != page:
        raise OutputRefused(f"{out}: this exists already, with other content; name another file with --out")
    write_whole_file(out, page)
    show(
        {"file": str(out), "bytes": len(page), "calibration_number": cells["calibration_number"]},
        f"Page: {out} ({len(page) / 1000:.0f} kB). Open it in a browser; it needs no network.", as_json=as_json,
    )  # fmt: skip


def _cells(folder: Path) -> Mapping[str, Any]:
    if not (folder / CELLS).is_file():
        raise InputRefused(f"this folder has no {CELLS}; calibrate the study again", file=str(folder))
    content = read_json(folder / CELLS)
    if not isinstance(content, dict) or "lower" not in content:
        raise InputRefused("this is no document of a calibration: it lacks lower", file=str(folder / CELLS))
    return content
