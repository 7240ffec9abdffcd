"""The multiverse: how far the edges move, and whose band changes, when defensible choices are made otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from normenkader.bands.chain import chain_of
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import demands_of
from normenkader.bands.universes import Dimension, Source, combinations_of, dimensions_of, sources
from normenkader.model.design import Design
from normenkader.model.norm_table import NormTable
from normenkader.model.profiles import profile_design

FloatArray = npt.NDArray[np.float64]
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
    n_rows : int
        Clients (rows with a norm) that these are shares of.
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
    n_rows: int
    n_single: int
    n_all: int
    n_infeasible: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _World:
    """One source carried through to bands: edges by draw (-1 without bands), and who moved in each."""

    options: tuple[str, ...]
    edges: IntArray
    ijkclient: IntArray
    moved: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]

    @property
    def feasible(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.edges[:, 0] == 0)


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
    worlds = _worlds(norms, edges, sources(norms, dimensions, chosen))
    alone = [world for world in worlds if world.options in single]
    in_force = worlds[0]
    moved_alone = [w.moved[:1][w.feasible[:1]] for w in alone] + [in_force.moved[in_force.feasible]]
    moved_all = [w.moved[w.feasible] for w in worlds]
    return Multiverse(
        dimensions=dimensions, universes=tuple(_universes(worlds)), crossed=crossed,
        influences=_influences(dimensions, worlds, alone, edges),
        edge_ranges=_ranges(
            [np.array([edges]), *(w.edges[:1][w.feasible[:1]] for w in alone), in_force.edges[in_force.feasible]]
        ),
        survive_single=_survivors(moved_alone), survive_all=_survivors(moved_all),
        n_rows=len(in_force.known),
        n_single=sum(map(len, moved_alone)), n_all=sum(map(len, moved_all)),
        n_infeasible=int(sum((~w.feasible).sum() for w in worlds)),
    )  # fmt: skip


def _worlds(norms: NormTable, edges: tuple[int, ...], found: Iterable[Source]) -> list[_World]:
    own = norms.norm_minutes()
    rows = ~np.isnan(own)
    frame, bands = norms.model.casemix.to_frame()[rows], band_numbers(own[rows], edges)
    # Several worlds share one design: levels are looked up once for each.
    designs = {}
    worlds = []
    for source in found:
        design = source.table.model.design()
        if id(design) not in designs:
            designs[id(design)] = profile_design(design, frame, norms.model.study)
        worlds.append(_world(source, designs[id(design)], bands, len(edges)))
    return worlds


def _world(source: Source, design: Design, bands: IntArray, n_bands: int) -> _World:
    table, known = source.table, design.has_norm()
    drawn = chain_of(table, source.draws, source.terms, source.level, n_bands=n_bands, demands=demands_of(table))
    minutes = np.maximum(drawn.ijkclient_minutes[:, None] + drawn.published @ design.matrix().T, 0.0)
    moved = np.zeros(minutes.shape, dtype=bool)
    for at in np.flatnonzero(drawn.feasible):
        moved[at] = (band_numbers(minutes[at], drawn.edges[at].tolist()) != bands) & known
    return _World(
        options=source.options, edges=drawn.edges, ijkclient=drawn.ijkclient_minutes, moved=moved, known=known
    )


def _universes(worlds: Sequence[_World]) -> Iterator[Universe]:
    rest = sorted(worlds[1:], key=lambda world: (not world.feasible[0], tuple(world.edges[0]), world.options))
    for world in (worlds[0], *rest):
        possible = bool(world.feasible[0])
        yield Universe(
            options=world.options, edges=tuple(int(e) for e in world.edges[0]) if possible else None,
            ijkclient_minutes=int(world.ijkclient[0]),
            share_moved=float(world.moved[0].sum() / max(world.known.sum(), 1)) if possible else None,
            share_without_norm=float(1 - world.known.mean()),
        )  # fmt: skip


def _influences(
    dimensions: Sequence[Dimension], worlds: Sequence[_World], alone: Sequence[_World], edges: tuple[int, ...]
) -> tuple[Influence, ...]:
    found = [_of_dimension(at, d, worlds, alone, edges) for at, d in enumerate(dimensions)]
    found.append(_of_providers(worlds[0], edges))
    return tuple(sorted(found, key=lambda i: (-(i.share_moved or 0.0), -(i.largest_move or 0), i.dimension)))


def _of_dimension(
    at: int, dimension: Dimension, worlds: Sequence[_World], alone: Sequence[_World], edges: tuple[int, ...]
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


def _of_providers(world: _World, edges: tuple[int, ...]) -> Influence:
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


def _survivors(moved: Sequence[npt.NDArray[np.bool_]]) -> float:
    return float(1 - np.vstack(moved).any(axis=0).mean())


def _ranges(edges: Sequence[IntArray]) -> tuple[tuple[int, int], ...]:
    stacked = np.vstack(edges)
    return tuple((int(a), int(b)) for a, b in zip(stacked.min(axis=0), stacked.max(axis=0), strict=True))
