"""The text of a table as numbers, dates and levels, with a mask of the cells that are something else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.cells import (
    Days,
    Floats,
    Mask,
    decimal_evidence,
    is_month_first,
    parse_dates,
    parse_numbers,
    read_only_with,
)
from normenkader.casemix.input_table import Table, Texts
from normenkader.errors import InputRefused
from normenkader.settings import Factor
from normenkader.study import Study

_MOST_MIXED = 0.10
_MIXED_MARKS = "decimals are written with a comma in some cells and with a point in others"
_MONTH_FIRST = "dates are written with the month first; write 2025-09-30 or 30-09-2025"


def numbers(table: Table, column: str) -> tuple[Floats, Mask]:
    """A column as numbers, by the decimal mark of each file.

    The column's own cells decide when some can be read one way only; else the file's mark holds. A few cells that
    contradict the rest are no number.

    Returns
    -------
    values : array of float64, shape (n_rows,)
        ``nan`` where missing or not a number.
    bad : array of bool, shape (n_rows,)
        Cells that are filled and not a number.

    Raises
    ------
    InputRefused
        If over one in ten of a file's decisive decimals contradict the others: 1.250 then means two things.
    """
    codes, distinct = table.distinct(column)
    values, bad = np.full(len(table), np.nan), np.zeros(len(table), dtype=bool)
    for _, rows, decimal in table.parts():
        used, inverse = np.unique(codes[rows], return_inverse=True)
        evidence = decimal_evidence(distinct[used])
        if evidence.minority_share > _MOST_MIXED:
            contrary = read_only_with(distinct[used], "." if evidence.mark == "," else ",")
            _refuse_part(table, rows, contrary[inverse], _MIXED_MARKS, column=column)
        some, wrong = parse_numbers(distinct[used], decimal=evidence.mark or decimal)
        values[rows], bad[rows] = some[inverse], wrong[inverse]
    return values, bad


def dates(table: Table, column: str) -> tuple[Days, Mask]:
    """A column as days: year first, day first, or yyyymmdd, with a time of day or without.

    Returns
    -------
    days : array of datetime64[D], shape (n_rows,)
        ``NaT`` where missing or not a date.
    bad : array of bool, shape (n_rows,)
        Cells that are filled and not a date, such as 31 February.

    Raises
    ------
    InputRefused
        If the dates of a file are written month first: most would be read, and read wrongly.
    """
    codes, distinct = table.distinct(column)
    days, bad = parse_dates(distinct)
    month_first = np.array([is_month_first(text) for text in distinct], dtype=bool)
    if month_first.any():
        _refuse_month_first(table, column, month_first[codes], _day_first(distinct, days)[codes])
    return days[codes], bad[codes]


def levels(table: Table, factor: Factor | str, study: Study) -> Texts:
    """Level names of a factor's column; empty where missing or, for a numeric factor, where `unreadable_levels` is.

    Text must be the name of a level. A number is cut by the factor's breaks into intervals (a, b]; a numeric factor's
    cell may also be the name of a level, as on a vignette.

    Returns
    -------
    array of str, shape (n_rows,)

    Raises
    ------
    InputRefused
        If a text is no level of the factor.
    """
    chosen = study.factor(factor) if isinstance(factor, str) else factor
    texts = table.texts(chosen.name)
    named = _is_level(texts, chosen)
    if chosen.kind != "numeric":
        _refuse_unknown_levels(table, chosen, texts, ~named & (texts != ""))
        return texts
    values, _ = numbers(table, chosen.name)
    cut = np.array([*chosen.levels, ""], dtype=object)[level_codes(values, chosen.breaks)]
    return np.where(named, texts, cut)


def unreadable_levels(table: Table, factor: Factor | str, study: Study) -> Mask:
    """Cells of a numeric factor that are filled and neither a number nor the name of a level; else all False."""
    chosen = study.factor(factor) if isinstance(factor, str) else factor
    if chosen.kind != "numeric":
        return np.zeros(len(table), dtype=bool)
    return numbers(table, chosen.name)[1] & ~_is_level(table.texts(chosen.name), chosen)


def answers(table: Table, column: str, allowed: Sequence[str]) -> Texts:
    """Cells of a column that holds one of a few answers, or nothing.

    Raises
    ------
    InputRefused
        If a cell holds something else.
    """
    texts = table.texts(column)
    wrong = ~pd.Series(texts, dtype=object).isin(["", *allowed]).to_numpy(dtype=bool)
    if wrong.any():
        file, lines = table.place(wrong)
        rule = f"a cell holds none of the answers of this column; they are {', '.join(allowed)}"
        raise InputRefused(rule, file=file, column=column, lines=lines)
    return texts


def level_codes(values: Floats, breaks: tuple[float, ...]) -> npt.NDArray[np.intp]:
    """Number of the interval (a, b] between `breaks` that holds each value; -1 where it is nan."""
    return np.where(np.isnan(values), -1, np.searchsorted(np.asarray(breaks, dtype=np.float64), values, side="left"))


def refuse_conflicting_episodes(table: Table) -> None:
    """Refuse one episode id with different content; identical rows are left for the ledger.

    Raises
    ------
    InputRefused
        Naming a file, the lines in it, and the other file if there is one.
    """
    frame = table.to_frame()
    content = frame[list(table.columns)]
    again = frame["episode"].duplicated(keep=False) & (frame["episode"] != "")
    one_of_a_kind = content.loc[again].drop_duplicates()
    conflicting = one_of_a_kind.loc[one_of_a_kind["episode"].duplicated(keep=False), "episode"]
    if conflicting.empty:
        return
    rows = (frame["episode"] == conflicting.iloc[0]).to_numpy(dtype=bool)
    file, lines = table.place(rows)
    others = sorted(set(frame.loc[rows, "_file"]) - {file})
    rule = "one episode id stands in more than one row, with different content"
    raise InputRefused(
        rule + (f"; also in {', '.join(others)}" if others else ""), file=file, column="episode", lines=lines
    )


def _day_first(texts: Texts, days: Days) -> Mask:
    """Dates that prove the day comes first: a day above 12 at the start, and four figures of year at the end."""
    after_twelfth = (days - days.astype("datetime64[M]")).astype(np.int64) >= 12
    starts_with_day = np.array([text[:4].isdigit() is False for text in texts], dtype=bool)
    return np.asarray(after_twelfth & starts_with_day & ~np.isnat(days), dtype=bool)


def _refuse_month_first(table: Table, column: str, month_first: Mask, day_first: Mask) -> None:
    for _, rows, _ in table.parts():
        if month_first[rows].sum() > day_first[rows].sum():
            _refuse_part(table, rows, month_first[rows], _MONTH_FIRST, column=column)


def _refuse_part(table: Table, rows: slice, wrong: Mask, rule: str, *, column: str) -> None:
    """Refuse one file, with the lines of the cells among its `rows` that are `wrong`."""
    here = np.zeros(len(table), dtype=bool)
    here[rows] = wrong
    file, lines = table.place(here)
    raise InputRefused(rule, file=file, column=column, lines=lines)


def _is_level(texts: Texts, factor: Factor) -> Mask:
    return pd.Series(texts, dtype=object).isin(factor.levels).to_numpy(dtype=bool)


def _refuse_unknown_levels(table: Table, factor: Factor, texts: Texts, unknown: Mask) -> None:
    if unknown.any():
        file, lines = table.place(unknown)
        rule = f"a cell holds no level of this factor; the levels are {', '.join(factor.levels)}"
        levels = {level.casefold() for level in factor.levels}
        if {str(text).strip().casefold() for text in np.asarray(texts, dtype=object)[unknown]} <= levels:
            rule += ". Capitals count: write the level as it stands here"
        raise InputRefused(rule, file=file, column=factor.name, lines=lines)
