"""The cells of episodes and minutes as values: days, numbers and levels, with a mask of what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from normenkader.casemix.measuring import Floats, Ints, days_from
from normenkader.casemix.minutes_basis import bases
from normenkader.casemix.readings import answers
from normenkader.casemix.tables import Table, dates, levels, numbers, unreadable_levels
from normenkader.casemix.target_group import coarse_groups
from normenkader.study import Study

Mask = NDArray[np.bool_]

EPISODE_TEXTS = ("client", "provider", "municipality", "episode", "minutes_basis", "product", "target_group",
                 "need_met")  # fmt: skip
NEED_MET = ("ja", "nee", "onbekend")


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeValues:
    """Values of the episodes table; every array has one entry a row.

    Attributes
    ----------
    text : DataFrame
        ``client``, ``provider``, ``municipality``, ``episode``, ``minutes_basis``, ``product``, ``target_group`` (in
        coarse categories), ``need_met``; empty text where there is nothing.
    levels : DataFrame
        One text column a factor: the name of the level, empty where missing.
    start_day, end_day : array of float
        Days from the window's first day; nan where missing or unreadable.
    minutes, exposure_days, assigned : array of float
        nan where missing or unreadable.
    unreadable : dict of str to mask
        For each column that must hold a date or a number, factors included: where it holds something else.
    other_group : mask
        Where the target group is told in a word of the provider's own.
    """

    text: pd.DataFrame = field(repr=False)
    levels: pd.DataFrame = field(repr=False)
    start_day: Floats = field(repr=False)
    end_day: Floats = field(repr=False)
    minutes: Floats = field(repr=False)
    exposure_days: Floats = field(repr=False)
    assigned: Floats = field(repr=False)
    unreadable: dict[str, Mask] = field(repr=False)
    other_group: Mask = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesValues:
    """Values of the minutes table; every array has one entry a row.

    Attributes
    ----------
    place : array of int
        Row of the (first) episode each contact belongs to; -1 where no such episode is known.
    episode : array of int
        Code of the episode id, known or not.
    contact : array of int
        Code of the contact id, 0 for none.
    day : array of float
        Days from the window's first day; nan where missing or unreadable.
    direct, indirect : array of float
        nan where missing or unreadable.
    has_indirect : bool
        Whether there is a column of indirect minutes at all.
    unreadable : dict of str to mask
        As in `EpisodeValues`.
    """

    place: Ints = field(repr=False)
    episode: Ints = field(repr=False)
    contact: Ints = field(repr=False)
    day: Floats = field(repr=False)
    direct: Floats = field(repr=False)
    indirect: Floats = field(repr=False)
    has_indirect: bool
    unreadable: dict[str, Mask] = field(repr=False)


def episode_values(table: Table, study: Study) -> EpisodeValues:
    """Read the cells of the episodes table as values.

    Raises
    ------
    InputRefused
        If a cell is no level of its factor, or no answer of ``need_met``.
    """
    frame = table.to_frame()
    answers(table, "need_met", NEED_MET)
    opening, bad_start = days_of(table, "start", study)
    closing, bad_end = days_of(table, "end", study)
    minutes, bad_minutes = numbers_of(table, "minutes")
    exposure, bad_exposure = numbers_of(table, "exposure_days")
    assigned, bad_assigned = numbers_of(table, "assigned_minutes_per_week")
    groups, other_group = coarse_groups(_text(frame, "target_group"))
    text = pd.DataFrame({name: _text(frame, name) for name in EPISODE_TEXTS}).assign(
        target_group=groups, minutes_basis=bases(_text(frame, "minutes_basis"))
    )  # fmt: skip
    return EpisodeValues(
        text=text,
        levels=pd.DataFrame({f.name: levels(table, f, study) for f in study.factors}, index=frame.index, dtype="str"),
        start_day=opening, end_day=closing, minutes=minutes, exposure_days=exposure, assigned=assigned,
        unreadable={
            "start": bad_start, "end": bad_end, "minutes": bad_minutes, "exposure_days": bad_exposure,
            "assigned_minutes_per_week": bad_assigned,
            **{factor.name: unreadable_levels(table, factor, study) for factor in study.factors},
        },
        other_group=other_group.to_numpy(dtype=bool),
    )  # fmt: skip


def minutes_values(table: Table, episodes: pd.Series, study: Study) -> MinutesValues:
    """Read the cells of the minutes table as values; `episodes` names the episode of each row of that table."""
    frame = table.to_frame()
    day, bad_day = days_of(table, "date", study)
    direct, bad_direct = numbers_of(table, "minutes_direct")
    indirect, bad_indirect = numbers_of(table, "minutes_indirect")
    known = pd.Index(episodes.drop_duplicates())
    first_row = np.append(np.flatnonzero(~episodes.duplicated().to_numpy()), -1)
    return MinutesValues(
        place=first_row[known.get_indexer(pd.Index(frame["episode"]))].astype(np.int64),
        episode=pd.factorize(frame["episode"])[0].astype(np.int64),
        contact=_contact_codes(frame),
        day=day, direct=direct, indirect=indirect, has_indirect="minutes_indirect" in frame.columns,
        unreadable={"date": bad_day, "minutes_direct": bad_direct, "minutes_indirect": bad_indirect},
    )  # fmt: skip


def days_of(table: Table, column: str, study: Study) -> tuple[Floats, Mask]:
    """Days from the window's first day, nan where missing or unreadable, and the mask of the latter."""
    if column not in table.columns:
        return np.full(len(table), np.nan), np.zeros(len(table), dtype=bool)
    read, bad = dates(table, column)
    return days_from(read, np.datetime64(study.info.window[0], "D")), np.asarray(bad, dtype=bool)


def numbers_of(table: Table, column: str) -> tuple[Floats, Mask]:
    """Finite numbers, nan where missing or unreadable, and the mask of the latter."""
    if column not in table.columns:
        return np.full(len(table), np.nan), np.zeros(len(table), dtype=bool)
    read, bad = numbers(table, column)
    endless = np.isinf(read)
    return np.where(endless, np.nan, read), np.asarray(bad, dtype=bool) | endless


def _text(frame: pd.DataFrame, column: str) -> pd.Series:
    if column in frame.columns:
        return frame[column]
    return pd.Series("", index=frame.index, dtype="str")


def _contact_codes(frame: pd.DataFrame) -> Ints:
    if "contact" not in frame.columns:
        return np.zeros(len(frame), dtype=np.int64)
    codes = pd.factorize(pd.concat([pd.Series([""], dtype="str"), frame["contact"]]))[0]
    return np.asarray(codes[1:], dtype=np.int64)
