"""Tables as the bytes of CSV, XLSX and Parquet files; the same table gives the same bytes."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from normenkader.provenance import without_times


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvDialect:
    """How a CSV file is written."""

    delimiter: str
    decimal: str
    encoding: str
    newline: str


DUTCH = CsvDialect(delimiter=";", decimal=",", encoding="cp1252", newline="\r\n")
PLAIN = CsvDialect(delimiter=",", decimal=".", encoding="utf-8", newline="\n")


def csv_bytes(frame: pd.DataFrame, dialect: CsvDialect) -> bytes:
    """`frame` as a CSV file; missing becomes an empty cell, dates ISO, fractions two decimals."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=dialect.delimiter, lineterminator=dialect.newline)
    writer.writerow(frame.columns)
    columns = [[_cell(value, dialect.decimal) for value in frame[name].tolist()] for name in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode(dialect.encoding)


def xlsx_bytes(frame: pd.DataFrame, *, title: str) -> bytes:
    """`frame` as a workbook with one sheet, without any trace of when it was made."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append(list(frame.columns))
    for row in frame.itertuples(index=False, name=None):
        sheet.append([None if _is_missing(value) else value for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return without_times(stream.getvalue())


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """`frame` as a Parquet file with plain types and no metadata of its making."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [None if _is_missing(v) else v for v in frame[name].tolist()] for name in frame.columns}
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, compression="zstd")
    return stream.getvalue()


def _cell(value: Any, decimal: str) -> str:
    if _is_missing(value):
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", decimal)
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_missing(value: Any) -> bool:
    # NaN is the only value that differs from itself.
    return value is None or (isinstance(value, float) and value != value)
