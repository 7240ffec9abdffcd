"""The multiverse: how far the edges move, and whose band changes, when defensible choices are made otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.influence import Influence, influences_of
from normenkader.bands.universes import Dimension, combinations_of, dimensions_of, sources
from normenkader.bands.worlds import World, worlds_of
from normenkader.model.norm_table import NormTable

IntArray = npt.NDArray[np.int64]

MOST_ROWS_CROSSED = 20_000
"""With more rows every choice is changed alone: all combinations would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """The bands under one combination of choices, with all providers.

    Attributes
    ----------
    options : tuple of str
        One a dimension.
    edges : tuple of int or None
        None where the demands allow no such bands.
    ijkclient_minutes : int
    share_moved : float or None
        Share of clients (with a norm here and in force) who get another band.
    share_without_norm : float
        Share of clients with a norm in force who have none here.
    """

    options: tuple[str, ...]
    edges: tuple[int, ...] | None
    ijkclient_minutes: int
    share_moved: float | None
    share_without_norm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiverse:
    """Edges under every combination of choices.

    Attributes
    ----------
    dimensions : tuple of Dimension
    universes : tuple of Universe
        Those in force first, then by their edges: the specification curve.
    crossed : bool
        Whether all combinations were made, or each choice changed alone.
    influences : tuple of Influence
        By choice, the most influential first; leaving out a provider is one of them.
    edge_ranges : tuple of (low, high)
        Of every lower bound, when one choice is changed.
    survive_single : float
        Share of clients whose band is the same whichever single choice is changed, a provider left out included.
    survive_all : float
        The same over all combinations, each with all providers and without each in turn (the multiplicative fit with
        all providers only).
    n_clients : int
        Clients that these are taken to be shares of; see `rows_as_clients`.
    n_single, n_all : int
        Number of norm tables behind these.
    n_infeasible : int
        Combinations among them in which the demands allow no such bands; they are left out of the shares.
    """

    dimensions: tuple[Dimension, ...]
    universes: tuple[Universe, ...]
    crossed: bool
    influences: tuple[Influence, ...]
    edge_ranges: tuple[tuple[int, int], ...]
    survive_single: float
    survive_all: float
    n_clients: int
    n_single: int
    n_all: int
    n_infeasible: int


def multiverse(norms: NormTable, edges: tuple[int, ...]) -> Multiverse:
    """Refit and derive bands anew under every defensible choice.

    Parameters
    ----------
    norms : NormTable
    edges : tuple of int
        Lower bounds in force.

    References
    ----------
    Steegen, Tuerlinckx, Gelman & Vanpaemel (2016), Increasing transparency through a multiverse analysis, Perspectives
    on Psychological Science 11(5). Simonsohn, Simmons & Nelson (2020), Specification curve analysis, Nature Human
    Behaviour 4.
    """
    dimensions = dimensions_of(norms)
    crossed = norms.model.n_rows <= MOST_ROWS_CROSSED
    single = set(combinations_of(dimensions, crossed=False))
    chosen = combinations_of(dimensions, crossed=crossed)
    worlds = worlds_of(norms, edges, sources(norms, dimensions, chosen))
    alone = [world for world in worlds if world.options in single]
    in_force = worlds[0]
    moved_alone = [w.moved[:1][w.feasible[:1]] for w in alone] + [in_force.moved[in_force.feasible]]
    moved_all = [w.moved[w.feasible] for w in worlds]
    return Multiverse(
        dimensions=dimensions, universes=tuple(_universes(worlds)), crossed=crossed,
        influences=influences_of(dimensions, worlds, alone, edges),
        edge_ranges=_ranges(
            [np.array([edges]), *(w.edges[:1][w.feasible[:1]] for w in alone), in_force.edges[in_force.feasible]]
        ),
        survive_single=_survivors(moved_alone), survive_all=_survivors(moved_all),
        n_clients=norms.model.clients_of_shares(),
        n_single=sum(map(len, moved_alone)), n_all=sum(map(len, moved_all)),
        n_infeasible=int(sum((~w.feasible).sum() for w in worlds)),
    )  # fmt: skip


def _universes(worlds: Sequence[World]) -> Iterator[Universe]:
    rest = sorted(worlds[1:], key=lambda world: (not world.feasible[0], tuple(world.edges[0]), world.options))
    for world in (worlds[0], *rest):
        possible = bool(world.feasible[0])
        yield Universe(
            options=world.options, edges=tuple(int(e) for e in world.edges[0]) if possible else None,
            ijkclient_minutes=int(world.ijkclient[0]),
            share_moved=float(world.moved[0].sum() / max(world.known.sum(), 1)) if possible else None,
            share_without_norm=float(1 - world.known.mean()),
        )  # fmt: skip


def _survivors(moved: Sequence[npt.NDArray[np.bool_]]) -> float:
    return float(1 - np.vstack(moved).any(axis=0).mean())


def _ranges(edges: Sequence[IntArray]) -> tuple[tuple[int, int], ...]:
    stacked = np.vstack(edges)
    return tuple((int(a), int(b)) for a, b in zip(stacked.min(axis=0), stacked.max(axis=0), strict=True))
