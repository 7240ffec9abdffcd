"""Random-intercept REML from provider moments: the mixed model beside the within-provider fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from normenkader.model.moments import Moments

FloatArray = npt.NDArray[np.float64]

# A ratio beyond these is a boundary: the data see no provider variance, or nothing else.
_LOG_RATIO_BOUNDS = (-18.0, 12.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixedFit:
    """Random-intercept fit by restricted maximum likelihood.

    Attributes
    ----------
    terms : (p + 1,) intercept first
    covariance : (p + 1, p + 1) model-based
    provider_variance, residual_variance : float
        Residual variance for weight 1.
    log_likelihood : float
        Restricted log-likelihood, with the constants that lme4 reports.
    """

    terms: FloatArray
    covariance: FloatArray
    provider_variance: float
    residual_variance: float
    log_likelihood: float

    def __post_init__(self) -> None:
        self.terms.setflags(write=False)
        self.covariance.setflags(write=False)


_DUST, _LEAST_VARIANCE = 1e-12, 1e-300
_AROUND_MAXIMUM = 0.01


def fit_mixed(moments: Moments) -> MixedFit:
    """REML of ``y = terms + provider + error / sqrt(w)`` from moments alone.

    The likelihood is profiled to one number, the ratio of provider to residual variance, and searched within bounds:
    unbounded searches run off when the data see no provider variance.

    References
    ----------
    Laird & Ware (1982), Random-effects models for longitudinal data, Biometrics 38(4). Bates et al. (2015), Fitting
    linear mixed-effects models using lme4, Journal of Statistical Software 67(1).
    """
    search = optimize.minimize_scalar(
        lambda log_ratio: -_evaluate(moments, float(np.exp(log_ratio)))[0],
        bounds=_LOG_RATIO_BOUNDS, method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    ratio = _at_root(moments, float(search.x))
    if _evaluate(moments, 0.0)[0] >= -search.fun:
        ratio = 0.0
    log_likelihood, terms, inverse, variance = _evaluate(moments, ratio)
    return MixedFit(
        terms=terms, covariance=variance * inverse, provider_variance=ratio * variance, residual_variance=variance,
        log_likelihood=log_likelihood,
    )  # fmt: skip


def _at_root(moments: Moments, log_ratio: float) -> float:
    """The ratio near `log_ratio` at which the score is zero.

    The likelihood is flat to a double's last digit around its maximum, its slope is not: that settles digits seven on.
    """
    low, high = log_ratio - _AROUND_MAXIMUM, log_ratio + _AROUND_MAXIMUM
    if score(moments, float(np.exp(low))) <= 0 or score(moments, float(np.exp(high))) >= 0:
        return float(np.exp(log_ratio))
    root = optimize.brentq(lambda at: score(moments, float(np.exp(at))), low, high, xtol=1e-13, rtol=1e-14)
    return float(np.exp(root))


def score(moments: Moments, ratio: float) -> float:
    """Slope of the profiled restricted log-likelihood in the variance ratio."""
    _, terms, inverse, variance = _evaluate(moments, ratio)
    ones_x = np.concatenate([moments.w[:, None], moments.x], axis=1)
    falls = 1.0 / (1.0 + ratio * moments.w) ** 2
    residual = moments.y - ones_x @ terms
    of_terms = np.einsum("g,gi,ij,gj->", falls, ones_x, inverse, ones_x)
    of_levels = (moments.w / (1.0 + ratio * moments.w)).sum()
    return float(0.5 * ((falls * residual**2).sum() / variance - of_levels + of_terms))


def _evaluate(moments: Moments, ratio: float) -> tuple[float, FloatArray, FloatArray, float]:
    """Restricted log-likelihood at a variance ratio, and the terms, (X'V^-1 X)^-1 and residual variance there."""
    xx, xy, yy = _weighted_sums(moments, ratio)
    inverse = np.linalg.inv(xx)
    terms = inverse @ xy
    degrees = moments.n.sum() - len(terms)
    # Of minutes that the terms explain wholly only rounding is left, on either side of zero.
    variance = max(float((yy - xy @ terms) / degrees), float(_DUST * moments.yy.sum() / degrees), _LEAST_VARIANCE)
    log_det = np.log1p(ratio * moments.w).sum() - moments.log_w.sum() + np.linalg.slogdet(xx)[1]
    log_likelihood = -0.5 * (degrees * (np.log(2 * np.pi * variance) + 1) + log_det)
    return float(log_likelihood), np.asarray(terms), np.asarray(inverse, dtype=np.float64), variance


def _weighted_sums(moments: Moments, ratio: float) -> tuple[FloatArray, FloatArray, float]:
    """X'V^-1 X, X'V^-1 y and y'V^-1 y with an intercept, summed over providers, in units of the residual variance."""
    shrink = ratio / (1.0 + ratio * moments.w)
    ones_x = np.concatenate([moments.w[:, None], moments.x], axis=1)
    p = ones_x.shape[1]
    full = np.zeros((p, p))
    full[0, 0] = moments.w.sum()
    full[0, 1:] = full[1:, 0] = moments.x.sum(axis=0)
    full[1:, 1:] = moments.xx.sum(axis=0)
    xy = np.concatenate([[moments.y.sum()], moments.xy.sum(axis=0)])
    xx = full - np.einsum("g,gi,gj->ij", shrink, ones_x, ones_x)
    return xx, xy - (shrink * moments.y) @ ones_x, float(moments.yy.sum() - (shrink * moments.y**2).sum())
