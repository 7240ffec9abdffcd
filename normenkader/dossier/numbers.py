"""Numbers, dates and units as a Dutch reader expects them; nothing a client is told is rounded here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MISSING = "–"
_MINUS = "−"
_SEPARATORS = {ord(","): ".", ord("."): ",", ord("-"): _MINUS}
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_UNITS = {
    "minutes": "minuten", "hours": "uren", "days": "dagen", "half-days": "dagdelen", "visits": "bezoeken",
    "nights": "etmalen",
}  # fmt: skip

_PERIODS = {
    "day": "dag", "week": "week", "two weeks": "twee weken", "four weeks": "vier weken", "month": "maand",
    "year": "jaar",
}  # fmt: skip
_SINGULAR = {"minuten": "minuut", "uren": "uur", "dagen": "dag", "dagdelen": "dagdeel", "bezoeken": "bezoek",
             "etmalen": "etmaal"}  # fmt: skip

Number = int | float


def decimal(value: Number | None, digits: int = 1) -> str:
    """`value` with `digits` decimals behind a comma, a dot for thousands and a real minus; a dash when missing.

    Halves go away from zero, as on paper: 50,5 is 51 wherever it is told in whole minutes.
    """
    return MISSING if value is None else _rounded(Decimal(str(float(value))), digits)


def _rounded(value: Decimal, digits: int) -> str:
    return _dutch(f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0:,f}")


def exact(value: Number | None) -> str:
    """`value` as it stands in the document, without any rounding; for all that a client is told."""
    if value is None:
        return MISSING
    plain = Decimal(str(value)).normalize() + 0
    return _dutch(f"{plain:,f}")


def signed(value: Number | None) -> str:
    """`exact` with a plus before what is above zero: minutes that are added or taken off."""
    return exact(value) if value is None or value <= 0 else f"+{exact(value)}"


def signed_decimal(value: Number | None, digits: int = 1) -> str:
    """`decimal` with a plus before what is above zero."""
    return decimal(value, digits) if value is None or value <= 0 else f"+{decimal(value, digits)}"


def percent(value: Number | None, digits: int = 0) -> str:
    """A share between 0 and 1 as a percentage."""
    return MISSING if value is None else f"{_rounded(100 * Decimal(str(float(value))), digits)}%"


def euro(value: Number | None, digits: int = 2) -> str:
    """An amount in euros, with a real minus before the sign of the euro."""
    if value is None:
        return MISSING
    amount = decimal(abs(value), digits)
    return f"{_MINUS if value < 0 else ''}€ {amount}"


def euro_unbroken(value: Number | None, digits: int = 2) -> str:
    """`euro` for a page, where the sign must not end a line."""
    return euro(value, digits).replace(" ", "\u00a0")


def p_value(value: Number | None) -> str:
    """A p-value with three decimals; a very small one as an upper limit, since it is never nought."""
    return "kleiner dan 0,001" if value is not None and value < 0.001 else decimal(value, 3)


def between(interval: Sequence[Number | None] | None, digits: int = 1) -> str:
    """An interval in words: ``tussen 12,0 en 18,5``; half open where one side is not known."""
    if not interval or all(side is None for side in interval):
        return MISSING
    low, high = interval
    if low is None:
        return f"hoogstens {decimal(high, digits)}"
    if high is None:
        return f"minstens {decimal(low, digits)}"
    return f"tussen {decimal(low, digits)} en {decimal(high, digits)}"


def between_exact(interval: Sequence[Number | None] | None) -> str:
    """`between` without rounding, for edges on the step grid."""
    if not interval or any(side is None for side in interval):
        return MISSING
    return f"tussen {exact(interval[0])} en {exact(interval[1])}"


def count(value: Number | None, *, least: int) -> str:
    """A count of providers that has been through disclosure: null means fewer than `least`."""
    return f"minder dan {least}" if value is None else exact(value)


def client_count(value: Number | None) -> str:
    """A count of clients that has been through disclosure: null may be small, or give away one that is."""
    return "niet getoond" if value is None else exact(value)


def public_rows(rows: int | None, *, least: int, round_to: int) -> str:
    """An exact number of rows of the ledger as it may be published: small ones veiled, others rounded."""
    if rows is None:
        return "niet getoond"
    if rows == 0:
        return "0"
    if rows < least:
        return f"minder dan {least}"
    return exact(round_to * ((rows + round_to // 2) // round_to))


def dutch_unit(unit: str) -> str:
    """The study's unit in Dutch where we know it, else as the study says it."""
    plain = unit.strip().lower()
    counted, _, period = plain.partition(" per ")
    if counted in _UNITS and period in _PERIODS:
        return f"{_UNITS[counted]} per {_PERIODS[period]}"
    return _UNITS.get(plain, unit)


def counted(unit: str) -> str:
    """What a unit counts, in Dutch: ``minutes per week`` gives ``minuten``."""
    return dutch_unit(unit).partition(" ")[0]


def amount_in_words(amount: int, unit: str) -> str:
    """A whole amount with its Dutch unit: ``1 minuut per week``, ``2 uur per week``, ``3 dagen``."""
    first, _, rest = dutch_unit(unit).partition(" ")
    counted = _SINGULAR.get(first, first) if amount == 1 or first == "uren" else first
    return f"{exact(amount)} {counted} {rest}".rstrip()


def dutch_date(iso: str) -> str:
    """``2025-09-01`` as ``1 september 2025``."""
    day = date.fromisoformat(iso)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _dutch(english: str) -> str:
    return english.translate(_SEPARATORS)
