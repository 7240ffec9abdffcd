"""Text files of rows: encoding and delimiter found out by reading, and the physical line of every row kept."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from normenkader.casemix.raw_cells import Lines, RawCells, clean_cells
from normenkader.errors import InputRefused

DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_ROWS = 200
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
_SEPARATOR_LINE = re.compile(r"""^"?sep=(.)"?\r?\n""", re.IGNORECASE)

Record = tuple[int, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvText:
    """One CSV as read: its cells, its encoding in words, and its delimiter."""

    cells: RawCells
    encoding: str
    delimiter: str


def read_csv(content: bytes, *, file: str) -> CsvText:
    """Read the bytes of a CSV as text.

    Encoding: a UTF-16 mark, else UTF-8 (with mark or without) if every byte fits, else Windows-1252. Delimiter: as a
    first line ``sep=`` says, else the one that gives most rows as many cells as the header.

    Raises
    ------
    InputRefused
        If the bytes are not text, a row has more cells than the header, or a quotation mark stays open.
    """
    text, encoding = _decode(content, file)
    named = _SEPARATOR_LINE.match(text)
    body, skipped = (text[named.end() :], 1) if named else (text, 0)
    delimiter = named[1] if named else delimiter_of(body)
    cells = _read_fast(body, delimiter, skipped) or _read_exact(body, delimiter, skipped, file)
    return CsvText(cells=cells, encoding=encoding, delimiter=delimiter)


def named_delimiter(text: str) -> str:
    """The delimiter that a first line ``sep=`` names; empty without such a line."""
    named = _SEPARATOR_LINE.match(text)
    return named[1] if named else ""


def read_block(body: str, header: Sequence[str], delimiter: str, *, first_line: int, file: str) -> RawCells:
    """Cells of whole lines of a file whose header was read before; `first_line` is the physical line of the first.

    Raises
    ------
    InputRefused
        If a row has more cells than the header.
    """
    cells = _block_fast(body, header, delimiter, first_line)
    return cells or _cells_of(list(_records(body, delimiter, first_line - 1, file)), header, 1, file)


def _block_fast(body: str, header: Sequence[str], delimiter: str, first_line: int) -> RawCells | None:
    text = body.rstrip("\r\n")
    content = text.encode("utf-8")
    if not _each_line_fits(text) or not _every_line_is_a_row(content):
        return None
    rows = _arrow_columns(b"\n" + content, header, delimiter)
    if rows is None or rows.num_rows != content.count(b"\n") + 1:
        return None
    lines = np.arange(rows.num_rows, dtype=np.int64) + first_line
    return clean_cells(header, rows.columns, lines)


def _each_line_fits(body: str) -> bool:
    """Whether no line is empty and lines end in one way."""
    if not body or body.startswith(("\r", "\n")) or "\n\n" in body or "\n\r\n" in body:
        return False
    return body.count("\r") == body.count("\r\n")


def _decode(content: bytes, file: str) -> tuple[str, str]:
    if content.startswith(_UTF16_MARKS):
        return _decode_as(content, "utf-16", file), "utf-16"
    try:
        text, encoding = content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = _decode_as(content, "cp1252", file), "cp1252"
    if "\x00" in text or _CONTROL.search(text[:_SAMPLE_CHARACTERS]):
        raise InputRefused("this file is not text; give CSV, XLSX or Parquet", file=file)
    return text, encoding


def _decode_as(content: bytes, encoding: str, file: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise InputRefused("this file is not text in UTF-8, UTF-16 or Windows-1252", file=file) from None


def delimiter_of(text: str) -> str:
    """The delimiter under which most rows of a sample are as wide as the header; of equals the widest."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> tuple[bool, float, int]:
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = [len(row) for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False) if any(map(str.strip, row))]
    except csv.Error:
        return (False, 0.0, 0)
    header = widths[0] if widths else 0
    return (header > 1, round(Counter(widths)[header] / max(len(widths), 1), 1), header)


def _read_fast(text: str, delimiter: str, skipped: int) -> RawCells | None:
    """Arrow's reader, for a file in which every line is a row; None where it could not keep the line numbers."""
    body = text.rstrip("\r\n")
    if not _each_line_fits(body):
        return None
    content = body.encode("utf-8")
    if not _every_line_is_a_row(content):
        return None
    header = next(csv.reader([body[: body.find("\n")] if "\n" in body else body], delimiter=delimiter), [])
    rows = _arrow_columns(content, header, delimiter) if header else None
    if rows is None or rows.num_rows != content.count(b"\n"):
        return None
    lines = np.arange(rows.num_rows, dtype=np.int64) + 2 + skipped
    return clean_cells(header, rows.columns, lines, header_line=1 + skipped)


def _arrow_columns(content: bytes, header: Sequence[str], delimiter: str) -> pa.Table | None:
    names = [str(position) for position in range(len(header))]
    if b"\n" not in content:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    try:
        return pacsv.read_csv(
            pa.BufferReader(content),
            read_options=pacsv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=False, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, null_values=[]
            ),
        )
    except pa.ArrowInvalid:
        return None


def _every_line_is_a_row(content: bytes) -> bool:
    """Whether no quoted cell holds a line end: the number of quotation marks before every line end is even."""
    if b'"' not in content:
        return True
    raw = np.frombuffer(content, dtype=np.uint8)
    quotes, ends = np.flatnonzero(raw == ord('"')), np.flatnonzero(raw == ord("\n"))
    return len(quotes) % 2 == 0 and not np.any(np.searchsorted(quotes, ends) % 2)


def _read_exact(text: str, delimiter: str, skipped: int, file: str) -> RawCells:
    records = list(_records(text, delimiter, skipped, file))
    if not records:
        raise InputRefused("this file is empty", file=file)
    header_line, header = records[0]
    rows = records[1:]
    _refuse_wide_rows(rows, len(header), file)
    _refuse_open_quote(rows, text, skipped, file)
    return _cells_of(rows, header, header_line, file)


def _cells_of(rows: Sequence[Record], header: Sequence[str], header_line: int, file: str) -> RawCells:
    _refuse_wide_rows(rows, len(header), file)
    padded = [row[: len(header)] + [""] * (len(header) - len(row)) for _, row in rows]
    columns = [pa.array([row[i] for row in padded], pa.string()) for i in range(len(header))]
    lines: Lines = np.array([line for line, _ in rows], dtype=np.int64)
    return clean_cells(header, columns, lines, header_line=header_line)


def _records(text: str, delimiter: str, skipped: int, file: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1 + skipped
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, row
            start = reader.line_num + 1 + skipped
    except csv.Error:
        raise InputRefused("this row cannot be read as delimited text", file=file, lines=(start,)) from None


def _refuse_wide_rows(rows: Sequence[Record], width: int, file: str) -> None:
    wide = [line for line, row in rows if len(row) > width and any(cell.strip() for cell in row[width:])]
    if wide:
        rule = "a row has more cells than the header; a cell that holds the delimiter must stand in quotation marks"
        raise InputRefused(rule, file=file, lines=wide)


def _refuse_open_quote(rows: Sequence[Record], text: str, skipped: int, file: str) -> None:
    """A quotation mark that is never closed swallows the rest of the file into one cell."""
    if not rows:
        return
    start = rows[-1][0]
    tail = text.splitlines(keepends=True)[start - 1 - skipped :]
    if len(tail) > 1 and any("\n" in cell.rstrip() for cell in rows[-1][1]) and "".join(tail).count('"') % 2:
        raise InputRefused("a quotation mark that opens on this line is never closed", file=file, lines=(start,))
