"""How sure it is in which cell a client's norm falls: with other providers, and with another assessor."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from normenkader.bands.chain import run_chain
from normenkader.bands.norm_bands import demands_of
from normenkader.bands.same_band import chance_below
from normenkader.bands.stability import N_RESAMPLES
from normenkader.explorer.cell_figures import Placed, Table, by_run
from normenkader.model.intervals import provider_draws
from normenkader.model.norm_table import NormTable
from normenkader.provenance import rounded

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

N_DRAWS = 500
"""Of the draws on which stability rests: a mean over the clients of a cell needs fewer than the tail of an edge."""
_BLOCK_VALUES = 5_000_000


def resampled_below(norms: NormTable, placed: Placed) -> FloatArray:
    """Share of resamples in which a client of a cell has a norm below each edge, (cells, edges).

    An edge that people choose does not move with the data; the norm does. Providers are drawn again and the norm table
    is made anew, as for the stability of derived edges, and every client is placed again between the same edges.
    Averaged over the clients of the cell.

    Parameters
    ----------
    norms : NormTable
    placed : Placed
        Its edges are the lower bounds above the first.
    """
    study, m = norms.model.study, len(placed)
    draws = provider_draws(norms.model.n_providers, N_RESAMPLES, study.info.seed)[:N_DRAWS]
    drawn = run_chain(norms, draws, n_bands=1, demands=demands_of(norms))
    matrix = norms.model.design().matrix()[placed.known].astype(np.float32)
    counts, block = np.zeros(m * m), max(1, _BLOCK_VALUES // max(len(matrix), 1))
    for start in range(0, len(draws), block):
        rows = slice(start, start + block)
        minutes = drawn.published[rows].astype(np.float32) @ matrix.T + drawn.ijkclient_minutes[rows, None]
        reached = np.searchsorted(placed.lower, np.maximum(minutes, 0.0), side="right") - 1
        counts += np.bincount((placed.cell * m + reached).ravel(), minlength=m * m)
    shares = counts.reshape(m, m) / counts.reshape(m, m).sum(axis=1, keepdims=True)
    return np.asarray(shares.cumsum(axis=1)[:, :-1])


def same_band_by_run(norms: NormTable, placed: Placed, standard_error: float) -> Table:
    """Chance, over all clients, that two assessors both place a client in a run of cells: the bands' chances add up.

    Errors of assessors are taken as normal, as for the modelled chance of the same band.

    Parameters
    ----------
    norms : NormTable
    placed : Placed
    standard_error : float
        Of one assessor's sum, in minutes.
    """
    recorded, clients = np.unique(placed.norm, return_counts=True)
    share = clients / clients.sum()
    below = chance_below(
        recorded, share, placed.lower[1:].tolist(), standard_error=standard_error, norm_step=float(norms.step)
    )
    reached = np.column_stack([np.zeros(len(recorded)), below, np.ones(len(recorded))])
    return by_run(len(placed), lambda first, end: rounded(float(share @ (reached[:, end] - reached[:, first]) ** 2), 5))
