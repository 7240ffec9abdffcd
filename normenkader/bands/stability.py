"""Stability of the edges: providers drawn again, everything redone, and the norm minutes where the band is in doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.chain import ChainDraws
from normenkader.bands.grid import band_numbers

IntArray = npt.NDArray[np.int64]

N_RESAMPLES = 2000
DOUBT_SHARE = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """How far the edges move when other providers had been drawn.

    Attributes
    ----------
    n_resamples : int
    feasible_share : float
        Share of resamples in which the demands allow this number of bands; intervals and zones rest on these.
    intervals : tuple of (low, high) or None
        95 % stability interval of every lower bound; None for the first, which is 0 by rule.
    doubt_zones : tuple of (low, high) or None
        Norm minutes around every lower bound at which over 10 % of the resamples give another band; None when none.
    """

    n_resamples: int
    feasible_share: float
    intervals: tuple[tuple[int, int] | None, ...]
    doubt_zones: tuple[tuple[int, int] | None, ...]


def stability(edges: tuple[int, ...], draws: ChainDraws, *, norm_step: int) -> Stability:
    """Intervals and doubt zones of `edges` from resamples of the whole chain.

    Parameters
    ----------
    edges : tuple of int
        Lower bounds as derived.
    draws : ChainDraws
    norm_step : int
        Norm minutes are multiples of it.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile interval). Field & Welsh
    (2007), Bootstrapping clustered data, Journal of the Royal Statistical Society B 69(3).
    """
    held = draws.edges[draws.feasible]
    none: tuple[tuple[int, int] | None, ...] = (None,) * len(edges)
    intervals = (None, *(_percentiles(held[:, k]) for k in range(1, len(edges)))) if len(held) else none
    zones = doubt_zones(edges, held, norm_step=norm_step) if len(held) else none
    return Stability(
        n_resamples=len(draws.edges), feasible_share=float(draws.feasible.mean()), intervals=intervals,
        doubt_zones=zones,
    )  # fmt: skip


def doubt_zones(edges: tuple[int, ...], resampled: IntArray, *, norm_step: int) -> tuple[tuple[int, int] | None, ...]:
    """Norm minutes around each lower bound at which over 10 % of the resampled edges give another band.

    Minutes in doubt belong to the lower bound of their band when a lower band is the likelier alternative, else to
    the lower bound of the next.

    Parameters
    ----------
    edges : (n_bands,) lower bounds
    resampled : (B, n_bands)
    norm_step : int
    """
    minutes = np.arange(0, int(max(resampled.max(), edges[-1])) + norm_step, norm_step)
    own = band_numbers(minutes, edges)
    drawn = np.stack([band_numbers(minutes, row.tolist()) for row in resampled])
    lower, higher = (drawn < own).mean(axis=0), (drawn > own).mean(axis=0)
    in_doubt = lower + higher > DOUBT_SHARE
    nearest_edge = np.where(lower >= higher, own - 1, own)
    found: list[tuple[int, int] | None] = [None]
    for k in range(1, len(edges)):
        zone = minutes[in_doubt & (nearest_edge == k)]
        found.append((int(zone.min()), int(zone.max())) if len(zone) else None)
    return tuple(found)


def _percentiles(values: IntArray) -> tuple[int, int]:
    # Edges are grid points: the outer observed point is taken, never a value between two.
    low = np.quantile(values, 0.025, method="lower")
    high = np.quantile(values, 0.975, method="higher")
    return int(low), int(high)
