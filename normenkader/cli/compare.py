"""``normenkader compare``: who goes up or down, by how many minutes, from an old table or today's products to a new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli.documents import read_model
from normenkader.cli.output import json_option, show, text_table
from normenkader.cli.progress import stage
from normenkader.errors import InputRefused

if TYPE_CHECKING:
    from normenkader.casemix.casemix import Casemix

Document = Mapping[str, Any]

_GROUP_HEADER = ("group", "clients", "old mean", "new mean", "down", "mean loss", "lose over 20 %")
_TWO_STUDIES = "OLD is a study already; --study is for two calibrations"


@click.command("compare")
@click.argument("old")
@click.argument("new")
@click.option(
    "--study",
    type=click.Path(path_type=Path, exists=True),
    help="Count the clients of this study (its study.toml or folder); without it only the tables are compared.",
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="NORMENKADER_HOME",
    show_envvar=True,
    help="Folder of the MLflow store, for a version number or a models:/ address; default: this folder.",
)
@json_option
def command(old: str, new: str, study: Path | None, home: Path | None, as_json: bool) -> None:
    """Who moves from OLD to NEW, and by how many minutes.

    NEW is a calibration: an output folder, a version number of the register, or a models:/ address. OLD is one too,
    or a study (its study.toml or folder): then the products and assigned minutes of its clients are compared with
    NEW. No group with few clients or providers is shown.

    \b
    Examples:
      normenkader compare out/2025 out/2026
      normenkader compare out/2025 out/2026 --study study
      normenkader compare study out/2026
    """  # fmt: skip
    place = home or Path.cwd()
    if _is_study(old):
        if study is not None:
            raise InputRefused(_TWO_STUDIES, file=old)
        document = _from_today(Path(old), read_model(new, place))
    else:
        document = _from_table(read_model(old, place), read_model(new, place), study)
    show(document, _text(document), as_json=as_json)


def _is_study(old: str) -> bool:
    """A folder with study.toml but without norms.json: an output folder holds both."""
    path = Path(old)
    return path.suffix == ".toml" or ((path / "study.toml").is_file() and not (path / "norms.json").exists())


def _from_today(path: Path, new: tuple[Document, Document]) -> dict[str, Any]:
    from normenkader.bands.document_norms import lower_bounds, norms_of_frame
    from normenkader.bands.impact import impact_of
    from normenkader.dossier.robustness_tables import impact_document
    from normenkader.dossier.withheld import withheld_of

    casemix = _casemix(path)
    frame = casemix.to_frame()
    norm = norms_of_frame(new[0], frame)
    found = impact_of(frame, norm, lower_bounds(new[1], norm), casemix.study)
    return {"kind": "products", **impact_document(found, casemix.study.disclosure, withheld_of(frame, casemix.study))}


def _from_table(old: tuple[Document, Document], new: tuple[Document, Document], study: Path | None) -> dict[str, Any]:
    from normenkader.bands.comparison import compare_for_clients, compare_tables
    from normenkader.dossier.comparison_tables import comparison_document
    from normenkader.dossier.withheld import withheld_of
    from normenkader.settings import DisclosureSettings

    if old[0]["unit"] != new[0]["unit"]:
        raise InputRefused("the two calibrations have different units, so their minutes cannot be compared")
    if study is None:
        return {"kind": "tables", **comparison_document(compare_tables(old, new), DisclosureSettings())}
    casemix = _casemix(study)
    frame = casemix.to_frame()
    found, hidden = compare_for_clients(old, new, frame, casemix.study), withheld_of(frame, casemix.study)
    return {"kind": "clients", **comparison_document(found, casemix.study.disclosure, hidden)}


def _casemix(path: Path) -> Casemix:
    from normenkader.casemix.read import read_casemix
    from normenkader.study import read_study

    with stage("reading the data"):
        return read_casemix(read_study(path))


def _text(document: Document) -> str:
    parts = _today_text(document) if document["kind"] == "products" else _tables_text(document)
    return "\n\n".join(part for part in parts if part)


def _today_text(document: Document) -> Sequence[str]:
    titles = {"assigned": "From assigned minutes to the norm", "product_average": "From the mean of the product "
              "to the norm"}  # fmt: skip
    parts = [f"{titles[c['baseline']]}\n{_groups(c['to_norm'])}" for c in document["changes"]]
    rows = [(p["product"], p["lower"], p["n_clients"], p["mean_delivered"]) for p in document["products"]]
    if rows:
        parts.append("Products and bands\n" + text_table(("product", "lower bound", "clients", "mean delivered"), rows))
    return [*parts, document["reason"] or "", _VEILED]


def _tables_text(document: Document) -> Sequence[str]:
    edges = "\n".join(f"{name:<5}{' '.join(map(str, document[key]))}"
                      for name, key in (("old", "old_edges"), ("new", "new_edges")))  # fmt: skip
    cells = [
        (c["factor"] or "ijkclient", c["level"], c["old"], c["new"], c["difference"], c["old_band"], c["new_band"])
        for c in document["cells"]
    ]
    header = ("factor", "level", "old", "new", "difference", "old band", "new band")
    parts = [f"Edges\n{edges}", f"The ijkclient, and one fact changed\n{text_table(header, cells)}"]
    if document["to_norm"]:
        parts.append(f"Clients\n{_groups(document['to_norm'])}")
        moves = [(m["old_band"], m["new_band"], m["n_clients"]) for m in document["moves"]]
        parts.append("From band to band\n" + text_table(("old", "new", "clients"), moves))
    return [*parts, document["reason"] or _VEILED]


_VEILED = "- : not known, or too few clients or providers to show."


def _groups(rows: Sequence[Document]) -> str:
    lines = [
        (f"{row['group']} {row['level'] or ''}".strip(), row["n_clients"], row["mean_old"], row["mean_new"],
         _percent(row["share_down"]), row["mean_loss"], _percent(row["share_losers"]))
        for row in rows
    ]  # fmt: skip
    return text_table(_GROUP_HEADER, lines)


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:.1f} %"
