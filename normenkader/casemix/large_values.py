"""The cells of a large file as values in SQL: by type where that settles it, else by its distinct texts.

Distinct texts are read by the very functions that read an ordinary table, so that dates, decimal marks and refusals
are the same; the engine only looks the answers up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from normenkader.casemix.input_table import Table
from normenkader.casemix.large_files import LargeFile
from normenkader.casemix.large_store import Store, literal, quoted, trimmed
from normenkader.casemix.raw_cells import MISSING_WORDS, clean_cells
from normenkader.casemix.typed_files import column_text, decoded
from normenkader.casemix.values import days_of, numbers_of
from normenkader.study import Study


@dataclass(frozen=True, slots=True)
class Value:
    """SQL of a value (NULL where missing or unreadable), of whether its cell is unreadable, and the join they need."""

    value: str
    bad: str = "false"
    join: str = ""


def number_value(file: LargeFile, column: str, study: Study, store: Store) -> Value:
    """Numbers of one column, as `readings.numbers`."""
    if column not in file.columns:
        return Value("CAST(NULL AS DOUBLE)")
    name, kind = quoted(file.columns[column]), file.types[column]
    if pa.types.is_float64(kind):
        return Value(f"CASE WHEN isfinite({name}) THEN {name} + 0.0 END")
    if pa.types.is_integer(kind):
        return Value(f"CAST({name} AS DOUBLE)")
    return _by_distinct(file, column, study, store)


def day_value(file: LargeFile, column: str, study: Study, store: Store) -> Value:
    """Days from the first day of the window of one column, as `readings.dates`."""
    name, kind = quoted(file.columns[column]), file.types[column]
    plain_timestamp = pa.types.is_timestamp(kind) and not kind.tz
    if not (pa.types.is_date(kind) or plain_timestamp):
        return _by_distinct(file, column, study, store)
    day, first = f"CAST({name} AS DATE)", f"DATE '{study.info.window[0]}'"
    # Four figures of year, as every date in text has.
    real = f"({day} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31')"
    return Value(f"CASE WHEN {real} THEN {day} - {first} END", f"({name} IS NOT NULL AND NOT {real})")


def text_value(file: LargeFile, column: str, store: Store) -> Value:
    """Text of one column, trimmed, NFC, empty where missing."""
    if column not in file.columns:
        return Value("''")
    name, kind = quoted(file.columns[column]), file.types[column]
    if pa.types.is_integer(kind):
        return Value(f"coalesce(CAST({name} AS VARCHAR), '')")
    if pa.types.is_string(kind):
        words = ", ".join(map(literal, MISSING_WORDS))
        return Value(f"CASE WHEN {name} IN ({words}) THEN '' ELSE {trimmed(name)} END")
    found = _distinct(file, column, store)
    texts = clean_texts(found.column("raw"), file, column)
    return _looked_up(found.column("raw"), pa.table({"value": texts}), column, name, store)


def raw_text(file: LargeFile, column: str, store: Store) -> Value:
    """Text of one column as it stands, to be cleaned where it matches nothing that is clean."""
    name, kind = quoted(file.columns[column]), file.types[column]
    return Value(name) if pa.types.is_string(kind) else text_value(file, column, store)


def clean_texts(raw: Any, file: LargeFile, column: str) -> Any:
    """Values of a column as an ordinary reading has them."""
    kind = file.types[column]
    # The engine gives an instant in its own time zone; the file's decides on which day it falls.
    cells = raw.cast(kind) if pa.types.is_timestamp(kind) else raw
    texts = column_text(decoded(cells), file.decimal, column, file.input.file)
    # A row beside it keeps rows without content in their place.
    beside = pa.array(["."]).take(pa.array(np.zeros(len(raw), dtype=np.int64)))
    return clean_cells(("", ""), [texts, beside], np.zeros(len(raw), dtype=np.int64)).columns[0]


def _by_distinct(file: LargeFile, column: str, study: Study, store: Store) -> Value:
    found = _distinct(file, column, store)
    table = _table_of(file, column, found)
    if column == "date":
        read, bad = days_of(table, column, study)
    else:
        read, bad = numbers_of(table, column)
    values = pa.table({"value": pa.array(read + 0.0, from_pandas=True), "bad": pa.array(bad)})
    return _looked_up(found.column("raw"), values, column, quoted(file.columns[column]), store)


def _distinct(file: LargeFile, column: str, store: Store) -> Any:
    name = quoted(file.columns[column])
    found = store.table(f"SELECT {name} AS raw, min({file.line}) AS line FROM {file.relation} GROUP BY {name}")
    return found.sort_by("line").combine_chunks()


def _table_of(file: LargeFile, column: str, found: Any) -> Table:
    """The distinct cells as a table, each on the first line it stands on: what a refusal names."""
    texts = clean_texts(found.column("raw"), file, column).to_pandas()
    frame = pd.DataFrame({column: texts, "_file": file.input.file, "_line": found.column("line").to_numpy()})
    return Table(
        name="minutes", files=(file.input,), columns=(column,), _frame=frame, _n_rows=(len(frame),),
        _decimals=(file.decimal,),
    )  # fmt: skip


def _looked_up(raw: Any, values: Any, column: str, name: str, store: Store) -> Value:
    store.put(f"of_{column}", values.append_column("raw", raw))
    bad = f"of_{column}.bad" if "bad" in values.column_names else "false"
    return Value(f"of_{column}.value", bad, f" LEFT JOIN of_{column} ON {name} IS NOT DISTINCT FROM of_{column}.raw")
