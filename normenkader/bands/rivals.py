"""Rival rules beside the optimum: what they lose, and which demands they break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from normenkader.bands.cells import Cells
from normenkader.bands.demands import Demands
from normenkader.bands.grid import Counts, band_numbers
from normenkader.bands.optimum import Partition, partition


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Bands by another rule.

    Attributes
    ----------
    rule : str
        Such as ``equal_shares``, ``equal_widths``, ``experts``, ``current``.
    partition : Partition
        Its edges and the variation within.
    broken : tuple of str
        Codes of the demands it breaks, and ``n_bands`` where the grid leaves room for fewer bands than asked.
    """

    rule: str
    partition: Partition
    broken: tuple[str, ...]


def rivals(
    cells: Cells,
    *,
    n_bands: int,
    min_share: float,
    min_providers: int,
    min_width: float,
    ijkclient_minutes: float | None,
    ijkclient_band: int | None = None,
    given: Mapping[str, Sequence[int]] | None = None,
) -> tuple[Rival, ...]:
    """Equal shares, equal widths, and given edges such as the experts' or those in force, in this order.

    Parameters
    ----------
    cells, n_bands, min_share, min_providers, min_width, ijkclient_minutes, ijkclient_band
        As in `optimal_edges`; a rival does not obey the demands, it is held against them.
    given : mapping of str to sequence of int, optional
        Edges by rule; lower bounds on the grid, the first 0. They may have another number of bands.

    Raises
    ------
    ValueError
        If given edges lie off the grid of the cells; make cells of a step that divides them.
    """
    demands = Demands(
        min_share=min_share,
        min_providers=min_providers,
        min_width=min_width,
        ijkclient_minutes=ijkclient_minutes,
        ijkclient_band=ijkclient_band,
    )
    own = {"equal_shares": equal_shares(cells, n_bands), "equal_widths": equal_widths(cells, n_bands)}
    rules = {**own, **{rule: tuple(int(edge) for edge in edges) for rule, edges in (given or {}).items()}}
    return tuple(_rival(cells, rule, edges, n_bands, demands) for rule, edges in rules.items())


def equal_shares(cells: Cells, n_bands: int) -> tuple[int, ...]:
    """Edges nearest to equal shares of clients: per edge the grid point that parts them best, the lowest of equals."""
    below = np.concatenate([[0.0], np.cumsum(cells.n)])
    wanted = below[-1] * np.arange(1, n_bands) / n_bands
    nearest = [int(np.argmin(np.abs(below - share))) for share in wanted]
    return _rising(nearest, cells.step)


def equal_widths(cells: Cells, n_bands: int) -> tuple[int, ...]:
    """Edges that cut the range from the lowest to the highest occupied cell into equal widths, moved to the grid."""
    held = np.flatnonzero(cells.n)
    low, high = (int(held[0]), int(held[-1]) + 1) if held.size else (0, 0)
    # Half a step goes up, in whole numbers: (2 * place + parts) // (2 * parts) is the nearest whole number.
    places = [2 * (low * n_bands + k * (high - low)) + n_bands for k in range(1, n_bands)]
    return _rising([place // (2 * n_bands) for place in places], cells.step)


def broken_demands(cells: Cells, edges: Sequence[int], demands: Demands) -> tuple[str, ...]:
    """Codes of the demands that bands with these edges break, in a fixed order."""
    n, providers = _held(cells, edges)
    inner = np.asarray(edges[1:], dtype=np.float64)
    at = demands.ijkclient_minutes
    breaks = {
        "min_share": bool((n < demands.min_share * n.sum() * (1 - 1e-12)).any()),
        "min_providers": bool((providers < demands.min_providers).any()),
        "min_width": bool((np.diff(edges) < demands.min_width * (1 - 1e-12)).any()),
        "ijkclient_band": at is not None and int(band_numbers([at], edges)[0]) != demands.ijkclient_band,
        "ijkclient_off_edge": at is not None and bool((inner == at).any()),
    }
    empty = ("min_providers",) if bool((providers < 1).any()) else ()
    return tuple(code for code in breaks if breaks[code] and code in (*demands.in_force(), *empty))


def _held(cells: Cells, edges: Sequence[int]) -> tuple[Counts, Counts]:
    band = band_numbers(cells.lower, edges) - 1
    per_band = np.zeros((len(edges), len(cells.names)))
    np.add.at(per_band, band, cells.providers)
    return per_band.sum(axis=1), (per_band > 0).sum(axis=1)


def _rising(places: Sequence[int], step: int) -> tuple[int, ...]:
    return (0, *(place * step for place in sorted(set(places)) if place > 0))


def _rival(cells: Cells, rule: str, edges: tuple[int, ...], n_bands: int, demands: Demands) -> Rival:
    short = () if len(edges) == n_bands else ("n_bands",)
    broken = (*short, *broken_demands(cells, edges, demands))
    return Rival(rule=rule, partition=partition(cells, edges), broken=broken)
