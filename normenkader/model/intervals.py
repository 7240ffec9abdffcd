"""Intervals for few providers: the cluster jackknife with t(G - 1), and resampling of providers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from normenkader.model.moments import Profile, average_level, inverse, solve

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


def clustered_covariance(a: FloatArray, b: FloatArray, terms: FloatArray, *, n_rows: int, n_fitted: int) -> FloatArray:
    """Cluster-robust covariance CR1 of the solution of ``sum(a) @ terms = sum(b)``, to hold beside the jackknife.

    Parameters
    ----------
    a : (G, p, p), b : (G, p)
        What each provider adds: of a `Profile`, or of `pooled_equations`.
    terms : (p,)
    n_rows, n_fitted : int
        Rows, and fitted parameters with the providers' levels among them, for the factor
        G / (G - 1) x (n - 1) / (n - k).

    References
    ----------
    Liang & Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73(1). Cameron &
    Miller (2015), A practitioner's guide to cluster-robust inference, Journal of Human Resources 50(2).
    """
    g = len(a)
    scores = b - a @ terms
    bread = np.linalg.inv(a.sum(axis=0))
    factor = g / (g - 1) * (n_rows - 1) / (n_rows - n_fitted)
    return np.asarray(factor * bread @ (scores.T @ scores) @ bread)


def t_interval(
    estimate: FloatArray, standard_error: FloatArray, degrees: float | FloatArray, *, confidence: float = 0.95
) -> FloatArray:
    """Two-sided t intervals, (..., 2)."""
    half = stats.t.ppf(0.5 + confidence / 2, degrees) * standard_error
    return np.stack([estimate - half, estimate + half], axis=-1)


def provider_draws(n_providers: int, n_resamples: int, seed: int) -> FloatArray:
    """How often each provider is drawn in each resample, (B, G); rows sum to G."""
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    return generator.multinomial(n_providers, np.full(n_providers, 1 / n_providers), size=n_resamples).astype(float)


def resampled(profile: Profile, draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Terms (B, p) and level (B,) under each draw of providers; exact for the weights as they stand."""
    g, p = profile.b.shape
    a = (draws @ profile.a.reshape(g, p * p)).reshape(len(draws), p, p)
    terms = solve(a, draws @ profile.b)
    return terms, average_level(profile, terms, draws)


def degrees_of_freedom(profile: Profile) -> FloatArray:
    """Degrees of freedom of the jackknife variance of every term and, last, of the level: at most G - 1.

    Satterthwaite's match of the jackknife variance under independent rows within providers (terms) and exchangeable
    provider levels (the level). Unequal providers, or a level that few providers hold, leave fewer than G - 1.

    References
    ----------
    Bell & McCaffrey (2002), Bias reduction in standard errors for linear regression with multi-stage samples, Survey
    Methodology 28(2). Hansen (2024), Jackknife standard errors for clustered regression.
    """
    g = len(profile.b)
    total = profile.a.sum(axis=0)
    # Row k, provider g: the weights with which term k moves when provider g is left out.
    moves = inverse(total - profile.a).transpose(1, 0, 2)
    pushed = np.einsum("kgp,gpq->kgq", moves, profile.a)
    cross = -np.einsum("kgp,pq,khq->kgh", pushed, inverse(total), pushed, optimize=True)
    cross[:, np.arange(g), np.arange(g)] += np.einsum("kgp,kgp->kg", pushed, moves)
    return np.append(np.minimum(_matched(cross), g - 1.0), degrees_of_level(profile.n))


def degrees_of_level(n: FloatArray) -> float:
    """The last of `degrees_of_freedom`, that of the level, from clients by provider (G,) alone."""
    return float(min(_matched(_level_moves(n)[None])[0], len(n) - 1.0))


def wider_by_unequal_providers(n: FloatArray) -> float:
    """How many times as wide the level's interval is for its few degrees of freedom; 1 for equal providers, (G,)."""
    if len(n) < 2:
        return 1.0
    return float(stats.t.ppf(0.975, degrees_of_level(n)) / stats.t.ppf(0.975, len(n) - 1.0))


def _level_moves(n: FloatArray) -> FloatArray:
    """Covariance of the moves of the average level when each provider is left out, levels exchangeable."""
    others = n[None, :] * (1.0 - np.eye(len(n)))
    moves = others / others.sum(axis=1, keepdims=True) - n / n.sum()
    return np.asarray(moves @ moves.T)


def _matched(covariance: FloatArray) -> FloatArray:
    trace = np.einsum("kgg->k", covariance)
    squares = np.einsum("kgh,kgh->k", covariance, covariance)
    return np.asarray(np.where(squares > 0, trace**2 / np.where(squares > 0, squares, 1.0), 1.0))
