"""Numbers, dates and units as a Dutch reader expects them; nothing a client is told is rounded here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from normenkader.terms.dutch_numbers import MINUS, MISSING, Number, decimal, exact, percent, signed, signed_decimal
from normenkader.terms.units import SINGULAR, dutch_unit

__all__ = [
    "MISSING", "amount_in_words", "between", "between_exact", "client_count", "count", "decimal", "dutch_date",
    "dutch_unit", "euro", "euro_unbroken", "exact", "from_to", "p_value", "percent", "public_rows", "signed",
    "signed_decimal",
]  # fmt: skip


_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


def euro(value: Number | None, digits: int = 2) -> str:
    """An amount in euros, with a real minus before the sign of the euro."""
    if value is None:
        return MISSING
    amount = decimal(abs(value), digits)
    return f"{MINUS if value < 0 else ''}€ {amount}"


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


def from_to(interval: Sequence[Number | None] | None, digits: int = 1) -> str:
    """`between` where room is scarce: ``12,0 tot 18,5``."""
    if not interval or any(side is None for side in interval):
        return between(interval, digits)
    return " tot ".join(decimal(side, digits) for side in interval)


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


def amount_in_words(amount: Number, unit: str) -> str:
    """An amount with its Dutch unit: ``1 minuut per week``, ``2 uur per week``, ``3 dagen``."""
    first, _, rest = dutch_unit(unit).partition(" ")
    counted = SINGULAR.get(first, first) if amount == 1 or first == "uren" else first
    return f"{exact(amount)} {counted} {rest}".rstrip()


def dutch_date(iso: str) -> str:
    """``2025-09-01`` as ``1 september 2025``."""
    day = date.fromisoformat(iso)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
