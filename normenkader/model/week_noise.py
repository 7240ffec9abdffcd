"""How much the weeks of one episode differ by chance, so that it can be told from how much clients differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import Casemix, week_rows
from normenkader.model.variance import nearest_rule, park_power
from normenkader.remembered import remembered

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WEEKS_PER_BATCH = 2
LEAST_BATCHES = 2
RULES = ("constant", "mean", "mean_squared")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeekNoise:
    """Variance that one week adds to a sum of weeks, per group, and the power of an episode's mean that it follows."""

    by_group: FloatArray
    power: int


def noise_in(casemix: Casemix, group: IntArray) -> WeekNoise | None:
    """`week_noise` of a casemix, of which the weeks are gone through once however often it is asked."""
    return _pooled(casemix.to_frame(), _batches(casemix), group)


@remembered
def _batches(casemix: Casemix) -> tuple[FloatArray, FloatArray]:
    row, minutes = week_rows(casemix), casemix.weeks_frame()["minutes"].to_numpy(float)
    return _between_batches(row[row >= 0], minutes[row >= 0], len(casemix.to_frame()))


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
    return _pooled(frame, _by_row(frame, weeks), group)


def _pooled(frame: pd.DataFrame, batches: tuple[FloatArray, FloatArray], group: IntArray) -> WeekNoise | None:
    squares, degrees = batches
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
        power=RULES.index(nearest_rule(power)),
    )


def _by_row(frame: pd.DataFrame, weeks: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Sum of squares between batches and its degrees of freedom, of every row."""
    at = pd.Series(np.arange(len(frame)), index=frame["episode"]).reindex(weeks["episode"]).to_numpy(float)
    known = ~np.isnan(at)
    return _between_batches(at[known].astype(np.int64), weeks["minutes"].to_numpy(float)[known], len(frame))


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
