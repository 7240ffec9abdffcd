"""What a reader of published tables can work out of the cells that were left out: the bounds that all lines leave."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from normenkader.settings import DisclosureSettings

_NOT_EMPTY = 1
_MOST_PASSES = 30
_DUST = 1e-9

Bounds = tuple[float, float]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacker:
    """Who knows every published figure, the rules, and which cells were left out for their own sake.

    A total that is published counts as known exactly: it stands in many places, as sums that round in other ways.

    Attributes
    ----------
    counts : tuple of int
        Exact counts.
    lines : tuple of Line
    own : tuple of bool
        Cells left out for their own sake.
    unlisted : frozenset of int
        Cells that are printed nowhere.
    bounds : callable
        Smallest and largest count that look the same when published.
    settings : DisclosureSettings
    """

    counts: tuple[int, ...]
    lines: tuple[Line, ...]
    own: tuple[bool, ...]
    unlisted: frozenset[int]
    bounds: Callable[[int], Bounds]
    settings: DisclosureSettings

    def to_hide(self, hidden: Sequence[bool]) -> int | None:
        """The cell to leave out next: the smallest that stands in a line with a cell of which too much is told."""
        found = self.possible(hidden)
        told = {k for k, own in enumerate(self.own) if own and hidden[k] and self._tells(k, found[k])}
        if not told:
            return None
        near = [line for line in self.lines if told & set(line.cells)]
        absent = {k for line in near for k in line.cells if hidden[k]}
        further = [line for line in self.lines if absent & set(line.cells)]
        for lines in (near, further):
            standing = {k for line in lines for k in line.cells if not hidden[k]} or _totals(lines, hidden)
            if standing:
                return min(standing, key=lambda k: (self.counts[k], k))
        return None

    def possible(self, hidden: Sequence[bool]) -> list[Bounds]:
        """Bounds of every cell, each line used again and again until none of them tells more.

        References
        ----------
        Fischetti & Salazar-Gonzalez (2001), Management Science 47(7), section 2: the attacker's feasible interval.
        """
        found = [self._known(k, hidden[k]) for k in range(len(self.counts))]
        for _ in range(_MOST_PASSES):
            before = list(found)
            for line in self.lines:
                _tighten(found, line, self._total(line, hidden, found))
            if all(abs(a - c) + abs(b - d) < _DUST or (a, b) == (c, d)
                   for (a, b), (c, d) in zip(found, before, strict=True)):  # fmt: skip
                break
        return found

    def _known(self, k: int, hidden: bool) -> Bounds:
        if not hidden:
            return self.bounds(self.counts[k])
        least = self.settings.min_clients
        if self.own[k]:
            return (0, least - 1) if self.counts[k] < least else (0, math.inf)
        return (0, math.inf) if k in self.unlisted else (least, math.inf)

    def _total(self, line: Line, hidden: Sequence[bool], found: Sequence[Bounds]) -> Bounds:
        if line.total is not None and hidden[line.total]:
            return found[line.total]
        exact = sum(self.counts[k] for k in line.cells) if line.total is None else self.counts[line.total]
        return exact, exact

    def _tells(self, cell: int, found: Bounds) -> bool:
        """Whether not everything from 1 to the threshold remains possible; or, of few providers, too narrow a range."""
        low, high = found
        least = self.settings.min_clients
        if self.counts[cell] >= least:
            return high - low < least
        return high < least - 1 - _DUST or low > _NOT_EMPTY + _DUST


def _tighten(found: list[Bounds], line: Line, total: Bounds) -> None:
    """Each cell of the line is the total less the others."""
    for k in line.cells:
        others = [found[j] for j in line.cells if j != k]
        low = total[0] - sum(high for _, high in others)
        high = total[1] - sum(low for low, _ in others)
        found[k] = max(found[k][0], low), min(found[k][1], high)
    if line.total is not None:
        cells = [found[j] for j in line.cells]
        low, high = found[line.total]
        found[line.total] = max(low, sum(c[0] for c in cells)), min(high, sum(c[1] for c in cells))


def _totals(lines: Iterable[Line], hidden: Sequence[bool]) -> set[int]:
    return {line.total for line in lines if line.total is not None and not hidden[line.total]}
