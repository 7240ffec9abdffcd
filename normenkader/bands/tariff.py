"""From a price per hour and minutes per week to week prices and a budget: arithmetic only.

Everything is decimal arithmetic on figures as they are printed, so that a spreadsheet gives the same cents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from normenkader.bands.hourly_price import HourlyPrice, hourly_price, whole_cents
from normenkader.bands.prices import MINUTES_PER_UNIT, Prices, refuse_other_time, refuse_other_unit

Document = Mapping[str, Any]

WEEKS_A_YEAR = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """Week price and budget of one band, product or provider.

    Attributes
    ----------
    name : str
        Number of the band, name of the product, or number of the provider.
    n_clients : int or None
        As published.
    minutes : Decimal or None
        Mean minutes per week; None when it may not be shown.
    week_price : Decimal or None
        Price per hour / 60 x minutes, in whole cents.
    interval : (low, high) or None
        The same for the interval of the minutes.
    week_budget, year_budget : Decimal or None
        For the published number of clients; a year is 52 weeks. In whole euros.
    old_week_price : Decimal or None
        What one client costs a week now: the product's price where the file gives one, else assigned minutes.
    comparable : Decimal or None
        New week price over the same clients as `old_week_price`.
    old_is : {"product_price", "assigned_minutes", ""}
        What `old_week_price` is: the price of the product, or assigned minutes at the new price per hour.
    """

    name: str
    n_clients: int | None
    minutes: Decimal | None
    week_price: Decimal | None
    interval: tuple[Decimal, Decimal] | None = None
    week_budget: Decimal | None
    year_budget: Decimal | None
    old_week_price: Decimal | None = None
    comparable: Decimal | None = None
    old_is: Literal["product_price", "assigned_minutes", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """The annex: price per hour, week prices, and what they do to the budget.

    Attributes
    ----------
    prices : Prices
    hourly : HourlyPrice
    bands, products, providers : tuple of PriceRow
    total : PriceRow
    spread : mapping or None
        Change by provider as shares of what was delivered: quartiles, and how many lose over 5 %.
    """

    prices: Prices
    hourly: HourlyPrice
    bands: tuple[PriceRow, ...]
    total: PriceRow
    products: tuple[PriceRow, ...]
    providers: tuple[PriceRow, ...]
    spread: Document | None


def tariff(volumes: Document, prices: Prices) -> Tariff:
    """Week prices and budget from the volumes of a calibration.

    Parameters
    ----------
    volumes : mapping
        The key ``volumes`` of validation.json.
    prices : Prices

    Raises
    ------
    InputRefused
        If price and minutes do not use the same definition of time, or the unit is not minutes or hours per week.
    """
    refuse_other_time(volumes["time_definition"], prices)
    refuse_other_unit(volumes["unit"], prices)
    hourly, products = hourly_price(prices.content), prices.content.products
    per_hour = hourly.price * MINUTES_PER_UNIT[volumes["unit"]]
    return Tariff(
        prices=prices, hourly=hourly,
        bands=tuple(_row(str(band["band"]), band, band["mean_minutes"], per_hour) for band in volumes["bands"]),
        total=_row("", volumes["total"], volumes["total"]["mean_band_minutes"], per_hour),
        products=tuple(_group(row, per_hour, products.get(row["name"])) for row in volumes["products"]),
        providers=tuple(_group(row, per_hour, None) for row in volumes["providers"] or ()),
        spread=volumes["spread"],
    )  # fmt: skip


def _row(name: str, row: Document, minutes: float | None, per_hour: Decimal) -> PriceRow:
    price, clients = _price(minutes, per_hour), row["n_clients"]
    budget = None if price is None or clients is None else price * clients
    return PriceRow(
        name=name, n_clients=clients, minutes=_decimal(minutes), week_price=price,
        interval=_interval(row.get("interval"), per_hour), week_budget=None if budget is None else _euros(budget),
        year_budget=None if budget is None else _euros(budget * WEEKS_A_YEAR),
    )  # fmt: skip


def _group(row: Document, per_hour: Decimal, product_price: Decimal | None) -> PriceRow:
    """A product against its own price where that is given, else against its assigned minutes; a provider likewise."""
    plain = _row(str(row["name"]), row, row["mean_band_minutes"], per_hour)
    by_product = product_price is not None
    old = product_price if by_product else _price(row["mean_assigned"], per_hour)
    new = plain.week_price if by_product else _price(row["mean_band_where_assigned"], per_hour)
    return PriceRow(
        name=plain.name, n_clients=plain.n_clients, minutes=plain.minutes, week_price=plain.week_price,
        week_budget=plain.week_budget, year_budget=plain.year_budget, old_week_price=old, comparable=new,
        old_is="" if old is None else "product_price" if by_product else "assigned_minutes",
    )  # fmt: skip


def _price(minutes: float | None, per_hour: Decimal) -> Decimal | None:
    return None if minutes is None else whole_cents(per_hour * Decimal(repr(minutes)) / 60)


def _interval(bounds: Sequence[float] | None, per_hour: Decimal) -> tuple[Decimal, Decimal] | None:
    if not bounds:
        return None
    low, high = (whole_cents(per_hour * Decimal(repr(bound)) / 60) for bound in bounds)
    return low, high


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


def _euros(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)
