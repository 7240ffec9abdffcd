"""``normenkader init``: a draft study.toml from a provider's own files."""

from __future__ import annotations

from pathlib import Path

import click

from normenkader.cli.output import json_option, show
from normenkader.cli.progress import stage
from normenkader.errors import OutputRefused

_MARK = "# OPEN:"


@click.command("init")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for study.toml; an existing one is never overwritten.",
)
@json_option
def command(files: tuple[Path, ...], out: Path, as_json: bool) -> None:
    """A draft study.toml from a provider's own FILEs: CSV, XLSX or Parquet, as they were exported.

    Columns are recognised by their Dutch names, factors are proposed from the values seen, and every decision that
    only people can make is marked OPEN. The files stay where they are; the draft refers to them. No client's value
    is shown: a level is named only where ten rows or more hold it.

    \b
    Example:
      normenkader init exports/*.csv --out study
      (settle the lines marked OPEN in study/study.toml)
      normenkader check study
    """  # fmt: skip
    from normenkader.casemix.drafting import draft_study
    from normenkader.provenance import write_whole_file

    target = out / "study.toml"
    if target.exists():
        raise OutputRefused(f"{target}: this exists already; name another folder with --out")
    with stage("reading the files"):
        text = draft_study(files, folder=out)
    write_whole_file(target, text.encode())
    questions = [line.partition(_MARK)[2].strip() for line in text.splitlines() if line.startswith(_MARK)]
    report = (
        f"Draft: {target}\nOpen decisions: {len(questions)}, each on a line marked OPEN\nNext: normenkader check {out}"
    )
    show({"study": str(target), "open": questions}, report, as_json=as_json)
