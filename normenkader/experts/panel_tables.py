"""The tables vignettes, judgements and assessments, checked and typed; refusals name file, column, rule and lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.tables import Table, levels, numbers, read_table, unreadable_levels
from normenkader.errors import InputRefused
from normenkader.study import Study

ESTIMATES = ("minutes_low", "minutes_best", "minutes_high")
MINUTES_IN_A_WEEK = 10_080
Mask = npt.NDArray[Any]


def vignette_rows(study: Study) -> tuple[Table, pd.DataFrame]:
    """Vignettes, one row each, sorted by name, with a level for every factor."""
    table = read_table(study, "vignettes")
    _refuse_empty(table, "vignette")
    frame = pd.DataFrame({"vignette": table.texts("vignette"), **_factor_levels(table, study)})
    for factor in study.factors:
        missing = (frame[factor.name] == "").to_numpy()
        _refuse(table, missing, factor.name, "a vignette must say which level it has of every factor")
    frame["realised_minutes"] = _minutes(table, "realised_minutes")
    _refuse(
        table, frame["vignette"].duplicated(keep=False).to_numpy(), "vignette", "a vignette is described more than once"
    )
    return table, frame.sort_values("vignette", kind="stable").reset_index(drop=True)


def estimate_rows(study: Study, *, known: tuple[str, ...]) -> tuple[Table, pd.DataFrame, int]:
    """Estimates of every round, sorted by expert, vignette and round; and the number of rows without an estimate."""
    table = read_table(study, "judgements")
    for column in ("expert", "vignette"):
        _refuse_empty(table, column)
    frame = pd.DataFrame(
        {"expert": table.texts("expert"), "round": _rounds(table), "vignette": table.texts("vignette")}
    )
    rule = "a judgement is about a vignette that is not among the vignettes"
    _refuse(table, ~frame["vignette"].isin(known).to_numpy(), "vignette", rule)
    for column in ESTIMATES:
        frame[column] = _minutes(table, column)
    frame["employer"] = table.texts("employer")
    _refuse_points(table, frame)
    answered = frame["minutes_best"].notna().to_numpy()
    _refuse_contradictions(table, frame, answered)
    kept = frame.loc[answered].drop_duplicates(["expert", "round", "vignette"])
    if kept.empty:
        raise InputRefused("no row holds an estimate", file=table.files[0].file, column="minutes_best")
    return (
        table,
        kept.sort_values(["expert", "vignette", "round"], kind="stable").reset_index(drop=True),
        int((~answered).sum()),
    )


def assessment_rows(study: Study) -> tuple[Table, pd.DataFrame]:
    """Assessments, one row an assessor x episode, sorted; an empty level is missing."""
    table = read_table(study, "assessments")
    for column in ("assessor", "episode"):
        _refuse_empty(table, column)
    frame = pd.DataFrame(
        {"assessor": table.texts("assessor"), "episode": table.texts("episode"), **_factor_levels(table, study)}
    )
    frame, lines = frame.drop_duplicates(), frame.index
    twice = frame.duplicated(["assessor", "episode"], keep=False).reindex(lines, fill_value=False).to_numpy()
    _refuse(table, twice, "episode", "one assessor gave one episode two different assessments")
    return table, frame.sort_values(["episode", "assessor"], kind="stable").reset_index(drop=True)


def _factor_levels(table: Table, study: Study) -> dict[str, Any]:
    found = {}
    for factor in study.factors:
        found[factor.name] = levels(table, factor, study)
        rule = "a cell is neither a number nor a level of this factor"
        _refuse(table, unreadable_levels(table, factor, study), factor.name, rule)
    return found


def _minutes(table: Table, column: str) -> npt.NDArray[np.float64]:
    values, bad = numbers(table, column)
    _refuse(table, bad, column, "a cell is not a number of minutes")
    _refuse(table, values < 0, column, "minutes per week cannot be negative")
    _refuse(table, values > MINUTES_IN_A_WEEK, column, "a week has no more than 10080 minutes")
    return values


def _rounds(table: Table) -> npt.NDArray[np.int64]:
    values, bad = numbers(table, "round")
    with np.errstate(invalid="ignore"):
        wrong = bad | ~(values >= 1) | (values != np.floor(values))
    _refuse(table, wrong, "round", "every judgement must say its round: 1, 2, 3 and so on")
    return values.astype(np.int64)


def _refuse_points(table: Table, frame: pd.DataFrame) -> None:
    points = frame[list(ESTIMATES)].to_numpy(dtype=np.float64)
    there = ~np.isnan(points)
    some = there.any(axis=1) & ~there.all(axis=1)
    first_gap = ESTIMATES[int(np.argmin(there[some][0]))] if some.any() else ""
    _refuse(table, some, first_gap, "an estimate has three points: give low, best and high, or leave all three empty")
    low, best, high = points.T
    _refuse(table, low > best, "minutes_low", "the low estimate is above the best one; it must be low <= best <= high")
    _refuse(
        table, best > high, "minutes_high", "the high estimate is below the best one; it must be low <= best <= high"
    )


def _refuse_contradictions(table: Table, frame: pd.DataFrame, answered: Mask) -> None:
    distinct = frame.loc[answered, ["expert", "round", "vignette", *ESTIMATES]].drop_duplicates()
    keys = distinct.loc[distinct.duplicated(["expert", "round", "vignette"]), ["expert", "round", "vignette"]]
    twice = pd.MultiIndex.from_frame(frame[["expert", "round", "vignette"]]).isin(pd.MultiIndex.from_frame(keys))
    rule = "one expert gave two different estimates of one vignette in one round"
    _refuse(table, np.asarray(twice) & answered, "vignette", rule)


def _refuse_empty(table: Table, column: str) -> None:
    _refuse(table, table.texts(column) == "", column, "this cell may not be empty: every row must say what it is about")


def _refuse(table: Table, wrong: Mask, column: str, rule: str) -> None:
    if wrong.any():
        file, lines = table.place(wrong)
        raise InputRefused(rule, file=file, column=column, lines=lines)
