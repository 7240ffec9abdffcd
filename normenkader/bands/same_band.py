"""The chance that two assessors give one client the same band: as seen, and as measurement error implies.

References
----------
Livingston & Lewis (1995), Estimating the consistency and accuracy of classifications based on test scores, Journal of
Educational Measurement 32, 179-197. Kelley (1947), Fundamentals of Statistics: true scores lie nearer the mean.
Korn & Graubard (1998), Confidence intervals for proportions with small expected number of positive counts estimated
from survey data, Survey Methodology 24, 193-201. Fafchamps & Gubert (2007), Journal of Development Economics 83,
326-350: variance of figures over pairs that share a member.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from normenkader.bands.grid import band_numbers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedSameBand:
    """Share of pairs of assessors that gave one episode the same band.

    Attributes
    ----------
    value : float
        Every episode counts as one.
    lower, upper : float
        95 % limits; episodes are a sample, and assessors too where there are at least three.
    n_episodes, n_assessors : int
    """

    value: float
    lower: float
    upper: float
    n_episodes: int
    n_assessors: int


def modelled_same_band(
    norm_minutes: ArrayLike, edges: Sequence[float], *, standard_error: float, norm_step: float = 0.0
) -> float:
    """The chance of the same band when every assessor's sum carries independent normal error; exact, no simulation.

    Recorded sums vary more than true ones, so true sums are taken as the recorded ones drawn to their mean until their
    variance is what the error leaves. Normal scores remain normal scores.

    Parameters
    ----------
    norm_minutes : array (clients,)
        Sums as one assessor recorded them.
    edges : sequence (bands,)
        Lower bounds, the first 0.
    standard_error : float
        Standard deviation, in minutes, of one assessor's sum about the client's own.
    norm_step : float
        Sums are multiples of it: a sum stands for the half step on either side. 0 for continuous scores.
    """
    recorded, clients = np.unique(np.asarray(norm_minutes, dtype=np.float64), return_counts=True)
    share = clients / clients.sum()
    if standard_error <= 0 or len(recorded) < 2:
        return 1.0
    below = chance_below(recorded, share, edges[1:], standard_error=standard_error, norm_step=norm_step)
    padded = np.column_stack([np.zeros(len(recorded)), below, np.ones(len(recorded))])
    return float(share @ (np.diff(padded, axis=1) ** 2).sum(axis=1))


def chance_below(
    recorded: Floats, share: Floats, bounds: Sequence[float], *, standard_error: float, norm_step: float = 0.0
) -> Floats:
    """The chance that an assessor's sum lies below each bound, (sums, bounds), by the model of `modelled_same_band`.

    Parameters
    ----------
    recorded, share : (sums,)
        Different sums, and the share of clients with each.
    bounds : sequence
    standard_error, norm_step : float
        As in `modelled_same_band`.
    """
    limits = np.asarray(bounds, dtype=np.float64)
    mean = float(share @ recorded)
    variance = float(share @ (recorded - mean) ** 2)
    if standard_error <= 0 or variance <= 0:
        return (recorded[:, None] < limits).astype(np.float64)
    true = mean + np.sqrt(max(0.0, 1.0 - standard_error**2 / variance)) * (recorded - mean)
    error = min(standard_error, np.sqrt(variance))
    return np.asarray(stats.norm.cdf((limits - norm_step / 2 - true[:, None]) / error))


def observed_same_band(
    norm_minutes: ArrayLike, edges: Sequence[float], *, episode: ArrayLike, assessor: ArrayLike
) -> ObservedSameBand | None:
    """How often two assessors gave one episode the same band; None when no episode has two sums.

    Parameters
    ----------
    norm_minutes : array (assessments,)
        The sum of each assessment, nan where a level is missing or carries no norm.
    edges : sequence (bands,)
    episode, assessor : array (assessments,)
        Labels.
    """
    minutes = np.asarray(norm_minutes, dtype=np.float64)
    known = ~np.isnan(minutes)
    bands = band_numbers(minutes[known], edges)
    pairs = _pairs(bands, np.asarray(episode)[known], np.asarray(assessor)[known])
    if not len(pairs.same):
        return None
    value = _share(pairs.episode, pairs.same)
    n_assessors = len(np.union1d(pairs.first, pairs.second))
    variance, clusters = _variance(pairs)
    n_episodes = len(np.unique(pairs.episode))
    lower, upper = share_limits(value, variance, n_episodes, clusters - 1)
    return ObservedSameBand(value=value, lower=lower, upper=upper, n_episodes=n_episodes, n_assessors=n_assessors)


def share_limits(share: float, variance: float, n: int, freedom: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact binomial limits at the effective sample size that `variance` implies (Korn & Graubard 1998)."""
    inside = 0 < share < 1 and variance > 0
    size = share * (1 - share) / variance if inside else float(n)
    tail = (1 + confidence) / 2
    if n > 1 and freedom > 0:
        size *= (stats.t.ppf(tail, n - 1) / stats.t.ppf(tail, freedom)) ** 2
    hits = share * size
    lower = stats.beta.ppf(1 - tail, hits, size - hits + 1) if hits > 0 else 0.0
    upper = stats.beta.ppf(tail, hits + 1, size - hits) if hits < size else 1.0
    return float(lower), float(upper)


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    episode: Ints
    first: Ints
    second: Ints
    same: Floats

    def without(self, assessor: int) -> tuple[Ints, Floats]:
        keep = (self.first != assessor) & (self.second != assessor)
        return self.episode[keep], self.same[keep]


def _pairs(bands: Ints, episode: NDArray[np.generic], assessor: NDArray[np.generic]) -> _Pairs:
    episodes = np.unique(episode, return_inverse=True)[1].reshape(-1)
    assessors = np.unique(assessor, return_inverse=True)[1].reshape(-1)
    order = np.argsort(episodes, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(episodes[order])) + 1) if len(order) else []
    found = np.array([pair for group in groups for pair in combinations(group, 2)], dtype=np.int64).reshape(-1, 2)
    a, b = found.T
    return _Pairs(episodes[a], assessors[a], assessors[b], (bands[a] == bands[b]).astype(np.float64))


def _share(episode: Ints, same: Floats) -> float:
    codes = np.unique(episode, return_inverse=True)[1].reshape(-1)
    return float((np.bincount(codes, same) / np.bincount(codes)).mean())


def _variance(pairs: _Pairs) -> tuple[float, int]:
    """Variance of the share, and the number of clusters it rests on.

    Leaving assessors out counts every pair twice; what episodes alone give is taken off once. Without an effect of
    assessors the two agree.
    """
    codes = np.unique(pairs.episode, return_inverse=True)[1].reshape(-1)
    by_episode = np.bincount(codes, pairs.same) / np.bincount(codes)
    n = len(by_episode)
    of_episodes = float(by_episode.var(ddof=1) / n) if n > 1 else 0.0
    left = [pairs.without(a) for a in np.union1d(pairs.first, pairs.second)]
    shares = np.array([_share(*rest) for rest in left if len(rest[1])])
    if len(shares) < max(3, len(left)):
        return of_episodes, n
    of_assessors = float((len(shares) - 1) / len(shares) * ((shares - shares.mean()) ** 2).sum()) - of_episodes
    # That few assessors happen to agree does not make them many: they set the degrees of freedom.
    return max(of_assessors, of_episodes), min(n, len(shares))
