"""Which groups' numbers of clients are left out: decided once over all clients, the same in every table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from normenkader.bands.movement import groups_of
from normenkader.bands.table import BandTable
from normenkader.disclosure import Line, rows_as_clients, withheld, withheld_levels
from normenkader.settings import DisclosureSettings
from normenkader.study import Study

Level = tuple[str, str]
Pair = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What is left out of every table of a study.

    Attributes
    ----------
    levels : frozenset of (grouping, level)
        Groups with too few clients or providers, and those that would give them away.
    pairs : frozenset of (factor, level, factor, level)
        The same for pairs of levels of factors that interact.
    n_clients : int
        Clients that a share of all rows is taken to be of; see `rows_as_clients`.
    """

    levels: frozenset[Level] = frozenset()
    pairs: frozenset[Pair] = frozenset()
    n_clients: int

    def of(self, grouping: str) -> frozenset[str]:
        """Levels of one grouping."""
        return frozenset(level for name, level in self.levels if name == grouping)

    def term(self, factor: str, level: str, with_factor: str, with_level: str) -> bool:
        """Whether the number of clients behind a term is left out."""
        pair = (factor, level, with_factor, with_level)
        return (factor, level) in self.levels if not with_factor else bool({pair, pair[2:] + pair[:2]} & self.pairs)


def withheld_of(frame: pd.DataFrame, study: Study) -> Withheld:
    """Decide over all rows of a casemix.

    Parameters
    ----------
    frame : DataFrame
        As `Casemix.to_frame` gives it.
    study : Study
    """
    groupings = dict(_groupings(frame, study))
    levels = [(name, level) for name, series in groupings.items() for level in _left_out(series, frame, name, study)]
    n = rows_as_clients(pd.factorize(frame["client"])[0].astype(np.int64), study.disclosure)
    pairs = [_pairs(frame, study, factor.name, other) for factor in study.factors for other in factor.interacts_with]
    return Withheld(levels=frozenset(levels), pairs=frozenset().union(*pairs), n_clients=n)


def withheld_bands(bands: BandTable) -> frozenset[int]:
    """Numbers of the bands whose number of clients is left out: the suppressed, and what would give them away."""
    rows = bands.norms.model.casemix.to_frame()
    without = rows.loc[pd.isna(bands.norms.norm_minutes()), "client"].nunique()
    counts, few = [without, *(band.n_clients for band in bands.bands)], [band.suppressed for band in bands.bands]
    # That every client has a norm is told in words, and says nothing of anyone.
    lines = [Line(cells=tuple(range(0 if without else 1, len(counts))))]
    # The explorer's cells give what neighbouring bands hold together.
    lines += [Line(cells=(k, k + 1)) for k in range(1, len(few))]
    hidden = withheld(counts, lines, primary=[False, *few], settings=bands.study.disclosure, unlisted=[0])
    return frozenset(band.band for band, hide in zip(bands.bands, hidden[1:], strict=True) if hide)


def _groupings(frame: pd.DataFrame, study: Study) -> Iterator[tuple[str, pd.Series[str]]]:
    shown = groups_of(frame, study)
    yield from shown.items()
    yield from ((f.name, frame[f.name]) for f in study.factors if f.name not in shown)


def _left_out(series: pd.Series[str], frame: pd.DataFrame, grouping: str, study: Study) -> Iterator[str]:
    """Levels of one grouping; the ijkclient's level of an ordered factor stands in no table."""
    factor = next((f for f in study.factors if f.name == grouping), None)
    names = [] if factor is None else list(factor.levels)
    counts, few = counted(series, frame, study.disclosure, names)
    unlisted = [""] if factor is None or not factor.is_ordered else ["", factor.ijkclient]
    hidden = withheld_levels(counts, study.disclosure, few_providers=few, unlisted=unlisted)
    yield from (level for level in counts if level in hidden and level not in unlisted)


def counted(
    series: pd.Series[str], frame: pd.DataFrame, floor: DisclosureSettings, names: list[str]
) -> tuple[dict[str, int], list[str]]:
    """Clients of every level, and the levels with too few providers."""
    by = frame.assign(_level=series.to_numpy()).groupby("_level", sort=True)
    clients, providers = by["client"].nunique(), by["provider"].nunique()
    listed = dict.fromkeys([*names, *clients.index.map(str)])
    counts = {level: int(clients.get(level, 0)) for level in listed}
    return counts, [level for level in listed if int(providers.get(level, 0)) < floor.min_providers]


def _pairs(frame: pd.DataFrame, study: Study, first: str, second: str) -> frozenset[Pair]:
    """Pairs of levels left out: each adds up with its neighbours to a level of either factor."""
    factors = {f.name: f for f in study.factors}
    a, b = factors[first], factors[second]
    clients = frame.groupby([first, second])["client"].nunique()
    providers = frame.groupby([first, second])["provider"].nunique()
    grid = [(x, y) for x in a.levels for y in b.levels]
    sums = [*((first, x) for x in a.levels), *((second, y) for y in b.levels)]
    place: Mapping[Level, int] = {cell: k for k, cell in enumerate([*grid, *sums])}
    lines = [Line(cells=tuple(place[x, y] for y in b.levels), total=place[first, x]) for x in a.levels]
    lines += [Line(cells=tuple(place[x, y] for x in a.levels), total=place[second, y]) for y in b.levels]
    own = [frame.loc[frame[name] == level, "client"].nunique() for name, level in sums]
    few = [int(providers.get(cell, 0)) < study.disclosure.min_providers for cell in grid]
    hidden = withheld(
        [*(int(clients.get(cell, 0)) for cell in grid), *own], lines, primary=[*few, *(False for _ in sums)],
        settings=study.disclosure, unlisted=[place[x, y] for x, y in grid if x == a.ijkclient or y == b.ijkclient],
    )  # fmt: skip
    return frozenset((first, x, second, y) for x, y in grid if hidden[place[x, y]])
