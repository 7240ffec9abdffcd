"""Intraclass correlation when not every rater judged every subject, from variance components.

References
----------
McGraw & Wong (1996), Psychological Methods 1, 30-46.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from normenkader.experts.agreement_icc import IntraclassCorrelation, spearman_brown
from normenkader.experts.arrays import Ints, as_floats
from normenkader.experts.variance_components import fit_reml


def incomplete_intraclass_correlation(
    ratings: ArrayLike, *, k: float = 1.0, confidence: float = 0.95
) -> IntraclassCorrelation:
    """ICC(A,1), or ICC(A,k) for the mean of `k` judgements, when not every rater judged every subject.

    Variance components by REML with subjects and raters crossed and random. The limits are those of McGraw & Wong for
    the mean squares that these components imply, with harmonic mean numbers of judgements a subject and a rater. A
    complete design without a variance at its boundary gives `intraclass_correlations` again. A lower limit may be
    below zero.

    Parameters
    ----------
    ratings : array (subjects, raters)
        NaN where a rater did not judge a subject.

    Raises
    ------
    ValueError
        If fewer than two subjects or raters have a value, or there are too few judgements to tell error from the rest.
    """
    table = as_floats(ratings, dimensions=2)
    there = ~np.isnan(table)
    subject, rater = np.nonzero(there)
    counts = tuple(c[c > 0] for c in (there.sum(axis=1), there.sum(axis=0)))
    if min(c.size for c in counts) < 2:
        raise ValueError("an intraclass correlation needs at least two subjects and two raters")
    if subject.size <= counts[0].size + counts[1].size - 1:
        raise ValueError("too few judgements to tell error from subjects and raters")
    fit = fit_reml(table[subject, rater], np.ones((subject.size, 1)), [subject, rater])
    components = (*fit.variances, fit.residual_variance)
    odds = odds_with_limits(components, counts, confidence)
    value, lower, upper = (spearman_brown(from_odds(o), k) for o in odds)
    name = "ICC(A,1)" if k == 1 else "ICC(A,k)"
    return IntraclassCorrelation(name=name, value=value, lower=lower, upper=upper, confidence=confidence, method="reml")


def from_odds(odds: float) -> float:
    """ICC from ICC / (1 - ICC)."""
    return odds / (1.0 + odds) if np.isfinite(odds) else 1.0


def odds_with_limits(
    components: tuple[float, ...], counts: tuple[Ints, ...], confidence: float
) -> tuple[float, float, float]:
    """ICC / (1 - ICC) and its limits from variances (subjects, raters, error) and judgements a subject and a rater.

    With a single count of judgements a rater, raters are taken as unknown: the one-way design.
    """
    if components[1] + components[2] <= 0.0:
        return float("inf"), float("inf"), float("inf")
    subjects, raters, error = components
    per_subject, per_rater = (float(stats.hmean(c)) for c in counts)
    n, k = counts[0].size, counts[1].size
    ms_subjects, ms_raters = error + per_subject * subjects, error + per_rater * raters
    noise = raters + error
    a = per_subject * subjects / (noise * per_rater)
    b = 1.0 + per_subject * subjects / noise * (1.0 - 1.0 / per_rater)
    parts = np.array([a * ms_raters, b * error])
    free = np.array([max(k - 1.0, 1.0), counts[0].sum() - n - k + 1.0])
    df = parts.sum() ** 2 / (parts**2 / free).sum() if raters > 0 or k > 1 else free[1]
    tail = (1.0 + confidence) / 2.0
    lower = (ms_subjects / stats.f.ppf(tail, n - 1, df) - error) / (per_subject * noise)
    upper = (ms_subjects * stats.f.ppf(tail, df, n - 1) - error) / (per_subject * noise)
    return subjects / noise, float(lower), float(upper)
