"""Cells that head a row, marked as such in the tags of a PDF: what a reader's program says on entering a cell.

Typst marks the heads of columns. Its function for a row's head (``pdf.header-cell``) asks for a feature flag that its
Python library cannot set, so the tags are finished here, once the file is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normenkader.dossier.blocks import Block, Group, Table

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
_TAG = re.compile(rb"<</Type/StructElem/S/(\w+)/P ")
_KIDS = re.compile(rb"/K\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_ID = re.compile(rb"\(U(\d+)x\d+y\d+\)")
_NAMES = re.compile(rb"/IDTree<</Names\[(.*?)\]>>", re.DOTALL)
_NAME = re.compile(rb"(\([^)]*\))(\d+ 0 R)")
_OF_COLUMNS = re.compile(rb"/A\[<</O/Table/Headers\[([^\]]*)\]")


def with_row_headers(pdf: bytes, blocks: Sequence[Block]) -> bytes:
    """The same file with the heads of rows as header cells, and every cell of a row pointing at them.

    Parameters
    ----------
    pdf : bytes
        As typst makes it of `blocks`: its objects and their places in plain text.
    blocks : sequence of Block
        What was printed; a cell that is a header on the page, and not in the head of its table, heads its row.

    Returns
    -------
    bytes
        The file as it was where its tables are not those of `blocks`: then nothing is certain enough to be marked.

    References
    ----------
    ISO 32000-1:2008, 14.8.5.7 (Scope, Headers); ISO 14289-1:2014, 7.5.
    """
    places = _places(pdf)
    objects = {number: pdf[start:end] for number, (start, end) in places.items()}
    found, printed = list(_tables(objects)), list(tables_of(blocks))
    if [_shape(table) for table in found] != [_shape_of(table) for table in printed]:
        return pdf
    names: dict[bytes, int] = {}
    for rows, table in zip(found, printed, strict=True):
        _mark(objects, rows, table, names)
    if not names:
        return pdf
    return _rewritten(pdf, {**objects, **_with_names(objects, names)}, places)


def tables_of(blocks: Sequence[Block]) -> Iterator[Table]:
    """Every table, in reading order."""
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Group):
            yield from tables_of(block.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of tags: numbers of the objects of its cells."""

    cells: tuple[int, ...]


def _places(pdf: bytes) -> dict[int, tuple[int, int]]:
    """Where every object starts and ends, by its number, from the table at the end of the file."""
    at = int(pdf[pdf.rindex(b"startxref\n") + 10 :].split(b"\n", 1)[0])
    lines = pdf[at : pdf.index(b"trailer", at)].split(b"\n")[2:]
    starts = [int(line[:10]) for line in lines if line.rstrip().endswith(b"n")]
    ends = dict(zip(sorted(starts), [*sorted(starts)[1:], at], strict=True))
    return {number: (start, ends[start]) for number, start in enumerate(starts, start=1)}


def _tables(objects: dict[int, bytes]) -> Iterator[tuple[_Row, ...]]:
    for number in sorted(objects):
        if _tag(objects[number]) == b"Table":
            yield tuple(_rows(objects, number))


def _rows(objects: dict[int, bytes], number: int) -> Iterator[_Row]:
    for kid in _kids(objects[number]):
        tag = _tag(objects[kid])
        if tag == b"TR":
            yield _Row(cells=tuple(_kids(objects[kid])))
        elif tag in (b"THead", b"TBody", b"TFoot"):
            yield from _rows(objects, kid)


def _tag(content: bytes) -> bytes:
    found = _TAG.search(content[:80])
    return found[1] if found else b""


def _kids(content: bytes) -> list[int]:
    found = _KIDS.search(content)
    return [int(kid) for kid in _REFERENCE.findall(found[1])] if found else []


def _shape(rows: Sequence[_Row]) -> list[int]:
    return [len(row.cells) for row in rows]


def _shape_of(table: Table) -> list[int]:
    return [len(row.cells) for row in (*table.head, *table.body)]


def _mark(objects: dict[int, bytes], rows: Sequence[_Row], table: Table, names: dict[bytes, int]) -> None:
    """The tags of one table, changed in place; the names that its new header cells got."""
    own = next((found[1] for row in rows for cell in row.cells if (found := _ID.search(objects[cell]))), None)
    if own is None:
        return
    for y, (tags, row) in enumerate(zip(rows, (*table.head, *table.body), strict=True)):
        heads = [x for x, cell in enumerate(row.cells) if cell.header and _tag(objects[tags.cells[x]]) == b"TD"]
        given = {x: b"(U%bx%dy%d)" % (own, x, y) for x in heads}
        names.update({name: tags.cells[x] for x, name in given.items()})
        for x, cell in enumerate(tags.cells):
            others = b"".join(name for at, name in given.items() if at != x)
            objects[cell] = _of_row(_as_head(objects[cell], given[x]) if x in given else objects[cell], others)


def _as_head(cell: bytes, name: bytes) -> bytes:
    told = re.sub(rb"/S/TD(/P \d+ 0 R)", lambda found: b"/S/TH" + found[1] + b"/ID" + name, cell, count=1)
    return _OF_COLUMNS.sub(lambda found: b"/A[<</O/Table/Scope/Row/Headers[" + found[1] + b"]", told, count=1)


def _of_row(cell: bytes, heads: bytes) -> bytes:
    """A cell that names the heads of its row after those of its column."""
    return re.sub(rb"(/Headers\[[^\]]*)\]", lambda found: found[1] + heads + b"]", cell, count=1) if heads else cell


def _with_names(objects: dict[int, bytes], names: dict[bytes, int]) -> dict[int, bytes]:
    """The root of the tags, in whose list every name of a cell stands, in order."""
    number = next(at for at, content in objects.items() if b"/Type/StructTreeRoot" in content[:60])
    known = dict(_NAME.findall(_NAMES.search(objects[number])[1]))  # type: ignore[index]
    known |= {name: b"%d 0 R" % cell for name, cell in names.items()}
    listed = b"".join(name + known[name] for name in sorted(known))
    return {number: _NAMES.sub(lambda _: b"/IDTree<</Names[" + listed + b"]>>", objects[number], count=1)}


def _rewritten(pdf: bytes, objects: dict[int, bytes], places: dict[int, tuple[int, int]]) -> bytes:
    """The file with its objects in the places they had among each other, and the table of where they are."""
    parts, starts = [pdf[: min(start for start, _ in places.values())]], {}
    at = len(parts[0])
    for number in sorted(places, key=lambda one: places[one][0]):
        starts[number] = at
        parts.append(objects[number])
        at += len(objects[number])
    table = b"".join(b"%010d 00000 n\r\n" % starts[number] for number in sorted(starts))
    old = pdf[max(end for _, end in places.values()) :]
    head = old[: old.index(b"\n", old.index(b"\n") + 1) + 1] + b"0000000000 65535 f\r\n"
    tail = old[old.index(b"trailer") : old.rindex(b"startxref\n")] + b"startxref\n%d\n%%%%EOF" % at
    return b"".join([*parts, head, table, tail])
