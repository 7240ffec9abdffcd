"""Who goes up or down, as a document: rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from normenkader.bands.movement import Movement
from normenkader.disclosure import published_clients, published_parts, published_providers, withheld_levels
from normenkader.dossier.withheld import Withheld
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]


def movements_document(
    found: Sequence[Movement], floor: DisclosureSettings, hidden: Withheld | None = None
) -> list[Document]:
    """Everybody, then the groups; in each grouping no group left out can be had from the others.

    Parameters
    ----------
    found : sequence of Movement
    floor : DisclosureSettings
    hidden : Withheld, optional
        What is left out over all clients of the study: left out here too.
    """
    left_out = {
        (name, level)
        for name in dict.fromkeys(m.group for m in found if m.level)
        for level in _left_out([m for m in found if m.group == name], floor, hidden)
    }
    return [movement_document(m, floor, left_out=(m.group, m.level) in left_out) for m in found]


def _left_out(groups: Sequence[Movement], floor: DisclosureSettings, hidden: Withheld | None) -> frozenset[object]:
    counts = {m.level: m.n_clients for m in groups}
    few = [m.level for m in groups if m.n_providers < floor.min_providers]
    return withheld_levels(counts, floor, few_providers=few, unlisted=hidden.of(groups[0].group) if hidden else ())


def movement_document(found: Movement, floor: DisclosureSettings, *, left_out: bool = False) -> Document:
    """One group; every figure is null when it has too few clients or providers, a share when it tells of too few.

    Parameters
    ----------
    found : Movement
    floor : DisclosureSettings
    left_out : bool
        Whether its number of clients would give another group away.
    """
    n = found.n_clients
    shown = n >= floor.min_clients and found.n_providers >= floor.min_providers
    down, up, losers = _shares(found, floor) if shown else (None, None, None)
    of_many = shown and not found.dominated
    loss_shown = of_many and down is not None and n - found.n_down >= floor.min_clients and not found.loss_dominated
    return {
        "group": found.group,
        "level": found.level or None,
        "n_clients": published_clients(n, floor) if shown and not left_out else None,
        "n_providers": published_providers(found.n_providers, floor) if shown else None,
        "mean_old": rounded(found.mean_old, 1) if of_many else None,
        "mean_new": rounded(found.mean_new, 1) if of_many else None,
        "share_down": down,
        "share_up": up,
        "share_losers": losers,
        "mean_loss": rounded(found.mean_loss, 1) if loss_shown else None,
    }


def _shares(found: Movement, floor: DisclosureSettings) -> tuple[float | None, float | None, float | None]:
    """Down, up and losers: whoever stays, and whoever goes down a little, must not follow from them."""
    n, down, up = found.n_clients, found.n_down, found.n_up
    share_down, share_up, _ = published_parts((down, up, max(n - down - up, 0)), floor)
    losers, _, _ = published_parts((found.n_losers, max(down - found.n_losers, 0), max(n - down, 0)), floor)
    return share_down, share_up, losers if share_down is not None else None
