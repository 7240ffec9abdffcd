"""Need: long-run minutes per week at the average provider, from deliveries with the providers' levels and weeks out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from normenkader.model.deconvolution import ensemble_values
from normenkader.model.intervals import leave_one_out
from normenkader.model.results import MinutesModel
from normenkader.model.variance import nearest_rule, park_power

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

WEEKS_PER_BATCH = 2
LEAST_BATCHES = 2
# Where a delivery is a lower limit, its need is spread over so many equally likely values beyond it.
VALUES_PER_CAPPED_ROW = 8
_MOST_REFINED = 2_000_000


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
    measured. The variance of that noise is seen between stretches of two weeks of one episode (so that fortnightly
    visits are no noise), and it grows with need as the data say. First every deviation from the mean of its group is
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
    noise = week_noise(frame, model.casemix.weeks_frame(), group)
    if noise is None:
        return None
    row, outcome, weight = _latent(model, frame, group)
    provider = model.design().provider_codes()[row]
    variance = noise.by_group[group[row]] * 7.0 / frame["exposure_days"].to_numpy(float)[row]
    style, moves = _styles(model)
    seen = _Seen(outcome, variance, weight, group[row], noise.power)
    minutes, noise_share = _minutes(seen, style[provider])
    return Need(
        row=row, provider=provider, weight=weight, minutes=minutes,
        minutes_without=_minutes_without(seen, minutes, provider, style, moves), noise_share=noise_share,
    )  # fmt: skip


class _Seen(NamedTuple):
    """Deliveries, their noise variance, weight and group, and the power of the mean that the noise follows."""

    outcome: FloatArray
    variance: FloatArray
    weight: FloatArray
    group: IntArray
    power: int

    def among(self, rows: BoolArray) -> _Seen:
        return _Seen(self.outcome[rows], self.variance[rows], self.weight[rows], self.group[rows], self.power)


def _minutes(seen: _Seen, style: FloatArray) -> tuple[FloatArray, float]:
    start, noise_share = _shrunk(seen.outcome - style, seen.variance, seen.weight, seen.group)
    return np.maximum(_refined(start, seen, style), 0.0), noise_share


def _minutes_without(
    seen: _Seen, minutes: FloatArray, provider: IntArray, style: FloatArray, moves: FloatArray
) -> FloatArray:
    """Without each provider in turn; its own clients only move along, since a share without it leaves them out.

    With very many clients the distribution is not refined anew: what a provider's clients add to it is then nothing
    beside what its level does.
    """
    without = np.maximum(minutes - moves[:, provider], 0.0)
    for g in range(len(moves) if moves.shape[0] * len(minutes) <= _MOST_REFINED else 0):
        others = provider != g
        without[g, others] = _minutes(seen.among(others), (style + moves[g])[provider[others]])[0]
    return without


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeekNoise:
    """Variance that one week adds to a sum of weeks, per group, and the power of an episode's mean that it follows."""

    by_group: FloatArray
    power: int


def week_noise(frame: pd.DataFrame, weeks: pd.DataFrame, group: IntArray) -> WeekNoise | None:
    """Noise of weeks from batch means: the variance between means of two weeks, times two, pooled over episodes.

    Parameters
    ----------
    frame, weeks : DataFrame
        As `Casemix.to_frame` and `Casemix.weeks_frame` give them.
    group : (n,) class of every row; a group without any episode of four whole weeks takes the variance over all rows

    Returns
    -------
    WeekNoise or None
        None when no episode has four whole weeks.

    References
    ----------
    Conway (1963), Some tactical problems in digital simulation, Management Science 10(1) (batch means).
    """
    at = pd.Series(np.arange(len(frame)), index=frame["episode"]).reindex(weeks["episode"]).to_numpy(float)
    known = ~np.isnan(at)
    squares, degrees = _between_batches(at[known].astype(np.int64), weeks["minutes"].to_numpy(float)[known], len(frame))
    inside = (group >= 0) & (degrees > 0)
    if not inside.any():
        return None
    n_groups = int(group.max()) + 1
    total = np.bincount(group[inside], squares[inside], n_groups)
    count = np.bincount(group[inside], degrees[inside], n_groups)
    overall = total.sum() / count.sum()
    mean = np.maximum(frame["minutes_per_week"].to_numpy(float)[inside], 1.0)
    power = park_power(squares[inside] / degrees[inside], mean)
    return WeekNoise(
        by_group=WEEKS_PER_BATCH * np.where(count > 0, total / np.maximum(count, 1.0), overall),
        power=("constant", "mean", "mean_squared").index(nearest_rule(power)),
    )


def _between_batches(row: IntArray, minutes: FloatArray, n_rows: int) -> tuple[FloatArray, FloatArray]:
    """Sum of squares between means of whole batches of each row's weeks (in order), and its degrees of freedom."""
    first = np.r_[True, row[1:] != row[:-1]] if len(row) else np.zeros(0, dtype=bool)
    start = np.flatnonzero(first)
    place = np.arange(len(row)) - np.repeat(start, np.diff(np.r_[start, len(row)]))
    n_batches = np.bincount(row, minlength=n_rows) // WEEKS_PER_BATCH
    used = place < (n_batches * WEEKS_PER_BATCH)[row]
    batch = place[used] // WEEKS_PER_BATCH
    width = int(n_batches.max(initial=0))
    means = np.bincount(row[used] * width + batch, minutes[used], n_rows * width) / WEEKS_PER_BATCH
    by_row = means.reshape(n_rows, width)
    present = np.arange(width) < n_batches[:, None]
    centre = by_row.sum(axis=1) / np.maximum(n_batches, 1)
    squares = (np.where(present, by_row - centre[:, None], 0.0) ** 2).sum(axis=1)
    enough = n_batches >= LEAST_BATCHES
    return np.where(enough, squares, 0.0), np.where(enough, n_batches - 1.0, 0.0)


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
    extra = model.profile().a.shape[1] - len(terms)
    return np.append(terms, np.full(extra, np.log(model.residual_sd)))


def _latent(model: MinutesModel, frame: pd.DataFrame, group: IntArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Rows, outcomes and weights; a delivery at the cap becomes equally likely values of the normal tail beyond it."""
    delivered, profile = frame["minutes_per_week"].to_numpy(float), model.profile()
    capped = frame["at_cap"].to_numpy(bool) & model.censoring.applied & (model.outcome() > delivered)
    times = np.where(capped, VALUES_PER_CAPPED_ROW, 1) * (group >= 0)
    row = np.repeat(np.arange(len(frame)), times)
    number = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    level = profile.level - profile.slope @ parameters(model)
    expected = (level[model.design().provider_codes()] + model.design().matrix() @ model.coefficients())[row]
    sd = (model.residual_sd / np.sqrt(model.weights()))[row]
    beyond = ndtr(-(delivered[row] - expected) / sd)
    tail = -ndtri(np.maximum(beyond * (1 - (number + 0.5) / VALUES_PER_CAPPED_ROW), 1e-300))
    outcome = np.where(capped[row], np.maximum(expected + sd * tail, delivered[row]), model.outcome()[row])
    return row, outcome, 1.0 / times[row]


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


def _refined(start: FloatArray, seen: _Seen, style: FloatArray) -> FloatArray:
    values = start.copy()
    for k in range(int(seen.group.max(initial=-1)) + 1):
        at = seen.group == k
        if at.any():
            one = seen.among(at)
            values[at] = ensemble_values(start[at], one.outcome, style[at], one.variance, seen.power, one.weight)
    return values
