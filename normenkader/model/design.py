"""The design: one column a term that can be fitted, the support of every level, and the rows in provider order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.model.factors import DesignFactor, IntArray, design_factors, join_thin_levels, level_codes
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
TOO_FEW = "too few clients or providers"
REFERENCE_TOO_FEW = "joined with the ijkclient's own level, which has too few clients or providers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One level of a factor, or a pair of levels of two factors that interact, with its support.

    Attributes
    ----------
    factor, level : str
        The factor that declares it and its level.
    with_factor, with_level : str
        The other factor of an interaction; empty for a main term.
    n_clients, n_providers : int
        Distinct clients and providers at this level. Exact: not for publication as they stand.
    column : int
        Design column whose coefficient it takes; -1 when it takes none (the ijkclient's own group, or unsupported).
    supported : bool
        Whether it carries a norm by itself.
    merged_with : str
        Neighbouring level whose value it takes; empty when none.
    reason : str
        Why it is not supported; empty when it is.
    """

    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    n_clients: int
    n_providers: int
    column: int
    supported: bool
    merged_with: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One design column: an indicator of a group of levels, or of a pair of groups."""

    factor: str
    levels: tuple[int, ...]
    with_factor: str = ""
    with_levels: tuple[int, ...] = ()


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
    _codes: dict[str, IntArray] = field(repr=False)

    def matrix(self) -> FloatArray:
        """Rows x columns, 0 or 1; read-only."""
        return self._matrix

    def provider_codes(self) -> IntArray:
        """Index of the provider of every row, rising; read-only."""
        return self._provider

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
    counter = _Counter(frame, study)
    groups = {f.name: join_thin_levels(f, counter.of(codes[f.name]), policy=study.model.thin_levels) for f in factors}
    mains = [column for f in factors for column in _main_columns(f, groups[f.name], codes[f.name])]
    pairs = [column for f in factors for other in f.partners
             for column in _pair_columns(f, _named(factors, other), groups, codes, counter)]  # fmt: skip
    columns = (*mains, *pairs)
    cells = tuple(_cells(factors, columns, groups, codes, counter))
    matrix = np.column_stack([indicator(c, codes) for c in columns]) if columns else np.zeros((len(frame), 0))
    return Design(
        factors=factors, cells=cells, columns=columns, providers=counter.provider_names,
        _matrix=_frozen(np.ascontiguousarray(matrix, dtype=np.float64)), _provider=_frozen(counter.provider),
        _codes=codes,
    )  # fmt: skip


def indicator(column: Column, codes: dict[str, IntArray]) -> FloatArray:
    """1 for the rows a column stands for, else 0."""
    inside = np.isin(codes[column.factor], column.levels)
    if column.with_factor:
        inside &= np.isin(codes[column.with_factor], column.with_levels)
    return inside.astype(np.float64)


class _Counter:
    """Counts distinct clients and providers among selected rows, against the study's floors."""

    def __init__(self, frame: pd.DataFrame, study: Study) -> None:
        self.client = pd.factorize(frame["client"])[0].astype(np.int64)
        codes, names = pd.factorize(frame["provider"], sort=True)
        self.provider = codes.astype(np.int64)
        if (np.diff(self.provider) < 0).any():
            raise ValueError("the rows must be in provider order")
        self.provider_names = tuple(str(name) for name in names)
        self.floor = study.disclosure

    def counts(self, inside: npt.NDArray[np.bool_]) -> tuple[int, int]:
        return len(np.unique(self.client[inside])), len(np.unique(self.provider[inside]))

    def enough(self, inside: npt.NDArray[np.bool_]) -> bool:
        clients, providers = self.counts(inside)
        return clients >= self.floor.min_clients and providers >= self.floor.min_providers

    def of(self, codes: IntArray) -> Callable[[tuple[int, ...]], bool]:
        return lambda levels: self.enough(np.isin(codes, levels))


def _main_columns(factor: DesignFactor, groups: Iterable[tuple[int, ...]], codes: IntArray) -> list[Column]:
    return [
        Column(factor=factor.name, levels=group)
        for group in groups
        if factor.reference not in group and np.isin(codes, group).any()
    ]


def _pair_columns(
    factor: DesignFactor,
    other: DesignFactor,
    groups: dict[str, tuple[tuple[int, ...], ...]],
    codes: dict[str, IntArray],
    counter: _Counter,
) -> list[Column]:
    """Pairs of groups with enough clients; a thin pair falls back on the sum of its two main terms."""
    pairs = [
        Column(factor=factor.name, levels=own, with_factor=other.name, with_levels=their)
        for own in groups[factor.name] if factor.reference not in own
        for their in groups[other.name] if other.reference not in their
    ]  # fmt: skip
    return [pair for pair in pairs if counter.enough(indicator(pair, codes) > 0)]


def _cells(
    factors: tuple[DesignFactor, ...],
    columns: tuple[Column, ...],
    groups: dict[str, tuple[tuple[int, ...], ...]],
    codes: dict[str, IntArray],
    counter: _Counter,
) -> Iterable[Cell]:
    for factor in factors:
        for level in range(len(factor.levels)):
            if level != factor.reference:
                yield _main_cell(factor, level, columns, groups[factor.name], codes, counter)
        for name in factor.partners:
            yield from _pair_cells(factor, _named(factors, name), columns, groups, codes, counter)


def _main_cell(
    factor: DesignFactor,
    level: int,
    columns: tuple[Column, ...],
    groups: tuple[tuple[int, ...], ...],
    codes: dict[str, IntArray],
    counter: _Counter,
) -> Cell:
    clients, providers = counter.counts(codes[factor.name] == level)
    group = next(group for group in groups if level in group)
    at = next(
        (i for i, c in enumerate(columns) if c.factor == factor.name and level in c.levels and not c.with_factor), -1
    )
    enough = counter.enough(codes[factor.name] == level)
    supported = enough and factor.reference not in group
    partner = "" if supported else _merged_with(factor, level, group, codes[factor.name], counter)
    return Cell(
        factor=factor.name, level=factor.levels[level], n_clients=clients, n_providers=providers,
        column=at if supported or partner else -1, supported=supported, merged_with=partner,
        reason="" if supported else (REFERENCE_TOO_FEW if enough else TOO_FEW),
    )  # fmt: skip


def _merged_with(factor: DesignFactor, level: int, group: tuple[int, ...], codes: IntArray, counter: _Counter) -> str:
    if factor.reference in group:
        return factor.levels[factor.reference]
    others = [other for other in group if other != level]
    carrying = [other for other in others if counter.enough(codes == other)]
    nearest = min(carrying or others, key=lambda other: (abs(other - level), other), default=None)
    return "" if nearest is None else factor.levels[nearest]


def _pair_cells(
    factor: DesignFactor,
    other: DesignFactor,
    columns: tuple[Column, ...],
    groups: dict[str, tuple[tuple[int, ...], ...]],
    codes: dict[str, IntArray],
    counter: _Counter,
) -> Iterable[Cell]:
    for own in (i for i in range(len(factor.levels)) if i != factor.reference):
        for their in (j for j in range(len(other.levels)) if j != other.reference):
            inside = (codes[factor.name] == own) & (codes[other.name] == their)
            clients, providers = counter.counts(inside)
            at = next((i for i, c in enumerate(columns) if c.factor == factor.name and c.with_factor == other.name
                       and own in c.levels and their in c.with_levels), -1)  # fmt: skip
            supported = counter.enough(inside) and at >= 0
            partner = "" if supported or at < 0 else _pair_neighbour(factor, own, groups[factor.name], other, their)
            yield Cell(
                factor=factor.name, level=factor.levels[own], with_factor=other.name, with_level=other.levels[their],
                n_clients=clients, n_providers=providers, column=at if supported or partner else -1,
                supported=supported, merged_with=partner, reason="" if supported else TOO_FEW,
            )  # fmt: skip


def _pair_neighbour(
    factor: DesignFactor, own: int, groups: tuple[tuple[int, ...], ...], other: DesignFactor, their: int
) -> str:
    group = next(group for group in groups if own in group)
    nearest = min((level for level in group if level != own), key=lambda level: (abs(level - own), level), default=None)
    return factor.levels[own] if nearest is None else factor.levels[nearest]


def _named(factors: tuple[DesignFactor, ...], name: str) -> DesignFactor:
    return next(factor for factor in factors if factor.name == name)


def _frozen(array: npt.NDArray) -> npt.NDArray:  # type: ignore[type-arg]
    array.setflags(write=False)
    return array
