"""Complementary suppression: a cell that is left out must not follow from the total and the cells that stand."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from normenkader.disclosure.counts import count_bounds, published_clients
from normenkader.settings import DisclosureSettings

_NOT_EMPTY = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Cells that add up to a total that is known, or to another cell.

    Attributes
    ----------
    cells : tuple of int
        Places of the cells.
    total : int or None
        Place of the cell that is their sum; None when the sum itself is published, or can be had.
    """

    cells: tuple[int, ...]
    total: int | None = None


def withheld(
    counts: Sequence[int], lines: Sequence[Line], *, primary: Sequence[bool], settings: DisclosureSettings,
    unlisted: Sequence[int] = (),
) -> tuple[bool, ...]:  # fmt: skip
    """Which cells are left out of the tables: the small ones, and as many others as hide them.

    In every line the smallest cell that still stands is left out, until from the total, the cells that stand and
    their rounding nobody can learn more of a small cell than that it lies under the threshold: the numbers that remain
    possible hold all of 1 to ``min_clients`` - 1.

    Parameters
    ----------
    counts : (n,) sequence of int
        Exact counts.
    lines : sequence of Line
        How the cells add up in what is published.
    primary : (n,) sequence of bool
        Cells that may not be shown for their own sake (few clients, or few providers).
    settings : DisclosureSettings
    unlisted : sequence of int
        Cells that are printed nowhere, so that they are hidden already.

    Returns
    -------
    (n,) tuple of bool

    References
    ----------
    Fischetti & Salazar-Gonzalez (2001), Solving the cell suppression problem on tabular data with linear constraints,
    Management Science 47(7): feasible interval and protection level. Hundepool et al. (2012), ch. 4 and 5.
    """
    own = [small or n < settings.min_clients for n, small in zip(counts, primary, strict=True)]
    hidden = [small or k in set(unlisted) for k, small in enumerate(own)]
    attacker = _Attacker(counts=counts, own=own, unlisted=frozenset(unlisted), settings=settings)
    while (cell := next((c for line in lines if (c := _next(line, hidden, attacker)) is not None), None)) is not None:
        hidden[cell] = True
    return tuple(hidden)


def withheld_levels(
    counts: Mapping[str, int] | Mapping[int, int], settings: DisclosureSettings, *,
    few_providers: Collection[object] = (), unlisted: Collection[object] = (),
) -> frozenset[object]:  # fmt: skip
    """`withheld` for one list of groups, by name, that add up to a known total.

    Parameters
    ----------
    counts : mapping
        Exact number of clients of each group.
    settings : DisclosureSettings
    few_providers, unlisted : collection of names
        Groups that may not be shown for want of providers, and groups that are printed nowhere.
    """
    names: list[object] = list(counts)
    hidden = withheld(
        list(counts.values()), [Line(cells=tuple(range(len(names))))], primary=[n in few_providers for n in names],
        settings=settings, unlisted=[k for k, name in enumerate(names) if name in unlisted],
    )  # fmt: skip
    return frozenset(name for name, hide in zip(names, hidden, strict=True) if hide)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attacker:
    """Who knows every published figure, the rules, and which cells were left out for their own sake."""

    counts: Sequence[int]
    own: Sequence[bool]
    unlisted: frozenset[int]
    settings: DisclosureSettings

    def learns(self, line: Line, hidden: Sequence[bool]) -> bool:
        """Whether the line tells more of one of its small cells than the rules do."""
        absent = [k for k in line.cells if hidden[k]]
        if not any(self.own[k] for k in absent):
            return False
        low, high = self._rest(line, hidden)
        return any(self._told(k, absent, low, high) for k in absent if self.own[k])

    def _rest(self, line: Line, hidden: Sequence[bool]) -> tuple[int, int]:
        """Bounds of what the absent cells are together."""
        total = sum(self.counts[k] for k in line.cells) if line.total is None else self.counts[line.total]
        low, high = self._bounds(total)
        for k in line.cells:
            if not hidden[k]:
                least, most = self._bounds(self.counts[k])
                low, high = low - most, high - least
        return low, high

    def _told(self, cell: int, absent: Sequence[int], low: int, high: int) -> bool:
        others = [k for k in absent if k != cell]
        most = high - sum(self._least(k) for k in others)
        least = low - sum(self._most(k) for k in others)
        threshold = self.settings.min_clients
        if self.counts[cell] >= threshold:
            return most - max(least, 0) < threshold
        return most < threshold - 1 or least > _NOT_EMPTY

    def _least(self, k: int) -> int:
        return 0 if self.own[k] or k in self.unlisted else self.settings.min_clients

    def _most(self, k: int) -> float:
        return self.settings.min_clients - 1 if self.own[k] and self.counts[k] < self.settings.min_clients else math.inf

    def _bounds(self, n: int) -> tuple[int, int]:
        shown = published_clients(n, self.settings)
        return (0, self.settings.min_clients - 1) if shown is None else count_bounds(shown, self.settings)


def _next(line: Line, hidden: Sequence[bool], attacker: _Attacker) -> int | None:
    """The smallest cell of the line that still stands, when the line tells too much; the total when none stands."""
    if (line.total is not None and hidden[line.total]) or not attacker.learns(line, hidden):
        return None
    standing = [k for k in line.cells if not hidden[k]] or ([] if line.total is None else [line.total])
    return min(standing, key=lambda k: (attacker.counts[k], k), default=None)
