"""From the six elements to the price of one delivered hour, step by step, in decimal arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from normenkader.bands.price_file import PriceFile

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from wage to price per hour.

    Attributes
    ----------
    element : str
        Letter of art. 5.4; ``risk`` for the optional surcharge that the article does not name.
    code : str
        What the step is.
    factor : Decimal or None
        What the amount is multiplied by; None for the wage, and for a surcharge that is added.
    added, amount : Decimal
        Euros per hour that the step adds, and where it ends.
    source : str
        Where the file says the figure comes from.
    """

    element: str
    code: str
    factor: Decimal | None
    added: Decimal
    amount: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyPrice:
    """Price of one delivered hour: the steps, the unrounded end, and the price in whole cents that all else uses."""

    steps: tuple[Step, ...]
    unrounded: Decimal
    price: Decimal
    productive_hours: Decimal


def hourly_price(prices: PriceFile) -> HourlyPrice:
    """Price of one delivered hour.

    Wage x (1 + allowances) x (1 + employer's charges) x paid hours / delivered hours, plus overhead, travel and
    training, and municipal obligations as shares of that, x (1 + risk) x (1 + indexation).

    References
    ----------
    Art. 5.4 Uitvoeringsbesluit Wmo 2015, quoted in ECLI:NL:HR:2021:1452. The order of the steps is that of Berenschot,
    Kostprijs berekenen voor Wmo en Jeugdhulp; writing them as one product is a choice of this toolkit.
    """
    steps = tuple(_steps(prices))
    end = steps[-1].amount
    return HourlyPrice(steps=steps, unrounded=end, price=whole_cents(end),
                       productive_hours=prices.non_productive_hours.productive())  # fmt: skip


def whole_cents(amount: Decimal) -> Decimal:
    """To the nearest cent, halves up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _steps(prices: PriceFile) -> Iterator[Step]:
    staff, hours, index = prices.staff_costs, prices.non_productive_hours, prices.indexation
    amount = staff.gross_hourly_wage
    yield Step(element="a", code="wage", factor=None, added=amount, amount=amount, source=staff.source)
    for element, code, factor, source in (
        ("a", "allowances", 1 + staff.allowances, staff.source),
        ("a", "employer_charges", 1 + staff.employer_charges, staff.source),
        ("c", "non_productive_hours", hours.gross_hours / hours.productive(), hours.source),
    ):
        step = _times(element, code, amount, factor, source)
        amount = step.amount
        yield step
    base = amount
    for element, code, table in (
        ("b", "overhead", prices.overhead), ("d", "travel_and_training", prices.travel_and_training),
        ("f", "municipal_obligations", prices.municipal_obligations),
    ):  # fmt: skip
        amount += base * table.share
        yield Step(element=element, code=code, factor=None, added=base * table.share, amount=amount,
                   source=table.source)  # fmt: skip
    # Indexation comes last, as in the sum of the elements; a product has one outcome in any order.
    if prices.risk is not None:
        step = _times("risk", "risk", amount, 1 + prices.risk.share, prices.risk.source)
        amount = step.amount
        yield step
    yield _times("e", "indexation", amount, 1 + index.share, index.source)


def _times(element: str, code: str, amount: Decimal, factor: Decimal, source: str) -> Step:
    return Step(element=element, code=code, factor=factor, added=amount * factor - amount, amount=amount * factor,
                source=source)  # fmt: skip
