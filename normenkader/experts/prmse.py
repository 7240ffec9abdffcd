"""PRMSE: how well a formula predicts the true judgement, when the judgements it is held against carry error themselves.

1 means that the formula gives what the panel would give without any error; 0 that it is no better than the mean.

References
----------
Haberman (2008), When can subscores have value? J. Educ. Behav. Statistics 33, 204-229.
Loukina, Madnani, Cahill, Yao, Johnson, Riordan & McCaffrey (2020), Using PRMSE to evaluate automated scoring systems
in the presence of label noise. Proceedings of BEA 2020, 18-29.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from normenkader.experts.arrays import Bools, Floats, as_floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Prmse:
    """Proportional reduction of mean squared error.

    Attributes
    ----------
    value : float
        NaN when no true variance is left once the raters' error is taken off.
    error_variance : float
        Variance of one rater's error.
    true_variance : float
        Variance of the true judgements.
    mean_squared_error : float
        Of the formula against the true judgements; may be below zero by chance.
    n, n_ratings : int
        Items with a prediction and a judgement, and judgements.
    """

    value: float
    error_variance: float
    true_variance: float
    mean_squared_error: float
    n: int
    n_ratings: int


def prmse(predicted: ArrayLike, judgements: ArrayLike, *, error_variance: float | None = None) -> Prmse:
    """PRMSE of predictions against judgements with error.

    Parameters
    ----------
    predicted : array (items,)
        NaN where the formula gives nothing.
    judgements : array (items,) or (items, raters)
        NaN where a rater did not judge; any number a judgement an item.
    error_variance : float, optional
        Variance of one rater's error; by default from items that were judged more than once.

    Raises
    ------
    ValueError
        If no error variance is given and no item was judged twice, or fewer than two items are left.
    """
    formula, table = as_floats(predicted, dimensions=1), _as_table(judgements)
    error = rater_error_variance(table) if error_variance is None else error_variance
    keep = ~np.isnan(formula) & ~np.isnan(table).all(axis=1)
    if keep.sum() < 2:
        raise ValueError("PRMSE needs at least two items with a prediction and a judgement")
    means, counts = _means(table[keep])
    true, mse = _true_variance(means, counts, error), _true_mse(formula[keep], means, counts, error)
    return Prmse(
        value=1.0 - mse / true if true > 0 else float("nan"), error_variance=error, true_variance=true,
        mean_squared_error=mse, n=int(keep.sum()), n_ratings=int(counts.sum()),
    )  # fmt: skip


def rater_error_variance(judgements: ArrayLike) -> float:
    """Pooled variance within items that were judged more than once.

    Raises
    ------
    ValueError
        If no item was judged twice.
    """
    table = _as_table(judgements)
    repeated: Bools = (~np.isnan(table)).sum(axis=1) >= 2
    if not repeated.any():
        raise ValueError("no item was judged twice: the raters' error variance must be given")
    means, counts = _means(table[repeated])
    return float(np.nansum((table[repeated] - means[:, None]) ** 2) / (counts - 1.0).sum())


def _as_table(judgements: ArrayLike) -> Floats:
    table = np.asarray(judgements, dtype=np.float64)
    return as_floats(table[:, None] if table.ndim == 1 else table, dimensions=2)


def _means(table: Floats) -> tuple[Floats, Floats]:
    counts = (~np.isnan(table)).sum(axis=1).astype(float)
    return np.nansum(table, axis=1) / counts, counts


def _true_variance(means: Floats, counts: Floats, error: float) -> float:
    total = counts.sum()
    between = (counts * (means - (counts @ means) / total) ** 2).sum()
    return float((between - (counts.size - 1) * error) / (total - (counts**2).sum() / total))


def _true_mse(formula: Floats, means: Floats, counts: Floats, error: float) -> float:
    return float(((counts * (means - formula) ** 2).sum() - counts.size * error) / counts.sum())
