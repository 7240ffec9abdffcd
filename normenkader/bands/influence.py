"""What each single choice does to the edges and to clients: how far it moves them, and how many change band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from normenkader.bands.universes import Dimension
from normenkader.bands.worlds import World

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """What one choice does.

    Attributes
    ----------
    dimension : str
    n_options : int
    largest_move : int or None
        Largest move of an edge, in minutes, when this choice alone is changed; None when there is nothing to compare.
    share_moved : float or None
        Largest share of clients who then get another band.
    mean_move : float or None
        Mean move of an edge over all pairs of combinations that differ in this choice only.
    reason : str
        Why there is no other option; plain Dutch.
    """

    dimension: str
    n_options: int
    largest_move: int | None
    share_moved: float | None
    mean_move: float | None
    reason: str = ""


def influences_of(
    dimensions: Sequence[Dimension], worlds: Sequence[World], alone: Sequence[World], edges: tuple[int, ...]
) -> tuple[Influence, ...]:
    """What each choice does, the most influential first; leaving out a provider is one of them.

    Parameters
    ----------
    dimensions : sequence of Dimension
    worlds : sequence of World
        All combinations, the one in force first.
    alone : sequence of World
        Those in which one choice at most differs from those in force.
    edges : tuple of int
        Lower bounds in force.
    """
    found = [_of_dimension(at, d, worlds, alone, edges) for at, d in enumerate(dimensions)]
    found.append(_of_providers(worlds[0], edges))
    return tuple(sorted(found, key=lambda i: (-(i.share_moved or 0.0), -(i.largest_move or 0), i.dimension)))


def _of_dimension(
    at: int, dimension: Dimension, worlds: Sequence[World], alone: Sequence[World], edges: tuple[int, ...]
) -> Influence:
    changed = [w for w in alone if w.options[at] != dimension.in_force and w.feasible[0]]
    by_rest: dict[tuple[str, ...], list[IntArray]] = {}
    for w in worlds:
        if w.feasible[0]:
            by_rest.setdefault((*w.options[:at], *w.options[at + 1 :]), []).append(w.edges[0])
    moves = [np.abs(a - b)[1:].mean() for group in by_rest.values() for a, b in combinations(group, 2) if len(a) > 1]
    return Influence(
        dimension=dimension.name, n_options=len(dimension.options), reason=dimension.reason,
        largest_move=max((_largest(w.edges[0], edges) for w in changed), default=None),
        share_moved=max((float(w.moved[0].sum() / max(w.known.sum(), 1)) for w in changed), default=None),
        mean_move=float(np.mean(moves)) if moves else None,
    )  # fmt: skip


def _of_providers(world: World, edges: tuple[int, ...]) -> Influence:
    left = np.flatnonzero(world.feasible[1:]) + 1
    moves = [float(np.abs(world.edges[k] - np.asarray(edges))[1:].mean()) for k in left if len(edges) > 1]
    return Influence(
        dimension="provider_left_out", n_options=len(world.edges),
        largest_move=max((_largest(world.edges[k], edges) for k in left), default=None),
        share_moved=max((float(world.moved[k].mean()) for k in left), default=None),
        mean_move=float(np.mean(moves)) if moves else None,
    )  # fmt: skip


def _largest(found: IntArray, edges: tuple[int, ...]) -> int:
    return int(np.abs(found - np.asarray(edges)).max())
