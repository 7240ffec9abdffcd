"""dossier.docx: the same blocks for a word processor, so that a lawyer can paste from them. Optional: python-docx."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import singledispatch
from importlib.util import find_spec
from typing import Any

from normenkader.dossier import view
from normenkader.dossier.blocks import Block, Definitions, Figure, Group, Heading, Listing, Paragraph, Table, keys
from normenkader.dossier.documents import Documents
from normenkader.dossier.docx_parts import (
    Paper,
    add_field,
    add_picture,
    add_runs,
    number_paragraph,
    start_numbering,
)
from normenkader.dossier.docx_table import add_table
from normenkader.dossier.page_blocks import read_page
from normenkader.dossier.pdf import picture_png
from normenkader.dossier.printable import printable
from normenkader.errors import OutputRefused
from normenkader.provenance import without_times

_LEVELS = ("", " 2", " 3")


def require_docx() -> None:
    """Refuse at once, in words, when the library that writes the file is not installed.

    Raises
    ------
    OutputRefused
        If python-docx is absent.
    """
    if find_spec("docx") is None:
        raise OutputRefused(
            "dossier.docx needs a library that is not installed here: install normenkader with its extra 'docx', or "
            "leave out --docx"
        )


def render_docx(documents: Documents, page: str) -> bytes:
    """The dossier for a word processor: headings, tables, figures and links as that knows them.

    Parameters
    ----------
    documents : Documents
        The output documents, for what the head and foot say.
    page : str
        The dossier as ``render_html`` gives it.

    Returns
    -------
    bytes
        The same for the same content; no author and no moment of making stand in it.

    Raises
    ------
    OutputRefused
        If python-docx is not installed.
    PageNotUnderstood
        If the page holds an element that print does not know.
    """
    require_docx()
    content = read_page(page)
    paper = Paper(keys=tuple(keys(content.blocks)), language="nl-NL")
    paper.describe(title=printable(content.title), number=documents.calibration_number)
    _head_and_foot(paper, documents)
    _write(paper, content.blocks)
    stream = io.BytesIO()
    paper.document.save(stream)
    return without_times(stream.getvalue())


def _head_and_foot(paper: Paper, documents: Documents) -> None:
    page = paper.document.sections[0]
    if view.is_synthetic(documents.settings):
        page.header.paragraphs[0].add_run("SYNTHETISCH – verzonnen gegevens").bold = True
    foot = page.footer.paragraphs[0]
    foot.add_run(f"Kalibratienummer {documents.calibration_number[:16]}…, bladzijde ")
    add_field(foot, "PAGE")
    foot.add_run(" van ")
    add_field(foot, "NUMPAGES")


def _write(paper: Paper, blocks: Sequence[Block], within: Any = None, points: float = 0) -> None:
    for block in blocks:
        paper.place(block.key)
        _add(block, paper, within, points)


@singledispatch
def _add(block: Block, paper: Paper, within: Any, points: float) -> None:
    raise NotImplementedError(type(block).__name__)


@_add.register
def _heading(block: Heading, paper: Paper, within: Any, points: float) -> None:
    style = "Title" if block.level == 1 else f"Heading {block.level - 1}"
    add_runs(paper, paper.paragraph(within, style), block.runs)


@_add.register
def _paragraph(block: Paragraph, paper: Paper, within: Any, points: float) -> None:
    style = "Subtitle" if block.role == "subtitle" else None
    add_runs(paper, paper.paragraph(within, style), block.runs, bold=block.role == "summary", points=points)


@_add.register
def _listing(block: Listing, paper: Paper, within: Any, points: float, depth: int = 0) -> None:
    style = ("List Number" if block.ordered else "List Bullet") + _LEVELS[min(depth, len(_LEVELS) - 1)]
    numbering = start_numbering(paper, style) if block.ordered else None
    for item in block.items:
        for i, part in enumerate(item):
            if isinstance(part, Paragraph):
                # What follows the first paragraph of an item belongs to it, without a mark of its own.
                line = paper.paragraph(within, style if i == 0 else f"List Continue{_LEVELS[min(depth, 2)]}")
                add_runs(paper, line, part.runs, points=points)
                if numbering is not None and i == 0:
                    number_paragraph(line, numbering)
            elif isinstance(part, Listing):
                _listing(part, paper, within, points, depth + 1)
            else:
                _write(paper, (part,), within, points)


@_add.register
def _definitions(block: Definitions, paper: Paper, within: Any, points: float) -> None:
    for entry in block.entries:
        for term in entry.terms:
            line = paper.paragraph(within)
            line.paragraph_format.keep_with_next = True
            line.paragraph_format.space_after = 0
            add_runs(paper, line, term, bold=True, points=points)
        _write(paper, entry.blocks, within, points)


@_add.register
def _figure(block: Figure, paper: Paper, within: Any, points: float) -> None:
    add_picture(paper, picture_png(block.svg), block.alternative)
    add_runs(paper, paper.paragraph(within, "Caption"), block.caption)


@_add.register
def _group(block: Group, paper: Paper, within: Any, points: float) -> None:
    if "page" in block.role.split() and within is None:
        paper.document.add_page_break()
    _write(paper, block.blocks, within, points)


@_add.register
def _table(block: Table, paper: Paper, within: Any, points: float) -> None:
    add_table(paper, block, _write)
