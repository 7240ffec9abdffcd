"""How a file is written, found out by reading it: form, encoding, delimiter, decimal mark and date order."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from normenkader.casemix.cells import DecimalEvidence, date_order, decimal_evidence, is_number
from normenkader.casemix.csv_text import DELIMITERS, read_csv
from normenkader.casemix.raw_cells import RawCells, distinct_texts
from normenkader.casemix.typed_files import read_parquet, read_workbook
from normenkader.errors import InputRefused

_ZIP, _OLD_EXCEL, _PARQUET, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"\x1f\x8b"
_MOSTLY = 0.8
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
        ``cells`` (some cell can be read one way only), ``assumed`` (cells such as 1.250 can be read two ways and no
        cell decides: a comma is assumed unless the delimiter is a comma), ``typed`` (the file stores numbers) or
        ``unused`` (no cell has a decimal mark).
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
            return f"decimal {mark} assumed because every cell with a mark can be read two ways"
        return {"cells": f"decimal {mark}", "typed": "typed numbers"}.get(self.decimal_source, "no decimals")


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
    except OSError:
        raise InputRefused("this file cannot be opened", file=file) from None


def _unzipped(path: Path, file: str) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        raise InputRefused("this compressed file is damaged", file=file) from None


def _from_csv(content: bytes, file: str) -> RawFile:
    read = read_csv(content, file=file)
    evidence = _evidence_of(read.cells)
    assumed = "." if read.delimiter == "," else ","
    source = "cells" if evidence.mark else "assumed" if evidence.either or evidence.comma else "unused"
    return _with_dates(
        read.cells,
        Dialect(
            form="csv", encoding=read.encoding, delimiter=read.delimiter,
            decimal=evidence.mark or assumed, decimal_source=source,
        ),
    )  # fmt: skip


def _from_workbook(path: Path, file: str) -> RawFile:
    cells, sheet, mark = read_workbook(path, file=file)
    return _with_dates(cells, Dialect(form="xlsx", sheet=sheet, decimal=mark, decimal_source="typed"))


def _from_parquet(path: Path, file: str) -> RawFile:
    cells, mark = read_parquet(path, file=file)
    return _with_dates(cells, Dialect(form="parquet", decimal=mark, decimal_source="typed"))


def _evidence_of(cells: RawCells) -> DecimalEvidence:
    """Evidence of the columns that mostly hold numbers, so that codes such as 12.30.1 have no say."""
    total = DecimalEvidence()
    for column in cells.columns:
        texts = distinct_texts(column)
        sample = texts[:_ENOUGH_TEXTS]
        if sum(is_number(t, ",") or is_number(t, ".") for t in sample) >= _MOSTLY * max(len(sample), 1):
            total = total + decimal_evidence(texts)
    return total


def _with_dates(cells: RawCells, dialect: Dialect) -> RawFile:
    orders: dict[str, None] = {}
    for column in cells.columns:
        found = [date_order(text) for text in distinct_texts(column)[:_ENOUGH_TEXTS]]
        if found and sum(map(bool, found)) >= _MOSTLY * len(found):
            orders.update(dict.fromkeys(order for order in found if order))
    return RawFile(cells=cells, dialect=replace(dialect, date_orders=tuple(orders)))
