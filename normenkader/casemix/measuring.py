"""Minutes per week: the arithmetic, on plain arrays.

Days are counted from the window's first day (0), so that the window is ``0 … window_days - 1``, both ends included.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DAYS_PER_WEEK = 7
CAP_TOLERANCE_MINUTES = 1.0
_EXACT_BELOW = 2.0**53
_FLOAT_DUST = 1e-9

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def days_from(dates: NDArray[np.datetime64], first_day: np.datetime64) -> Floats:
    """Whole days from `first_day` to each date; nan where there is no date."""
    days = dates.astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, (days - first_day.astype("datetime64[D]")).astype(np.float64))


def open_in_window(start_day: Floats, end_day: Floats, window_days: int) -> tuple[Floats, Floats]:
    """First and last day of the window on which an episode was open; no end means still open.

    An episode that was not open in the window has a last day before its first; without a start both are nan.
    """
    first = np.maximum(start_day, 0.0)
    last = np.minimum(np.where(np.isnan(end_day), np.inf, end_day), window_days - 1.0)
    return first, np.where(np.isnan(start_day), np.nan, last)


def days_open(first_day: Floats, last_day: Floats) -> Floats:
    """Number of days from `first_day` to `last_day`, both included; zero where they are out of order."""
    return np.maximum(last_day - first_day + 1.0, 0.0)


def minutes_per_week(minutes: Floats, days: Floats) -> Floats:
    """``7 * minutes / days``; nan where there is no day."""
    return DAYS_PER_WEEK * minutes / np.where(days > 0, days, np.nan)


def at_cap(delivered: Floats, assigned: Floats) -> NDArray[np.bool_]:
    """Whether the delivered minutes per week lie within 1 minute of the assigned maximum, or above it.

    False where the assigned minutes are unknown (nan): no cap is known then.
    """
    return delivered >= assigned - CAP_TOLERANCE_MINUTES - _FLOAT_DUST


def in_canonical_order(row: Ints, day: Floats, minutes: Floats) -> NDArray[np.intp]:
    """An order of contacts in which sums have the same last bit, however the contacts stand in the files.

    Whole minutes add up exactly in any order: they stay as they stand.
    """
    if (np.floor(minutes) == minutes).all() and np.abs(minutes).sum() < _EXACT_BELOW:
        return np.arange(len(row))
    return np.lexsort((minutes, day, row))


def sum_by_row(row: Ints, minutes: Floats, n_rows: int) -> tuple[Floats, Ints]:
    """Sum of `minutes` and number of contacts for each of `n_rows` rows; zeros where there is none."""
    total = np.bincount(row, weights=minutes, minlength=n_rows).astype(np.float64)
    return total, np.bincount(row, minlength=n_rows).astype(np.int64)


def whole_weeks(first_day: Floats, last_day: Floats) -> tuple[Ints, Ints]:
    """First whole week in which an episode was open on all seven days, and how many such weeks there are.

    Weeks are the window's own: week 0 is its first seven days. A broken week is left out, because its minutes are
    not a week's.
    """
    first = np.ceil(first_day / DAYS_PER_WEEK)
    stop = np.floor((last_day + 1.0) / DAYS_PER_WEEK)
    known = ~np.isnan(first_day)
    number = np.where(known, np.maximum(stop - first, 0.0), 0.0).astype(np.int64)
    return np.where(known, first, 0.0).astype(np.int64), number


def weekly_minutes(
    row: Ints, day: Floats, minutes: Floats, first_week: Ints, n_weeks: Ints
) -> tuple[Ints, Ints, Floats]:
    """Minutes in each whole week in which each row was open, zero in weeks without a contact.

    Parameters
    ----------
    row, day, minutes : arrays of shape (n_contacts,)
        The row each contact belongs to, its day of the window, its minutes.
    first_week, n_weeks : arrays of shape (n_rows,)
        From `whole_weeks`.

    Returns
    -------
    row, week, minutes : arrays of shape (sum of `n_weeks`,)
        By row, then week.
    """
    start = np.cumsum(n_weeks) - n_weeks
    row_of_week = np.repeat(np.arange(len(n_weeks), dtype=np.int64), n_weeks)
    number = np.arange(len(row_of_week), dtype=np.int64) - start[row_of_week]
    place = np.floor_divide(day, DAYS_PER_WEEK).astype(np.int64) - first_week[row]
    counts = (place >= 0) & (place < n_weeks[row])
    cell = (start[row] + place)[counts]
    total = np.bincount(cell, weights=minutes[counts], minlength=len(row_of_week)).astype(np.float64)
    return row_of_week, number + first_week[row_of_week], total
