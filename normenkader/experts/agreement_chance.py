"""Agreement by chance, as each coefficient sees it, and how much each unit moves the coefficient.

Codes are (units, raters) places among the categories, -1 where missing, every unit with a rating; weights are
(categories, categories).

References
----------
Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapters 2-5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from normenkader.experts.agreement_weights import category_counts
from normenkader.experts.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Estimate:
    """Value, agreement seen and by chance, and one influence value a unit whose spread gives the standard error."""

    value: float
    observed: float
    expected: float
    influence: Floats
    centre: float

    def standard_error(self) -> float:
        """Gwet's linearised standard error; NaN with a single unit."""
        n = self.influence.size
        return float(np.sqrt(((self.influence - self.centre) ** 2).sum() / (n * (n - 1)))) if n > 1 else float("nan")


def _complete(observed: float, n: int) -> Estimate:
    """Everybody in one category: agreement is complete, and no more can be said than that."""
    return Estimate(1.0, observed, 1.0, np.ones(n), 1.0)


def _pair_agreement(counts: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weighted agreeing pairs of each unit as a share of its pairs (0 without pairs), and ratings a unit."""
    ratings = counts.sum(axis=1)
    agreeing = (counts * (counts @ weights.T - 1.0)).sum(axis=1)
    return agreeing / np.maximum(ratings * (ratings - 1.0), 1.0), ratings


def _linearised(codes: Ints, weights: Floats, expected: float, expected_by_unit: Floats) -> Estimate:
    counts = category_counts(codes, len(weights))
    agreement, ratings = _pair_agreement(counts, weights)
    paired = ratings >= 2
    observed = float(agreement[paired].mean())
    if expected >= 1.0:
        return _complete(observed, len(codes))
    room = 1.0 - expected
    value = (observed - expected) / room
    own = len(codes) / paired.sum() * np.where(paired, agreement - expected, 0.0) / room
    influence = own - 2.0 * (1.0 - value) * (expected_by_unit - expected) / room
    return Estimate(value, observed, expected, influence, value)


def _shares(codes: Ints, weights: Floats) -> Floats:
    counts = category_counts(codes, len(weights))
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _gwet(codes: Ints, weights: Floats) -> Estimate:
    q, shares = len(weights), _shares(codes, weights)
    mean = shares.mean(axis=0)
    scale = weights.sum() / (q * (q - 1.0)) if q > 1 else 1.0
    return _linearised(codes, weights, float(scale * (mean * (1 - mean)).sum()), scale * shares @ (1 - mean))


def _fleiss(codes: Ints, weights: Floats) -> Estimate:
    shares = _shares(codes, weights)
    mean = shares.mean(axis=0)
    return _linearised(codes, weights, float(mean @ weights @ mean), shares @ ((weights + weights.T) / 2.0 @ mean))


def _brennan_prediger(codes: Ints, weights: Floats) -> Estimate:
    expected = float(weights.sum() / len(weights) ** 2)
    return _linearised(codes, weights, expected, np.full(len(codes), expected))


def _conger(codes: Ints, weights: Floats) -> Estimate:
    """Chance agreement from each rater's own shares, over all pairs of raters."""
    chosen = np.stack([codes == c for c in range(len(weights))], axis=2).astype(float)
    chosen = chosen[:, (codes >= 0).any(axis=0)]
    there = chosen.sum(axis=2)
    n, r = there.shape
    answered = there.sum(axis=0)
    own = chosen.sum(axis=0) / answered[:, None]
    total = own.sum(axis=0)
    others = total - own
    expected = float((others @ weights * own).sum() / (r * (r - 1.0)))
    # How a unit moves each rater's shares: its rating counts, weighed for the units the rater skipped.
    moved = (chosen - (there - answered / n)[:, :, None] * own) * (n / answered)[None, :, None]
    by_unit = np.einsum("irl,lk,rk->i", moved, (weights + weights.T) / 2.0, others) / (r * (r - 1.0))
    return _linearised(codes, weights, expected, by_unit)


def _krippendorff(codes: Ints, weights: Floats) -> Estimate:
    counts = category_counts(codes, len(weights))
    agreement, ratings = _pair_agreement(counts, weights)
    mean_ratings = float(ratings.mean())
    relative = ratings / mean_ratings
    observed, small = float((agreement * relative).mean()), 1.0 / float(ratings.sum())
    shares = counts / mean_ratings
    mean = shares.mean(axis=0)
    expected = float(mean @ weights @ mean)
    observed_corrected = (1.0 - small) * observed + small
    if expected >= 1.0:
        return _complete(observed_corrected, len(codes))
    room, centre = 1.0 - expected, (observed - expected) / (1.0 - expected)
    own = (agreement * relative - observed_corrected * (relative - 1.0) - expected) / room
    by_unit = shares @ ((weights + weights.T) / 2.0 @ mean) - expected * (relative - 1.0)
    influence = own - 2.0 * (1.0 - centre) * (by_unit - expected) / room
    return Estimate((observed_corrected - expected) / room, observed_corrected, expected, influence, centre)


ESTIMATORS: dict[str, Callable[[Ints, Floats], Estimate]] = {
    "gwet": _gwet,
    "fleiss": _fleiss,
    "conger": _conger,
    "brennan_prediger": _brennan_prediger,
    "krippendorff": _krippendorff,
}
