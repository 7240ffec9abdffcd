"""Is a factor nearly the assigned minutes? Then the norm would explain the assignment by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from normenkader.model.results import MinutesModel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEAST_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedByFactor:
    """How much one factor and the assigned minutes say of each other.

    Attributes
    ----------
    factor : str
    explained : float
        Share of the variation of assigned minutes that lies between the levels, adjusted for their number.
    same_order : float
        Chance that of two clients at different levels the one at the higher level has more minutes assigned, less the
        chance of the reverse (Somers' D): 1 when levels are assigned minutes cut in pieces, however few the pieces.
    n_rows : int
        Rows with assigned minutes.
    """

    factor: str
    explained: float
    same_order: float
    n_rows: int

    @property
    def strength(self) -> float:
        """The larger of the two."""
        return max(self.explained, self.same_order)


def assigned_by_factor(model: MinutesModel) -> tuple[AssignedByFactor, ...]:
    """Every factor against `assigned_minutes_per_week`, in the study's order; empty with fewer than 30 clients who have
    any."""
    frame = model.casemix.to_frame()
    known = frame["assigned_minutes_per_week"].notna().to_numpy()
    if frame["client"][known].nunique() < LEAST_ROWS:
        return ()
    assigned = frame["assigned_minutes_per_week"].to_numpy(float)[known]
    return tuple(_all(model, frame[known], assigned))


def _all(model: MinutesModel, frame: pd.DataFrame, assigned: FloatArray) -> Iterable[AssignedByFactor]:
    for factor in model.study.factors:
        level = np.array([factor.levels.index(name) for name in frame[factor.name]])
        ranked = level if factor.is_ordered else _by_mean(level, assigned)
        yield AssignedByFactor(
            factor=factor.name, explained=explained_by_levels(assigned, level),
            same_order=abs(somers_d(ranked, assigned)), n_rows=len(assigned),
        )  # fmt: skip


def explained_by_levels(values: FloatArray, level: IntArray) -> float:
    """Share of the variation between levels, adjusted for the number of levels; 0 without variation."""
    present, code = np.unique(level, return_inverse=True)
    n, k = len(values), len(present)
    spread = float(((values - values.mean()) ** 2).sum())
    if spread <= 0 or k < 2 or n <= k:
        return 0.0
    means = np.bincount(code, values) / np.bincount(code)
    left = float(((values - means[code]) ** 2).sum())
    return 1.0 - (left / (n - k)) / (spread / (n - 1))


def somers_d(level: IntArray, values: FloatArray) -> float:
    """Concordant less discordant pairs, over the pairs at different levels; 0 with a single level.

    References
    ----------
    Somers (1962), A new asymmetric measure of association for ordinal variables, American Sociological Review 27(6).
    """
    if len(np.unique(level)) < 2:
        return 0.0
    return float(stats.somersd(level, values).statistic)


def _by_mean(level: IntArray, values: FloatArray) -> IntArray:
    """Levels renumbered in the order of their mean value."""
    _, code = np.unique(level, return_inverse=True)
    rank = np.argsort(np.argsort(np.bincount(code, values) / np.bincount(code)))
    return np.asarray(rank[code])
