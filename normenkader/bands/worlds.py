"""The norm tables under other choices, carried through to bands: edges, and whose band changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.chain import chain_of
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import demands_of
from normenkader.bands.universes import Source
from normenkader.model.design import Design
from normenkader.model.norm_table import NormTable
from normenkader.model.profiles import design_at

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """One source carried through to bands: edges by draw (-1 without bands), and who moved in each."""

    options: tuple[str, ...]
    edges: IntArray
    ijkclient: IntArray
    moved: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]

    @property
    def feasible(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.edges[:, 0] == 0)


def worlds_of(norms: NormTable, edges: tuple[int, ...], found: Iterable[Source]) -> list[World]:
    """Every source carried through to bands.

    Parameters
    ----------
    norms : NormTable
        In force; its rows with a norm are those that may move.
    edges : tuple of int
        Lower bounds in force.
    found : iterable of Source
    """
    own = norms.norm_minutes()
    rows = ~np.isnan(own)
    bands = band_numbers(own[rows], edges)
    codes = {name: every[rows] for name, every in norms.model.design().codes().items()}
    # Several worlds share one design.
    designs = {}
    worlds = []
    for source in found:
        design = source.table.model.design()
        if id(design) not in designs:
            designs[id(design)] = design_at(design, codes, len(bands))
        worlds.append(_world(source, designs[id(design)], bands, len(edges)))
    return worlds


def _world(source: Source, design: Design, bands: IntArray, n_bands: int) -> World:
    table, known = source.table, design.has_norm()
    drawn = chain_of(table, source.draws, source.terms, source.level, n_bands=n_bands, demands=demands_of(table))
    # Edges that people chose stay, whatever else is chosen otherwise: what moves is a client's norm.
    drawn = drawn.held_at(table.model.study.bands.edges)
    minutes = np.maximum(drawn.ijkclient_minutes[:, None] + drawn.published @ design.matrix().T, 0.0)
    moved = np.zeros(minutes.shape, dtype=bool)
    for at in np.flatnonzero(drawn.feasible):
        moved[at] = (band_numbers(minutes[at], drawn.edges[at].tolist()) != bands) & known
    return World(options=source.options, edges=drawn.edges, ijkclient=drawn.ijkclient_minutes, moved=moved, known=known)
