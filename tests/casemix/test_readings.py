"""Numbers, dates and levels of a table, and the episodes that contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normenkader.casemix.readings import level_codes
from normenkader.casemix.tables import (
    Table,
    dates,
    levels,
    numbers,
    read_table,
    refuse_conflicting_episodes,
    unreadable_levels,
)
from normenkader.errors import InputRefused
from normenkader.settings import level_names
from normenkader.study import Study

StudyOf = Callable[..., Study]

EPISODES = """\
client,provider,municipality,episode,start,end,orientation,duration_weeks,minutes_basis,minutes
c1,Aanbieder A,Lisse,e1,2025-08-01,,behoudgericht,30,registered,600
c2,Aanbieder A,Lisse,e2,2025-08-01,2025-10-01,ontwikkelgericht,13,registered,480
"""
HEADER, FIRST, SECOND = EPISODES.splitlines()
NAN = float("nan")


def minutes(study_of: StudyOf, *files: str) -> Table:
    """A minutes table of files of which each text holds the cells `minutes_direct`, one a line."""
    content = {"aanbieders/a.csv": EPISODES}
    for number, cells in enumerate(files):
        rows = [f"e1;2025-09-01;{cell}" for cell in cells.split()]
        content[f"m{number}.csv"] = "\n".join(["episode;date;minutes_direct", *rows])
    return read_table(study_of(content, sources='minutes = "m*.csv"'), "minutes")


def with_column(study_of: StudyOf, column: str, cells: list[str]) -> tuple[Any, Table]:
    position = HEADER.split(",").index(column)
    lines = [HEADER]
    for number, cell in enumerate(cells):
        row = FIRST.replace("e1", f"e{number}").split(",")
        row[position] = cell
        lines.append(",".join(row))
    study = study_of({"aanbieders/a.csv": "\n".join(lines)})
    return study, read_table(study, "episodes")


def test_each_file_has_its_own_decimal_mark(study_of: StudyOf) -> None:
    table = minutes(study_of, "12,5 1.250", "12.5 1.250", "1.250 7", "1,250.75 x")
    values, bad = numbers(table, "minutes_direct")
    assert values.tolist()[:7] == [12.5, 1250.0, 12.5, 1.25, 1250.0, 7.0, 1250.75]
    assert np.isnan(values[7])
    assert bad.tolist() == [False] * 7 + [True]


def test_one_cell_against_the_rest_is_bad_and_many_are_refused(study_of: StudyOf) -> None:
    some = " ".join(f"{n},5" for n in range(20))
    values, bad = numbers(minutes(study_of, f"{some} 12.5"), "minutes_direct")
    assert (int(bad.sum()), bool(bad[-1]), values[3]) == (1, True, 3.5)
    with pytest.raises(InputRefused, match="comma in some cells and with a point in others") as refused:
        numbers(minutes(study_of, f"{some} 12.5 13.5 14.5"), "minutes_direct")
    assert (refused.value.file, refused.value.column) == ("m0.csv", "minutes_direct")
    assert refused.value.lines == (22, 23, 24)


def test_another_column_of_the_file_decides_what_this_one_leaves_open(study_of: StudyOf) -> None:
    rows = ["e1;2025-09-01;1.250;0.5", "e1;2025-09-02;2.500;1.5"]
    content = {
        "aanbieders/a.csv": EPISODES,
        "m.csv": "\n".join(["episode;date;minutes_direct;minutes_indirect", *rows]),
    }
    table = read_table(study_of(content, sources='minutes = "m.csv"'), "minutes")
    assert numbers(table, "minutes_direct")[0].tolist() == [1.25, 2.5]


def test_missing_is_neither_zero_nor_bad_and_an_absent_column_is_missing(study_of: StudyOf) -> None:
    _, table = with_column(study_of, "minutes", ["", "0", "NULL"])
    values, bad = numbers(table, "minutes")
    assert np.array_equal(values, [NAN, 0.0, NAN], equal_nan=True)
    assert not bad.any()
    values, bad = numbers(table, "exposure_days")
    assert np.isnan(values).all()
    assert not bad.any()


def test_days_and_what_is_no_day(study_of: StudyOf) -> None:
    _, table = with_column(study_of, "end", ["2025-10-01", "01-10-2025", "", "31-02-2026", "n.v.t.", "20251001"])
    days, bad = dates(table, "end")
    assert days[[0, 1, 5]].tolist() == [np.datetime64("2025-10-01").astype(object)] * 3
    assert np.isnat(days[[2, 3, 4]]).all()
    assert bad.tolist() == [False, False, False, True, True, False]


def test_month_first_is_refused_and_one_wrong_month_is_bad(study_of: StudyOf) -> None:
    _, table = with_column(study_of, "end", ["09/30/2025", "10/01/2025", "10/13/2025", "09/02/2025"])
    with pytest.raises(InputRefused, match="month first") as refused:
        dates(table, "end")
    assert (refused.value.file, refused.value.column, refused.value.lines) == ("aanbieders/a.csv", "end", (2, 4))
    assert "13/2025" not in str(refused.value)
    _, table = with_column(study_of, "end", ["30/09/2025", "14/10/2025", "10/13/2025"])
    assert dates(table, "end")[1].tolist() == [False, False, True]


def test_text_must_be_the_name_of_a_level(study_of: StudyOf) -> None:
    study, table = with_column(study_of, "orientation", [" behoudgericht ", "", "ontwikkelgericht"])
    assert levels(table, "orientation", study).tolist() == ["behoudgericht", "", "ontwikkelgericht"]
    study, table = with_column(study_of, "orientation", ["behoudgericht", "geheim-1", "x", "Behoudgericht"])
    with pytest.raises(InputRefused, match="the levels are behoudgericht, ontwikkelgericht") as refused:
        levels(table, study.factor("orientation"), study)
    assert (refused.value.file, refused.value.column, refused.value.lines) == (
        "aanbieders/a.csv", "orientation", (3, 4, 5),
    )  # fmt: skip
    assert "geheim" not in str(refused.value)


def test_numbers_are_cut_into_intervals_closed_on_the_right(study_of: StudyOf) -> None:
    cells = ["13", "13.5", "26", "26.01", "52", "53", "", "n.v.t.", "27-52", "<=13", "0"]
    study, table = with_column(study_of, "duration_weeks", cells)
    cut = levels(table, "duration_weeks", study).tolist()
    assert cut == ["<=13", "14-26", "14-26", "27-52", "27-52", ">52", "", "", "27-52", "<=13", "<=13"]
    assert unreadable_levels(table, "duration_weeks", study).tolist() == [cell == "n.v.t." for cell in cells]
    assert not unreadable_levels(table, "orientation", study).any()


@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=5, unique=True).map(sorted),
    st.lists(st.floats(-100, 100) | st.just(NAN) | st.integers(-50, 50).map(float), min_size=1, max_size=20),
)
def test_cutting_against_the_definition(breaks: list[int], values: list[float]) -> None:
    codes = level_codes(np.array(values), tuple(float(b) for b in breaks))
    edges = [-np.inf, *breaks, np.inf]
    for value, code in zip(values, codes, strict=True):
        assert (code == -1) == np.isnan(value)
        assert np.isnan(value) or edges[code] < value <= edges[code + 1]
    assert codes.max() < len(level_names(breaks))


class TestConflictingEpisodes:
    def test_one_id_with_different_content_is_refused(self, study_of: StudyOf) -> None:
        other = FIRST.replace("600", "610")
        table = read_table(study_of({"aanbieders/a.csv": f"{EPISODES}{other}\n{SECOND}\n"}), "episodes")
        with pytest.raises(InputRefused, match="one episode id") as refused:
            refuse_conflicting_episodes(table)
        assert (refused.value.file, refused.value.column, refused.value.lines) == (
            "aanbieders/a.csv",
            "episode",
            (2, 4),
        )
        assert "e1" not in str(refused.value).replace("line", "")

    def test_the_other_file_is_named(self, study_of: StudyOf) -> None:
        files = {"aanbieders/a.csv": EPISODES, "aanbieders/b.csv": EPISODES.replace("Aanbieder A", "Aanbieder B")}
        with pytest.raises(InputRefused, match=r"also in aanbieders/b\.csv") as refused:
            refuse_conflicting_episodes(read_table(study_of(files), "episodes"))
        assert (refused.value.file, refused.value.lines) == ("aanbieders/a.csv", (2,))

    def test_identical_rows_and_empty_ids_are_left_alone(self, study_of: StudyOf) -> None:
        nameless = FIRST.replace("e1", "")
        text = f"{EPISODES}{FIRST}\n{nameless}\n{nameless.replace('600', '700')}\n"
        table = read_table(study_of({"aanbieders/a.csv": text, "aanbieders/b.csv": EPISODES}), "episodes")
        refuse_conflicting_episodes(table)
        assert len(table) == 7
