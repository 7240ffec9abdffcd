"""Other choices, other exclusions, today's clients and other numbers of bands as documents: rounding and disclosure."""

from __future__ import annotations

from typing import Any

from normenkader.bands.conditions import Conditions
from normenkader.bands.exclusions import Exclusion
from normenkader.bands.how_many import NumberOfBands
from normenkader.bands.impact import Change, Impact, ProductBand
from normenkader.bands.movement import Movement
from normenkader.bands.multiverse import Multiverse
from normenkader.bands.robustness import Robustness
from normenkader.disclosure import published_clients, published_providers
from normenkader.dossier.assessor_tables import same_band_document
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]


def robustness_documents(found: Robustness, floor: DisclosureSettings) -> Document:
    """Keys of validation.json: ``multiverse``, ``exclusions``, ``impact``, ``how_many_bands``, ``conditions``."""
    return {
        "multiverse": multiverse_document(found.multiverse),
        "exclusions": [_exclusion(e) for e in found.exclusions],
        "impact": impact_document(found.impact, floor),
        "how_many_bands": [_number(n) for n in found.numbers],
        "conditions": _conditions(found.conditions),
    }


def multiverse_document(found: Multiverse) -> Document:
    """``multiverse`` of validation.json: the specification curve and what each choice does."""
    return {
        "dimensions": [
            {"name": d.name, "options": list(d.options), "in_force": d.in_force, "reason": d.reason or None}
            for d in found.dimensions
        ],
        "universes": [
            {
                "options": list(u.options), "edges": None if u.edges is None else list(u.edges),
                "ijkclient_minutes": u.ijkclient_minutes, "share_moved": rounded(u.share_moved, 3),
                "share_without_norm": rounded(u.share_without_norm, 3),
            }
            for u in found.universes
        ],
        "crossed": found.crossed,
        "influences": [
            {
                "dimension": i.dimension, "n_options": i.n_options, "largest_move": i.largest_move,
                "share_moved": rounded(i.share_moved, 3), "mean_move": rounded(i.mean_move, 1),
                "reason": i.reason or None,
            }
            for i in found.influences
        ],
        "edge_ranges": [list(pair) for pair in found.edge_ranges],
        "survive_single": rounded(found.survive_single, 3),
        "survive_all": rounded(found.survive_all, 3) if found.crossed else None,
        "n_single": found.n_single,
        "n_all": found.n_all,
        "n_infeasible": found.n_infeasible,
    }  # fmt: skip


def impact_document(found: Impact, floor: DisclosureSettings) -> Document:
    """``impact`` of validation.json."""
    return {
        "changes": [_change(change, floor) for change in found.changes],
        "products": [_product(p, floor) for p in found.products],
        "reason": found.reason or None,
    }


def movement_document(found: Movement, floor: DisclosureSettings) -> Document:
    """One group; every figure is null when it has too few clients or providers, a share when it rests on too few."""
    shown = published_clients(found.n_clients, floor) is not None and found.n_providers >= floor.min_providers

    def share(n: int) -> float | None:
        return rounded(n / found.n_clients, 3) if shown and published_clients(n, floor) is not None else None

    return {
        "group": found.group,
        "level": found.level or None,
        "n_clients": published_clients(found.n_clients, floor) if shown else None,
        "n_providers": published_providers(found.n_providers, floor) if shown else None,
        "mean_old": rounded(found.mean_old, 1) if shown else None,
        "mean_new": rounded(found.mean_new, 1) if shown else None,
        "share_down": share(found.n_down),
        "share_up": share(found.n_up),
        "share_losers": share(found.n_losers),
        "mean_loss": rounded(found.mean_loss, 1) if share(found.n_down) is not None else None,
    }


def _change(change: Change, floor: DisclosureSettings) -> Document:
    return {
        "baseline": change.baseline, "share_compared": rounded(change.share_compared, 3),
        "to_norm": [movement_document(m, floor) for m in change.to_norm],
        "to_lower": movement_document(change.to_lower, floor),
    }  # fmt: skip


def _product(found: ProductBand, floor: DisclosureSettings) -> Document:
    clients = published_clients(found.n_clients, floor)
    shown = clients is not None and found.n_providers >= floor.min_providers
    return {
        "product": found.product, "lower": found.lower, "n_clients": clients if shown else None,
        "mean_delivered": rounded(found.mean_delivered, 1) if shown else None,
    }  # fmt: skip


def _exclusion(found: Exclusion) -> Document:
    return {
        "code": found.code, "occurs": found.occurs, "put_back_as": found.put_back_as or None,
        "edges": None if found.edges is None else list(found.edges), "largest_move": found.largest_move,
        "share_moved": rounded(found.share_moved, 3), "reason": found.reason or None,
    }  # fmt: skip


def _number(found: NumberOfBands) -> Document:
    shares = ("explained_of_norm", "explained_unseen", "share_in_doubt", "promise_kept", "fits_below_upper",
              "guaranteed", "periods_within", "moved_by_one_fact", "cost_of_doubt")  # fmt: skip
    minutes = ("mean_doubt_width", "mean_width", "sd_within")
    chance = same_band_document(found.same_band)
    return {
        "n": found.n_bands, "in_force": found.in_force, "edges": None if found.edges is None else list(found.edges),
        "same_band": {"value": chance["value"], "interval": chance["interval"]},
        "bands_keeping_promise": found.bands_keeping_promise,
        "mean_minutes": [rounded(mean, 1) for mean in found.mean_minutes],
        **{name: rounded(getattr(found, name), 3) for name in shares},
        **{name: rounded(getattr(found, name), 1) for name in minutes},
    }  # fmt: skip


def _conditions(found: Conditions) -> Document:
    return {
        "numbers": list(found.numbers),
        "measures": [
            {"condition": m.condition, "code": m.code, "unit": m.unit, "better": m.better,
             "values": [rounded(value, 3) for value in m.values]}
            for m in found.measures
        ],
    }  # fmt: skip
