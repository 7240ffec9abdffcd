"""How a file is written, found out by reading it: form, encoding, delimiter, decimal mark and date order."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normenkader.casemix.cells import date_order, decimal_evidence, is_number
from normenkader.casemix.csv_text import DELIMITERS, read_csv
from normenkader.casemix.raw_cells import RawCells, distinct_texts
from normenkader.casemix.typed_files import read_parquet, read_workbook
from normenkader.errors import InputRefused, why_not_read

_ZIP, _OLD_EXCEL, _PARQUET, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"\x1f\x8b"
_MOSTLY = 0.5
_ENOUGH_TEXTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one file is written.

    Attributes
    ----------
    form : str
        ``csv``, ``xlsx`` or ``parquet``; by content, whatever the file is called.
    encoding, delimiter : str
        Of a CSV; empty otherwise.
    sheet : int
        Number of the sheet that was read, from 1; 0 otherwise.
    decimal : str
        Decimal mark: ``,`` or ``.``.
    decimal_source : str
        ``cells`` (some cell can be read one way only), ``mixed`` (columns differ, and most have this mark; a column
        follows its own cells), ``assumed`` (cells such as 1.250 can be read two ways and no cell decides: a comma is
        assumed unless the delimiter is a comma), ``typed`` (the file stores numbers) or ``unused`` (no cell has a
        decimal mark).
    date_orders : tuple of str
        Ways in which dates are written, in order of appearance.
    """

    form: str
    encoding: str = ""
    delimiter: str = ""
    sheet: int = 0
    decimal: str = "."
    decimal_source: str = "unused"
    date_orders: tuple[str, ...] = ()

    def describe(self) -> str:
        """One line of text for the report, such as ``csv, semicolon, cp1252, decimal comma, dates dd-mm-yyyy``."""
        parts = [self.form, DELIMITERS.get(self.delimiter, self.delimiter and "other delimiter"), self.encoding]
        parts.append(f"sheet {self.sheet}" if self.sheet else "")
        parts.append(self._decimal_in_words())
        parts.append("dates " + " and ".join(self.date_orders) if self.date_orders else "")
        return ", ".join(part for part in parts if part)

    def _decimal_in_words(self) -> str:
        mark = "comma" if self.decimal == "," else "point"
        if self.decimal_source == "assumed":
            return f"decimal {mark} assumed (cells such as 1.250 can be read two ways)"
        words = {"cells": f"decimal {mark}", "mixed": f"decimal {mark} in most columns", "typed": "typed numbers"}
        return words.get(self.decimal_source, "no decimals")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """One file as text, and how it is written."""

    cells: RawCells
    dialect: Dialect


def read_raw(path: Path, *, file: str) -> RawFile:
    """Read one CSV (gzipped or not), workbook or Parquet file as text.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        What messages call it.

    Raises
    ------
    InputRefused
        If it cannot be read, is empty, or is something else.
    """
    start = _first_bytes(path, file)
    if start.startswith((_ZIP, _OLD_EXCEL)):
        return _from_workbook(path, file)
    if start.startswith(_PARQUET):
        return _from_parquet(path, file)
    content = _unzipped(path, file) if start.startswith(_GZIP) else path.read_bytes()
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise InputRefused("this file is empty", file=file)
    return _from_csv(content, file)


def _first_bytes(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except OSError as error:
        raise InputRefused(why_not_read(error), file=file) from None


def _unzipped(path: Path, file: str) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        raise InputRefused("this compressed file is damaged", file=file) from None


def _from_csv(content: bytes, file: str) -> RawFile:
    read = read_csv(content, file=file)
    return RawFile(cells=read.cells, dialect=text_dialect(read.cells, encoding=read.encoding, delimiter=read.delimiter))


def text_dialect(cells: RawCells, *, encoding: str, delimiter: str) -> Dialect:
    """How a CSV with these cells is written."""
    distinct = [distinct_texts(column) for column in cells.columns]
    decimal, source = _decimal_of(distinct, delimiter)
    return Dialect(
        form="csv", encoding=encoding, delimiter=delimiter, decimal=decimal, decimal_source=source,
        date_orders=_date_orders(distinct),
    )  # fmt: skip


def parquet_dialect(cells: RawCells, mark: str) -> Dialect:
    """How a Parquet file with these cells is written."""
    orders = _date_orders([distinct_texts(column) for column in cells.columns])
    return Dialect(form="parquet", decimal=mark, decimal_source="typed", date_orders=orders)


def _from_workbook(path: Path, file: str) -> RawFile:
    cells, sheet, mark = read_workbook(path, file=file)
    orders = _date_orders([distinct_texts(column) for column in cells.columns])
    dialect = Dialect(form="xlsx", sheet=sheet, decimal=mark, decimal_source="typed", date_orders=orders)
    return RawFile(cells=cells, dialect=dialect)


def _from_parquet(path: Path, file: str) -> RawFile:
    cells, mark = read_parquet(path, file=file)
    return RawFile(cells=cells, dialect=parquet_dialect(cells, mark))


def _decimal_of(columns: Sequence[Any], delimiter: str) -> tuple[str, str]:
    """Decimal mark of a CSV and where it comes from: every column of numbers has one vote."""
    evidence = [decimal_evidence(texts) for texts in columns if _is_mostly(texts, _looks_like_number)]
    votes = Counter(e.mark for e in evidence if e.comma or e.point)
    if votes[","] != votes["."]:
        return max(",.", key=lambda mark: votes[mark]), "mixed" if votes[","] and votes["."] else "cells"
    open_question = votes[","] or votes[""] or any(e.either for e in evidence)
    return "." if delimiter == "," else ",", "assumed" if open_question else "unused"


def _date_orders(columns: Sequence[Any]) -> tuple[str, ...]:
    orders: dict[str, None] = {}
    for texts in columns:
        if _is_mostly(texts, date_order):
            orders.update(dict.fromkeys(filter(None, map(date_order, _sample(texts)))))
    return tuple(orders)


def _looks_like_number(text: str) -> bool:
    return is_number(text, ",") or is_number(text, ".")


def _is_mostly(texts: Any, test: Callable[[str], object]) -> bool:
    sample = _sample(texts)
    return bool(sample) and sum(bool(test(text)) for text in sample) >= _MOSTLY * len(sample)


def _sample(texts: Any) -> list[str]:
    return list(texts.slice(0, _ENOUGH_TEXTS).to_pylist())
