"""Rows predicted by the mean of their band, the whole chain made anew without the fold of providers they belong to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from normenkader.bands.chain import ChainDraws, run_chain
from normenkader.bands.demands import Demands
from normenkader.bands.grid import band_numbers
from normenkader.model.norm_table import NormTable

FloatArray = npt.NDArray[np.float64]


def predict_by_bands(
    norms: NormTable, fold: npt.NDArray[np.int64], *, n_bands: int, demands: Demands,
    edges: tuple[int, ...] | None = None,
) -> FloatArray:  # fmt: skip
    """Every row by the mean of the band it falls into, all of it made without the row's fold of providers; (n,).

    Parameters
    ----------
    norms : NormTable
    fold : (G,) fold of every provider, 0 to K - 1
    n_bands, demands
        As in `run_chain`. Nan where the demands allow no such bands without the fold.
    edges : tuple of int, optional
        Lower bounds that people chose: they stay where they are, whoever is left out.
    """
    kept = (np.arange(int(fold.max()) + 1)[:, None] != fold[None, :]).astype(float)
    chain = run_chain(norms, kept, n_bands=n_bands, demands=demands).held_at(edges)
    row_fold = fold[norms.model.design().provider_codes()]
    result = np.full(len(row_fold), np.nan)
    for k in np.flatnonzero(chain.feasible):
        inside = row_fold == k
        result[inside] = _predict_fold(norms, chain, int(k), inside)
    return result


def _predict_fold(norms: NormTable, chain: ChainDraws, k: int, inside: npt.NDArray[np.bool_]) -> FloatArray:
    """Mean outcome of the other providers' clients in the band each client of fold k falls into."""
    design, outcome = norms.model.design(), norms.model.outcome()
    norm = np.maximum(chain.ijkclient_minutes[k] + design.matrix() @ chain.published[k].astype(np.float64), 0.0)
    band = band_numbers(norm, chain.edges[k].tolist()) - 1
    others = ~inside & design.has_norm()
    n_bands = chain.edges.shape[1]
    n = np.bincount(band[others], minlength=n_bands)
    total = np.bincount(band[others], outcome[others], minlength=n_bands)
    mean = np.where(n > 0, total / np.maximum(n, 1), outcome[~inside].mean())
    return np.asarray(mean[band[inside]])
