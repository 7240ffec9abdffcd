"""Other choices, other exclusions, today's clients and other numbers of bands as documents: rounding and disclosure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from normenkader.bands.conditions import Conditions
from normenkader.bands.exclusions import Exclusion
from normenkader.bands.how_many import NumberOfBands
from normenkader.bands.impact import Change, Impact, ProductBand
from normenkader.bands.multiverse import Multiverse
from normenkader.bands.robustness import Robustness
from normenkader.disclosure import Line, coarse_share, published_clients, withheld
from normenkader.dossier.assessor_tables import same_band_document
from normenkader.dossier.movement_tables import movement_document, movements_document
from normenkader.dossier.withheld import Withheld
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]


def robustness_documents(found: Robustness, floor: DisclosureSettings, hidden: Withheld) -> Document:
    """Keys of validation.json: ``multiverse``, ``exclusions``, ``impact``, ``how_many_bands``, ``conditions``."""
    return {
        "multiverse": multiverse_document(found.multiverse, floor, hidden.n_clients),
        "exclusions": [_exclusion(e, floor, hidden.n_clients) for e in found.exclusions],
        "impact": impact_document(found.impact, floor, hidden),
        "how_many_bands": [_number(n, floor, hidden.n_clients) for n in found.numbers],
        "conditions": _conditions(found.conditions, floor, hidden.n_clients),
    }


def multiverse_document(found: Multiverse, floor: DisclosureSettings, n_clients: int) -> Document:
    """``multiverse`` of validation.json: the specification curve and what each choice does.

    Shares of clients are coarse: the difference between two universes is a count too.
    """

    def share(value: float | None) -> float | None:
        return coarse_share(value, n_clients, floor)

    return {
        "dimensions": [
            {"name": d.name, "options": list(d.options), "in_force": d.in_force, "reason": d.reason or None}
            for d in found.dimensions
        ],
        "universes": [
            {
                "options": list(u.options), "edges": None if u.edges is None else list(u.edges),
                "ijkclient_minutes": u.ijkclient_minutes, "share_moved": share(u.share_moved),
                "share_without_norm": share(u.share_without_norm),
            }
            for u in found.universes
        ],
        "crossed": found.crossed,
        "influences": [
            {
                "dimension": i.dimension, "n_options": i.n_options, "largest_move": i.largest_move,
                "share_moved": share(i.share_moved), "mean_move": rounded(i.mean_move, 1),
                "reason": i.reason or None,
            }
            for i in found.influences
        ],
        "edge_ranges": [list(pair) for pair in found.edge_ranges],
        "survive_single": share(found.survive_single),
        "survive_all": share(found.survive_all) if found.crossed else None,
        "n_single": found.n_single,
        "n_all": found.n_all,
        "n_infeasible": found.n_infeasible,
    }  # fmt: skip


def impact_document(found: Impact, floor: DisclosureSettings, hidden: Withheld) -> Document:
    """``impact`` of validation.json."""
    return {
        "changes": [_change(change, floor, hidden) for change in found.changes],
        "products": _products(found.products, floor),
        "reason": found.reason or None,
    }


def _change(change: Change, floor: DisclosureSettings, hidden: Withheld) -> Document:
    return {
        "baseline": change.baseline, "share_compared": coarse_share(change.share_compared, hidden.n_clients, floor),
        "to_norm": movements_document(change.to_norm, floor, hidden),
        "to_lower": movement_document(change.to_lower, floor),
    }  # fmt: skip


def _products(found: Sequence[ProductBand], floor: DisclosureSettings) -> list[Document]:
    places = range(len(found))
    lines = [Line(cells=tuple(k for k in places if found[k].product == p)) for p in _listed(p.product for p in found)]
    lines += [Line(cells=tuple(k for k in places if found[k].lower == low)) for low in _listed(p.lower for p in found)]
    hidden = withheld(
        [p.n_clients for p in found],
        lines,
        primary=[p.n_providers < floor.min_providers for p in found],
        settings=floor,
    )
    return [_product(found[k], floor, hidden[k]) for k in places]


def _listed(names: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(names))


def _product(found: ProductBand, floor: DisclosureSettings, left_out: bool) -> Document:
    enough = found.n_clients >= floor.min_clients and found.n_providers >= floor.min_providers
    return {
        "product": found.product, "lower": found.lower,
        "n_clients": None if left_out else published_clients(found.n_clients, floor),
        "mean_delivered": rounded(found.mean_delivered, 1) if enough and not found.dominated else None,
    }  # fmt: skip


def _exclusion(found: Exclusion, floor: DisclosureSettings, n_clients: int) -> Document:
    return {
        "code": found.code, "occurs": found.occurs, "put_back_as": found.put_back_as or None,
        "edges": None if found.edges is None else list(found.edges), "largest_move": found.largest_move,
        "share_moved": coarse_share(found.share_moved, n_clients, floor), "reason": found.reason or None,
    }  # fmt: skip


#: Figures by number of bands that are shares of clients, of their periods or of their facts.
_OF_CLIENTS = ("share_in_doubt", "promise_kept", "fits_below_upper", "periods_within", "moved_by_one_fact")


def _number(found: NumberOfBands, floor: DisclosureSettings, n_clients: int) -> Document:
    ratios = ("explained_of_norm", "explained_unseen", "guaranteed", "cost_of_doubt")
    minutes = ("mean_doubt_width", "mean_width", "sd_within")
    chance = same_band_document(found.same_band)
    return {
        "n": found.n_bands, "in_force": found.in_force, "edges": None if found.edges is None else list(found.edges),
        "same_band": {"value": chance["value"], "interval": chance["interval"]},
        "bands_keeping_promise": found.bands_keeping_promise,
        "mean_minutes": [rounded(mean, 1) for mean in found.mean_minutes],
        **{name: rounded(getattr(found, name), 3) for name in ratios},
        **{name: coarse_share(getattr(found, name), n_clients, floor) for name in _OF_CLIENTS},
        **{name: rounded(getattr(found, name), 1) for name in minutes},
    }  # fmt: skip


def _conditions(found: Conditions, floor: DisclosureSettings, n_clients: int) -> Document:
    def shown(code: str, value: float | None) -> float | None:
        return coarse_share(value, n_clients, floor) if code in _OF_CLIENTS else rounded(value, 3)

    return {
        "numbers": list(found.numbers),
        "measures": [
            {"condition": m.condition, "code": m.code, "unit": m.unit, "better": m.better,
             "values": [shown(m.code, value) for value in m.values]}
            for m in found.measures
        ],
    }  # fmt: skip
