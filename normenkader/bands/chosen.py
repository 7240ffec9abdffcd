"""Edges that people chose: used as they are, held against the rule, and never without saying so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from normenkader.bands.chain import DrawnTables
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import demands_of, norm_cells, optimum_of
from normenkader.bands.optimum import Infeasible, Partition, partition
from normenkader.bands.rivals import broken_demands
from normenkader.bands.stability import DOUBT_SHARE, Stability
from normenkader.evidence import Reservation
from normenkader.model.norm_table import NormTable
from normenkader.terms.dutch_numbers import percent

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CHOSEN_RULE = (
    "Edges chosen by people and stated in the study; they do not follow from a rule. The bands that the rule would "
    "give, and the demands that the chosen edges do not meet, stand in the reservations."
)
_BROKEN = {
    "min_share": "te weinig cliënten in een klasse", "min_providers": "te weinig aanbieders in een klasse",
    "min_width": "een klasse is te smal", "ijkclient_band": "de ijkcliënt valt in een andere klasse",
    "ijkclient_off_edge": "de ijkcliënt ligt op een grens",
}  # fmt: skip
_BLOCK_VALUES = 5_000_000


def edges_in_force(norms: NormTable, n_bands: int) -> tuple[Partition, Infeasible | None]:
    """The study's chosen edges; without them the optimum for `n_bands`, as `optimum_of`."""
    chosen = norms.model.study.bands.edges
    return optimum_of(norms, n_bands) if chosen is None else (partition(norm_cells(norms), chosen), None)


def edges_of_rule(norms: NormTable, edges: Sequence[int]) -> tuple[int, ...]:
    """The edges that the rule gives for as many bands: those in force, unless people chose these."""
    if norms.model.study.bands.edges is None:
        return tuple(edges)
    return optimum_of(norms, len(edges))[0].edges


def stability_of_chosen(norms: NormTable, drawn: DrawnTables, edges: tuple[int, ...]) -> Stability:
    """Doubt zones of edges that do not move: norms at which over 10 % of the resampled norm tables give another band.

    A chosen edge has no interval, for the data do not decide where it lies. What other providers would change is the
    norm of a client. For each norm minutes the share is taken over the clients who have them and all resamples.

    Parameters
    ----------
    norms : NormTable
    drawn : DrawnTables
        The norm table of every draw of providers.
    edges : tuple of int
        Lower bounds, the first 0.
    """
    minutes, lower, higher = _drawn_outside(norms, drawn, edges)
    in_doubt = lower + higher > DOUBT_SHARE
    own = band_numbers(minutes, edges)
    nearest_edge = np.where(lower >= higher, own - 1, own)
    zones: list[tuple[int, int] | None] = [None]
    for k in range(1, len(edges)):
        zone = minutes[in_doubt & (nearest_edge == k)]
        zones.append((int(zone.min()), int(zone.max())) if len(zone) else None)
    return Stability(
        n_resamples=len(drawn.published), feasible_share=1.0, intervals=(None,) * len(edges), doubt_zones=tuple(zones)
    )


def chosen_reservations(norms: NormTable) -> Iterable[Reservation]:
    """That the edges were chosen, what the rule would give, and which demands they break; nothing when derived."""
    edges = norms.model.study.bands.edges
    if edges is None:
        return
    cells = norm_cells(norms)
    own, (best, _) = partition(cells, edges), optimum_of(norms, len(edges))
    if edges == best.edges:
        text = "De grenzen zijn gekozen. Het zijn dezelfde die uit de regel van de studie volgen."
    else:
        text = (
            f"De grenzen zijn gekozen en volgen niet uit de regel van de studie. De regel geeft {_listed(best.edges)}. "
            f"De gekozen klassen behouden {_percent(own.explained)} van de verschillen tussen normen, die van de regel "
            f"{_percent(best.explained)}. Een keuze die van het onderzoek afwijkt, vraagt een reden "
            "(ECLI:NL:CRVB:2018:3835)."
        )
    broken = [_BROKEN[code] for code in broken_demands(cells, edges, demands_of(norms))]
    if broken:
        text += f" Niet voldaan is aan deze eisen: {'; '.join(broken)}."
    yield Reservation(code="edges_chosen", text=text)


def _drawn_outside(
    norms: NormTable, drawn: DrawnTables, edges: tuple[int, ...]
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Every norm that occurs, and the share of draws in which it lies in a lower and in a higher band."""
    own = norms.norm_minutes()
    known = ~np.isnan(own)
    minutes, at, n = np.unique(own[known].astype(np.int64), return_inverse=True, return_counts=True)
    matrix, band = norms.model.design().matrix()[known], band_numbers(own[known], edges)
    outside, block = np.zeros((2, len(band))), max(1, _BLOCK_VALUES // max(len(band), 1))
    for start in range(0, len(drawn.published), block):
        rows = slice(start, start + block)
        again = drawn.published[rows].astype(np.float64) @ matrix.T + drawn.ijkclient_minutes[rows, None]
        new = band_numbers(np.maximum(again, 0.0), edges)
        outside += np.stack([(new < band).sum(axis=0), (new > band).sum(axis=0)])
    lower, higher = (np.bincount(at, values, len(minutes)) / (n * len(drawn.published)) for values in outside)
    return minutes, lower, higher


def _listed(edges: tuple[int, ...]) -> str:
    return "één klasse" if len(edges) == 1 else f"de grenzen {', '.join(str(edge) for edge in edges[1:])}"


def _percent(share: float | None) -> str:
    return "niets" if share is None else percent(share, 1)
