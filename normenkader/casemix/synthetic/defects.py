"""Bad rows planted on top of a sound study: each has its code in the ledger, and none touches the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from normenkader.casemix.synthetic.tables import WINDOW_START, Tables

Row = dict[str, Any]

_SUMMED_CLIENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planted:
    code: str
    n: int
    spoil: Callable[[Row], Row]
    has_minutes: bool = False


def _day(offset: int) -> date:
    return WINDOW_START + timedelta(days=offset)


_BAD_EPISODES = (
    _Planted(code="missing_factor", n=4, spoil=lambda row: {**row, "network": None}, has_minutes=True),
    _Planted(code="missing_factor", n=2, spoil=lambda row: {**row, "duration_weeks": None}),
    _Planted(code="end_before_start", n=2, spoil=lambda row: {**row, "start": _day(19), "end": _day(9)}),
    _Planted(code="outside_window", n=3, spoil=lambda row: {**row, "start": _day(-200), "end": _day(-10)}),
    _Planted(code="basis_not_accepted", n=4, spoil=lambda row: {**row, "minutes_basis": "planned"}, has_minutes=True),
    _Planted(code="impossible", n=1, spoil=lambda row: {**row, "start": "2025-09-31"}),
    _Planted(code="no_registration", n=8, spoil=lambda row: row),
)
_BAD_MINUTES = (
    _Planted(code="negative", n=3, spoil=lambda row: {**row, "minutes_direct": -30}),
    _Planted(code="duplicate", n=3, spoil=lambda row: row),
    _Planted(code="impossible", n=1, spoil=lambda row: {**row, "minutes_direct": 12_000}),
    _Planted(code="impossible", n=1, spoil=lambda row: {**row, "minutes_direct": "n.v.t."}),
    _Planted(code="missing_minutes", n=2, spoil=lambda row: {**row, "minutes_direct": None}),
    _Planted(code="outside_window", n=3, spoil=lambda row: {**row, "date": _day(63)}),
    _Planted(code="orphan", n=4, spoil=lambda row: {**row, "episode": "synthetisch-e99999"}),
)


def with_defects(tables: Tables, rng: np.random.Generator, homes: Sequence[str]) -> Tables:
    """Plant bad rows, and share three clients' minutes over two episodes that agree.

    Parameters
    ----------
    tables : Tables
        A sound study.
    rng : Generator
    homes : sequence of str
        Providers whose files are text and can hold anything.

    Returns
    -------
    Tables
        Bad episodes belong to clients added for the purpose; bad minutes are added rows. So what remains after
        setting them aside is the sound study, client by client.
    """
    sound = tables.episodes[tables.episodes["provider"].isin(homes)]
    picked: list[Row] = _records(sound.iloc[rng.permutation(len(sound))])
    split, rest = picked[:_SUMMED_CLIENTS], iter(picked[_SUMMED_CLIENTS:])
    tables = _shared_out(tables, [row["episode"] for row in split])
    episodes, minutes = _bad_episodes(rest, len(tables.episodes))
    conflicts, conflict_minutes = _conflicts(rest, len(tables.episodes) + 500)
    more_episodes: list[Row] = episodes + conflicts + [{**next(rest), "code": "duplicate"} for _ in range(3)]
    more_minutes = minutes + conflict_minutes + _bad_minutes(rest, tables.minutes)
    return Tables(episodes=_appended(tables.episodes, more_episodes), minutes=_appended(tables.minutes, more_minutes))


def planted_counts(tables: Tables) -> list[Row]:
    """How many rows of each table were planted under each code, in a stable order."""
    found = []
    for name, frame in (("episodes", tables.episodes), ("minutes", tables.minutes)):
        count = frame.loc[frame["code"] != "", "code"].value_counts().sort_index()
        found += [{"table": name, "code": str(code), "rows": int(n)} for code, n in count.items()]
    return found


def _bad_episodes(rest: Any, number: int) -> tuple[list[Row], list[Row]]:
    episodes: list[Row] = []
    minutes: list[Row] = []
    for planted in _BAD_EPISODES:
        for _ in range(planted.n):
            number += 1
            row = planted.spoil(_newcomer(next(rest), number))
            episodes.append({**row, "code": planted.code})
            minutes += [_orphan(row, week) for week in range(2)] if planted.has_minutes else []
    return episodes, minutes


def _conflicts(rest: Any, number: int) -> tuple[list[Row], list[Row]]:
    """Two clients with two episodes at the same time whose goals differ."""
    episodes, minutes = [], []
    for at in range(2):
        row = {**_newcomer(next(rest), number + 2 * at), "start": _day(-50), "end": None, "code": "concurrent_conflict"}
        other = {**row, "episode": f"{row['episode']}-b", "orientation": _other_goal(row["orientation"])}
        episodes += [row, other]
        minutes += [_orphan(each, week) for each in (row, other) for week in range(2)]
    return episodes, minutes


def _other_goal(goal: str) -> str:
    return "behoudgericht" if goal == "ontwikkelgericht" else "ontwikkelgericht"


def _newcomer(row: Row, number: int) -> Row:
    return {**row, "client": f"synthetisch-c{number:05d}", "episode": f"synthetisch-e{number:05d}",
            "start": _day(-50), "end": None}  # fmt: skip


def _orphan(row: Row, week: int) -> Row:
    return {"episode": row["episode"], "date": _day(7 * week), "minutes_direct": 120,
            "minutes_indirect": 0, "provider": row["provider"],
            "code": "orphan"}  # fmt: skip


def _bad_minutes(rest: Any, minutes: pd.DataFrame) -> list[Row]:
    first = minutes.drop_duplicates("episode").set_index("episode", drop=False)
    rows: list[Row] = []
    for planted in _BAD_MINUTES:
        for _ in range(planted.n):
            good = first.loc[next(rest)["episode"]].to_dict()
            rows.append({**planted.spoil(good), "code": planted.code})
    return rows


def _shared_out(tables: Tables, chosen: list[str]) -> Tables:
    """Give each chosen client a second, equal episode with part of the minutes: together they are what was one."""
    is_chosen = tables.episodes["episode"].isin(chosen)
    half = tables.episodes["assigned_minutes_per_week"].astype(float) / 2
    episodes = tables.episodes.assign(
        assigned_minutes_per_week=half.where(is_chosen, tables.episodes["assigned_minutes_per_week"])
    )
    twins = episodes[is_chosen].assign(episode=lambda frame: frame["episode"] + "-b")
    rows = tables.minutes[tables.minutes["episode"].isin(chosen)]
    part = (rows["minutes_direct"].astype(int) // 10 * 5).astype(object)
    moved = rows.assign(minutes_direct=part, episode=rows["episode"] + "-b")
    kept = tables.minutes["minutes_direct"] - part.reindex(tables.minutes.index, fill_value=0)
    minutes = pd.concat([tables.minutes.assign(minutes_direct=kept), moved[part > 0]], ignore_index=True)
    return Tables(episodes=pd.concat([episodes, twins], ignore_index=True), minutes=minutes)


def _records(frame: pd.DataFrame) -> list[Row]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def _appended(frame: pd.DataFrame, rows: list[Row]) -> pd.DataFrame:
    return pd.concat([frame.astype(object), pd.DataFrame(rows, columns=frame.columns, dtype=object)], ignore_index=True)
