"""The design: one column a term that can be fitted, the support of every level, and the rows in provider order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.model.factors import DesignFactor, IntArray, at_levels, design_factors, level_codes
from normenkader.model.layout import Cell, Column, lay_out
from normenkader.model.support import RowSupport
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Rows in provider order with their design matrix.

    Attributes
    ----------
    factors : tuple of DesignFactor
        The study's factors and the overlap factors.
    cells : tuple of Cell
        Every level but the ijkclient's own, and every interaction pair, in the study's order.
    columns : tuple of Column
        What the columns of the matrix stand for.
    providers : tuple of str
        Names, in the order of the codes.
    """

    factors: tuple[DesignFactor, ...]
    cells: tuple[Cell, ...]
    columns: tuple[Column, ...]
    providers: tuple[str, ...]
    _matrix: FloatArray = field(repr=False)
    _provider: IntArray = field(repr=False)
    _client: IntArray = field(repr=False)
    _codes: dict[str, IntArray] = field(repr=False)
    _rows_by_column: FloatArray | None = field(repr=False, default=None)

    def matrix(self) -> FloatArray:
        """Rows x columns, 0 or 1; read-only."""
        return self._matrix

    def provider_codes(self) -> IntArray:
        """Index of the provider of every row, rising; read-only."""
        return self._provider

    def client_codes(self) -> IntArray:
        """Index of the client of every row, who may have several; read-only."""
        return self._client

    def codes(self) -> Mapping[str, IntArray]:
        """Index of the level of every row, by factor, the overlap factors among them."""
        return self._codes

    def rows_by_column(self) -> FloatArray:
        """Number of rows at each column; known as well where providers sent sums in place of rows."""
        return self._matrix.sum(axis=0) if self._rows_by_column is None else self._rows_by_column

    def in_force(self) -> BoolArray:
        """Columns that some term takes; a column that none takes is fitted, but is no part of the norm."""
        used = np.zeros(len(self.columns), dtype=bool)
        used[[cell.column for cell in self.cells if cell.column >= 0]] = True
        return used

    def has_norm(self) -> BoolArray:
        """Rows all of whose levels carry a norm, by themselves or joined with a neighbour."""
        known = np.ones(len(self._provider), dtype=bool)
        for cell in self.cells:
            if not cell.with_factor and cell.column < 0 and not cell.merged_with:
                levels = next(f.levels for f in self.factors if f.name == cell.factor)
                known &= self._codes[cell.factor] != levels.index(cell.level)
        return known


def make_design(frame: pd.DataFrame, study: Study) -> Design:
    """The design of a casemix frame whose rows are in provider order.

    Parameters
    ----------
    frame : DataFrame
        As `Casemix.to_frame` gives it.
    study : Study
        Factors, groups, and the floors of `disclosure` that decide whether a level carries a norm.

    Returns
    -------
    Design
    """
    factors, codes = design_factors(study), level_codes(frame, study)
    support = RowSupport(frame, codes)
    columns, cells = lay_out(factors, support, study)
    matrix = np.column_stack([indicator(c, codes) for c in columns]) if columns else np.zeros((len(frame), 0))
    return Design(
        factors=factors, cells=cells, columns=columns, providers=support.provider_names,
        _matrix=_frozen(np.ascontiguousarray(matrix, dtype=np.float64)), _provider=_frozen(support.provider),
        _client=_frozen(support.client), _codes=codes,
    )  # fmt: skip


def indicator(column: Column, codes: Mapping[str, IntArray]) -> FloatArray:
    """1 for the rows a column stands for, else 0."""
    inside = at_levels(codes[column.factor], column.levels)
    if column.with_factor:
        inside &= at_levels(codes[column.with_factor], column.with_levels)
    return inside.astype(np.float64)


def _frozen(array: npt.NDArray) -> npt.NDArray:  # type: ignore[type-arg]
    array.setflags(write=False)
    return array
