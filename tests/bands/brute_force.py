"""The optimum by trying every set of edges, in exact fractions on the clients themselves: slow and plain."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

Clients = Sequence[tuple[float, str, int]]
"""Norm minutes, provider, weight."""


def loss(clients: Clients, edges: Sequence[int]) -> Fraction:
    """Sum of squares about the band's mean, by weight."""
    return sum((_squares(band) for band in split(clients, edges)), Fraction(0))


def split(clients: Clients, edges: Sequence[int]) -> list[list[tuple[float, str, int]]]:
    """Clients by band; those without weight are not there."""
    bands: list[list[tuple[float, str, int]]] = [[] for _ in edges]
    for minutes, provider, weight in clients:
        if weight > 0:
            bands[bisect_right(edges, minutes) - 1].append((minutes, provider, weight))
    return bands


def keeps(clients: Clients, edges: Sequence[int], **demands: Any) -> bool:
    """Whether bands with these edges meet the demands, each by its own words in the contract."""
    bands, everyone = split(clients, edges), sum(weight for _, _, weight in clients)
    share = Fraction(str(demands["min_share"]))
    for band in bands:
        if not band or sum(weight for _, _, weight in band) < share * everyone:
            return False
        if len({provider for _, provider, _ in band}) < demands["min_providers"]:
            return False
    if any(upper - lower < demands["min_width"] for lower, upper in pairwise(edges)):
        return False
    minutes, band = demands["ijkclient_minutes"], demands["ijkclient_band"]
    if minutes is None:
        return True
    on_edge = minutes in edges[1:] and demands.get("ijkclient_off_edge", True)
    return not on_edge and (band is None or bisect_right(edges, minutes) == band)


def best_edges(clients: Clients, *, step: int, n_bands: int, **demands: Any) -> tuple[int, ...] | None:
    """Least loss; of equals the lowest first edge, then the lowest second, and so on."""
    top = int(max(minutes for minutes, _, _ in clients) // step)
    sets = ((0, *(step * place for place in some)) for some in combinations(range(1, top + 1), n_bands - 1))
    kept = [edges for edges in sets if keeps(clients, edges, **demands)]
    return min(kept, key=lambda edges: (loss(clients, edges), edges)) if kept else None


def _squares(band: Sequence[tuple[float, str, int]]) -> Fraction:
    weight = sum(weight for _, _, weight in band)
    total = sum(Fraction(minutes) * weight for minutes, _, weight in band)
    return sum((Fraction(m) ** 2 * w for m, _, w in band), Fraction(0)) - (total**2 / weight if weight else 0)
