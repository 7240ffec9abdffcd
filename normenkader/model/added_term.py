"""Tests of one added term each, and of contrasts of fitted terms, by leaving each provider out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from normenkader.model.grouped import effective_clusters
from normenkader.model.moments import Profile

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# A column of which less is left than this, beside the terms, carries nothing of its own.
_LEAST_OWN = 1e-6
_LEAST_EFFECTIVE_CLUSTERS = 3.0
_RELATIVE_RIDGE = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlopeTests:
    """Estimates with jackknife t tests; all arrays read-only, nan where a test is not possible.

    Attributes
    ----------
    value, standard_error, degrees, t : (q,)
    """

    value: FloatArray
    standard_error: FloatArray
    degrees: FloatArray
    t: FloatArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            getattr(self, name).setflags(write=False)

    def two_sided(self) -> FloatArray:
        """p-values."""
        return np.asarray(2 * stats.t.sf(np.abs(self.t), self.degrees))

    def below_zero(self) -> FloatArray:
        """One-sided p-values against the true value being zero or more."""
        return np.asarray(stats.t.cdf(self.t, self.degrees))


def added_terms(x: FloatArray, z: FloatArray, y: FloatArray, w: FloatArray, provider: IntArray) -> SlopeTests:
    """For every column of `z` by itself: its slope within providers when it is added to the terms `x`.

    Standard errors leave each provider out of the whole fit. Degrees of freedom: the effective number of providers
    that carry what the column says beyond the terms, less one.

    Parameters
    ----------
    x : (n, p), z : (n, q), y : (n,), w : (n,) positive, provider : (n,) rising

    References
    ----------
    Frisch & Waugh (1933), Econometrica 1(4). Bell & McCaffrey (2002), Survey Methodology 28(2).
    """
    starts = np.flatnonzero(np.diff(provider, prepend=-1))
    x, z, y = (_less_provider_mean(v, w, starts, provider) for v in (x, z, y[:, None]))
    wx, wz = x * w[:, None], z * w[:, None]
    by_provider = (
        _products(starts, wx, x), _products(starts, wx, y)[:, :, 0], _products(starts, wx, z),
        np.add.reduceat(wz * z, starts, axis=0), np.add.reduceat(wz * y, starts, axis=0),
    )  # fmt: skip
    total = [part.sum(axis=0) for part in by_provider]
    full, own = _partial(*total)
    left = np.array([
        _partial(*(whole - part[g] for whole, part in zip(total, by_provider, strict=True)))[0]
        for g in range(len(starts))
    ])  # fmt: skip
    rest = z - x @ _solved(total[0], total[2])
    carried = np.add.reduceat(rest**2 * w[:, None], starts, axis=0)
    enough = own > _LEAST_OWN * total[3]
    return _tests(np.where(enough, full, np.nan), left, carried)


def contrasts(profile: Profile, rows: FloatArray, full: FloatArray, left: FloatArray) -> SlopeTests:
    """Contrasts of fitted terms, ``rows @ terms``.

    Parameters
    ----------
    profile : Profile
    rows : (m, p)
    full : (p,) terms, left : (G, p) terms with each provider left out
    """
    wide = np.zeros((len(rows), profile.b.shape[1]))
    wide[:, : rows.shape[1]] = rows
    direction = _solved(profile.a.sum(axis=0), wide.T)
    carried = np.maximum(np.einsum("pm,gpq,qm->gm", direction, profile.a, direction, optimize=True), 0.0)
    return _tests(rows @ full, left[:, : rows.shape[1]] @ rows.T, carried)


def holm(p_values: FloatArray) -> FloatArray:
    """Adjusted p-values by Holm; nan stays nan and does not count.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6(2).
    """
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factor = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * factor), 1.0)
    return adjusted


def _tests(value: FloatArray, left: FloatArray, carried: FloatArray) -> SlopeTests:
    g = len(left)
    error = np.sqrt((g - 1) / g * ((left - value) ** 2).sum(axis=0))
    effective = np.array([effective_clusters(column) for column in carried.T])
    possible = (effective >= _LEAST_EFFECTIVE_CLUSTERS) & (error > 0) & np.isfinite(value)
    value, error = np.where(possible, value, np.nan), np.where(possible, error, np.nan)
    degrees = np.minimum(np.maximum(effective - 1, 1.0), g - 1.0)
    return SlopeTests(value=value, standard_error=error, degrees=degrees, t=value / error)


def _less_provider_mean(values: FloatArray, w: FloatArray, starts: IntArray, provider: IntArray) -> FloatArray:
    place = np.cumsum(np.diff(provider, prepend=-1) > 0) - 1
    sums = np.add.reduceat(values * w[:, None], starts, axis=0)
    return np.asarray(values - (sums / np.add.reduceat(w, starts)[:, None])[place])


def _products(starts: IntArray, left: FloatArray, right: FloatArray) -> FloatArray:
    """Cross products by provider, (G, ., .)."""
    ends = np.append(starts[1:], len(left))
    return np.array([left[i:j].T @ right[i:j] for i, j in zip(starts, ends, strict=True)])


def _solved(a: FloatArray, columns: FloatArray) -> FloatArray:
    """``a^-1 columns``, (p, q); as `moments.solve` but for many right-hand sides at once."""
    if not len(a):
        return np.zeros((0, columns.shape[1]))
    diagonal = np.diag(a)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = a / np.outer(scale, scale) + _RELATIVE_RIDGE * np.eye(len(a))
    solution = np.linalg.solve(scaled, columns / scale[:, None]) / scale[:, None]
    return np.asarray(np.where(diagonal[:, None] > 0, solution, 0.0))


def _partial(
    a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, e: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Slope of each added column, and what it has of its own beside the terms."""
    solved = _solved(a, c)
    own = d - np.einsum("pq,pq->q", c, solved)
    slope = (e - solved.T @ b) / np.where(own > 0, own, np.nan)
    return np.asarray(slope), np.asarray(own)
