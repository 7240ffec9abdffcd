"""Do providers' own levels go together with their case mix? Then a pooled or random-intercept fit is biased."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from normenkader.model.mixed import MixedFit
from normenkader.model.moments import Moments, Profile
from normenkader.model.results import SpecificationTest

FloatArray = npt.NDArray[np.float64]
_LEAST_PROVIDERS = 4


def contextual_slope(level: FloatArray, index: FloatArray, n: FloatArray) -> float:
    """Slope of providers' own level on their mean case-mix norm, weighted by clients."""
    centred = index - np.average(index, weights=n)
    spread = float((n * centred**2).sum())
    return float((n * centred * level).sum() / spread) if spread > 0 else 0.0


def specification_test(
    moments: Moments, profile: Profile, terms: FloatArray, left_out: FloatArray, mixed: MixedFit
) -> SpecificationTest | None:
    """Mundlak's test with the case-mix norm as its one contextual variable.

    One variable, since with few providers a test of all terms at once has more hypotheses than clusters. The standard
    error leaves each provider out of the whole fit in turn.

    Parameters
    ----------
    moments, profile : provider moments and profile
    terms : (p,) the fit
    left_out : (G, p or more) terms with each provider left out
    mixed : MixedFit

    References
    ----------
    Mundlak (1978), On the pooling of time series and cross section data, Econometrica 46(1), 69-85.
    """
    g, p = len(profile.n), len(terms)
    if g < _LEAST_PROVIDERS or p == 0:
        return None
    mean_x, mean_y = moments.x / moments.w[:, None], moments.y / moments.w

    def slope(coefficients: FloatArray, inside: npt.NDArray[np.bool_]) -> float:
        index = mean_x[inside] @ coefficients
        return contextual_slope(mean_y[inside] - index, index, profile.n[inside])

    estimate = slope(terms, np.ones(g, bool))
    left = np.array([slope(left_out[k, :p], np.arange(g) != k) for k in range(g)])
    error = float(np.sqrt((g - 1) / g * ((left - estimate) ** 2).sum()))
    t = estimate / error if error > 0 else 0.0
    return SpecificationTest(
        slope=estimate, standard_error=error, t=t, p_value=float(2 * stats.t.sf(abs(t), g - 2)),
        degrees_of_freedom=g - 2, largest_difference=float(np.abs(mixed.terms[1:] - terms).max()),
    )  # fmt: skip
