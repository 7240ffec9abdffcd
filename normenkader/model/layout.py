"""Which terms a study's levels carry: thin levels joined, columns to fit, and the support of every level and pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from normenkader.model.factors import DesignFactor, join_thin_levels
from normenkader.model.support import Support
from normenkader.settings import DisclosureSettings
from normenkader.study import Study

TOO_FEW = "too few clients or providers"
REFERENCE_TOO_FEW = "joined with the ijkclient's own level, which has too few clients or providers"

Groups = dict[str, tuple[tuple[int, ...], ...]]


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
    """One design column: an indicator of a group of levels, or of a pair of groups; `name` says which, in words."""

    factor: str
    levels: tuple[int, ...]
    with_factor: str = ""
    with_levels: tuple[int, ...] = ()
    name: str = ""


def lay_out(
    factors: tuple[DesignFactor, ...], support: Support, study: Study
) -> tuple[tuple[Column, ...], tuple[Cell, ...]]:
    """Columns to fit and the cells of the norm table, from how many clients and providers each level has.

    Parameters
    ----------
    factors : tuple of DesignFactor
    support : Support
        Counts, from rows or from what providers sent in place of them.
    study : Study
        Its floors of `disclosure`, and what it does with thin levels.
    """
    plan = _Plan(factors, support, study)
    columns = tuple(replace(column, name=plan.name(column)) for column in plan.columns())
    return columns, tuple(plan.cells(columns))


class _Plan:
    """The layout under way: factors, their groups of levels, and the counts that decide."""

    def __init__(self, factors: tuple[DesignFactor, ...], support: Support, study: Study) -> None:
        self.factors = {factor.name: factor for factor in factors}
        self.support, self.floor = support, study.disclosure
        self.groups: Groups = {
            f.name: join_thin_levels(f, self._carries(f), policy=study.model.thin_levels) for f in factors
        }

    def columns(self) -> Iterable[Column]:
        for factor in self.factors.values():
            yield from self._main_columns(factor)
        for factor in self.factors.values():
            for other in factor.partners:
                yield from self._pair_columns(factor, self.factors[other])

    def cells(self, columns: tuple[Column, ...]) -> Iterable[Cell]:
        for factor in self.factors.values():
            for level in _others(factor):
                yield self._main_cell(factor, level, columns)
            for name in factor.partners:
                yield from self._pair_cells(factor, self.factors[name], columns)

    def name(self, of: Column) -> str:
        """Factor and levels, such as ``orientation ontwikkelgericht`` or ``a laag/midden x b ja``."""
        sides = [(of.factor, of.levels), (of.with_factor, of.with_levels)]
        return " x ".join(f"{f} {'/'.join(self.factors[f].levels[k] for k in levels)}" for f, levels in sides if f)

    def _carries(self, factor: DesignFactor) -> Callable[[tuple[int, ...]], bool]:
        return lambda levels: self._enough(Column(factor=factor.name, levels=levels))

    def _counts(self, of: Column) -> tuple[int, int]:
        return self.support.counts(of.factor, of.levels, of.with_factor, of.with_levels)

    def _enough(self, of: Column) -> bool:
        return enough(self._counts(of), self.floor)

    def _main_columns(self, factor: DesignFactor) -> Iterable[Column]:
        for group in self.groups[factor.name]:
            column = Column(factor=factor.name, levels=group)
            if factor.reference not in group and self._counts(column)[0] > 0:
                yield column

    def _pair_columns(self, factor: DesignFactor, other: DesignFactor) -> Iterable[Column]:
        """Pairs of groups with enough clients; a thin pair falls back on the sum of its two main terms."""
        for own in (group for group in self.groups[factor.name] if factor.reference not in group):
            for their in (group for group in self.groups[other.name] if other.reference not in group):
                column = Column(factor=factor.name, levels=own, with_factor=other.name, with_levels=their)
                if self._enough(column):
                    yield column

    def _main_cell(self, factor: DesignFactor, level: int, columns: tuple[Column, ...]) -> Cell:
        counts = self._counts(Column(factor=factor.name, levels=(level,)))
        group = next(group for group in self.groups[factor.name] if level in group)
        at = next((i for i, c in enumerate(columns) if _is_main(c, factor) and level in c.levels), -1)
        supported = enough(counts, self.floor) and factor.reference not in group
        partner = "" if supported else self._merged_with(factor, level, group)
        why = REFERENCE_TOO_FEW if enough(counts, self.floor) else TOO_FEW
        return Cell(
            factor=factor.name, level=factor.levels[level], n_clients=counts[0], n_providers=counts[1],
            column=at if supported or partner else -1, supported=supported, merged_with=partner,
            reason="" if supported else why,
        )  # fmt: skip

    def _merged_with(self, factor: DesignFactor, level: int, group: tuple[int, ...]) -> str:
        if factor.reference in group:
            return factor.levels[factor.reference]
        others = [other for other in group if other != level]
        carrying = [other for other in others if self._enough(Column(factor=factor.name, levels=(other,)))]
        nearest = min(carrying or others, key=lambda other: (abs(other - level), other), default=None)
        return "" if nearest is None else factor.levels[nearest]

    def _pair_cells(self, factor: DesignFactor, other: DesignFactor, columns: tuple[Column, ...]) -> Iterable[Cell]:
        for own in _others(factor):
            for their in _others(other):
                yield self._pair_cell(factor, own, other, their, columns)

    def _pair_cell(
        self, factor: DesignFactor, own: int, other: DesignFactor, their: int, columns: tuple[Column, ...]
    ) -> Cell:
        pair = Column(factor=factor.name, levels=(own,), with_factor=other.name, with_levels=(their,))
        counts = self._counts(pair)
        at = next((i for i, c in enumerate(columns) if _covers(c, pair)), -1)
        supported = enough(counts, self.floor) and at >= 0
        partner = "" if supported or at < 0 else self._pair_neighbour(factor, own)
        return Cell(
            factor=factor.name, level=factor.levels[own], with_factor=other.name, with_level=other.levels[their],
            n_clients=counts[0], n_providers=counts[1], column=at if supported or partner else -1,
            supported=supported, merged_with=partner, reason="" if supported else TOO_FEW,
        )  # fmt: skip

    def _pair_neighbour(self, factor: DesignFactor, own: int) -> str:
        group = next(group for group in self.groups[factor.name] if own in group)
        nearest = min((level for level in group if level != own), key=lambda level: (abs(level - own), level),
                      default=None)  # fmt: skip
        return factor.levels[own if nearest is None else nearest]


def enough(counts: tuple[int, int], floor: DisclosureSettings) -> bool:
    """Whether so many clients and providers carry a norm."""
    return counts[0] >= floor.min_clients and counts[1] >= floor.min_providers


def _others(factor: DesignFactor) -> list[int]:
    return [level for level in range(len(factor.levels)) if level != factor.reference]


def _is_main(column: Column, factor: DesignFactor) -> bool:
    return column.factor == factor.name and not column.with_factor


def _covers(column: Column, pair: Column) -> bool:
    same = column.factor == pair.factor and column.with_factor == pair.with_factor
    return same and set(pair.levels) <= set(column.levels) and set(pair.with_levels) <= set(column.with_levels)
