"""What each publishable cell, and each run of them, says: plain numbers that the page adds up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.how_many import period_minutes
from normenkader.bands.one_fact import changes_of_one_fact
from normenkader.bands.promises import bands_by_others, needed_providers, too_few
from normenkader.disclosure import published_clients
from normenkader.model.clients import client_shares
from normenkader.model.need import need_of
from normenkader.model.norm_table import NormTable
from normenkader.model.sampled import on_sample
from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Table = list[list[float | None]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """Clients with a norm, each in its cell.

    Attributes
    ----------
    lower : (cells,)
        Lower bounds, the first 0; the last cell is open.
    norm, delivered : (rows,)
        Minutes per week.
    cell, provider : (rows,)
        Codes.
    share : (rows,) or None
        What each row counts for where clients are counted; None where each counts for one.
    known : (all rows,) bool
        Which rows of the casemix have a norm.
    """

    lower: IntArray
    norm: FloatArray
    delivered: FloatArray
    cell: IntArray
    provider: IntArray
    share: FloatArray | None
    known: BoolArray

    def __len__(self) -> int:
        return len(self.lower)

    def mean(self, values: FloatArray) -> FloatArray:
        """Mean of `values` per cell."""
        return np.bincount(self.cell, values, len(self)) / np.bincount(self.cell, minlength=len(self))

    def present(self, n_providers: int) -> BoolArray:
        """Which providers have a client in which cell."""
        found = np.zeros((len(self), n_providers), dtype=np.bool_)
        found[self.cell, self.provider] = True
        return found


def place_clients(norms: NormTable, lower: Sequence[int]) -> Placed:
    """Clients with a norm in cells with these lower bounds."""
    minutes, bounds = norms.norm_minutes(), np.asarray(lower, dtype=np.int64)
    known = ~np.isnan(minutes)
    return Placed(
        lower=bounds, norm=minutes[known], known=known, provider=norms.model.design().provider_codes()[known],
        delivered=norms.model.casemix.to_frame()["minutes_per_week"].to_numpy(float)[known],
        cell=np.searchsorted(bounds, minutes[known], side="right") - 1,
        share=client_shares(norms.model.design().client_codes()[known]),
    )  # fmt: skip


def by_run(n_cells: int, figure: Callable[[int, int], float | None]) -> Table:
    """`figure` of every run of cells [first, end): row `first`, then by length."""
    return [[figure(first, end) for end in range(first + 1, n_cells + 1)] for first in range(n_cells)]


def providers_by_run(placed: Placed, n_providers: int) -> Table:
    """Number of different providers with a client in each run of cells."""
    present = placed.present(n_providers)
    return by_run(len(placed), lambda first, end: int(present[first:end].any(axis=0).sum()))


def share_met_by_run(placed: Placed, min_share: float) -> Table:
    """1 where a run holds the least share of clients that the study demands, on exact counts; else 0."""
    running = np.concatenate([[0], np.cumsum(np.bincount(placed.cell, placed.share, len(placed)))])
    least = min_share * running[-1]
    return by_run(len(placed), lambda first, end: int(running[end] - running[first] >= least - 1e-9))


def promises_by_run(norms: NormTable, placed: Placed) -> tuple[Table, Table] | None:
    """Share of a run's clients who need at least its lower bound, and less than its upper; None without weekly rows.

    Clients are placed by the norm that the other providers' data give, as for the promises of the bands in force. The
    noise of weeks is taken out within each cell, so that a run of cells is the mixture of its cells. None where so few
    reach the bound, or do not, that the share would tell their number.
    """
    norms = on_sample(norms)
    settings, floor = norms.model.study.bands, norms.model.study.disclosure
    cell = bands_by_others(norms, placed.lower.tolist())
    need = need_of(norms.model, cell)
    if need is None or too_few(norms.model.n_providers, settings.promise, floor):
        return None
    design, counted = norms.model.design(), _counted(norms, cell)
    at_least = _needed_at_least(cell[need.row], need.minutes, need.weight, placed.lower)
    clients = _needed_at_least(cell[need.row], need.minutes, need.weight * counted[need.row], placed.lower)
    present = _counts(cell, design.provider_codes(), counted, len(placed), norms.model.n_providers)
    least = max(floor.min_providers, needed_providers(settings.promise))

    def share(first: int, end: int, bound: int) -> float | None:
        inside = present[first:end].sum(axis=0)
        if inside.sum() < floor.min_clients - 1e-6 or (inside > 0).sum() < least:
            return None
        reached, everybody = at_least[first:end, bound].sum(), at_least[first:end, 0].sum()
        persons = clients[first:end, bound].sum(), clients[first:end, 0].sum()
        few = min(persons[0], persons[1] - persons[0]) < floor.min_clients - 1e-6
        return None if few else float(reached / everybody)

    def fits(first: int, end: int) -> float | None:
        above = share(first, end, end) if end < len(placed) else 0.0
        return None if above is None else round(1 - above, 2)

    def kept(first: int, end: int) -> float | None:
        found = share(first, end, first) if first else 1.0
        return None if found is None else round(found, 2)

    return by_run(len(placed), kept), by_run(len(placed), fits)


def _needed_at_least(cell: IntArray, need: FloatArray, weight: FloatArray, lower: IntArray) -> FloatArray:
    """Clients of each cell (by weight) who need at least each cell's lower bound, (cells, cells)."""
    reached = np.searchsorted(lower, need, side="right") - 1
    counts = np.bincount(cell * len(lower) + reached, weight, len(lower) ** 2).reshape(len(lower), -1)
    return np.asarray(counts[:, ::-1].cumsum(axis=1)[:, ::-1])


def periods_by_run(norms: NormTable, placed: Placed) -> tuple[Table, int] | None:
    """Periods of four weeks delivered within the run of the client's norm, and all; None without weekly rows."""
    row, delivered = period_minutes(norms.model.casemix)
    inside = placed.known[row]
    if not inside.any():
        return None
    at = np.cumsum(placed.known) - 1
    reached = np.searchsorted(placed.lower, np.maximum(delivered[inside], 0.0), side="right") - 1
    return _within(placed.cell[at[row[inside]]], reached, len(placed), norms.model.study.disclosure)


def changes_by_run(norms: NormTable, placed: Placed) -> tuple[Table, int] | None:
    """Changes of one fact by one level that stay within the run, and all such changes; None when there are none."""
    before, after = changes_of_one_fact(norms)
    if not len(before):
        return None
    start, end = (np.searchsorted(placed.lower, minutes, side="right") - 1 for minutes in (before, after))
    return _within(start, end, len(placed), norms.model.study.disclosure)


def _within(start: IntArray, end: IntArray, n_cells: int, floor: DisclosureSettings) -> tuple[Table, int]:
    """Counts that start and end in one run, rounded; few count as none, so that they say nothing of a client."""
    counts = np.zeros((n_cells + 1, n_cells + 1), dtype=np.int64)
    counts[1:, 1:] = np.bincount(start * n_cells + end, minlength=n_cells**2).reshape(n_cells, n_cells)
    block = counts.cumsum(axis=0).cumsum(axis=1)

    def figure(a: int, b: int) -> int:
        n = int(block[b, b] - block[a, b] - block[b, a] + block[a, a])
        return published_clients(n, floor) or 0

    return by_run(n_cells, figure), published_clients(len(start), floor) or 0


def _counted(norms: NormTable, cell: IntArray) -> FloatArray:
    """What every row counts for: of a client with episodes in a run and beyond only a part, so never too many."""
    found = np.ones(len(cell))
    share = client_shares(norms.model.design().client_codes()[cell >= 0])
    if share is not None:
        found[cell >= 0] = share
    return found


def _counts(cell: IntArray, provider: IntArray, counted: FloatArray, n_cells: int, n_providers: int) -> FloatArray:
    inside = cell >= 0
    flat = np.bincount(cell[inside] * n_providers + provider[inside], counted[inside], n_cells * n_providers)
    return np.asarray(flat.reshape(n_cells, n_providers), dtype=np.float64)
