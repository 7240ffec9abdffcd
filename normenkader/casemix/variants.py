"""The same deliveries under another choice: part of the window, without the capped, other settings for the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import Casemix, week_rows
from normenkader.casemix.measuring import DAYS_PER_WEEK, at_cap
from normenkader.casemix.read import StudyTables, casemix_from, read_tables
from normenkader.provenance import Receipt, canonical_json, sha256_of_bytes
from normenkader.study import Study

Half = Literal["first", "second"]
LEAST_WEEKS = 2


def with_model(casemix: Casemix, **changes: Any) -> Casemix:
    """The same rows under other values of ``[model]``.

    Parameters
    ----------
    casemix : Casemix
    **changes
        Keys of ``[model]`` with their value.
    """
    study = casemix.study
    return replace(casemix, study=replace(study, model=study.model.model_copy(update=changes)))


def without_capped(casemix: Casemix) -> Casemix:
    """The same casemix without episodes delivered up to their assigned maximum."""
    return _with_rows(casemix, "without_capped", lambda rows: rows[~rows["at_cap"]])


def in_half(casemix: Casemix, half: Half) -> Casemix | None:
    """The same episodes measured over the first or second half of the window's whole weeks.

    An episode without a whole week in that half is not in it. None where there are no weekly rows, or fewer than two
    weeks to divide.
    """
    weeks = casemix.weeks_frame()
    n_weeks = casemix.study.info.window_days // DAYS_PER_WEEK
    if weeks.empty or n_weeks < LEAST_WEEKS:
        return None
    middle = n_weeks // 2
    chosen = weeks[(weeks["week"] < middle) == (half == "first")]
    return _with_rows(casemix, f"{half}_half", lambda rows: _measured_over(rows, chosen))


def reread(study: Study, *, tables: StudyTables | None = None, **changes: Any) -> Casemix:
    """Read the study's files again under other values of ``[casemix]``.

    Parameters
    ----------
    study : Study
    tables : StudyTables, optional
        The files, when they were read before: reading takes longer than all that follows.
    **changes
        Keys of ``[casemix]`` with their value.

    Raises
    ------
    InputRefused
        As `read_casemix`.
    """
    other = replace(study, casemix=study.casemix.model_copy(update=changes))
    return casemix_from(tables or read_tables(other), other)


def _measured_over(rows: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    place, episodes = pd.factorize(weeks["episode"])
    by_episode = weeks["minutes"].groupby(place).agg(["mean", "size"]).set_axis(pd.Index(episodes))
    kept = rows[rows["episode"].isin(by_episode.index)]
    found = by_episode.loc[kept["episode"]]
    minutes: npt.NDArray[np.float64] = found["mean"].to_numpy(dtype=np.float64)
    assigned = kept["assigned_minutes_per_week"].to_numpy(dtype=np.float64)
    return kept.assign(
        minutes_per_week=minutes,
        exposure_days=DAYS_PER_WEEK * found["size"].to_numpy(dtype=np.float64),
        at_cap=at_cap(minutes, assigned),
    )


def _with_rows(casemix: Casemix, variant: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Casemix:
    before, weeks = casemix.to_frame(), casemix.weeks_frame()
    rows = change(before).reset_index(drop=True)
    if len(rows) < len(before):
        kept = np.append(before["episode"].isin(rows["episode"]).to_numpy(), False)
        weeks = weeks[kept[week_rows(casemix)]].reset_index(drop=True)
    content = canonical_json([casemix.receipt.sha256, variant])
    return replace(
        casemix, _rows=rows, _weeks=weeks,
        # What was never registered lies outside every half and every cap: it is no part of a variant.
        _unregistered=casemix._unregistered.iloc[:0],
        receipt=Receipt(
            stage="casemix", sha256=sha256_of_bytes(content.encode()), made_from=(casemix.receipt,)
        ),
    )  # fmt: skip
