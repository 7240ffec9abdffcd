"""``normenkader tariff``: week prices of the bands from a municipality's own prices, in Dutch."""

from __future__ import annotations

from pathlib import Path

import click

from normenkader.cli.documents import read_json
from normenkader.cli.output import json_option, show
from normenkader.errors import InputRefused

VALIDATION = "validation.json"


@click.command("tariff")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("prices", type=click.Path(path_type=Path))
@json_option
def command(folder: Path, prices: Path, as_json: bool) -> None:
    """Week price per band, budget, and old against new, from the output folder DIR and the file PRICES.

    PRICES is a TOML file with the six elements of art. 5.4 Uitvoeringsbesluit Wmo 2015, each with its source; the
    codebook describes it. The price must be for an hour of the same time as the minutes count: direct, or direct and
    indirect. Nothing is written.

    \b
    Examples:
      normenkader tariff out/2f6c tarief.toml
      normenkader tariff out/2f6c tarief.toml --json > tarief.json
    To have the annex in the dossier, name the file in study.toml: [sources] tariff = "tarief.toml".
    """  # fmt: skip
    from normenkader.bands.prices import read_price_file
    from normenkader.bands.tariff import tariff
    from normenkader.dossier.tariff_tables import tariff_document
    from normenkader.dossier.tariff_text import tariff_text

    if not (folder / VALIDATION).is_file():
        raise InputRefused(f"this folder has no {VALIDATION}; give a folder that calibrate has written",
                           file=str(folder))  # fmt: skip
    content = read_json(folder / VALIDATION)
    volumes = content.get("volumes") if isinstance(content, dict) else None
    if volumes is None:
        raise InputRefused("this calibration lists no minutes per band; calibrate the study again",
                           file=str(folder / VALIDATION))  # fmt: skip
    document = tariff_document(tariff(volumes, read_price_file(prices, name=prices.name)), volumes)
    show(document, tariff_text(document), as_json=as_json)
