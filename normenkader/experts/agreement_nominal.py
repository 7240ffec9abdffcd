"""Agreement beyond chance on categories, for any number of raters, with weights and with missing ratings.

Standard errors are Gwet's linearised ones for units as a sample (raters fixed), with t for the interval.

References
----------
Cohen (1960), Educ. Psychol. Meas. 20, 37-46; (1968), Psychological Bulletin 70, 213-220.
Fleiss (1971), Psychological Bulletin 76, 378-382. Conger (1980), Psychological Bulletin 88, 322-328.
Gwet (2008), Br. J. Math. Stat. Psychol. 61, 29-48; (2014), Handbook of Inter-Rater Reliability, 4th ed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from normenkader.experts.agreement_chance import ESTIMATORS
from normenkader.experts.agreement_weights import WeightScheme, agreement_weights, category_counts, rating_codes

Coefficient = Literal["gwet", "fleiss", "conger", "brennan_prediger", "krippendorff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceCorrected:
    """One coefficient, its standard error and interval; NaN where it cannot be had.

    Attributes
    ----------
    coefficient, weights : str
        With ``identity`` weights, ``gwet`` is AC1 and ``conger`` of two raters is Cohen's kappa; with other weights
        AC2 and weighted kappa.
    value, standard_error, lower, upper : float
        The upper limit is at most 1.
    observed, expected : float
        Agreement seen, and by chance alone.
    n_units, n_paired : int
        Units with at least one rating, and with at least two.
    """

    coefficient: str
    weights: str
    value: float
    standard_error: float
    lower: float
    upper: float
    observed: float
    expected: float
    n_units: int
    n_paired: int


def chance_corrected(
    ratings: ArrayLike, *, coefficient: Coefficient = "gwet", weights: WeightScheme = "identity",
    categories: Sequence[Any] | None = None, confidence: float = 0.95,
) -> ChanceCorrected:  # fmt: skip
    """A chance-corrected coefficient of agreement.

    Parameters
    ----------
    ratings : array (units, raters)
        Labels or numbers; missing is None, NaN or empty.
    coefficient, weights
        See `ChanceCorrected` and `agreement_weights`.
    categories : sequence, optional
        All possible categories in order. AC1/AC2 and Brennan-Prediger depend on how many there are, used or not.

    Raises
    ------
    ValueError
        If no unit has two ratings.
    """
    known, codes = rating_codes(ratings, categories=categories)
    codes = codes[(codes >= 0).any(axis=1)]
    paired = (codes >= 0).sum(axis=1) >= 2
    if not paired.any():
        raise ValueError("no unit has two ratings")
    used = codes[paired] if coefficient == "krippendorff" else codes
    found = ESTIMATORS[coefficient](used, agreement_weights(weights, known))
    error = found.standard_error()
    half = float(stats.t.ppf((1.0 + confidence) / 2.0, len(used) - 1)) * error if len(used) > 1 else float("nan")
    return ChanceCorrected(
        coefficient=coefficient, weights=weights, value=found.value, standard_error=error, lower=found.value - half,
        upper=min(1.0, found.value + half), observed=found.observed, expected=found.expected, n_units=len(codes),
        n_paired=int(paired.sum()),
    )  # fmt: skip


def cohen_kappa(
    first: ArrayLike, second: ArrayLike, *, weights: WeightScheme = "identity", categories: Sequence[Any] | None = None
) -> ChanceCorrected:
    """Cohen's (weighted) kappa of two raters over the units both rated."""
    known, codes = rating_codes(
        np.column_stack([np.asarray(first, object), np.asarray(second, object)]), categories=categories
    )
    both = codes[(codes >= 0).all(axis=1)]
    labels = np.array([*known, None], dtype=object)[both]
    return chance_corrected(labels, coefficient="conger", weights=weights, categories=known)


def light_kappa(ratings: ArrayLike) -> float:
    """Light's kappa: the mean of Cohen's kappa over all pairs of raters."""
    table = np.asarray(ratings, dtype=object)
    pairs = combinations(range(table.shape[1]), 2)
    return float(np.mean([cohen_kappa(table[:, a], table[:, b]).value for a, b in pairs]))


def fleiss_kappa_by_category(ratings: ArrayLike) -> dict[Any, tuple[float, float]]:
    """Fleiss' kappa of each category against all others, with its z under no agreement."""
    known, codes = rating_codes(ratings)
    if (codes < 0).any():
        raise ValueError("Fleiss' kappa by category needs the same number of ratings for every unit")
    n, r = codes.shape
    counts = category_counts(codes, len(known))
    share = counts.sum(axis=0) / (n * r)
    kappa = 1.0 - (counts * (r - counts)).sum(axis=0) / (n * r * (r - 1) * share * (1 - share))
    error = np.sqrt(2.0 / (n * r * (r - 1)))
    return {c: (float(k), float(k / error)) for c, k in zip(known, kappa, strict=True)}
