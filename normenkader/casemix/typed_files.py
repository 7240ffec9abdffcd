"""Workbooks and Parquet files: typed cells as text, without loss and with their physical line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from normenkader.casemix.cells import decimal_evidence
from normenkader.casemix.raw_cells import RawCells, clean_cells, distinct_texts
from normenkader.errors import InputRefused


def read_workbook(path: Path, *, file: str) -> tuple[RawCells, int, str]:
    """First visible sheet with content, its number from 1, and the decimal mark of its text cells.

    Typed numbers are written with that same mark, so that a column that holds both has one way of writing.

    Raises
    ------
    InputRefused
        If the workbook cannot be opened, is protected by a password, or is empty.
    """
    rows, number = _first_sheet(path, file)
    first = next(i for i, row in enumerate(rows) if _has_content(row))
    header = [_cell_text(cell, ".") for cell in rows[first]]
    body = rows[first + 1 :]
    mark = _mark_of(sorted({cell.strip() for row in body for cell in row if isinstance(cell, str)}))
    columns = [pa.array([_cell_text(row[i], mark) for row in body], pa.string()) for i in range(len(header))]
    lines = np.arange(len(body), dtype=np.int64) + first + 2
    return clean_cells(header, columns, lines, header_line=first + 1), number, mark


def _first_sheet(path: Path, file: str) -> tuple[list[list[Any]], int]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for number, sheet in enumerate(book.sheets_metadata, start=1):
            rows = book.get_sheet_by_index(number - 1).to_python(skip_empty_area=False)
            if sheet.visible == SheetVisibleEnum.Visible and any(_has_content(row) for row in rows):
                return rows, number
    except (CalamineError, OSError, ValueError):
        rule = "this workbook cannot be opened; it is damaged or protected by a password"
        raise InputRefused(rule, file=file) from None
    raise InputRefused("this workbook is empty", file=file)


def _has_content(row: Sequence[Any]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _cell_text(cell: Any, mark: str) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number_text(cell, mark)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _number_text(value: float, mark: str) -> str:
    text = str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    return text.replace(".", mark)


def _mark_of(texts: Any) -> str:
    """Decimal mark of the text cells: as most of them say; a comma when they can be read two ways; else a point."""
    evidence = decimal_evidence(texts)
    return evidence.mark or ("," if evidence.either else ".")


def read_parquet(path: Path, *, file: str) -> tuple[RawCells, str]:
    """All columns of a Parquet file as text, and the decimal mark of its text columns; the first row is line 2.

    Raises
    ------
    InputRefused
        If the file is damaged or a column holds anything but numbers, text, dates or yes and no.
    """
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError):
        raise InputRefused("this Parquet file cannot be opened; it is damaged", file=file) from None
    plain = [_decoded(table.column(i)) for i in range(table.num_columns)]
    texts = [distinct_texts(c.combine_chunks().drop_null()) for c in plain if pa.types.is_string(c.type)]
    mark = _mark_of(pa.concat_arrays(texts) if texts else [])
    columns = [_column_text(column, mark, table.column_names[i], file) for i, column in enumerate(plain)]
    return clean_cells(table.column_names, columns, np.arange(table.num_rows, dtype=np.int64) + 2), mark


def _decoded(column: Any) -> Any:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _decoded(column.cast(kind.value_type))
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    return column


def _column_text(column: Any, mark: str, name: str, file: str) -> Any:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _timestamp_text(column)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        text = pc.replace_substring(column.cast(pa.string()), ".", mark)
        return pc.if_else(pc.is_in(text, value_set=pa.array(["nan", "inf", "-inf"])), "", text)
    if any(test(kind) for test in (pa.types.is_string, pa.types.is_integer, pa.types.is_date, pa.types.is_boolean)):
        return column.cast(pa.string())
    raise InputRefused("this column holds no numbers, text or dates", file=file, column=name)


def _timestamp_text(column: Any) -> Any:
    local = pc.local_timestamp(column) if column.type.tz else column
    days = local.cast(pa.date32(), safe=False)
    midnight = pc.equal(days.cast(pa.timestamp("us")), local.cast(pa.timestamp("us"), safe=False))
    return pc.if_else(
        midnight,
        days.cast(pa.string()),
        pc.strftime(local.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S"),
    )
