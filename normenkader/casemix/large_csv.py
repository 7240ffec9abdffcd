"""A text file of any size, block by block, by the rules of `csv_text`: every row keeps its physical line."""

from __future__ import annotations

import codecs
import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from normenkader.casemix.csv_text import delimiter_of, named_delimiter, read_block
from normenkader.casemix.raw_cells import RawCells
from normenkader.errors import InputRefused

BLOCK_BYTES = 16_000_000
_MOST_OPEN = 20
_GZIP = b"\x1f\x8b"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NOT_TEXT = "this file is not text; give CSV, XLSX or Parquet"
_OPEN_QUOTE = "a quotation mark that opens in this file is never closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvBlocks:
    """A CSV as found out from its whole (encoding) and its head (delimiter, header)."""

    path: Path
    file: str
    encoding: str
    delimiter: str

    def __iter__(self) -> Iterator[RawCells]:
        """Cells of block after block, each with the header and the physical line of its rows."""
        header: list[str] = []
        line = 1
        for text in _whole_lines(self.path, self.encoding, self.file):
            body, skipped = _without_mark_line(text) if line == 1 else (text, 0)
            line += skipped
            if not header:
                header, body, taken = _split_header(body, self.delimiter)
                line += taken
            if not body:
                continue
            yield read_block(body, header, self.delimiter, first_line=line, file=self.file)
            line += body.count("\n") + (body.count("\r") if "\n" not in body else 0)


def csv_blocks(path: Path, *, file: str) -> CsvBlocks:
    """Find out how a CSV is written; nothing is kept.

    Raises
    ------
    InputRefused
        If it is damaged, not text, or empty.
    """
    encoding = _encoding_of(path, file)
    head = next(_whole_lines(path, encoding, file), "")
    if not head.strip():
        raise InputRefused("this file is empty", file=file)
    body, skipped = _without_mark_line(head)
    delimiter = named_delimiter(head) if skipped else delimiter_of(body)
    return CsvBlocks(path=path, file=file, encoding=encoding, delimiter=delimiter)


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as stream:
        zipped = stream.read(2) == _GZIP
    return cast(BinaryIO, gzip.open(path, "rb")) if zipped else path.open("rb")


def _encoding_of(path: Path, file: str) -> str:
    """UTF-16 by its mark, UTF-8 if every byte fits, else Windows-1252."""
    try:
        with _opened(path) as stream:
            first = stream.read(2)
            if first in _UTF16_MARKS:
                return "utf-16"
            decoder = codecs.getincrementaldecoder("utf-8-sig")()
            decoder.decode(first)
            while block := stream.read(BLOCK_BYTES):
                if "\x00" in decoder.decode(block):
                    raise InputRefused(_NOT_TEXT, file=file)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    except (OSError, EOFError):
        raise InputRefused("this file cannot be opened; it may be damaged", file=file) from None
    return "utf-8-sig"


def _whole_lines(path: Path, encoding: str, file: str) -> Iterator[str]:
    """Text of the file in blocks that end with a line, and within no quotation marks."""
    decoder, rest, open_blocks = codecs.getincrementaldecoder(encoding)(), "", 0
    with _opened(path) as stream:
        while block := stream.read(BLOCK_BYTES):
            text = rest + _decoded(decoder, block, file)
            end = text.rfind("\n") + 1
            if not end or text.count('"', 0, end) % 2:
                rest, open_blocks = text, open_blocks + 1
                if open_blocks > _MOST_OPEN:
                    raise InputRefused(_OPEN_QUOTE, file=file)
                continue
            yield text[:end]
            rest, open_blocks = text[end:], 0
    rest += _decoded(decoder, b"", file, final=True)
    if rest.strip():
        if rest.count('"') % 2:
            raise InputRefused(_OPEN_QUOTE, file=file)
        yield rest


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes, file: str, *, final: bool = False) -> str:
    try:
        return decoder.decode(block, final)
    except UnicodeDecodeError:
        raise InputRefused("this file is not text in UTF-8, UTF-16 or Windows-1252", file=file) from None


def _without_mark_line(text: str) -> tuple[str, int]:
    """The text after a first line that names the delimiter, and how many lines that was."""
    if not named_delimiter(text):
        return text, 0
    return text[text.find("\n") + 1 :], 1


def _split_header(text: str, delimiter: str) -> tuple[list[str], str, int]:
    """Header, the text after it, and the lines up to there."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    for row in reader:
        if any(cell.strip() for cell in row):
            lines = text.splitlines(keepends=True)
            return row, "".join(lines[reader.line_num :]), reader.line_num
    return [], "", reader.line_num
