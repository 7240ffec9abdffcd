"""Reliability of summed minutes when one client was assessed by several assessors.

References
----------
McGraw & Wong (1996), Psychological Methods 1, 30-46.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from normenkader.experts.agreement_incomplete import from_odds, odds_with_limits
from normenkader.experts.arrays import Floats, Ints, as_floats, codes_of
from normenkader.experts.variance_components import fit_reml


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Share of the variance of one assessor's minutes that is between clients.

    Attributes
    ----------
    value, lower, upper : float
        Absolute agreement, ICC(A,1) with assessors known and ICC(1) without; 95 % limits.
    client_variance, assessor_variance, residual_variance : float
        In minutes squared; the assessors' is 0 when they are not known.
    standard_error_of_measurement : float
        Minutes: standard deviation of one assessor's figure around the client's own.
    n_clients, n_assessments, n_assessors : int
        Clients assessed at least twice, and their assessments; 0 assessors when not known.
    """

    value: float
    lower: float
    upper: float
    client_variance: float
    assessor_variance: float
    residual_variance: float
    standard_error_of_measurement: float
    n_clients: int
    n_assessments: int
    n_assessors: int


def summed_minutes_reliability(
    minutes: ArrayLike, *, client: ArrayLike, assessor: ArrayLike | None = None, confidence: float = 0.95
) -> Reliability:
    """Reliability from double assessments, by variance components (REML).

    Parameters
    ----------
    minutes, client, assessor : arrays (n,)
        One row an assessment: the norm minutes that the assessor's factor levels add up to. Rows without minutes, and
        clients assessed once, are left out. Assessors are told apart only where there are assessments enough to
        tell them from error (more than clients and assessors together); else they count as error.

    Raises
    ------
    ValueError
        If fewer than two clients were assessed twice.
    """
    values = as_floats(minutes, dimensions=1)
    keep = _assessed_twice(values, codes_of(client))
    clients = codes_of(np.asarray(client)[keep])
    if keep.sum() == 0 or clients.max() < 1:
        raise ValueError("reliability needs at least two clients who were assessed twice")
    assessors = None if assessor is None else _told_apart(codes_of(np.asarray(assessor)[keep]), clients)
    components = _components(values[keep], clients, assessors)
    return _as_reliability(components, clients, assessors, confidence)


def _assessed_twice(values: Floats, clients: Ints) -> Ints:
    there = ~np.isnan(values)
    often = np.bincount(clients[there], minlength=int(clients.max(initial=0)) + 1)
    return np.asarray(there & (often[clients] >= 2))


def _told_apart(assessors: Ints, clients: Ints) -> Ints | None:
    n = int(assessors.max()) + 1
    return assessors if n > 1 and assessors.size > int(clients.max()) + 1 + n - 1 else None


def _components(values: Floats, clients: Ints, assessors: Ints | None) -> tuple[float, float, float]:
    means = np.bincount(clients, weights=values) / np.bincount(clients)
    if np.array_equal(values, means[clients]):
        # No error at all: the likelihood has no maximum.
        return float(means.var(ddof=1)), 0.0, 0.0
    fit = fit_reml(values, np.ones((values.size, 1)), [clients] if assessors is None else [clients, assessors])
    return fit.variances[0], sum(fit.variances[1:]), fit.residual_variance


def _as_reliability(
    components: tuple[float, float, float], clients: Ints, assessors: Ints | None, confidence: float
) -> Reliability:
    raters = np.zeros(clients.size, dtype=np.int64) if assessors is None else assessors
    counts = (np.bincount(clients), np.bincount(raters))
    value, lower, upper = (from_odds(o) for o in odds_with_limits(components, counts, confidence))
    return Reliability(
        value=value, lower=lower, upper=upper, client_variance=components[0], assessor_variance=components[1],
        residual_variance=components[2], standard_error_of_measurement=math.sqrt(components[1] + components[2]),
        n_clients=counts[0].size, n_assessments=clients.size, n_assessors=0 if assessors is None else counts[1].size,
    )  # fmt: skip
