"""One provider's rows before anything is summed: no level, pair or class is left that a few clients hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.federated.shared_terms import full_columns
from normenkader.model.design import indicator
from normenkader.model.factors import DesignFactor, design_factors, join_thin_levels, level_codes
from normenkader.study import Study

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeRows:
    """Rows that may be summed, and what was done to get there.

    Attributes
    ----------
    merged : tuple of (factor, level, level it took)
        Thin levels of ordered factors; without numbers, for these would be the small counts themselves.
    left_out : tuple of str
        Factors or pairs without neighbouring levels, of which some rows were left out; without numbers.
    """

    merged: tuple[tuple[str, str, str], ...]
    left_out: tuple[str, ...]
    _frame: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows, as `Casemix.to_frame` gives them, with merged levels in place."""
        return self._frame.copy()


def safe_rows(frame: pd.DataFrame, study: Study) -> SafeRows:
    """Merge or leave out what fewer than ``min_clients`` clients of one provider hold.

    A thin level of an ordered factor takes the name of the fullest of the neighbours it is joined with, by the rule
    by which thin levels of the norm table are joined. Where there is no neighbour (a nominal factor, a pair of
    levels, a class of how many factors play a part) the rows are left out: what is left out goes by the factors, not
    by the minutes, so that the norm is not biased by it.

    Parameters
    ----------
    frame : DataFrame
        Rows of one provider, as `Casemix.to_frame` gives them.
    study : Study
    """
    rows, left_out = frame, set[str]()
    merged: dict[tuple[str, str], str] = {}
    # Every turn empties a level or drops rows, so that it ends.
    while len(rows):
        step = _merge(rows, study)
        if step is not None:
            rows, moved = step
            merged |= moved
            continue
        thin = _thin_place(rows, study)
        if thin is None:
            break
        name, inside = thin
        left_out.add(name)
        rows = rows[~inside]
    return SafeRows(
        merged=tuple((*key, target) for key, target in sorted(merged.items())), left_out=tuple(sorted(left_out)),
        _frame=rows.reset_index(drop=True),
    )  # fmt: skip


def n_clients(frame: pd.DataFrame, inside: BoolArray) -> int:
    """Distinct clients among the rows inside."""
    return int(frame["client"][inside].nunique())


def _merge(frame: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, dict[tuple[str, str], str]] | None:
    """Join the thin levels of the first ordered factor that has any; None when none has."""
    codes, least = level_codes(frame, study), study.disclosure.min_clients
    for factor in design_factors(study):
        if factor.group or not factor.ordered:
            continue
        counts = _level_counts(frame, codes[factor.name], factor)
        if not ((counts > 0) & (counts < least)).any():
            continue
        targets = _targets(factor, counts, least)
        if targets:
            moved = {(factor.name, factor.levels[a]): factor.levels[b] for a, b in targets.items()}
            return _renamed(frame, factor, targets), moved
    return None


def _level_counts(frame: pd.DataFrame, codes: IntArray, factor: DesignFactor) -> IntArray:
    return np.array([n_clients(frame, codes == level) for level in range(len(factor.levels))], dtype=np.int64)


def _targets(factor: DesignFactor, counts: IntArray, least: int) -> dict[int, int]:
    """Where each thin level goes: the fullest level of its group, the lowest of equals."""
    groups = join_thin_levels(factor, lambda levels: not 0 < int(counts[list(levels)].sum()) < least, policy="merge")
    found: dict[int, int] = {}
    for group in groups:
        fullest = max(group, key=lambda level: (counts[level], -level))
        found |= {level: fullest for level in group if 0 < counts[level] < least and level != fullest}
    return found


def _renamed(frame: pd.DataFrame, factor: DesignFactor, targets: dict[int, int]) -> pd.DataFrame:
    names = {factor.levels[a]: factor.levels[b] for a, b in targets.items()}
    return frame.assign(**{factor.name: frame[factor.name].map(lambda level: names.get(level, level))})


def _thin_place(frame: pd.DataFrame, study: Study) -> tuple[str, BoolArray] | None:
    """The first level, class or pair that too few clients hold, and its rows."""
    codes, least = level_codes(frame, study), study.disclosure.min_clients
    factors = design_factors(study)
    for factor in factors:
        counts = _level_counts(frame, codes[factor.name], factor)
        for level in np.flatnonzero((counts > 0) & (counts < least)):
            return factor.name, codes[factor.name] == level
    for column in full_columns(factors):
        inside = indicator(column, codes) > 0
        if column.with_factor and 0 < n_clients(frame, inside) < least:
            return f"{column.factor} x {column.with_factor}", inside
    return None
