"""Need: long-run minutes per week at the average provider, from deliveries with the providers' levels and weeks out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import delayed
from scipy.special import ndtr, ndtri

from normenkader.model.deconvolution import ensemble_values
from normenkader.model.intervals import leave_one_out
from normenkader.model.results import MinutesModel
from normenkader.model.week_noise import RULES, noise_in
from normenkader.parallel import on_threads

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Where a delivery is a lower limit, its need is spread over so many equally likely values beyond it.
VALUES_PER_CAPPED_ROW = 8
_MOST_REFINED = 2_000_000
_SMALLEST_SHARE_OF_MEAN = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Need:
    """Need of every row with a norm, as a distribution: only shares over many rows mean anything.

    One delivery says little of one client's need, so no value here is an estimate for a client. Over a class of
    clients the values have the spread that needs have, with the noise of weeks taken out. All arrays are read-only.

    Attributes
    ----------
    row : (m,) row of the design; a row at the cap stands here more than once, with equal shares of its weight
    provider : (m,) code of its provider
    weight : (m,) 1, or a part of it
    minutes : (m,) need at the average provider, at least zero
    minutes_without : (G, m) the same by the terms and the average level without each provider in turn
    noise_share : float
        Share of the variance within groups that is noise of weeks.
    """

    row: IntArray
    provider: IntArray
    weight: FloatArray
    minutes: FloatArray
    minutes_without: FloatArray
    noise_share: float

    def __post_init__(self) -> None:
        for array in (self.row, self.provider, self.weight, self.minutes, self.minutes_without):
            array.setflags(write=False)


def need_of(model: MinutesModel, group: IntArray) -> Need | None:
    """The distribution of need over the rows of `model`; None without weekly rows to see the noise of weeks by.

    What was delivered, with the provider's own level replaced by the average, is need plus the noise of the weeks
    measured. Where clients differ more as the mean rises (the model's variance rule), their deviations are brought to
    the average provider's mean as well: a provider who gives everyone less also makes clients differ less.

    The variance of the noise is seen between stretches of two weeks of one episode (so that fortnightly visits are no
    noise), and it grows with need as the data say. First every deviation from the mean of its group is
    made smaller, so that the group's variance is that of need alone; then the group's distribution is refined, so that
    its tails are those of need too.

    Parameters
    ----------
    model : MinutesModel
    group : (n,) class of every row of the design whose distribution is wanted; -1 for rows to leave out

    References
    ----------
    Louis (1984), Estimating a population of parameter values using Bayes and empirical Bayes methods, JASA 79(386).
    Shen & Louis (1998), Triple-goal estimates in two-stage hierarchical models, JRSS B 60(2).
    """
    frame = model.casemix.to_frame()
    noise = noise_in(model.casemix, group)
    if noise is None:
        return None
    row, outcome, expected, weight = _latent(model, frame, group)
    provider = model.design().provider_codes()[row]
    variance = noise.by_group[group[row]] * 7.0 / frame["exposure_days"].to_numpy(float)[row]
    style, moves = _styles(model)
    seen = _Seen(outcome, expected, variance, weight, group[row], noise.power, RULES.index(model.variance.rule))
    minutes, noise_share = _minutes(seen, style[provider])
    # Of a draw from very many clients the same holds as of all of them.
    refine = max(len(minutes), float(model.profile().n.sum())) * len(moves) <= _MOST_REFINED
    return Need(
        row=row, provider=provider, weight=weight, minutes=minutes,
        minutes_without=_minutes_without(seen, minutes, provider, style, moves, refine=refine), noise_share=noise_share,
    )  # fmt: skip


class _Seen(NamedTuple):
    """Deliveries and all that is needed to make needs of them.

    `expected` is what model and own provider expect, `variance` that of the noise; the noise follows the `noise_power`
    of an episode's mean, and differences between clients the `client_power`.
    """

    outcome: FloatArray
    expected: FloatArray
    variance: FloatArray
    weight: FloatArray
    group: IntArray
    noise_power: int
    client_power: int

    def among(self, rows: BoolArray) -> _Seen:
        return _Seen(
            self.outcome[rows], self.expected[rows], self.variance[rows], self.weight[rows], self.group[rows],
            self.noise_power, self.client_power,
        )  # fmt: skip


class _Neutral(NamedTuple):
    """Deliveries at the average provider's level: ``minutes + shift`` is what their noise variance follows."""

    minutes: FloatArray
    shift: FloatArray
    variance: FloatArray


def _neutral(seen: _Seen, style: FloatArray) -> _Neutral:
    """Own level replaced by the average, and deviations in proportion to how spread grows with the mean."""
    floor = _SMALLEST_SHARE_OF_MEAN * max(float(np.average(seen.outcome, weights=seen.weight)), 1e-9)
    own, average = np.maximum(seen.expected, floor), np.maximum(seen.expected - style, floor)
    ratio = (average / own) ** (seen.client_power / 2)
    minutes = seen.expected - style + ratio * (seen.outcome - seen.expected)
    shift = ratio * seen.expected - (seen.expected - style)
    return _Neutral(minutes, shift, seen.variance * ratio ** (2 - seen.noise_power))


def _minutes(seen: _Seen, style: FloatArray) -> tuple[FloatArray, float]:
    neutral = _neutral(seen, style)
    start, noise_share = _shrunk(neutral.minutes, neutral.variance, seen.weight, seen.group)
    return np.maximum(_refined(start, seen, neutral), 0.0), noise_share


def _minutes_without(
    seen: _Seen, minutes: FloatArray, provider: IntArray, style: FloatArray, moves: FloatArray, *, refine: bool
) -> FloatArray:
    """Without each provider in turn; its own clients only move along, since a share without it leaves them out.

    With very many clients the distribution is not refined anew: what a provider's clients add to it is then nothing
    beside what its level does.
    """
    without = np.maximum(minutes - moves[:, provider], 0.0)
    left = range(len(moves) if refine else 0)
    found = on_threads(
        delayed(_minutes)(seen.among(provider != g), (style + moves[g])[provider[provider != g]]) for g in left
    )
    for g, (values, _) in zip(left, found, strict=True):
        without[g, provider != g] = values
    return without


def _styles(model: MinutesModel) -> tuple[FloatArray, FloatArray]:
    """Minutes by which each provider lies above the average one, (G,), and how they move without each in turn, (G, G).

    Without a provider the terms, and with them every level, and the average over the others, are other ones.
    """
    profile, terms = model.profile(), parameters(model)
    style = profile.level - profile.slope @ terms
    style = style - profile.n @ style / profile.n.sum()
    left_terms, left_level = leave_one_out(profile)
    without = profile.level - left_terms @ profile.slope.T - left_level[:, None]
    return style, without - style


def parameters(model: MinutesModel) -> FloatArray:
    """Coefficients, and the logarithm of sigma where the profile of a censored fit has one."""
    terms = model.coefficients()
    has_sigma = model.profile().a.shape[1] > len(terms)
    return np.append(terms, np.log(model.residual_sd)) if has_sigma else terms


def _latent(
    model: MinutesModel, frame: pd.DataFrame, group: IntArray
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Rows, outcomes, expectations, weights; a delivery at the cap becomes equally likely values of the tail beyond."""
    delivered, profile = frame["minutes_per_week"].to_numpy(float), model.profile()
    capped = frame["at_cap"].to_numpy(bool) & model.censoring.applied & (model.outcome() > delivered)
    times = np.where(capped, VALUES_PER_CAPPED_ROW, 1) * (group >= 0)
    row = np.repeat(np.arange(len(frame)), times)
    number = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    level = profile.level - profile.slope @ parameters(model)
    expected = (level[model.design().provider_codes()] + model.design().matrix() @ model.coefficients())[row]
    sd = (model.residual_sd / np.sqrt(model.weights()))[row]
    above = delivered[row] - expected
    beyond = ndtr(-np.divide(above, sd, out=np.zeros_like(above), where=sd > 0))
    tail = -ndtri(np.maximum(beyond * (1 - (number + 0.5) / VALUES_PER_CAPPED_ROW), 1e-300))
    outcome = np.where(capped[row], np.maximum(expected + sd * tail, delivered[row]), model.outcome()[row])
    return row, outcome, expected, 1.0 / times[row]


def _shrunk(neutral: FloatArray, variance: FloatArray, weight: FloatArray, group: IntArray) -> tuple[FloatArray, float]:
    """Values around the group's mean with the variance that remains without noise, and the share that was noise."""
    size = np.maximum(np.bincount(group, weight), 1e-12)
    deviation = neutral - (np.bincount(group, weight * neutral) / size)[group]
    seen = np.bincount(group, weight * deviation**2) / np.maximum(size - 1, 1e-12)
    noise = np.bincount(group, weight * variance) / size
    between = np.maximum(seen - noise, 0.0)[group]
    total = between + variance
    kept = np.sqrt(np.divide(between, total, out=np.ones_like(total), where=total > 0))
    share = float((size * np.minimum(noise, seen)).sum() / max((size * seen).sum(), 1e-12))
    return neutral - (1 - kept) * deviation, share


def _refined(start: FloatArray, seen: _Seen, neutral: _Neutral) -> FloatArray:
    values = start.copy()
    for k in range(int(seen.group.max(initial=-1)) + 1):
        at = seen.group == k
        if at.any():
            shift = neutral.shift[at]
            values[at] = ensemble_values(
                start[at], neutral.minutes[at] + shift, shift, neutral.variance[at], seen.noise_power, seen.weight[at]
            )
    return values
