"""The optimal bands of many resamples at once: what the demands allow, handed to the dynamic programme.

Band by band the demands come down to one number, the earliest cell at which a band that starts here may end, because
share, providers and width can only grow as a band grows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normenkader.bands.demands import Demands
from normenkader.bands.programme import TIE, Bools, Floats, Ints, Programme, best_gains, gain_of, lowest_edges

_CHUNK_VALUES = 2_000_000


def optimal_edges_batch(
    n: ArrayLike,
    total: ArrayLike,
    *,
    step: int,
    n_bands: int,
    min_share: float,
    min_providers: int,
    min_width: float,
    ijkclient_minutes: ArrayLike | None,
    ijkclient_band: int | None = None,
    present: NDArray[np.bool_] | None = None,
) -> tuple[Ints, Bools]:
    """Edges of the optimal bands of every resample; the same as `optimal_edges` one at a time.

    Parameters
    ----------
    n, total : array (resamples, cells)
        Weight of clients and sum of norm minutes per cell. Sums of squares do not bear on the optimum.
    step : int
        Width of a cell in minutes.
    n_bands, min_share, min_providers, min_width, ijkclient_band
        As in `optimal_edges`.
    ijkclient_minutes : array (resamples,), float or None
        Published minutes of the ijkclient in each resample.
    present : array (resamples, cells, providers) of bool, optional
        Which providers have a client in a cell; needed when `min_providers` is above 1.

    Returns
    -------
    edges : array (resamples, n_bands) of int
        Lower bounds in minutes, the first 0; a row of -1 where no bands meet the demands.
    feasible : array (resamples,) of bool
    """
    weight = np.asarray(n, dtype=np.float64)
    ijkclient = None if ijkclient_minutes is None else np.broadcast_to(ijkclient_minutes, len(weight)).astype(float)
    demands = Demands(
        min_share=min_share,
        min_providers=min_providers,
        min_width=min_width,
        ijkclient_minutes=None if ijkclient is None else 0.0,
        ijkclient_band=ijkclient_band,
    )
    return edges_under(
        weight, np.asarray(total, float), present, step=step, n_bands=n_bands, demands=demands, ijkclient=ijkclient
    )


def edges_under(
    n: Floats, total: Floats, present: Bools | None, *, step: int, n_bands: int, demands: Demands,
    ijkclient: Floats | None,
) -> tuple[Ints, Bools]:  # fmt: skip
    """`optimal_edges_batch` under `demands`, whose minutes of the ijkclient `ijkclient` (resamples,) replaces."""
    if n_bands < 1:
        raise ValueError("there is at least one band")
    if demands.min_providers > 1 and present is None:
        raise ValueError("a least number of providers needs to know who is present in which cell")
    edges = np.full((len(n), n_bands), -1, dtype=np.int64)
    first, last = _occupied(n)
    chunk = max(1, _CHUNK_VALUES // ((last - first + 1) * (n_bands + 1)))
    for start in range(0, len(n), chunk) if last > first else ():
        rows = slice(start, start + chunk)
        grid = _Grid(
            n=n[rows, first:last].T, total=total[rows, first:last].T, first=first, step=step,
            present=None if present is None else present[rows, first:last],
            ijkclient=None if ijkclient is None else ijkclient[rows],
        )  # fmt: skip
        edges[rows] = _solve(grid, n_bands, demands)
    return edges, edges[:, 0] == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Cells of some resamples, from the first cell that any of them occupies; resamples last, so that sums run fast."""

    n: Floats
    total: Floats
    first: int
    step: int
    present: Bools | None
    ijkclient: Floats | None


def _occupied(n: Floats) -> tuple[int, int]:
    held = np.flatnonzero((n > 0).any(axis=0))
    return (int(held[0]), int(held[-1]) + 1) if held.size else (0, 0)


def _solve(grid: _Grid, n_bands: int, demands: Demands) -> Ints:
    programme = _programme(grid, n_bands, demands)
    best = best_gains(programme, n_bands)
    edges = lowest_edges(programme, best, n_bands, _tie_allowance(grid, programme))
    minutes = np.where(edges > 0, edges + grid.first, 0) * grid.step
    return np.where(np.isfinite(best[n_bands - 1, 0])[:, None], minutes, -1)


def _programme(grid: _Grid, n_bands: int, demands: Demands) -> Programme:
    cum_n = _cumulated(grid.n)
    closing = np.maximum(_ends_by_share(cum_n, demands.min_share), _ends_by_providers(grid, demands.min_providers))
    return Programme(
        cum_n=cum_n,
        cum_s=_cumulated(_centred(grid)),
        closing=closing,
        earliest=np.maximum(closing, _ends_by_width(grid, demands.min_width)),
        starts=_starts(grid, n_bands, demands),
    )


def _ends_by_share(cum_n: Floats, min_share: float) -> Ints:
    """Earliest end at which a band holds its share; at least one client. One beyond the last: never."""
    # 7 of 100 clients are 7 %, though 0.07 x 100 is a hair above 7 in floating point.
    needed = np.maximum(min_share * cum_n[-1] * (1 - 1e-12), np.finfo(np.float64).tiny)
    starts = range(len(cum_n) - 1)
    return np.stack([i + 1 + (cum_n[i + 1 :] - cum_n[i] < needed).sum(axis=0) for i in starts]).astype(np.int64)


def _ends_by_providers(grid: _Grid, min_providers: int) -> Ints:
    """Earliest end at which a band holds clients of enough providers: those met soonest from its start on."""
    n_cells = len(grid.n)
    ends = np.ones(grid.n.shape, dtype=np.int64)
    if grid.present is None or min_providers == 1:
        return ends
    if min_providers > grid.present.shape[2]:
        return ends + n_cells
    met = np.full((grid.n.shape[1], grid.present.shape[2]), n_cells, dtype=np.int32)
    for cell in range(n_cells - 1, -1, -1):
        met[grid.present[:, cell]] = cell
        ends[cell] = np.partition(met, min_providers - 1, axis=1)[:, min_providers - 1] + 1
    return ends


def _ends_by_width(grid: _Grid, min_width: float) -> Ints:
    """Earliest end by width alone; the first band starts at zero minutes, whatever its first client's norm."""
    cells_wide = int(np.ceil(min_width / grid.step - 1e-9))
    ends = np.arange(len(grid.n), dtype=np.int64) + cells_wide
    ends[0] -= grid.first
    return ends[:, None]


def _starts(grid: _Grid, n_bands: int, demands: Demands) -> Bools:
    """Whether band b + 1 may start at a cell, given where the ijkclient must and may not be."""
    allowed = np.ones((n_bands, *grid.n.shape), dtype=np.bool_)
    if grid.ijkclient is None:
        return allowed
    minutes = ((np.arange(len(grid.n)) + grid.first) * grid.step)[:, None]
    minutes[0] = 0
    if demands.ijkclient_off_edge:
        allowed[1:] &= minutes != grid.ijkclient
    if demands.ijkclient_band is not None:
        below = np.arange(n_bands) < demands.ijkclient_band
        allowed &= (minutes <= grid.ijkclient) == below[:, None, None]
        allowed[0] &= demands.ijkclient_band <= n_bands
    return allowed


def _centred(grid: _Grid) -> Floats:
    """Sums of minutes about a grid point near each resample's mean; whole minutes stay whole."""
    mean = grid.total.sum(axis=0) / np.maximum(grid.n.sum(axis=0), np.finfo(np.float64).tiny)
    centred: Floats = grid.total - np.round(mean / grid.step) * grid.step * grid.n
    return centred


def _tie_allowance(grid: _Grid, programme: Programme) -> Floats:
    of_cells = gain_of(grid.n, np.diff(programme.cum_s, axis=0))
    allowance: Floats = TIE * of_cells.sum(axis=0)
    return allowance


def _cumulated(values: Floats) -> Floats:
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
