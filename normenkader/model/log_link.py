"""The multiplicative model as a sensitivity check: factors multiply minutes, reported back in minutes.

Least squares of the logarithm would need positive minutes and a correction that depends on the variance; quasi-
likelihood needs neither. Providers' own levels are profiled out exactly as in the additive fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.model.moments import average_level, provider_moments, solve, within_profile

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MOST_STEPS = 100
_SETTLED = 1e-10
_SMALLEST = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogLinkFit:
    """A multiplicative fit and what it comes to in minutes.

    Attributes
    ----------
    coefficients : (p,) logarithms of the ratios
    levels : (G,) logarithm of each provider's level
    minutes : (p,) effect of every column in minutes, averaged over the clients present
    level : float
        Minutes of the ijkclient that go with `minutes`.
    settled : bool
        Whether the iteration came to rest.
    """

    coefficients: FloatArray
    levels: FloatArray
    minutes: FloatArray
    level: float
    settled: bool


def fit_log_link(
    x: FloatArray, y: FloatArray, w: FloatArray, provider: IntArray, n_providers: int, *, equal_providers: bool = False
) -> LogLinkFit:
    """Poisson quasi-likelihood with a level for every provider, and its additive reading in minutes.

    The expected minutes of every client at the average provider are brought back to a sum of minutes by least
    squares: each term is then the average effect over the clients who are there, and the sum is right on average.

    Parameters
    ----------
    x : (n, p) design of zeros and ones
    y : (n,) outcome, at least zero
    w : (n,) weights for exposure, positive
    provider : (n,) index of the provider, rising
    n_providers : int
    equal_providers : bool
        Average over providers alike, in place of by their clients.

    References
    ----------
    Wooldridge (1999), Distribution-free estimation of some nonlinear panel data models, Journal of Econometrics 90.
    Santos Silva & Tenreyro (2006), The log of gravity, Review of Economics and Statistics 88(4).
    """
    mean = np.maximum(y, 0.1 * max(float(y.mean()), _SMALLEST))
    linear, terms, settled = np.log(mean), np.zeros(x.shape[1]), False
    for _ in range(_MOST_STEPS):
        mean = np.exp(linear)
        moments = provider_moments(x, linear + (y - mean) / mean, w * mean, provider, n_providers)
        profile = within_profile(moments)
        new = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
        levels = profile.level - profile.slope @ new
        change = np.clip(levels[provider] + x @ new - linear, -2.0, 2.0)
        linear, terms = linear + change, new
        if float(np.abs(change).max()) < _SETTLED:
            settled = True
            break
    counts = np.bincount(provider, minlength=n_providers).astype(np.float64)
    share = np.full(n_providers, 1 / n_providers) if equal_providers else counts / counts.sum()
    minutes, level = _in_minutes(x, np.exp(x @ terms) * float(share @ np.exp(levels)))
    return LogLinkFit(coefficients=terms, levels=levels, minutes=minutes, level=level, settled=settled)


def _in_minutes(x: FloatArray, expected: FloatArray) -> tuple[FloatArray, float]:
    one = np.zeros(len(x), dtype=np.int64)
    profile = within_profile(provider_moments(x, expected, np.ones(len(x)), one, 1))
    minutes = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    return minutes, float(average_level(profile, minutes))
