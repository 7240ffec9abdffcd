"""How help was delivered, as it stands in validation.json."""

from __future__ import annotations

from typing import Any

from normenkader.bands.delivered import ThreeEstimands
from normenkader.bands.delivery import Delivery
from normenkader.disclosure import share_of_all
from normenkader.model.time_in_episode import TimeCurve
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]

_NO_WEEKS = "Er zijn geen weekregels."


def delivery_documents(found: Delivery, floor: DisclosureSettings, n_clients: int) -> Document:
    """The keys ``delivered_and_needed`` and ``time_in_episode``."""
    spread, under, weeks = found.needed.spread, found.needed.under_delivery, found.weeks
    return {
        "delivered_and_needed": {
            "terms": [_term(row) for row in found.needed.terms],
            "provider_effects": {
                "median": rounded(spread.median, 1), "worst": rounded(spread.worst, 1),
                "standard_deviation": rounded(spread.standard_deviation, 1),
            },
            "under_delivery": {
                "overall": rounded(under.overall, 4),
                "capped": rounded(under.capped, 4) if under.n_capped >= floor.min_clients else None,
            },
        },
        "time_in_episode": {
            "curves": [_curve(curve) for curve in found.curves],
            "weeks": None if weeks is None else {
                name: share_of_all(getattr(weeks, name), n_clients, floor)
                for name in ("periods_in_band", "weeks_in_band", "fortnightly", "peaks")
            },
            "reason": None if found.curves else _NO_WEEKS,
        },
    }  # fmt: skip


def _term(row: ThreeEstimands) -> Document:
    both = row.delivered_and_neutral
    partner = {"factor": both.with_factor, "level": both.with_level} if both.with_factor else None
    return {
        "factor": both.factor, "level": both.level, "with": partner, "delivered": rounded(both.delivered),
        "provider_neutral": rounded(both.neutral), "experts": rounded(row.needed_by_experts),
    }  # fmt: skip


def _curve(curve: TimeCurve) -> Document:
    return {
        "factor": curve.factor or None, "level": curve.level or None,
        "classes": [
            {"from_week": c.from_week, "to_week": c.to_week, "minutes": rounded(c.minutes, 1),
             "interval": [rounded(bound, 1) for bound in c.interval]}
            for c in curve.classes
        ],
        "front_loading": rounded(curve.front_loading, 3),
        "front_loading_interval": None if curve.interval is None else [rounded(bound, 3) for bound in curve.interval],
    }  # fmt: skip
