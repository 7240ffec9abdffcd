"""Workbooks and Parquet files: typed cells as text, without loss and with their physical line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from normenkader.casemix.cells import decimal_evidence
from normenkader.casemix.raw_cells import RawCells, clean_cells, distinct_texts
from normenkader.errors import InputRefused

_SAMPLED_GROUPS, _SAMPLED_ROWS = 5, 40_000


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
    mark = mark_of(sorted({cell.strip() for row in body for cell in row if isinstance(cell, str)}))
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


def mark_of(texts: Any) -> str:
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
    plain = [decoded(table.column(i)) for i in range(table.num_columns)]
    texts = [distinct_texts(c.combine_chunks().drop_null()) for c in plain if pa.types.is_string(c.type)]
    mark = mark_of(pa.concat_arrays(texts) if texts else [])
    columns = [column_text(column, mark, table.column_names[i], file) for i, column in enumerate(plain)]
    return clean_cells(table.column_names, columns, np.arange(table.num_rows, dtype=np.int64) + 2), mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetSample:
    """Part of the rows of a Parquet file, as text and with their lines, and what its header says of the whole.

    Attributes
    ----------
    cells : RawCells
    names : tuple of str
        Columns as the file has them.
    types : tuple of pyarrow types
        Without dictionaries.
    n_rows : int
        Of the whole file.
    mark : str
        Decimal mark of the text columns.
    """

    cells: RawCells
    names: tuple[str, ...]
    types: tuple[Any, ...]
    n_rows: int
    mark: str


def parquet_sample(path: Path, *, file: str) -> ParquetSample:
    """The first rows of up to five row groups, spread evenly over the file.

    Raises
    ------
    InputRefused
        As `read_parquet`.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as opened:
            names, n_rows = tuple(opened.schema_arrow.names), int(opened.metadata.num_rows)
            table, lines = _spread_rows(opened)
    except (pa.ArrowException, OSError):
        raise InputRefused("this Parquet file cannot be opened; it is damaged", file=file) from None
    plain = [decoded(table.column(i)) for i in range(table.num_columns)]
    texts = [distinct_texts(c.combine_chunks().drop_null()) for c in plain if pa.types.is_string(c.type)]
    mark = mark_of(pa.concat_arrays(texts) if texts else [])
    columns = [column_text(column, mark, names[i], file) for i, column in enumerate(plain)]
    cells = clean_cells(names, columns, lines)
    return ParquetSample(
        cells=cells, names=names, types=tuple(c.type for c in plain), n_rows=n_rows, mark=mark
    )  # fmt: skip


def _spread_rows(opened: Any) -> tuple[Any, Any]:
    sizes = [opened.metadata.row_group(g).num_rows for g in range(opened.metadata.num_row_groups)]
    starts = np.cumsum([0, *sizes])
    chosen = sorted({int(g) for g in np.linspace(0, max(len(sizes) - 1, 0), _SAMPLED_GROUPS)}) if sizes else []
    parts, lines = [opened.schema_arrow.empty_table()], [np.zeros(0, dtype=np.int64)]
    for group in chosen:
        batch = next(opened.iter_batches(batch_size=_SAMPLED_ROWS, row_groups=[group]), None)
        if batch is not None:
            parts.append(pa.Table.from_batches([batch]))
            lines.append(np.arange(batch.num_rows, dtype=np.int64) + int(starts[group]) + 2)
    return pa.concat_tables(parts), np.concatenate(lines)


def decoded(column: Any) -> Any:
    """A column without a dictionary, its text of one type."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return decoded(column.cast(kind.value_type))
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    return column


def column_text(column: Any, mark: str, name: str, file: str) -> Any:
    """A typed column as text, without loss.

    Raises
    ------
    InputRefused
        If it holds anything but numbers, text, dates or yes and no.
    """
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
