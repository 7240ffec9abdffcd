"""Deliveries at the assigned maximum are right-censored need: expectation and refit, and its provider profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from normenkader.model.moments import IntArray, Profile, provider_moments, solve, within_profile, without_dust

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_TOLERANCE = 1e-9
_MAX_STEPS = 2000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CensoredFit:
    """Within-provider fit of outcomes of which some are known only to be at least what was delivered.

    Attributes
    ----------
    terms : (p,)
    level : (G,) each provider's own level
    sigma : float
        Residual standard deviation for weight 1.
    expected : (n,) outcome, or its expectation given that it is at least what was delivered
    extra_variance : (n,) variance of that expectation; 0 for what was seen
    lower_limit : (n,) rows that count as a lower limit; see `usable_caps`
    converged : bool
    """

    terms: FloatArray
    level: FloatArray
    sigma: float
    expected: FloatArray
    extra_variance: FloatArray
    lower_limit: BoolArray
    converged: bool


def fit_censored(
    x: FloatArray, y: FloatArray, w: FloatArray, provider: IntArray, n_providers: int, at_cap: BoolArray
) -> CensoredFit:
    """Normal right-censored regression with a level for each provider, by alternating expectation and refit.

    The sum of squares is divided by n - G - p, so that without any censored row the fit equals the ordinary one.

    Parameters
    ----------
    x : (n, p), y : (n,), w : (n,) positive, provider : (n,) rising
    at_cap : (n,) whether y is a lower limit

    References
    ----------
    Tobin (1958), Estimation of relationships for limited dependent variables, Econometrica 26(1). Aitkin (1981), A
    note on the regression analysis of censored data, Technometrics 23(2).
    """
    at_cap = usable_caps(x, provider, n_providers, at_cap)
    moments = provider_moments(x, y, w, provider, n_providers)
    profile = within_profile(moments)
    a = profile.a.sum(axis=0)
    terms = solve(a, profile.b.sum(axis=0))
    level = profile.level - profile.slope @ terms
    degrees = max(len(y) - n_providers - x.shape[1], 1)
    sigma = float(np.sqrt((w * (y - level[provider] - x @ terms) ** 2).sum() / degrees))
    expected, extra, converged = y, np.zeros_like(y), not at_cap.any()
    for _ in range(_MAX_STEPS if at_cap.any() else 0):
        mean = level[provider] + x @ terms
        expected, extra = expectation(y, mean, sigma / np.sqrt(w), at_cap)
        sum_y = np.bincount(provider, w * expected, n_providers) / moments.w
        new = solve(a, x.T @ (w * (expected - sum_y[provider])))
        level = sum_y - profile.slope @ new
        squares = w * ((expected - level[provider] - x @ new) ** 2 + extra)
        new_sigma = float(np.sqrt(squares.sum() / degrees))
        change = max(np.abs(new - terms).max(initial=0.0), abs(new_sigma - sigma))
        terms, sigma = new, new_sigma
        if change < _TOLERANCE * sigma:
            converged = True
            break
    return CensoredFit(
        terms=terms, level=level, sigma=sigma, expected=expected, extra_variance=extra, lower_limit=at_cap,
        converged=converged,
    )  # fmt: skip


def usable_caps(x: FloatArray, provider: IntArray, n_providers: int, at_cap: BoolArray) -> BoolArray:
    """Rows at the cap that can count as lower limits: not where all of a provider's, or a column's, rows are.

    Nothing bounds such a provider's level, or such a term, from above: the likelihood has no maximum. These rows
    count as delivered.
    """
    rows, capped = np.bincount(provider, minlength=n_providers), np.bincount(provider, at_cap, n_providers)
    usable = at_cap & (capped < rows)[provider]
    on = x > 0
    unbounded = on.any(axis=0) & ~(on & ~usable[:, None]).any(axis=0)
    return np.asarray(usable & ~on[:, unbounded].any(axis=1))


def expectation(y: FloatArray, mean: FloatArray, sd: FloatArray, at_cap: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of each outcome given what is known: seen, or normal and at least `y`."""
    z = (y - mean) / sd
    hazard = normal_hazard(z)
    expected = np.where(at_cap, mean + sd * hazard, y)
    return expected, np.where(at_cap, sd**2 * np.clip(1.0 + z * hazard - hazard**2, 0.0, 1.0), 0.0)


def censored_profile(
    fit: CensoredFit, x: FloatArray, y: FloatArray, w: FloatArray, provider: IntArray, n_providers: int
) -> Profile:
    """Provider profile of the censored likelihood: its score and observed information at the fit.

    One Newton step from the fit gives the estimate with any providers left out or drawn again. The last parameter is
    the logarithm of sigma; each provider's level is profiled out.

    References
    ----------
    Shao & Tu (1995), The Jackknife and Bootstrap, section 5.3 (one-step resampling).
    """
    mean = fit.level[provider] + x @ fit.terms
    score_mean, score_scale, info_mean, info_cross, info_scale = _derivatives(
        y, mean, fit.sigma / np.sqrt(w), fit.lower_limit
    )
    # The divisor n - G - p of sigma, as an equal part of every row's equation.
    score_scale = score_scale + (n_providers + x.shape[1]) / len(y)
    extended = np.column_stack([x, np.zeros(len(y))])
    theta = np.append(fit.terms, np.log(fit.sigma))
    return _profile_of(extended, provider, n_providers, theta, fit.level,
                       score_mean, score_scale, info_mean, info_cross, info_scale)  # fmt: skip


def _profile_of(
    x: FloatArray, provider: IntArray, g: int, theta: FloatArray, level: FloatArray, score_mean: FloatArray,
    score_scale: FloatArray, info_mean: FloatArray, info_cross: FloatArray, info_scale: FloatArray,
) -> Profile:  # fmt: skip
    starts = np.searchsorted(provider, np.arange(g + 1))
    p = x.shape[1]
    a, b, slope, raw = np.zeros((g, p, p)), np.zeros((g, p)), np.zeros((g, p)), np.zeros((g, p))
    for k in range(g):
        rows = slice(starts[k], starts[k + 1])
        info = x[rows].T @ (info_mean[rows, None] * x[rows])
        info[-1, :] = info[:, -1] = x[rows].T @ info_cross[rows]
        info[-1, -1] = info_scale[rows].sum()
        cross = x[rows].T @ info_mean[rows]
        cross[-1] = info_cross[rows].sum()
        own = info_mean[rows].sum()
        slope[k] = cross / own
        a[k] = info - np.outer(cross, cross) / own
        b[k] = x[rows].T @ score_mean[rows]
        b[k, -1] = score_scale[rows].sum()
        raw[k] = np.abs(np.diag(info))
    a, b = without_dust(a, b, raw)
    return Profile(a=a, b=b + a @ theta, level=level + slope @ theta, slope=slope, n=np.diff(starts).astype(np.float64))


def _derivatives(
    y: FloatArray, mean: FloatArray, sd: FloatArray, at_cap: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """First and minus second derivatives of each row's log-likelihood by its mean and by the log of sigma."""
    z = (y - mean) / sd
    hazard = normal_hazard(z)
    bend = hazard * (hazard - z)
    score_mean = np.where(at_cap, hazard, z) / sd
    score_scale = np.where(at_cap, hazard * z, z**2 - 1.0)
    info_mean = np.where(at_cap, bend, 1.0) / sd**2
    info_cross = np.where(at_cap, bend * z + hazard, 2.0 * z) / sd
    info_scale = np.where(at_cap, z * (bend * z + hazard), 2.0 * z**2)
    return score_mean, score_scale, info_mean, info_cross, info_scale


def normal_hazard(z: FloatArray) -> FloatArray:
    """Normal hazard, stable in both tails."""
    return np.asarray(np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - special.log_ndtr(-z)))
