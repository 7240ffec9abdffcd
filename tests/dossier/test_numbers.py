import pytest

from normenkader.dossier import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (1234.56, "1.234,6"), (-3.14, "−3,1"), (0.04, "0,0"), (-0.04, "0,0"), (1234567, "1.234.567,0")],
)
def test_decimal_has_a_comma_and_a_dot_for_thousands(value, text):
    assert numbers.decimal(value) == text


def test_halves_go_away_from_zero_as_on_paper():
    assert [numbers.decimal(value, 0) for value in (50.5, 51.5, -2.5, 0.5)] == ["51", "52", "−3", "1"]
    assert numbers.decimal(0.285, 2) == "0,29"
    assert [numbers.percent(share) for share in (0.285, 0.145, 1)] == ["29%", "15%", "100%"]


@pytest.mark.parametrize(("value", "text"), [(125, "125"), (62.4375, "62,4375"), (1e6, "1.000.000"), (-0.0, "0")])
def test_exact_never_rounds(value, text):
    assert numbers.exact(value) == text


def test_what_is_added_has_its_sign():
    assert [numbers.signed(value) for value in (15, -10, 0, None)] == ["+15", "−10", "0", "–"]
    assert numbers.signed_decimal(18.73) == "+18,7"


def test_an_interval_reads_as_between():
    assert numbers.between([104.92, 137.81]) == "tussen 104,9 en 137,8"
    assert numbers.between([None, 12.0]) == "hoogstens 12,0"
    assert numbers.between([3.0, None]) == "minstens 3,0"
    assert numbers.between(None) == numbers.between([None, None]) == "–"
    assert numbers.between_exact([62.5, 75]) == "tussen 62,5 en 75"


def test_a_null_count_says_below_which_number_it_is():
    assert numbers.count(None, least=10) == "minder dan 10"
    assert numbers.count(2385, least=10) == "2.385"
    assert [numbers.client_count(n) for n in (None, 2385)] == ["niet getoond", "2.385"]


@pytest.mark.parametrize(
    ("rows", "text"), [(0, "0"), (1, "minder dan 10"), (9, "minder dan 10"), (12, "10"), (13, "15"), (12873, "12.875")]
)
def test_rows_of_the_ledger_are_veiled_or_rounded(rows, text):
    assert numbers.public_rows(rows, least=10, round_to=5) == text


def test_dates_and_units_are_dutch():
    assert numbers.dutch_date("2025-09-01") == "1 september 2025"
    assert numbers.dutch_unit("minutes per week") == "minuten per week"
    assert numbers.dutch_unit("dagdelen") == "dagdelen"


def test_units_over_other_periods_are_dutch():
    assert numbers.dutch_unit("minutes per two weeks") == "minuten per twee weken"
    assert numbers.dutch_unit("Hours per four weeks") == "uren per vier weken"
    assert numbers.dutch_unit("hours per year") == "uren per jaar"
    assert numbers.dutch_unit("visits per quarter") == "visits per quarter"


def test_an_amount_agrees_with_its_unit():
    assert numbers.amount_in_words(1, "minutes per week") == "1 minuut per week"
    assert numbers.amount_in_words(2, "hours per week") == "2 uur per week"
    assert numbers.amount_in_words(1300, "days") == "1.300 dagen"
    assert numbers.amount_in_words(0, "minutes per week") == "0 minuten per week"


def test_euros_have_their_sign_before_the_mark():
    assert numbers.euro(1234.5) == "€ 1.234,50"
    assert numbers.euro(-0.4) == "−€ 0,40"
    assert numbers.euro(-12, 0) == "−€ 12"
    assert numbers.euro(None) == "–"


def test_percentages():
    assert numbers.percent(0.308, 1) == "30,8%"
    assert numbers.percent(None) == "–"


def test_a_p_value_is_never_nought():
    assert [numbers.p_value(value) for value in (0.0, 0.0312, None)] == ["kleiner dan 0,001", "0,031", "–"]
