"""The dynamic programme over grid cells: the bands with the most gain, and of equals those with the lowest edges.

Least loss within bands is most gain, the sum over bands of (sum of centred minutes)^2 / n: the sums of squares
themselves do not depend on the edges. Arrays have the resamples last, so that every operation runs over all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

TIE = 1e-12
"""Edges whose loss differs by less than this part of the variation are equally good: rounding must not choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What the recursion needs: cumulated sums (cells + 1, resamples), and where bands may end and start.

    `closing` and `earliest` (cells, resamples) are the earliest ends of a last and of a bounded band from each cell;
    `starts` (bands, cells, resamples) says whether a band may start at a cell.
    """

    cum_n: Floats
    cum_s: Floats
    closing: Ints
    earliest: Ints
    starts: Bools

    def gain(self, start: int) -> Floats:
        """Gain of a band from `start` to each later end."""
        n = self.cum_n[start + 1 :] - self.cum_n[start]
        s = self.cum_s[start + 1 :] - self.cum_s[start]
        return gain_of(n, s)

    def gain_from(self, start: Ints) -> Floats:
        """Gain of a band from each resample's own `start` to every end from 1; where it is no band, of no meaning."""
        each = np.arange(len(start))
        n = self.cum_n[1:] - self.cum_n[start, each]
        s = self.cum_s[1:] - self.cum_s[start, each]
        return gain_of(n, s)


def gain_of(n: Floats, s: Floats) -> Floats:
    """What one mean for these clients explains: the square of their sum of centred minutes over their weight."""
    gain: Floats = s * s / np.where(n > 0, n, 1.0)
    return gain


def best_gains(programme: Programme, n_bands: int) -> Floats:
    """Most gain of the last k + 1 bands when they start at a cell, as array (k, cell, resample)."""
    n_cells, resamples = programme.closing.shape
    best = np.full((n_bands, n_cells, resamples), -np.inf)
    for start in range(n_cells - 1, -1, -1):
        gain = programme.gain(start)
        best[0, start] = np.where(programme.closing[start] <= n_cells, gain[-1], -np.inf)
        ends = np.arange(start + 1, n_cells)[:, None]
        inner = np.where(ends >= programme.earliest[start], gain[:-1], -np.inf)
        for k in range(1, n_bands):
            best[k, start] = (inner + best[k - 1, start + 1 :]).max(axis=0, initial=-np.inf)
        best[:, start][~programme.starts[::-1, start]] = -np.inf
    return best


def lowest_edges(programme: Programme, best: Floats, n_bands: int, allowance: Floats) -> Ints:
    """Of all edges as good as the best, those with the lowest first edge, then the lowest second, and so on."""
    n_cells, resamples = programme.closing.shape
    edges = np.zeros((resamples, n_bands), dtype=np.int64)
    each, ends = np.arange(resamples), np.arange(1, n_cells)[:, None]
    needed, start = best[n_bands - 1, 0] - allowance, edges[:, 0]
    for band in range(1, n_bands if n_cells > 1 else 1):
        gain = programme.gain_from(start)[:-1]
        reachable = ends >= np.maximum(programme.earliest[start, each], start + 1)
        value = np.where(reachable, gain + best[n_bands - 1 - band, 1:], -np.inf)
        pick = np.argmax(value >= np.minimum(needed, value.max(axis=0)), axis=0)
        needed = needed - gain[pick, each]
        start = pick + 1
        edges[:, band] = start
    return edges
