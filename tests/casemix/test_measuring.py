"""Minutes per week, computed by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_studies import per_week, small_study

import normenkader as nk
from normenkader.casemix.measuring import (
    at_cap,
    days_from,
    days_open,
    minutes_per_week,
    open_in_window,
    weekly_minutes,
    whole_weeks,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("episode", "days"),
    [
        ({}, 28),                                                   # open before, still open
        ({"start": "2025-09-01", "end": "2025-09-28"}, 28),         # exactly the window
        ({"start": "2025-09-08"}, 21),                              # from the eighth day
        ({"end": "2025-09-01"}, 1),                                 # the first day only
        ({"start": "2025-09-28"}, 1),                               # the last day only
        ({"start": "2025-09-10", "end": "2025-09-12"}, 3),          # both ends count
        ({"start": "2025-09-10", "end": "2025-09-10"}, 1),          # an end on the day of the start is no fault
        ({"start": "2025-09-10", "end": "2026-01-01"}, 19),         # the end lies after the window
        ({"exposure_days": "14"}, 14),                              # given, against 28 by the dates
        ({"exposure_days": "17.5"}, 17.5),
    ],
)  # fmt: skip
def test_seven_times_minutes_over_days_open(tmp_path: Path, episode: dict[str, str], days: float) -> None:
    frame = nk.read_casemix(small_study(tmp_path, [{**episode, "minutes": "120"}])).to_frame()
    assert frame["exposure_days"].tolist() == [days]
    assert frame["minutes_per_week"].tolist() == pytest.approx([7 * 120 / days], rel=1e-14)


def test_an_hour_and_a_half_a_week_for_eight_weeks(tmp_path: Path) -> None:
    """90 minutes a week for 8 weeks is 720 minutes in 56 days, so 90 minutes a week."""
    contacts = [{"date": str(date(2025, 9, 1) + timedelta(weeks=w)), "minutes_direct": "90"} for w in range(8)]
    study = small_study(tmp_path, [{}], contacts, window="[2025-09-01, 2025-10-26]")
    casemix = nk.read_casemix(study)
    assert per_week(casemix) == {"e1": 90.0}
    assert casemix.weeks_frame()["minutes"].tolist() == [90.0] * 8


def test_indirect_minutes_count_by_the_time_definition(tmp_path: Path) -> None:
    contacts = [{"minutes_indirect": "20"}, {"date": "2025-09-09", "minutes_indirect": "0"}]
    assert per_week(nk.read_casemix(small_study(tmp_path, [{}], contacts))) == {"e1": 30.0}
    both = small_study(tmp_path, [{}], contacts, study='time_definition = "direct+indirect"')
    assert per_week(nk.read_casemix(both)) == {"e1": 35.0}


def test_a_contact_outside_the_episodes_own_dates_counts(tmp_path: Path) -> None:
    episodes = [{"start": "2025-09-08", "end": "2025-09-21"}]
    contacts = [{"date": "2025-09-02"}, {"date": "2025-09-10"}, {"date": "2025-09-22"}]
    casemix = nk.read_casemix(small_study(tmp_path, episodes, contacts))
    assert per_week(casemix) == {"e1": 7 * 180 / 14}
    # Only the weeks that the episode was open, and what fell in them.
    assert casemix.weeks_frame().to_numpy().tolist() == [["e1", 1, 60.0], ["e1", 2, 0.0]]


def test_absent_weeks_are_zero_and_broken_weeks_are_left_out(tmp_path: Path) -> None:
    """Window of 17 days: two whole weeks. Open from the third day, so the first week is broken."""
    episodes = [{}, {"episode": "e2", "client": "c2", "start": "2025-09-03"}]
    contacts = [{"date": "2025-09-16"}, {"episode": "e2", "date": "2025-09-14"}]
    casemix = nk.read_casemix(small_study(tmp_path, episodes, contacts, window="[2025-09-01, 2025-09-17]"))
    assert casemix.weeks_frame().to_numpy().tolist() == [["e1", 0, 0.0], ["e1", 1, 0.0], ["e2", 1, 60.0]]


def test_a_rate_stays_what_it_is(tmp_path: Path) -> None:
    rate = 'time_definition = "direct"\noutcome_is = "rate"'
    study = small_study(tmp_path, [{"minutes": "246.9756", "start": "2025-09-08"}], study=rate)
    frame = nk.read_casemix(study).to_frame()
    assert frame["minutes_per_week"].tolist() == [246.9756]
    assert frame["exposure_days"].tolist() == [21.0]


@pytest.mark.parametrize(
    ("minutes", "assigned", "expected"),
    [
        ("480", "120", True), ("476", "120", True), ("475.9", "120", False), ("484", "120", True),
        ("999", "120", True), ("0", "120", False), ("480", "", False),
    ],
)  # fmt: skip
def test_within_one_minute_of_the_assigned_or_above_is_at_the_cap(
    tmp_path: Path, minutes: str, assigned: str, expected: bool
) -> None:
    """480 minutes in four weeks are 120 a week; 476 are 119."""
    study = small_study(tmp_path, [{"minutes": minutes, "assigned_minutes_per_week": assigned}])
    assert nk.read_casemix(study).to_frame()["at_cap"].tolist() == [expected]


def test_the_cap_forgives_the_last_bit() -> None:
    third = 7 * np.array([476.0]) / 28 - 1e-13
    assert at_cap(third, np.array([120.0])).tolist() == [True]


def test_array_functions_on_edges() -> None:
    first, last = open_in_window(np.array([-5.0, 3.0, NAN, 20.0]), np.array([NAN, 2.0, 4.0, NAN]), 10)
    assert days_open(first, last)[[0, 1, 3]].tolist() == [10.0, 0.0, 0.0]
    assert np.isnan(days_open(first, last)[2])
    assert np.isnan(minutes_per_week(np.array([60.0]), np.array([0.0]))).all()
    dates = np.array(["2025-09-01", "2025-08-30", "NaT"], dtype="datetime64[D]")
    assert days_from(dates, np.datetime64("2025-09-01")).tolist()[:2] == [0.0, -2.0]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6), st.data())
def test_weeks_equal_counting_day_by_day(spans: list[tuple[int, int]], data: st.DataObject) -> None:
    first = np.array([float(a) for a, _ in spans])
    last = np.array([float(b) for _, b in spans])
    some = st.tuples(st.integers(0, max(len(spans) - 1, 0)), st.integers(0, 30), st.integers(0, 90))
    contacts = data.draw(st.lists(some, max_size=20)) if spans else []
    row, day, minutes = (np.array([c[i] for c in contacts], dtype=np.int64) for i in range(3))
    found = weekly_minutes(row, day.astype(float), minutes.astype(float), *whole_weeks(first, last))
    expected = [
        (r, w, float(sum(m for i, d, m in contacts if i == r and d // 7 == w)))
        for r, (a, b) in enumerate(spans)
        for w in range(5)
        if all(a <= d <= b for d in range(7 * w, 7 * w + 7))
    ]
    assert list(zip(*(part.tolist() for part in found), strict=True)) == expected
