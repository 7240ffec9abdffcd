"""A table of the dossier as a word processor's: heads that repeat, groups that span, figures to the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from normenkader.dossier.blocks import Block, Cell, Row, Table, texts
from normenkader.dossier.docx_parts import Paper, add_runs, keep_whole, repeat_on_every_page

_POINTS = 7.5
_STYLE = "Table Grid"
_PAGE_MM = 170.0
# The letters are about this wide at that size; a cell has this much space on either side together.
_LETTER_MM, _MARGIN_MM, _HEAD_IS_WIDER = 1.5, 4.4, 1.2
# A path or code longer than this may break anywhere, so that words beside it keep their room.
_MOST_LETTERS = 26

WriteBlocks = Callable[[Paper, Sequence[Block], Any, float], None]


def add_table(paper: Paper, block: Table, write: WriteBlocks) -> None:
    """Caption and table; `write` puts a cell's blocks in it."""
    if block.caption:
        caption = paper.paragraph(style="Caption")
        caption.paragraph_format.keep_with_next = True
        add_runs(paper, caption, block.caption)
    rows = (*block.head, *block.body)
    table = paper.document.add_table(rows=len(rows), cols=block.n_columns, style=_STYLE)
    table.autofit = False
    grid = [row.cells for row in table.rows]
    starts = _starts(rows)
    _set_widths(table, grid, _widths(starts, block.n_columns))
    for i, cells in enumerate(starts):
        for at, cell in cells:
            _fill(paper, grid, (i, at), cell, heads=i < len(block.head), role=rows[i].role, write=write)
    for i, row in enumerate(table.rows):
        keep_whole(row)
        if i < len(block.head):
            repeat_on_every_page(row)
    paper.paragraph()


def _starts(rows: Sequence[Row]) -> list[list[tuple[int, Cell]]]:
    """The column each cell starts in, past the cells that reach down from rows above."""
    taken: set[tuple[int, int]] = set()
    found = []
    for i, row in enumerate(rows):
        at, starts = 0, []
        for cell in row.cells:
            while (i, at) in taken:
                at += 1
            starts.append((at, cell))
            taken |= {(i + down, at + along) for down in range(cell.rowspan) for along in range(cell.colspan)}
            at += cell.colspan
        found.append(starts)
    return found


def _widths(starts: Sequence[Sequence[tuple[int, Cell]]], n_columns: int) -> list[float]:
    """Columns in mm: each at least its longest word, the rest by what its longest line asks for."""
    least, most = [1.0] * n_columns, [1.0] * n_columns
    for at, cell in (start for row in starts for start in row if start[1].colspan == 1):
        wider = _HEAD_IS_WIDER if cell.header or cell.strong else 1.0
        for line in texts(cell):
            words = [line] if cell.unbroken and not cell.header else line.split()
            least[at] = max(least[at], *(min(wider * len(word), _MOST_LETTERS) for word in words), 1.0)
            most[at] = max(most[at], wider * len(line))
    low, high = ([_MARGIN_MM + _LETTER_MM * n for n in side] for side in (least, [*map(max, least, most)]))
    if sum(high) <= _PAGE_MM:
        return high
    if sum(low) >= _PAGE_MM:
        return [width * _PAGE_MM / sum(low) for width in low]
    room = (_PAGE_MM - sum(low)) / (sum(high) - sum(low))
    return [a + (b - a) * room for a, b in zip(low, high, strict=True)]


def _set_widths(table: Any, grid: Sequence[Sequence[Any]], widths: Sequence[float]) -> None:
    from docx.shared import Mm

    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cells in grid:
        for cell, width in zip(cells, widths, strict=True):
            cell.width = Mm(width)


def _fill(
    paper: Paper, grid: Sequence[Sequence[Any]], place: tuple[int, int], cell: Cell, *, heads: bool, role: str,
    write: WriteBlocks,
) -> None:  # fmt: skip
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    i, at = place
    target = grid[i][at]
    if cell.colspan > 1 or cell.rowspan > 1:
        target = target.merge(grid[i + cell.rowspan - 1][at + cell.colspan - 1])
    write(paper, cell.blocks, target, _POINTS)
    for paragraph in target.paragraphs:
        paragraph.paragraph_format.space_after = 0
        if cell.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for run in paragraph.runs:
            run.font.bold = run.font.bold or heads or cell.strong or role in ("group", "total") or None
            run.font.italic = run.font.italic or role == "ijk" or None
