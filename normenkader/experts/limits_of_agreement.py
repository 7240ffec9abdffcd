"""How far two methods, or a judge and the truth, lie apart in the unit itself: limits of agreement and bias.

References
----------
Bland & Altman (1986), Lancet 327, 307-310; (1999), Statistical Methods in Medical Research 8, 135-160.
Carstensen, Simpson & Gurrin (2008), Statistical models for assessing agreement in method comparison studies with
replicate measurements. International Journal of Biostatistics 4(1), 16.
Lin (1989), Biometrics 45, 255-268.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from normenkader.experts.arrays import Floats, as_floats, codes_of
from normenkader.experts.variance_components import VarianceComponents, fit_reml


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsOfAgreement:
    """Mean difference (first minus second), and the range that holds most differences between single judgements.

    Attributes
    ----------
    n : int
        Pairs; or subjects with replicates.
    mean_difference, sd_difference : float
        In the unit of the judgements.
    lower, upper : float
        ``mean -/+ multiplier x sd``.
    lower_interval, upper_interval : tuple of float
        95 % interval of each limit (Bland & Altman 1999, section 2.1); NaN for replicates.
    """

    n: int
    mean_difference: float
    sd_difference: float
    lower: float
    upper: float
    lower_interval: tuple[float, float]
    upper_interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeBias:
    """Mean and standard deviation of one judge's estimate minus truth (of logarithms, if asked); NaN if unknown."""

    n: int
    bias: float
    spread: float


def limits_of_agreement(first: ArrayLike, second: ArrayLike, *, multiplier: float = 1.96) -> LimitsOfAgreement:
    """Limits of agreement of paired values; pairs with a missing value are left out.

    Raises
    ------
    ValueError
        If fewer than two pairs are complete.
    """
    a, b = as_floats(first, dimensions=1), as_floats(second, dimensions=1)
    differences = (a - b)[~np.isnan(a - b)]
    if differences.size < 2:
        raise ValueError("limits of agreement need at least two complete pairs")
    mean, sd, n = float(differences.mean()), float(differences.std(ddof=1)), differences.size
    half = float(stats.t.ppf(0.975, n - 1)) * sd * math.sqrt(1.0 / n + multiplier**2 / (2.0 * (n - 1)))
    lower, upper = mean - multiplier * sd, mean + multiplier * sd
    return LimitsOfAgreement(
        n=n, mean_difference=mean, sd_difference=sd, lower=lower, upper=upper,
        lower_interval=(lower - half, lower + half), upper_interval=(upper - half, upper + half),
    )  # fmt: skip


def limits_with_replicates(
    values: ArrayLike, *, method: ArrayLike, subject: ArrayLike, first: object, multiplier: float = 1.96
) -> LimitsOfAgreement:
    """Limits of agreement of single judgements when each method judged each subject more than once.

    ``y = method + subject + method x subject + e``, the last three random with one variance each (exchangeable
    replicates): the difference of two single judgements has variance ``2 (method x subject + e)``.

    Parameters
    ----------
    values, method, subject : arrays (n,)
        One row a judgement, of exactly two methods; rows without a value are left out.
    first : object
        The method from whose values the other's are subtracted.
    """
    fit, n = _replicate_fit(values, method, subject, first)
    mean, sd = float(fit.fixed[1]), float(np.sqrt(2.0 * (fit.variances[1] + fit.residual_variance)))
    missing = (float("nan"), float("nan"))
    return LimitsOfAgreement(
        n=n, mean_difference=mean, sd_difference=sd, lower=mean - multiplier * sd, upper=mean + multiplier * sd,
        lower_interval=missing, upper_interval=missing,
    )  # fmt: skip


def _replicate_fit(
    values: ArrayLike, method: ArrayLike, subject: ArrayLike, first: object
) -> tuple[VarianceComponents, int]:
    y = as_floats(values, dimensions=1)
    there = ~np.isnan(y)
    is_first = (np.asarray(method) == first)[there]
    if is_first.all() or not is_first.any() or np.unique(np.asarray(method)[there]).size != 2:
        raise ValueError("limits of agreement with replicates need exactly two methods, one of them the first")
    subjects = codes_of(np.asarray(subject)[there])
    design = np.column_stack([np.ones(is_first.size), is_first.astype(float)])
    return fit_reml(y[there], design, [subjects, subjects * 2 + is_first]), int(subjects.max()) + 1


def judge_bias(estimates: ArrayLike, truth: ArrayLike, *, log: bool = False) -> tuple[JudgeBias, ...]:
    """Bias and spread of each judge against a known truth.

    Parameters
    ----------
    estimates : array (subjects, judges)
        NaN where a judge gave none.
    truth : array (subjects,)
        NaN where not known.
    log : bool
        On logarithms, so that the bias is a factor; all values must then be above zero.
    """
    given, known = as_floats(estimates, dimensions=2), as_floats(truth, dimensions=1)
    if log and (min(np.nanmin(given), np.nanmin(known)) <= 0.0):
        raise ValueError("logarithms need values above zero")
    errors = np.log(given) - np.log(known)[:, None] if log else given - known[:, None]
    return tuple(_bias(column[~np.isnan(column)]) for column in errors.T)


def panel_bias(estimates: ArrayLike) -> tuple[JudgeBias, ...]:
    """Each judge's bias against the panel, and spread around it, where no truth is known.

    Least squares of ``estimate = subject + judge`` over what was judged, the judges' effects adding up to zero: who
    happened to get the heavier subjects is not taken for a generous judge. The spread is that of the residuals.

    Parameters
    ----------
    estimates : array (subjects, judges)
        NaN where a judge gave none.
    """
    given = as_floats(estimates, dimensions=2)
    subject, judge = np.nonzero(~np.isnan(given))
    y, judges = given[subject, judge], given.shape[1]
    # Within subjects: both sides less the subject's mean, so that thousands of subjects cost nothing.
    sizes = np.maximum(np.bincount(subject, minlength=len(given)), 1)
    marks = np.eye(judges)[judge]
    shares = (~np.isnan(given)).astype(float) / sizes[:, None]
    means = np.bincount(subject, weights=y, minlength=len(given)) / sizes
    centred, level = marks - shares[subject], y - means[subject]
    # Minimum-norm least squares gives effects that add up to zero within judges who share subjects.
    effects = np.linalg.lstsq(centred, level, rcond=None)[0]
    residuals = level - centred @ effects
    counts = np.bincount(judge, minlength=judges)
    spreads = [float(residuals[judge == j].std(ddof=1)) if counts[j] > 1 else float("nan") for j in range(judges)]
    return tuple(
        JudgeBias(n=int(n), bias=float(effects[j]) if n else float("nan"), spread=spreads[j])
        for j, n in enumerate(counts)
    )


def _bias(errors: Floats) -> JudgeBias:
    missing = float("nan")
    return JudgeBias(
        n=errors.size, bias=float(errors.mean()) if errors.size else missing,
        spread=float(errors.std(ddof=1)) if errors.size > 1 else missing,
    )  # fmt: skip


def concordance_correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Lin's concordance correlation of paired values: 1 only if all lie on the line of identity."""
    a, b = as_floats(first, dimensions=1), as_floats(second, dimensions=1)
    there = ~np.isnan(a - b)
    a, b = a[there], b[there]
    scale = a.var() + b.var() + (a.mean() - b.mean()) ** 2
    return float(2.0 * np.cov(a, b, ddof=0)[0, 1] / scale)


def kendall_w(ratings: ArrayLike) -> float:
    """Kendall's coefficient of concordance of a complete (subjects, raters) table, corrected for ties."""
    table = as_floats(ratings, dimensions=2)
    if np.isnan(table).any():
        raise ValueError("Kendall's W needs a complete table")
    n, k = table.shape
    ranks = stats.rankdata(table, axis=0)
    ties = sum(float((c**3 - c).sum()) for c in (np.unique(column, return_counts=True)[1] for column in table.T))
    sums = ranks.sum(axis=1)
    return float(12.0 * ((sums - sums.mean()) ** 2).sum() / (k**2 * (n**3 - n) - k * ties))
