"""One table of the contract as read: text, and the place every row came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """One file as it was read.

    Attributes
    ----------
    file : str
        Path relative to the study's folder.
    table : str
        Table of the contract it belongs to, such as ``episodes``.
    sha256 : str
        Hash of its bytes.
    dialect : str
        How it was read, in words: ``csv, semicolon, cp1252, decimal comma, dates dd-mm-yyyy``.
    """

    file: str
    table: str
    sha256: str
    dialect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the contract: every row of its files, as text.

    Attributes
    ----------
    name : str
        Such as ``episodes``.
    files : tuple of InputFile
        The files, sorted by path; the rows stand in this order, and within a file in order of line.
    columns : tuple of str
        Columns of the contract that at least one file has, in the contract's order.
    """

    name: str
    files: tuple[InputFile, ...]
    columns: tuple[str, ...]
    _frame: pd.DataFrame = field(repr=False)
    _n_rows: tuple[int, ...] = field(repr=False)
    _decimals: tuple[str, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self._frame)

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows: `columns` as text (trimmed, empty = missing), then ``_file`` and ``_line``."""
        return self._frame.copy()

    def texts(self, column: str) -> Texts:
        """One column as an array of text, empty where missing or where no file has the column."""
        if column not in self.columns:
            return np.full(len(self), "", dtype=object)
        return np.array(self._frame[column], dtype=object)

    def distinct(self, column: str) -> tuple[npt.NDArray[np.intp], Texts]:
        """Place of every row's text among the different ones, and these in order of first appearance."""
        given = self._frame[column] if column in self.columns else self.texts(column)
        codes, found = pd.factorize(given)
        return codes, np.asarray(found, dtype=object)

    def place(self, rows: npt.NDArray[Any]) -> tuple[str, tuple[int, ...]]:
        """File of the first row of a mask, and the physical lines of the masked rows that stand in that file."""
        chosen = self._frame.loc[rows, ["_file", "_line"]]
        file = str(chosen["_file"].iloc[0])
        return file, tuple(int(line) for line in chosen.loc[chosen["_file"] == file, "_line"])

    def parts(self) -> Iterator[tuple[InputFile, slice, str]]:
        """Every file with its rows and its decimal mark."""
        start = 0
        for file, n, decimal in zip(self.files, self._n_rows, self._decimals, strict=True):
            yield file, slice(start, start + n), decimal
            start += n
