"""The share of a band's clients that needs some minutes, at a provider not seen: value, interval and chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from normenkader.model.intervals import jackknife_covariance
from normenkader.model.need import Need
from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_POINTS = (np.arange(99) + 0.5) / 99


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvider:
    """A share at a provider not seen.

    Attributes
    ----------
    value : float
        Share over all clients seen.
    interval : (low, high)
    expected : float
        Mean of the share over all that the interval's distribution holds possible: the chance for one new client.
    """

    value: float
    interval: tuple[float, float]
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """Needs of one band's clients by provider, from which the share above any limit follows."""

    minutes: FloatArray
    without: FloatArray
    provider: IntArray
    weight: FloatArray

    @staticmethod
    def of(need: Need, inside: BoolArray) -> Shares:
        """The entries of `need` that lie inside the band, of all providers."""
        return Shares(
            minutes=need.minutes[inside],
            without=need.minutes_without[:, inside],
            provider=need.provider[inside],
            weight=need.weight[inside],
        )

    def at_least(self, limit: float, confidence: float) -> NewProvider:
        """Share that needs at least `limit` at a provider not seen.

        On the logit scale the uncertainty of the share (jackknife over providers of the whole: terms, average level
        and clients) and the spread of providers around it, with t(G - 2): a mean and a spread are estimated.

        References
        ----------
        Higgins, Thompson & Spiegelhalter (2009), A re-evaluation of random-effects meta-analysis, JRSS A 172(1)
        (prediction interval for a new study).
        """
        n = np.bincount(self.provider, self.weight).astype(np.float64)
        above = np.bincount(self.provider, self.weight * (self.minutes >= limit)).astype(np.float64)
        share, total = float(above.sum() / n.sum()), float(n.sum())
        left = np.array([self._left(g, minutes >= limit) for g, minutes in enumerate(self.without)])
        logit_left, logit = _logit(left, total), float(_logit(np.array(share), total))
        error = jackknife_covariance(logit_left[:, None], np.array([logit]))[0, 0]
        spread = np.sqrt(error + _between(above[n > 0], n[n > 0]) / _slope(share, total) ** 2)
        degrees = int((n > 0).sum()) - 2
        half = float(stats.t.ppf(0.5 + confidence / 2, degrees)) * spread
        low, high = _share(logit + np.array([-half, half]))
        return NewProvider(
            value=share, interval=(min(float(low), share), max(float(high), share)),
            expected=float(_share(logit + stats.t.ppf(_POINTS, degrees) * spread).mean()),
        )  # fmt: skip

    def _left(self, provider: int, above: BoolArray) -> float:
        others = self.provider != provider
        return float((self.weight * above)[others].sum() / self.weight[others].sum())

    def worst(self, limit: float, clients: IntArray, floor: DisclosureSettings) -> float | None:
        """Lowest share among providers with enough clients; None when too few providers have them.

        Every provider's share is drawn towards that of all by what few clients make it differ: among many providers
        the lowest would else be low by chance alone.

        Parameters
        ----------
        limit : float
        clients : (G,) distinct clients of every provider in the band
        floor : DisclosureSettings
        """
        n = np.bincount(self.provider, self.weight).astype(np.float64)
        above = np.bincount(self.provider, self.weight * (self.minutes >= limit)).astype(np.float64)
        enough = (n > 0) & (clients[: len(n)] >= floor.min_clients)
        if enough.sum() < floor.min_providers:
            return None
        share = float(above.sum() / n.sum())
        between, chance = _between(above[n > 0], n[n > 0]), share * (1 - share) / n[enough]
        drawn = np.divide(between, between + chance, out=np.zeros_like(chance), where=between + chance > 0)
        return float((share + drawn * (above[enough] / n[enough] - share)).min())


def highest_kept(shares: Shares, promise: float, step: int) -> int:
    """Highest multiple of `step` that keeps the promise at a provider not seen; 0 always does."""
    limit = 0
    while shares.at_least(float(limit + step), promise).expected >= promise:
        limit += step
    return limit


def _between(above: FloatArray, n: FloatArray) -> float:
    """Variance of the true share between providers: that of the shares seen, less what few clients add to it.

    References
    ----------
    Kleinman (1973), Proportions with extraneous variance, JASA 68(341).
    """
    share, total = above.sum() / n.sum(), n.sum()
    seen = float((n * (above / n - share) ** 2).sum())
    by_chance = share * (1 - share) * (len(n) - 1)
    return max(float((seen - by_chance) / (total - (n**2).sum() / total)), 0.0)


def _logit(share: FloatArray, total: float) -> FloatArray:
    held = np.clip(share, 0.5 / total, 1 - 0.5 / total)
    return np.asarray(np.log(held / (1 - held)))


def _share(logit: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-logit)))


def _slope(share: float, total: float) -> float:
    held = min(max(share, 0.5 / total), 1 - 0.5 / total)
    return held * (1 - held)
