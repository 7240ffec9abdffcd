"""Numbers and dates in text, held against Python's own formatting and calendar."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normenkader.casemix.cells import (
    date_of,
    date_order,
    decimal_evidence,
    is_month_first,
    number_of,
    parse_dates,
    parse_numbers,
)

OTHER = {",": ".", ".": ","}
NO_BREAK_SPACE = "\u00a0"

amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, allow_nan=False, places=2)
marks = st.sampled_from([",", "."])
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


def written(amount: Decimal, *, mark: str, group: str) -> str:
    """`amount` as Python's format writes it, with other marks."""
    text = f"{amount:,.2f}" if group else f"{amount:.2f}"
    return text.replace(",", "\0").replace(".", mark).replace("\0", group)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.250,75", ",", 1250.75), ("1250,75", ",", 1250.75), ("1250.75", ".", 1250.75), ("1,250.75", ".", 1250.75),
        ("1.250", ",", 1250.0), ("1.250", ".", 1.25), ("1,250", ",", 1.25), ("1,250", ".", 1250.0),
        ("1 250,75", ",", 1250.75), (f"1{NO_BREAK_SPACE}250", ",", 1250.0), ("-3,5", ",", -3.5), ("\u22123", ",", -3.0),
        ("+4", ".", 4.0), (",5", ",", 0.5), ("1,2E+03", ",", 1200.0), ("0", ",", 0.0), ("007", ".", 7.0),
    ],
)  # fmt: skip
def test_a_number_is_read_by_its_decimal_mark(text: str, mark: str, value: float) -> None:
    assert number_of(text, mark) == value


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("n.v.t.", ","), ("12.5", ","), ("12,5", "."), ("0.250", ","), ("1.25.0", ","), ("1.2500", ","), ("12,", ","),
        ("", ","), ("-", ","), (".", "."), ("1e999", "."), ("nan", "."), ("inf", "."), ("1_000", "."), ("0x10", "."),
        ("٣", ","), ("1 25", ","), ("€ 12,50", ","), ("2:30", ","), ("1,250,75", "."),
    ],
)  # fmt: skip
def test_what_is_no_number_under_this_mark_is_not_read(text: str, mark: str) -> None:
    assert np.isnan(number_of(text, mark))


@given(amounts, marks, st.booleans())
def test_every_way_of_writing_comes_back_exactly(amount: Decimal, mark: str, grouped: bool) -> None:
    text = written(amount, mark=mark, group=OTHER[mark] if grouped else "")
    assert number_of(text, mark) == float(amount)
    assert decimal_evidence([text]).mark == mark


@given(st.lists(amounts, max_size=20), marks, st.booleans())
def test_the_array_reads_as_the_single_cell(some: list[Decimal], mark: str, grouped: bool) -> None:
    texts = np.array([written(a, mark=mark, group=OTHER[mark] if grouped else "") for a in some] + ["", "x"], object)
    values, bad = parse_numbers(texts, decimal=mark)
    assert np.array_equal(values, [number_of(t, mark) for t in texts], equal_nan=True)
    assert bad.tolist() == [False] * (len(some) + 1) + [True]


@given(st.text(alphabet="0123456789.,- +eE", max_size=12), marks)
def test_any_text_is_a_finite_number_or_none(text: str, mark: str) -> None:
    value = number_of(text, mark)
    assert np.isnan(value) or np.isfinite(value)
    if decimal_evidence([text]).mark == OTHER[mark]:
        assert np.isnan(value), "a text that only the other mark can read must not be read"


@pytest.mark.parametrize(
    ("texts", "mark", "either"),
    [
        (["1.250"], "", 1), (["1.250", "12,5"], ",", 1), (["1.250", "12.5"], ".", 1), (["1.250.000"], ",", 0),
        (["0,125"], ",", 0), (["0.125"], ".", 0), (["1250,125"], ",", 0), (["1250"], "", 0), (["1,2", "1.2"], "", 0),
    ],
)  # fmt: skip
def test_the_cells_that_can_be_read_one_way_decide(texts: list[str], mark: str, either: int) -> None:
    evidence = decimal_evidence(texts)
    assert (evidence.mark, evidence.either) == (mark, either)


FORMATS = {
    "yyyy-mm-dd": "%Y-%m-%d", "yyyy/mm/dd": "%Y/%m/%d", "dd-mm-yyyy": "%d-%m-%Y", "dd/mm/yyyy": "%d/%m/%Y",
    "dd.mm.yyyy": "%d.%m.%Y", "yyyymmdd": "%Y%m%d",
}  # fmt: skip


@given(days, st.sampled_from(sorted(FORMATS)))
def test_a_day_comes_back_from_every_order(day: date, order: str) -> None:
    text = day.strftime(FORMATS[order])
    assert (date_of(text), date_order(text)) == (day, order)


@given(
    days, st.sampled_from(["yyyy-mm-dd", "dd-mm-yyyy"]), st.sampled_from([" 00:00:00", "T00:00:00", " 0:00", " 14:30"])
)
def test_a_time_of_day_does_not_move_the_day(day: date, order: str, time: str) -> None:
    assert date_of(day.strftime(FORMATS[order]) + time) == day


@pytest.mark.parametrize(
    "text",
    ["31-02-2026", "29-02-2025", "2025-13-01", "00-01-2025", "01-09-25", "1 sep 2025", "45901", "20251301",
     "09/13/2025", "01-09/2025", "2025-09-01x", "", "n.v.t.", "12345678"],
)  # fmt: skip
def test_what_is_no_day_is_not_read(text: str) -> None:
    assert date_of(text) is None


def test_dates_as_an_array_with_the_mask_of_bad_cells() -> None:
    texts = np.array(["2025-09-01", "", "31-02-2026", "1-9-2025"], dtype=object)
    read, bad = parse_dates(texts)
    assert read.dtype == np.dtype("datetime64[D]")
    assert read[[0, 3]].tolist() == [date(2025, 9, 1)] * 2
    assert np.isnat(read[[1, 2]]).all()
    assert bad.tolist() == [False, False, True, False]


@given(days)
def test_only_a_day_above_twelve_in_second_place_is_month_first(day: date) -> None:
    assert is_month_first(day.strftime("%m/%d/%Y")) == (day.day > 12)
    assert not is_month_first(day.strftime("%d/%m/%Y")) or day.month > 12


def test_a_far_open_end_is_a_day() -> None:
    assert date_of("31-12-9999") == date(9999, 12, 31)
    assert date_of("9999-12-31") - date(9999, 12, 30) == timedelta(days=1)  # type: ignore[operator]
