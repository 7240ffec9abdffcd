"""Do providers' own levels go together with their case mix? Then a pooled or random-intercept fit is biased."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from normenkader.model.mixed import MixedFit
from normenkader.model.moments import Moments
from normenkader.model.results import SpecificationTest

FloatArray = npt.NDArray[np.float64]
_LEAST_PROVIDERS = 4


def contextual_slope(level: FloatArray, index: FloatArray, n: FloatArray) -> float:
    """Slope of providers' own level on their mean case-mix norm, weighted by clients."""
    centred = index - np.average(index, weights=n)
    spread = float((n * centred**2).sum())
    return float((n * centred * level).sum() / spread) if spread > 0 else 0.0


def mean_rows(matrix: FloatArray, provider: npt.NDArray[np.int64]) -> FloatArray:
    """Unweighted mean of each provider's rows, (G, p); rows in provider order, every provider at least once."""
    starts = np.flatnonzero(np.diff(provider, prepend=-1))
    rows = np.diff(np.append(starts, len(provider)))
    return np.asarray(np.add.reduceat(matrix, starts, axis=0) / rows[:, None])


def specification_test(
    moments: Moments, mean_x: FloatArray, terms: FloatArray, left_out: FloatArray, mixed: MixedFit
) -> SpecificationTest | None:
    """Mundlak's test with the case-mix norm as its one contextual variable.

    One variable, since with few providers a test of all terms at once has more hypotheses than clusters. The standard
    error leaves each provider out of the whole fit in turn.

    Parameters
    ----------
    moments : Moments
    mean_x : (G, p)
        Unweighted mean of each provider's rows. Weights follow the fitted minutes, thus the provider's own level: a
        weighted case mix would go together with the level where nothing else does.
    terms : (p,) the fit
    left_out : (G, p or more) terms with each provider left out
    mixed : MixedFit

    References
    ----------
    Mundlak (1978), On the pooling of time series and cross section data, Econometrica 46(1), 69-85.
    """
    g, p = len(moments.n), len(terms)
    if g < _LEAST_PROVIDERS or p == 0:
        return None
    weighted_x, weighted_y = moments.x / moments.w[:, None], moments.y / moments.w

    def slope(coefficients: FloatArray, inside: npt.NDArray[np.bool_]) -> float:
        level = weighted_y[inside] - weighted_x[inside] @ coefficients
        return contextual_slope(level, mean_x[inside] @ coefficients, moments.n[inside])

    estimate = slope(terms, np.ones(g, bool))
    left = np.array([slope(left_out[k, :p], np.arange(g) != k) for k in range(g)])
    error = float(np.sqrt((g - 1) / g * ((left - estimate) ** 2).sum()))
    t = estimate / error if error > 0 else 0.0
    return SpecificationTest(
        slope=estimate, standard_error=error, t=t, p_value=float(2 * stats.t.sf(abs(t), g - 2)),
        degrees_of_freedom=g - 2, largest_difference=float(np.abs(mixed.terms[1:] - terms).max()),
    )  # fmt: skip
