"""The spread of need behind noisy deliveries: its distribution without the noise, and values that follow it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

GRID_CELLS = 120
# Few passes from a smooth start keep the answer smooth; many would heap it on a handful of values.
PASSES = 8
_SMALLEST_SHARE_OF_MEAN = 0.1
_FAR = -100.0


def ensemble_values(
    start: FloatArray, seen: FloatArray, shift: FloatArray, noise: FloatArray, power: int, weight: FloatArray
) -> FloatArray:
    """Values with the distribution of what lies behind `seen`, in the order of `start`.

    ``seen = value + shift + normal noise`` of which the variance follows a power of ``value + shift``. The
    distribution of `value` is found by expectation and maximisation on a grid, from the distribution of `start`; each
    entry then takes the quantile that belongs to its rank.

    Parameters
    ----------
    start : (m,) first guess with about the right spread
    seen, shift : (m,)
    noise : (m,) variance of the noise on average over the entries
    power : int
        0, 1 or 2.
    weight : (m,)

    References
    ----------
    Laird & Louis (1991), Smoothing the non-parametric estimate of a prior distribution by roughening, Computational
    Statistics & Data Analysis 12(1). Shen & Louis (1998), Triple-goal estimates in two-stage hierarchical models, JRSS
    B 60(2).
    """
    grid = np.linspace(0.0, 1.05 * max(float(start.max()), float((seen - shift).max()), 1.0), GRID_CELLS + 1)
    prior = _histogram(start, weight, grid)
    scale = float(np.average(np.maximum(start + shift, 1e-9) ** power, weights=weight))
    likelihood = _likelihood(grid, seen, shift, noise, power, scale)
    for _ in range(PASSES):
        total = likelihood @ prior
        prior = prior * (np.divide(weight, total, out=np.zeros_like(total), where=total > 0) @ likelihood)
        prior = prior / prior.sum()
    return _by_rank(start, weight, grid, prior)


def _likelihood(
    grid: FloatArray, seen: FloatArray, shift: FloatArray, noise: FloatArray, power: int, scale: float
) -> FloatArray:
    """Likelihood of every entry at every grid value, (m, K), each row up to a factor.

    `scale` is the mean of ``(value + shift) ** power``. In place, with one exponential a value: most of the time that
    a promise takes is spent here.
    """
    variance = noise[:, None] / scale * _raised(grid, seen, shift, power)
    # Values lie anywhere within a cell, not at its middle.
    variance += (grid[1] - grid[0]) ** 2 / 12
    likelihood = np.subtract.outer(seen - shift, grid)
    np.square(likelihood, out=likelihood)
    likelihood *= -0.5 / variance
    # At the nearest grid value a row far from all of them counts 1: else it would be lost below the smallest number.
    nearest = likelihood.max(axis=1, keepdims=True)
    if nearest.min() < _FAR:
        likelihood -= nearest
    np.exp(likelihood, out=likelihood)
    if power:
        likelihood /= np.sqrt(variance)
    return likelihood


def _raised(grid: FloatArray, seen: FloatArray, shift: FloatArray, power: int) -> FloatArray:
    """The power of the mean that the noise follows, (m, K); (m, 1) where it follows none."""
    if power == 0:
        return np.ones((len(seen), 1))
    floor = _SMALLEST_SHARE_OF_MEAN * max(float(seen.mean()), 1e-9)
    return np.asarray(np.maximum(np.add.outer(shift, grid), floor) ** power)


def _histogram(values: FloatArray, weight: FloatArray, grid: FloatArray) -> FloatArray:
    """Weights shared out linearly between the two nearest grid points, and a little everywhere."""
    step = grid[1] - grid[0]
    at = np.clip(values / step, 0, len(grid) - 1 - 1e-9)
    low = at.astype(np.int64)
    part = at - low
    total = np.bincount(low, weight * (1 - part), len(grid)) + np.bincount(low + 1, weight * part, len(grid))
    smooth = np.convolve(np.pad(total, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return np.asarray(0.99 * smooth / smooth.sum() + 0.01 / len(grid))


def _by_rank(start: FloatArray, weight: FloatArray, grid: FloatArray, prior: FloatArray) -> FloatArray:
    """The quantile of the distribution at each entry's rank; mass at a grid point is spread over its cell."""
    order = np.argsort(start, kind="stable")
    rank = (np.cumsum(weight[order]) - 0.5 * weight[order]) / weight.sum()
    half = (grid[1] - grid[0]) / 2
    edges = np.maximum(np.append(grid - half, grid[-1] + half), 0.0)
    values = np.empty_like(start)
    values[order] = np.interp(rank, np.append(0.0, np.cumsum(prior)), edges)
    return values
