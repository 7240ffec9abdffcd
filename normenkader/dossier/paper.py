"""What the paper's template (dossier.typ) is given: the blocks as data, which it lays out and never reads as code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

from normenkader.dossier import view
from normenkader.dossier.blocks import LINE_END, Cell, Figure, Page, Paragraph, Row, Run, Table, keys, plain, texts
from normenkader.dossier.documents import Documents
from normenkader.dossier.printable import printable

# Whatever goes with the dossier and may be published: how it stands to the text (PDF/A-3's own words), what it is.
# The ledger is not among them: its line numbers are not for publication.
ATTACHED = {
    "norms.json": ("data", "De normtabel, zoals een computer die leest"),
    "bands.json": ("data", "De klassen en de voorbehouden, zoals een computer die leest"),
    "validation.json": ("supplement", "Alle toetsen en de gevolgen van andere keuzes"),
    "triangulation.json": ("supplement", "De vergelijking van bronnen"),
    "court.json": ("supplement", "De toetslijst en de rechtspraak, zoals een computer die leest"),
    "tariff.json": ("supplement", "De tariefbijlage, zoals een computer die leest"),
    "study.toml": ("source", "De keuzes van de studie, zoals die zijn ingelezen"),
}
_BOLD_ROWS = ("group", "total")
_MIME = {"json": "application/json", "toml": "application/toml"}
# Characters of a cell that may yet stay on one page; of a figure with its margins that may not break; lines measured.
_MOST_ON_A_PAGE, _MOST_UNBROKEN, _N_MEASURED = 500, 28, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    """A line or word of a column, as it will be set."""

    text: str
    bold: bool
    code: bool
    unbroken: bool


def paper_of(documents: Documents, page: Page, attached: Sequence[str] = ()) -> dict[str, Any]:
    """Title, foot, attachments and blocks as JSON values.

    Parameters
    ----------
    documents : Documents
        For the calibration number, the badge and the date: the last day of the measurement.
    page : Page
        The dossier as blocks.
    attached : sequence of str
        Names out of ``ATTACHED``.
    """
    known = set(keys(page.blocks))
    last = date.fromisoformat(str(documents.settings["study"]["window"][1]))
    return {
        "title": printable(page.title), "language": page.language, "number": documents.calibration_number,
        "synthetic": view.is_synthetic(documents.settings), "date": [last.year, last.month, last.day],
        "attached": [_attachment(name) for name in attached],
        "targets": sorted({run.target[1:] for run in _runs(page.blocks)} & known),
        "blocks": [_as_data(block, known) for block in page.blocks],
    }  # fmt: skip


def _attachment(name: str) -> dict[str, str]:
    relationship, description = ATTACHED[name]
    mime = _MIME[name.rsplit(".", 1)[1]]
    return {"name": name, "mime": mime, "relationship": relationship, "description": description}


def _runs(part: Any) -> Iterator[Run]:
    if isinstance(part, Run):
        yield part
    elif isinstance(part, tuple):
        yield from (run for inner in part for run in _runs(inner))
    elif is_dataclass(part):
        yield from (run for field in fields(part) for run in _runs(getattr(part, field.name)))


def _as_data(part: Any, known: set[str]) -> Any:
    """A block and all in it as JSON values, with what the template cannot see for itself."""
    if isinstance(part, tuple):
        return [_as_data(inner, known) for inner in part]
    if isinstance(part, Run):
        return {"text": printable(part.text), "marks": list(part.marks), "target": _target(part.target, known)}
    if not is_dataclass(part):
        return part
    found = {field.name: _as_data(getattr(part, field.name), known) for field in fields(part)}
    return {"kind": type(part).__name__.lower(), **found, **_hints(part)}


def _target(target: str, known: set[str]) -> str:
    """Where a link leads; one that leads nowhere in this dossier is plain text on paper."""
    return target if not target.startswith("#") or target[1:] in known else ""


def _hints(part: Any) -> dict[str, Any]:
    if isinstance(part, Table):
        return {"columns": [_column(part, i) for i in range(part.n_columns)]}
    if isinstance(part, Figure):
        return {"alternative": printable(part.alternative)}
    if isinstance(part, Cell):
        return {"long": sum(map(len, texts(part))) > _MOST_ON_A_PAGE}
    return {}


def _column(table: Table, index: int) -> dict[str, list[dict[str, Any]]]:
    """The longest words and lines of a column, for the template to measure."""
    lines = [*_lines(table.head, index, head=True), *_lines(table.body, index, head=False)]
    return {"words": _longest(word for line in lines for word in _words(line)), "lines": _longest(lines)}


def _lines(rows: Sequence[Row], index: int, *, head: bool) -> Iterator[_Sample]:
    for row, cell in _cells(rows, index):
        bold = head or cell.strong or row.role in _BOLD_ROWS
        for runs in (block.runs for block in cell.blocks if isinstance(block, Paragraph)):
            code = any("code" in run.marks for run in runs)
            for text in plain(runs).split(LINE_END):
                yield _Sample(text=text, bold=bold, code=code, unbroken=cell.unbroken and not head)


def _cells(rows: Sequence[Row], index: int) -> Iterator[tuple[Row, Cell]]:
    for row in rows:
        at = 0
        for cell in row.cells:
            if at == index and cell.colspan == 1:
                yield row, cell
            at += cell.colspan


def _words(line: _Sample) -> Iterator[_Sample]:
    together = line.unbroken and len(line.text) < _MOST_UNBROKEN
    yield from [line] if together else (replace(line, text=word) for word in line.text.split(" "))


def _longest(samples: Iterable[_Sample]) -> list[dict[str, Any]]:
    kept = sorted(set(samples), key=lambda line: (-_weight(line), line.text, line.bold, line.code))[:_N_MEASURED]
    return [{"text": printable(line.text), "bold": line.bold, "code": line.code} for line in kept]


def _weight(line: _Sample) -> float:
    """About how wide a line is; the template measures those that may be widest."""
    return len(line.text) * (1.25 if line.code else 1.1 if line.bold else 1.0)
