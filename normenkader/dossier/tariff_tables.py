"""The tariff annex as a document: price per hour step by step, week prices, and the budget. In euros and minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from normenkader.bands.hourly_price import HourlyPrice, Step
from normenkader.bands.price_file import ELEMENTS, LAW, PriceFile
from normenkader.bands.tariff import PriceRow, Tariff

Document = dict[str, Any]

STEP_WORDS = {
    "wage": "Bruto uurloon",
    "allowances": "Vakantiegeld, toeslag voor onregelmatige uren, eindejaarsuitkering",
    "employer_charges": "Sociale lasten en pensioen",
    "non_productive_hours": "Betaalde uren gedeeld door geleverde uren",
    "overhead": "Overhead",
    "travel_and_training": "Reis- en opleidingskosten",
    "municipal_obligations": "Kosten door verplichtingen van de gemeente",
    "risk": "Risico en innovatie",
    "indexation": "Indexatie",
}


def tariff_document(found: Tariff, volumes: Mapping[str, Any]) -> Document:
    """All figures of the annex, for reading by people and by programs.

    Parameters
    ----------
    found : Tariff
    volumes : mapping
        The key ``volumes`` of validation.json that `found` was made from.
    """
    prices = found.prices.content
    return {
        "name": prices.name, "file": found.prices.file, "sha256": found.prices.sha256,
        "fictitious": prices.fictitious, "law": LAW, "time_definition": prices.time_definition,
        "unit": volumes["unit"],
        "price_year": prices.price_year, "wage_year": prices.indexation.from_year,
        "elements": _elements(prices), "hourly": _hourly(found.hourly), "hours": _hours(prices),
        "bands": [{**_row(row, "band"), "minutes_by_days": band["mean_by_days"]}
                  for row, band in zip(found.bands, volumes["bands"], strict=True)],
        "total": _row(found.total, "name"), "products": [_compared(row) for row in found.products],
        "providers": [_compared(row) for row in found.providers] or None,
        "providers_reason": volumes["providers_reason"], "spread": found.spread,
    }  # fmt: skip


def _elements(prices: PriceFile) -> list[Document]:
    return [{"element": letter, "words": words, "source": getattr(prices, key).source}
            for key, (letter, words) in ELEMENTS.items()]  # fmt: skip


def _hourly(hourly: HourlyPrice) -> Document:
    return {
        "price": _number(hourly.price), "unrounded": _number(hourly.unrounded, 4),
        "productive_hours": _number(hourly.productive_hours), "steps": [_step(step) for step in hourly.steps],
    }  # fmt: skip


def _step(step: Step) -> Document:
    return {
        "element": step.element, "code": step.code, "words": STEP_WORDS[step.code], "factor": _number(step.factor, 4),
        "added": _number(step.added, 4), "amount": _number(step.amount, 4),
    }  # fmt: skip


def _hours(prices: PriceFile) -> Document:
    hours = prices.non_productive_hours
    names = ("gross_hours", "leave", "sickness", "training", "meetings", "travel", "other", "indirect_client_hours")
    return {name: _number(getattr(hours, name)) for name in names}


def _row(row: PriceRow, key: str) -> Document:
    return {
        key: row.name, "n_clients": row.n_clients, "mean_minutes": _number(row.minutes),
        "week_price": _number(row.week_price), "interval": _pair(row.interval),
        "week_budget": _number(row.week_budget, 0), "year_budget": _number(row.year_budget, 0),
    }  # fmt: skip


def _compared(row: PriceRow) -> Document:
    old, new = row.old_week_price, row.comparable
    plain = _row(row, "name")
    plain.pop("interval")
    return {
        **plain, "old_week_price": _number(old), "new_week_price": _number(new),
        "difference": _number(new - old) if old is not None and new is not None else None,
        "old_is": row.old_is,
    }  # fmt: skip


def _pair(bounds: Sequence[Decimal] | None) -> list[float | None] | None:
    return None if bounds is None else [_number(bound) for bound in bounds]


def _number(value: Decimal | None, digits: int = 2) -> float | None:
    return None if value is None else float(round(value, digits))
