"""Designs to start from: the calibrated bands, the optimum for every number, and what other sources would give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.optimum import Infeasible
from normenkader.bands.table import BandTable
from normenkader.provenance import rounded

NUMBERS = range(3, 9)
"""Numbers of bands that the page offers."""


def starting_points(bands: BandTable) -> list[dict[str, Any]]:
    """Designs by code; edges None with a reason where the demands allow no such number."""
    designs = [{"code": "calibrated", "n_bands": len(bands.bands), "edges": list(bands.edges())}]
    designs += [_optimum(bands, n) for n in NUMBERS]
    designs += [
        {"code": found.source, "n_bands": len(found.edges), "edges": list(found.edges)}
        for found in bands.edges_by_source if found.edges is not None
    ]  # fmt: skip
    return designs


def wanted_edges(designs: Sequence[dict[str, Any]]) -> dict[int, int]:
    """Edges, in minutes, that the page would show, with how much each is wanted: first those in force."""
    weights: dict[int, int] = {}
    for design in designs:
        weight = 10_000 if design["code"] == "calibrated" else 100
        for edge in design["edges"] or ():
            weights[edge] = max(weight, weights.get(edge, 1))
    return weights


def with_places(design: dict[str, Any], lower: Sequence[int]) -> dict[str, Any]:
    """A design with the cells at which its bands begin; the nearest where an edge itself may not be shown.

    Two edges that would fall together become one, and `exact` says whether nothing was moved.
    """
    if design["edges"] is None:
        return {**design, "places": None, "exact": False}
    bounds = np.asarray(lower)
    nearest = [int(np.abs(bounds - edge).argmin()) for edge in design["edges"]]
    places = sorted({0, *nearest})
    return {**design, "places": places, "exact": [int(bounds[p]) for p in places] == list(design["edges"])}


def _optimum(bands: BandTable, n_bands: int) -> dict[str, Any]:
    found, infeasible = optimum_of(bands.norms, n_bands)
    design: dict[str, Any] = {"code": "optimum", "n_bands": n_bands}
    if infeasible is not None:
        return {**design, "edges": None, "relax": _relaxed(infeasible)}
    chance = None if bands.assessed is None else bands.assessed.same_band(found.edges)
    numbers = () if bands.robustness is None else bands.robustness.numbers
    unseen = next((n.explained_unseen for n in numbers if n.edges == found.edges), None)
    return {
        **design, "edges": list(found.edges), "explained_of_norm": rounded(found.explained, 3),
        "same_band_counted": None if chance is None else rounded(chance.value, 3),
        "explained_unseen": rounded(unseen, 3),
    }  # fmt: skip


def _relaxed(infeasible: Infeasible) -> list[list[str]]:
    return [list(codes) for codes in infeasible.relax]
