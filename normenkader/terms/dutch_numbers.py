"""Numbers as a Dutch reader expects them: one way of rounding and writing, wherever a text is made."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MISSING = "–"
MINUS = "−"
_SEPARATORS = {ord(","): ".", ord("."): ",", ord("-"): MINUS}

Number = int | float


def decimal(value: Number | None, digits: int = 1) -> str:
    """`value` with `digits` decimals behind a comma, a dot for thousands and a real minus; a dash when missing.

    Halves go away from zero, as on paper: 50,5 is 51 wherever it is told in whole minutes.
    """
    return MISSING if value is None else _rounded(Decimal(str(float(value))), digits)


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
    """`decimal` with a plus before what is above zero once it is rounded."""
    told = decimal(value, digits)
    return told if value is None or value <= 0 or not told.strip("0,") else f"+{told}"


def percent(value: Number | None, digits: int = 0) -> str:
    """A share between 0 and 1 as a percentage, its sign against the figure."""
    return MISSING if value is None else f"{_rounded(100 * Decimal(str(float(value))), digits)}%"


def _rounded(value: Decimal, digits: int) -> str:
    return _dutch(f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0:,f}")


def _dutch(english: str) -> str:
    return english.translate(_SEPARATORS)
