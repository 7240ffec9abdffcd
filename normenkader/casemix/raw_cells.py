"""A file as it stands: a header, columns of text, and the physical line of every row."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Lines = npt.NDArray[np.int64]

MISSING_WORDS = ("NULL", "null", "NaN", "nan", "NA", "<NA>", "NaT", "#N/A", "#N/B")
"""What software writes for an empty cell; words of people, such as ``n.v.t.``, are content and stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCells:
    """Header and text of one file, with nothing dropped but rows and lines that are empty.

    Attributes
    ----------
    header : tuple of str
        Column names as the file has them, trimmed and in Unicode form NFC; a nameless column is empty.
    columns : tuple of pyarrow string arrays
        Text of every column, trimmed and NFC; empty = missing. Read-only by nature.
    lines : array of int64
        Physical line of every row, header = 1 (in Parquet the first row = 2).
    header_line : int
        Physical line of the header.
    """

    header: tuple[str, ...]
    lines: Lines = field(repr=False)
    columns: tuple[Any, ...] = field(repr=False)
    header_line: int = 1


def clean_cells(header: Sequence[str], columns: Sequence[Any], lines: Lines, *, header_line: int = 1) -> RawCells:
    """Trim, bring to NFC, empty the words that software writes for missing, and leave out rows without content."""
    tidy = [_clean_column(column) for column in columns]
    names = tuple(unicodedata.normalize("NFC", name).strip() for name in header)
    empty = _empty_rows(tidy)
    if empty is not None:
        kept = ~empty
        tidy, lines = [column.filter(pa.array(kept)) for column in tidy], lines[kept]
    return RawCells(header=names, columns=tuple(tidy), lines=lines, header_line=header_line)


def distinct_texts(column: Any) -> Any:
    """Distinct filled texts of a column, in order of appearance, as a pyarrow array."""
    texts = pc.unique(column)
    return texts.filter(pc.not_equal(texts, ""))


def _clean_column(column: Any) -> Any:
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    column = pc.utf8_trim_whitespace(pc.fill_null(column, ""))
    if not pc.all(pc.string_is_ascii(column), min_count=0).as_py():
        column = _composed(column)
    return pc.if_else(pc.is_in(column, value_set=pa.array(MISSING_WORDS)), "", column)


def _composed(column: Any) -> Any:
    """Unicode form NFC. pyarrow's own ``utf8_normalize`` returns the decomposed form when asked for NFC (25.0)."""
    coded = column.dictionary_encode()
    composed = [unicodedata.normalize("NFC", text) for text in coded.dictionary.to_pylist()]
    return pa.array(composed, pa.string()).take(coded.indices)


def _empty_rows(columns: Sequence[Any]) -> npt.NDArray[np.bool_] | None:
    empty: npt.NDArray[np.bool_] | None = None
    for column in columns:
        here = np.asarray(pc.equal(column, ""))
        empty = here if empty is None else empty & here
        if not empty.any():
            return None
    return empty
