"""The bands with the least variation within, exactly, under a study's demands; and why there are none.

References
----------
Fisher (1958), On grouping for maximum homogeneity, JASA 53. Wang & Song (2011), Ckmeans.1d.dp, The R Journal 3(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from normenkader.bands.batch import edges_under
from normenkader.bands.cells import Cells, within_squares
from normenkader.bands.demands import Demands

RULE = (
    "Of all bands with edges on the step grid that meet the demands (in each band the study's least share of clients, "
    "number of providers and width; the ijkclient in its stated band, and never on an edge): those with the least sum "
    "of squares of published norm minutes about the band's mean, by client. Edges whose sums differ by less than 1e-12 "
    "of the variation are equally good; of these the lowest first edge is taken, then the lowest second, and so on, "
    "which puts a later client between two groups in the higher band."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """Bands of norm minutes.

    Attributes
    ----------
    edges : tuple of int
        Lower bounds in minutes, the first 0; the last band is open.
    within, total : float
        Sum of squares of norm minutes about the band's mean, and about the mean of all, by client weight.
    """

    edges: tuple[int, ...]
    within: float
    total: float

    @property
    def n_bands(self) -> int:
        """Number of bands."""
        return len(self.edges)

    @property
    def explained(self) -> float | None:
        """Share of the variation of norm minutes between bands; None when the norms do not vary."""
        return 1 - self.within / self.total if self.total > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Infeasible:
    """No bands meet the demands.

    Attributes
    ----------
    n_bands : int
        The number of bands asked for.
    relax : tuple of tuple of str
        Codes of demands; each set, dropped, makes the number possible. Single demands where one is enough, else the
        smallest sets that are; empty when none help.
    most_bands : int
        The largest smaller number that meets all demands; 0 when there is none.
    text : str
        The same in words.
    """

    n_bands: int
    relax: tuple[tuple[str, ...], ...]
    most_bands: int
    text: str


def optimal_edges(
    cells: Cells,
    *,
    n_bands: int,
    min_share: float,
    min_providers: int,
    min_width: float,
    ijkclient_minutes: float | None,
    ijkclient_band: int | None = None,
) -> Partition | Infeasible:
    """The optimal bands by `RULE`, whatever the number of clients.

    Parameters
    ----------
    cells : Cells
        Clients on the grid; edges are multiples of its step.
    n_bands : int
        Number of bands, each with a client.
    min_share : float
        Least share of clients per band, by weight.
    min_providers : int
        Least number of different providers with a client in each band.
    min_width : float
        Least width of a bounded band, in minutes.
    ijkclient_minutes : float or None
        Published minutes of the ijkclient, which lie on no edge; None when they were not to be had.
    ijkclient_band : int, optional
        Number (1, 2, ...) of the band that must hold the ijkclient.

    Returns
    -------
    Partition or Infeasible

    Examples
    --------
    >>> cells = make_cells([0, 5, 60, 65], ["a", "b", "a", "b"], step=15)
    >>> optimal_edges(cells, n_bands=2, min_share=0.05, min_providers=2, min_width=15, ijkclient_minutes=20).edges
    (0, 15)
    """
    demands = Demands(
        min_share=min_share,
        min_providers=min_providers,
        min_width=min_width,
        ijkclient_minutes=ijkclient_minutes,
        ijkclient_band=ijkclient_band,
    )
    edges = _edges(cells, n_bands, demands)
    return _infeasible(cells, n_bands, demands) if edges is None else partition(cells, edges)


def optimal_or_fewer(
    cells: Cells,
    *,
    n_bands: int,
    min_share: float,
    min_providers: int,
    min_width: float,
    ijkclient_minutes: float | None,
    ijkclient_band: int | None = None,
) -> tuple[Partition, Infeasible | None]:
    """The optimal bands, or the most that meet the demands together with why `n_bands` do not.

    One band is given even where it breaks a demand (``most_bands`` is then 0): without bands there is no decision.
    Parameters are those of `optimal_edges`.
    """
    demands = Demands(
        min_share=min_share,
        min_providers=min_providers,
        min_width=min_width,
        ijkclient_minutes=ijkclient_minutes,
        ijkclient_band=ijkclient_band,
    )
    edges = _edges(cells, n_bands, demands)
    if edges is not None:
        return partition(cells, edges), None
    reason = _infeasible(cells, n_bands, demands)
    fewer = _edges(cells, reason.most_bands, demands) if reason.most_bands else None
    return partition(cells, fewer or (0,)), reason


def partition(cells: Cells, edges: tuple[int, ...]) -> Partition:
    """The bands that `edges` make, with their variation.

    Raises
    ------
    ValueError
        If an edge lies off the grid of the cells, the first is not 0, or they do not rise.
    """
    if edges[:1] != (0,) or sorted(set(edges)) != list(edges):
        raise ValueError("edges start at 0 and rise")
    within = float(within_squares(cells, edges).sum())
    return Partition(edges=edges, within=within, total=float(within_squares(cells, (0,)).sum()))


def _edges(cells: Cells, n_bands: int, demands: Demands) -> tuple[int, ...] | None:
    ijkclient = None if demands.ijkclient_minutes is None else np.array([demands.ijkclient_minutes], dtype=np.float64)
    edges, feasible = edges_under(
        cells.n[None, :].astype(np.float64), cells.total[None, :], (cells.providers > 0)[None],
        step=cells.step, n_bands=n_bands, demands=demands, ijkclient=ijkclient,
    )  # fmt: skip
    return tuple(int(edge) for edge in edges[0]) if feasible[0] else None


def _infeasible(cells: Cells, n_bands: int, demands: Demands) -> Infeasible:
    relax = _what_to_relax(cells, n_bands, demands)
    smaller = (n for n in range(n_bands - 1, 0, -1) if _edges(cells, n, demands) is not None)
    most = next(smaller, 0)
    return Infeasible(
        n_bands=n_bands, relax=relax, most_bands=most, text=_in_words(cells, n_bands, demands, relax, most)
    )


def _what_to_relax(cells: Cells, n_bands: int, demands: Demands) -> tuple[tuple[str, ...], ...]:
    codes = demands.in_force()
    for size in range(1, len(codes) + 1):
        sets = combinations(codes, size)
        helpful = tuple(some for some in sets if _edges(cells, n_bands, demands.without(*some)) is not None)
        if helpful:
            return helpful
    return ()


def _in_words(cells: Cells, n_bands: int, demands: Demands, relax: tuple[tuple[str, ...], ...], most_bands: int) -> str:
    phrases = "; ".join(" together with ".join(demands.in_words(code) for code in codes) for codes in relax)
    if not relax:
        why = f"Even without any demand: the norms of the clients lie in too few steps of {cells.step} minutes."
    elif len(relax[0]) == 1:
        why = f"It becomes possible by dropping one of these: {phrases}."
    else:
        why = f"No single demand is the cause; it becomes possible by dropping {phrases.replace('; ', '; or ')}."
    bands = "1 band is" if most_bands == 1 else f"{most_bands} bands are"
    fewer = f" With all demands kept, {bands} possible." if most_bands else ""
    return f"{n_bands} bands do not meet the demands. {why}{fewer}"
