"""The dossier as blocks: what stands on the page, whatever the paper it is printed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

# A line that ends within a paragraph.
LINE_END = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text of one kind: its marks (``strong``, ``code``, ...) and, within a link, where it leads."""

    text: str
    marks: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; the title of the whole is level 1."""

    level: int
    runs: tuple[Run, ...]
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text."""

    runs: tuple[Run, ...]
    role: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list, numbered or not; an item holds blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    role: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Terms that share one description."""

    terms: tuple[tuple[Run, ...], ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """Terms with their descriptions."""

    entries: tuple[Entry, ...]
    role: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table; ``header`` names its row or column, ``unbroken`` keeps a figure and its margin on one line."""

    blocks: tuple[Block, ...]
    header: bool = False
    numeric: bool = False
    unbroken: bool = False
    strong: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table; its role says that it opens a group, is a total, or is the ijkclient's."""

    cells: tuple[Cell, ...]
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its caption, the rows that head it and the rows below."""

    caption: tuple[Run, ...]
    head: tuple[Row, ...]
    body: tuple[Row, ...]
    role: str = ""
    key: str = ""

    @property
    def n_columns(self) -> int:
        """Columns of the widest row; a cell that reaches down counts only in the row it starts in."""
        return max(sum(cell.colspan for cell in row.cells) for row in (*self.head, *self.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing as SVG text, the words that stand in its place, and its caption."""

    svg: str
    alternative: str
    caption: tuple[Run, ...]
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Blocks that belong together: a chapter, a box, the contents, or details that print shows open."""

    blocks: tuple[Block, ...]
    role: str = ""
    key: str = ""


Block = Heading | Paragraph | Listing | Definitions | Table | Figure | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole page: its title and its blocks."""

    title: str
    language: str
    blocks: tuple[Block, ...]


def plain(runs: Sequence[Run]) -> str:
    """The bare text of `runs`."""
    return "".join(run.text for run in runs)


def texts(part: Block | Entry | Row | Cell | tuple[Any, ...]) -> Iterator[str]:
    """Every stretch of text in `part`, in reading order: what no print may leave out."""
    if isinstance(part, tuple):
        if part and isinstance(part[0], Run):
            yield plain(part)
        else:
            yield from (text for inner in part for text in texts(inner))
        return
    if isinstance(part, Figure):
        yield part.alternative
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, tuple):
            yield from texts(value)


def keys(blocks: Sequence[Block]) -> Iterator[str]:
    """Names that a link may lead to, of `blocks` and the groups in them."""
    for block in blocks:
        if block.key:
            yield block.key
        if isinstance(block, Group):
            yield from keys(block.blocks)
