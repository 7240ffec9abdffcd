"""The edges that each source's own norm would give, and how much a source would have to weigh to move one.

Shown, never applied: sources are compared, not mixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from normenkader.bands.chain import ChainDraws, chain_of
from normenkader.bands.demands import Demands
from normenkader.experts.triangulation import Triangulation
from normenkader.model.norm_table import NormTable
from normenkader.model.replaced import Replaced, leading_terms

N_WEIGHTS = 100
"""Weights are tried in steps of one hundredth."""
_IMPOSSIBLE = "Met de normen van deze bron is met zoveel klassen niet aan alle eisen te voldoen."


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEdges:
    """Edges under one source, on the same clients and by the same rule.

    Attributes
    ----------
    source : str
        ``experts`` or ``source_norms``.
    edges : tuple of int or None
        Lower bounds if this source alone gave the norm; None with a `reason`.
    reason : str
    weight : float or None
        Smallest weight w, in hundredths, at which the norm ``(1 - w) data + w source``, unrounded and then brought to
        whole steps again, gives other edges; None when none does, or the source is not complete.
    edges_at_weight : tuple of int or None
        Those edges; None when the demands then allow no such bands.
    moved : tuple of int
        Bands whose lower bound moves at that weight.
    """

    source: str
    edges: tuple[int, ...] | None
    reason: str
    weight: float | None = None
    edges_at_weight: tuple[int, ...] | None = None
    moved: tuple[int, ...] = ()


def edges_by_source(
    norms: NormTable, agreed: Triangulation, *, n_bands: int, demands: Demands
) -> tuple[SourceEdges, ...]:
    """Edges under every other source that is there, in a fixed order.

    Parameters
    ----------
    norms : NormTable
        The norm table in force.
    agreed : Triangulation
    n_bands, demands
        As for the edges in force.
    """
    found = agreed.in_place_of_data().items()
    return tuple(_one(norms, source, other, n_bands=n_bands, demands=demands) for source, other in found)


def _one(norms: NormTable, source: str, other: Replaced, *, n_bands: int, demands: Demands) -> SourceEdges:
    unknown = _unknown(norms, other)
    if unknown:
        reason = f"Deze bron geeft voor {unknown} onderdelen van de normtabel geen minuten."
        return SourceEdges(source=source, edges=None, reason=reason)
    chain = _blends(norms, other, n_bands=n_bands, demands=demands)
    own = _edges(chain, N_WEIGHTS)
    at = next((k for k in range(1, N_WEIGHTS + 1) if _edges(chain, k) != _edges(chain, 0)), None)
    then = None if at is None else _edges(chain, at)
    return SourceEdges(
        source=source, edges=own, reason="" if own else _IMPOSSIBLE, weight=None if at is None else at / N_WEIGHTS,
        edges_at_weight=then, moved=_moved(_edges(chain, 0), then),
    )  # fmt: skip


def _unknown(norms: NormTable, other: Replaced) -> int:
    """How many parts of the norm table the source says nothing about."""
    carried = leading_terms(norms.model.design())
    return len(set(carried) - set(other.columns(norms.model.design()))) + (other.ijkclient is None)


def _blends(norms: NormTable, other: Replaced, *, n_bands: int, demands: Demands) -> ChainDraws:
    """The chain on all clients with the source weighing 0, 0.01, ..., 1."""
    model, design = norms.model, norms.model.design()
    terms = norms.replaced.in_columns(design, model.coefficients())
    level = float(norms.replaced.in_level(np.array(model.ijkclient.value)))
    weight = np.arange(N_WEIGHTS + 1) / N_WEIGHTS
    theirs, their_level = other.in_columns(design, terms), float(other.in_level(np.array(level)))
    draws = np.ones((len(weight), model.n_providers))
    blended = terms + weight[:, None] * (theirs - terms)
    return chain_of(norms, draws, blended, level + weight * (their_level - level), n_bands=n_bands, demands=demands)


def _edges(chain: ChainDraws, at: int) -> tuple[int, ...] | None:
    return tuple(int(edge) for edge in chain.edges[at]) if chain.feasible[at] else None


def _moved(before: tuple[int, ...] | None, after: tuple[int, ...] | None) -> tuple[int, ...]:
    if before is None or after is None:
        return ()
    return tuple(band for band, (a, b) in enumerate(zip(before, after, strict=True), start=1) if a != b)
