"""Intervals for few providers: the cluster jackknife with t(G - 1), and resampling of providers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from normenkader.model.moments import Profile, average_level, solve

FloatArray = npt.NDArray[np.float64]


def leave_one_out(profile: Profile) -> tuple[FloatArray, FloatArray]:
    """Terms and level with each provider left out in turn.

    Returns
    -------
    terms : (G, p)
    level : (G,)
    """
    a, b = profile.a.sum(axis=0), profile.b.sum(axis=0)
    terms = solve(a - profile.a, b - profile.b)
    counts = 1.0 - np.eye(len(profile.n))
    return terms, average_level(profile, terms, counts)


def jackknife_covariance(left_out: FloatArray, estimate: FloatArray) -> FloatArray:
    """Cluster jackknife covariance CV3, centred on the full-sample estimate.

    Parameters
    ----------
    left_out : (G, k) estimates with each cluster left out
    estimate : (k,) full-sample estimate

    References
    ----------
    MacKinnon, Nielsen & Webb (2023), Fast and reliable jackknife and bootstrap methods for cluster-robust inference,
    Journal of Applied Econometrics 38(5).
    """
    n_clusters = len(left_out)
    deviation = left_out - estimate
    return np.asarray((n_clusters - 1) / n_clusters * deviation.T @ deviation)


def t_interval(
    estimate: FloatArray, standard_error: FloatArray, degrees_of_freedom: float, *, confidence: float = 0.95
) -> FloatArray:
    """Two-sided t intervals, (..., 2)."""
    half = stats.t.ppf(0.5 + confidence / 2, degrees_of_freedom) * standard_error
    return np.stack([estimate - half, estimate + half], axis=-1)


def provider_draws(n_providers: int, n_resamples: int, seed: int) -> FloatArray:
    """How often each provider is drawn in each resample, (B, G); rows sum to G."""
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    return generator.multinomial(n_providers, np.full(n_providers, 1 / n_providers), size=n_resamples).astype(float)


def resampled(profile: Profile, draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Terms (B, p) and level (B,) under each draw of providers; exact for the weights as they stand."""
    g, p = profile.b.shape
    a = (draws @ profile.a.reshape(g, p * p)).reshape(-1, p, p)
    terms = solve(a, draws @ profile.b)
    return terms, average_level(profile, terms, draws)
