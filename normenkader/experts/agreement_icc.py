"""Intraclass correlations: how much of the variation between judgements is between the things judged.

Names follow McGraw & Wong: ICC(1), ICC(A,1), ICC(C,1) for one rater's value and ICC(k), ICC(A,k), ICC(C,k) for the
mean of k. A stands for absolute agreement, C for consistency.

References
----------
Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428.
McGraw & Wong (1996), Psychological Methods 1, 30-46 (and its correction, 1, 390).
"""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy import stats

from normenkader.experts.arrays import as_complete


@dataclass(frozen=True, slots=True, kw_only=True)
class IntraclassCorrelation:
    """One coefficient with its interval.

    Attributes
    ----------
    name : str
        Such as ``ICC(A,1)``.
    value, lower, upper : float
        Estimate and the limits of its interval; NaN where a limit cannot be had.
    confidence : float
        Confidence of the interval.
    method : str
        ``anova`` for a complete design, ``reml`` for an incomplete one.
    """

    name: str
    value: float
    lower: float
    upper: float
    confidence: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSquares:
    """Mean squares of a complete subjects x raters table."""

    subjects: float
    raters: float
    error: float
    within: float
    n_subjects: int
    n_raters: int


def mean_squares(ratings: ArrayLike) -> MeanSquares:
    """Mean squares of a two-way table without replication.

    Parameters
    ----------
    ratings : array (subjects, raters)
        Complete.

    Raises
    ------
    ValueError
        If a value is missing, or there are fewer than two subjects or raters.
    """
    table = as_complete(ratings, dimensions=2)
    n, k = table.shape
    if n < 2 or k < 2:
        raise ValueError("an intraclass correlation needs at least two subjects and two raters")
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    residual = table - rows[:, None] - columns + table.mean()
    return MeanSquares(
        subjects=float(k * rows.var(ddof=1)), raters=float(n * columns.var(ddof=1)),
        error=float((residual**2).sum() / ((n - 1) * (k - 1))), within=float(table.var(axis=1, ddof=1).mean()),
        n_subjects=n, n_raters=k,
    )  # fmt: skip


def intraclass_correlations(ratings: ArrayLike, *, confidence: float = 0.95) -> tuple[IntraclassCorrelation, ...]:
    """All six coefficients of a complete design with their F-based intervals.

    Returns
    -------
    tuple of IntraclassCorrelation
        ICC(1), ICC(A,1), ICC(C,1), ICC(k), ICC(A,k), ICC(C,k). Those for a mean follow from those for one by the
        Spearman-Brown formula, which also carries the limits.
    """
    ms = mean_squares(ratings)
    k = ms.n_raters
    singles = {
        "ICC(1)": _one_way(ms, confidence),
        "ICC(A,1)": _agreement(ms, confidence),
        "ICC(C,1)": _consistency(ms, confidence),
    }
    means = {
        name.replace("1)", "k)"): tuple(spearman_brown(limit, k) for limit in values)
        for name, values in singles.items()
    }
    return tuple(
        IntraclassCorrelation(name=name, value=v[0], lower=v[1], upper=v[2], confidence=confidence, method="anova")
        for name, v in (singles | means).items()
    )


def spearman_brown(reliability: float, k: float) -> float:
    """Reliability of the mean of `k` judgements from that of one."""
    return k * reliability / (1.0 + (k - 1.0) * reliability)


def agreement_degrees_of_freedom(ms: MeanSquares, icc: float) -> float:
    """Satterthwaite's degrees of freedom for ICC(A,1); `icc` is the estimate (McGraw & Wong 1996, table 7)."""
    n, k = ms.n_subjects, ms.n_raters
    a = k * icc / (n * (1.0 - icc))
    b = 1.0 + k * icc * (n - 1.0) / (n * (1.0 - icc))
    raters, error = a * ms.raters, b * ms.error
    return (raters + error) ** 2 / (raters**2 / (k - 1.0) + error**2 / ((n - 1.0) * (k - 1.0)))


def agreement_limits(ms: MeanSquares, df: float, confidence: float) -> tuple[float, float]:
    """Limits of ICC(A,1) from the F distribution with `df` degrees of freedom for error."""
    n, k = ms.n_subjects, ms.n_raters
    tail = (1.0 + confidence) / 2.0
    error = k * ms.raters + (k * n - k - n) * ms.error
    f_low, f_high = stats.f.ppf(tail, n - 1, df), stats.f.ppf(tail, df, n - 1)
    lower = n * (ms.subjects - f_low * ms.error) / (f_low * error + n * ms.subjects)
    upper = n * (f_high * ms.subjects - ms.error) / (error + n * f_high * ms.subjects)
    return float(lower), float(upper)


def _agreement(ms: MeanSquares, confidence: float) -> tuple[float, float, float]:
    n, k = ms.n_subjects, ms.n_raters
    icc = (ms.subjects - ms.error) / (ms.subjects + (k - 1) * ms.error + k * (ms.raters - ms.error) / n)
    if icc >= 1.0:
        return 1.0, 1.0, 1.0
    return (icc, *agreement_limits(ms, agreement_degrees_of_freedom(ms, icc), confidence))


def _consistency(ms: MeanSquares, confidence: float) -> tuple[float, float, float]:
    return _from_f(ms, ms.error, (ms.n_subjects - 1) * (ms.n_raters - 1), confidence)


def _one_way(ms: MeanSquares, confidence: float) -> tuple[float, float, float]:
    return _from_f(ms, ms.within, ms.n_subjects * (ms.n_raters - 1), confidence)


def _from_f(ms: MeanSquares, error: float, df: int, confidence: float) -> tuple[float, float, float]:
    n, k = ms.n_subjects, ms.n_raters
    if error <= 0.0:
        return 1.0, 1.0, 1.0
    f, tail = ms.subjects / error, (1.0 + confidence) / 2.0
    ratios = (f, f / stats.f.ppf(tail, n - 1, df), f * stats.f.ppf(tail, df, n - 1))
    icc, lower, upper = ((r - 1.0) / (r + k - 1.0) for r in ratios)
    return float(icc), float(lower), float(upper)
