"""Variance components by restricted maximum likelihood (REML) for crossed or nested random effects, complete or not.

The model is ``y = X b + Z1 u1 + Z2 u2 + ... + e`` with independent normal u's and e. The grouping with most levels is
eliminated first (its block is diagonal), so thousands of clients cost no more than their assessors.

References
----------
Bates, Maechler, Bolker & Walker (2015), Fitting linear mixed-effects models using lme4. J. Stat. Software 67(1).
Searle, Casella & McCulloch (1992), Variance Components. Wiley, chapter 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, optimize

from normenkader.experts.arrays import Floats, Ints, as_complete, codes_of

_SMALLEST_RATIO = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceComponents:
    """A fitted model.

    Attributes
    ----------
    fixed, fixed_covariance : array (p,), (p, p)
        Fixed effects and their covariance, given the variances.
    variances : tuple of float
        Variance of each grouping, in the order given; 0 at the boundary.
    residual_variance : float
        Variance of the residual.
    log_likelihood : float
        REML log-likelihood, as lme4 gives it.
    """

    fixed: Floats
    fixed_covariance: Floats
    variances: tuple[float, ...]
    residual_variance: float
    log_likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """All that the likelihood needs, whatever the number of rows.

    The largest grouping is eliminated. Its levels enter only through sums over those with the same number of rows
    (`sizes`, of which there are `levels`): of products of their sums of the other columns (`inner`), of these with
    their sums of y (`outer`), and of squares of the latter (`squares`).
    """

    sizes: Floats
    levels: Floats
    inner: Floats
    outer: Floats
    squares: Floats
    cross: Floats
    right: Floats
    total: float
    n: int
    p: int
    owner: Ints
    largest: int


def fit_reml(outcome: ArrayLike, design: ArrayLike, groupings: Sequence[ArrayLike]) -> VarianceComponents:
    """Fit by REML.

    Parameters
    ----------
    outcome : array (n,)
        Without missing values: leave the row out.
    design : array (n, p)
        Fixed effects, of full column rank; a column of ones for a mean.
    groupings : sequence of arrays (n,)
        Labels of each random effect.

    Raises
    ------
    ValueError
        If values are missing, the design is not of full rank, or nothing is left to estimate the residual from.
    """
    y, x = as_complete(outcome, dimensions=1), as_complete(design, dimensions=2)
    if np.linalg.matrix_rank(x) < x.shape[1] or y.size <= x.shape[1]:
        raise ValueError("the fixed effects cannot be told apart with these rows")
    # Sums of squares of residuals, not of values: nothing is lost when the mean is far from zero.
    start = np.linalg.lstsq(x, y, rcond=None)[0]
    sums = _sums(y - x @ start, x, [codes_of(labels) for labels in groupings])
    ratios = _best_ratios(sums, len(groupings))
    residual = _residual_variance(sums, ratios)
    _, solution, factor, _ = _solve(sums, ratios)
    covariance = residual * np.asarray(linalg.cho_solve((factor, True), np.eye(solution.size)))
    variances = tuple(float(r * r * residual) for r in ratios)
    return VarianceComponents(
        fixed=start + solution[: sums.p], fixed_covariance=covariance[: sums.p, : sums.p],
        variances=variances,
        residual_variance=residual, log_likelihood=-0.5 * _profiled_deviance(ratios, sums),
    )  # fmt: skip


def _sums(y: Floats, x: Floats, codes: list[Ints]) -> _Sums:
    levels = [int(c.max()) + 1 for c in codes]
    largest = int(np.argmax(levels))
    others = [k for k in range(len(codes)) if k != largest]
    rest = np.hstack([x, *(np.eye(levels[k])[codes[k]] for k in others)])
    owner = np.concatenate([np.full(x.shape[1], -1), *(np.full(levels[k], k) for k in others)]).astype(np.int64)
    first = codes[largest]
    sums = np.zeros((levels[largest], rest.shape[1]))
    np.add.at(sums, first, rest)
    of_y, counts = np.bincount(first, weights=y), np.bincount(first)
    alike = [counts == size for size in np.unique(counts)]
    return _Sums(
        sizes=np.unique(counts).astype(float), levels=np.array([float(a.sum()) for a in alike]),
        inner=np.stack([sums[a].T @ sums[a] for a in alike]), outer=np.stack([sums[a].T @ of_y[a] for a in alike]),
        squares=np.array([float(of_y[a] @ of_y[a]) for a in alike]), cross=rest.T @ rest, right=rest.T @ y,
        total=float(y @ y), n=y.size, p=x.shape[1], owner=owner, largest=largest,
    )  # fmt: skip


def _solve(sums: _Sums, ratios: Floats) -> tuple[float, Floats, Floats, float]:
    """Log-determinant, solution and Cholesky factor for the columns that are left, and the explained sum of squares."""
    scale = np.where(sums.owner < 0, 1.0, ratios[np.maximum(sums.owner, 0)])
    lead = float(ratios[sums.largest]) ** 2
    diagonal = 1.0 + lead * sums.sizes
    share = lead / diagonal
    left = sums.cross - np.tensordot(share, sums.inner, axes=1)
    block = scale[:, None] * left * scale + np.diag((sums.owner >= 0).astype(float))
    factor = linalg.cholesky(block, lower=True)
    right = scale * (sums.right - share @ sums.outer)
    half = linalg.solve_triangular(factor, right, lower=True)
    determinant = float(sums.levels @ np.log(diagonal) + 2.0 * np.log(np.diag(factor)).sum())
    solution = linalg.solve_triangular(factor.T, half, lower=False)
    return determinant, np.asarray(solution), np.asarray(factor), float(share @ sums.squares + half @ half)


def _residual_variance(sums: _Sums, ratios: Floats) -> float:
    return max(sums.total - _solve(sums, ratios)[3], 1e-12 * max(sums.total, 1e-300)) / (sums.n - sums.p)


def _profiled_deviance(ratios: Floats, sums: _Sums) -> float:
    determinant, _, _, explained = _solve(sums, np.asarray(ratios))
    free = sums.n - sums.p
    left = max(sums.total - explained, 1e-12 * max(sums.total, 1e-300))
    return float(determinant + free * (1.0 + np.log(2.0 * np.pi * left / free)))


def _best_ratios(sums: _Sums, groupings: int) -> Floats:
    """Standard deviations relative to the residual's: Nelder-Mead from two starts, the sign not mattering."""

    def deviance(ratios: Floats) -> float:
        return _profiled_deviance(np.abs(ratios), sums)

    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "maxfev": 4000}
    starts = (np.full(groupings, 1.0), np.full(groupings, 0.1))
    runs = [optimize.minimize(deviance, start, method="Nelder-Mead", options=options) for start in starts]
    best = np.abs(min(runs, key=lambda run: float(run.fun)).x)
    return np.where(best < _SMALLEST_RATIO, 0.0, best)
