"""Which grid cells are put together so that every cell that is shown may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Neighbouring grid cells put together.

    Attributes
    ----------
    starts : tuple of int
        Place of the first grid cell of each merged cell, the first 0; the last merged cell is open.
    n_clients : tuple of int
        Clients of each as they may be published: differences of the rounded running total, so that those of any run
        of cells add up to within `round_to` of the truth, and never more is told than these numbers.
    """

    starts: tuple[int, ...]
    n_clients: tuple[int, ...]


def merge_cells(
    clients: IntArray, delivered: FloatArray, present: BoolArray, *, floor: DisclosureSettings,
    wanted: Mapping[int, int], largest: FloatArray | None = None,
) -> Merged:  # fmt: skip
    """The finest merging in which every cell may be published, with its mean of delivered minutes.

    Every cell holds enough clients, in truth and as published, enough providers, and no provider or client or two
    with nearly all of its minutes. A run of such cells may then be published too: the largest parts of a sum are
    together no larger than those of its cells added up.

    Parameters
    ----------
    clients : (cells,)
        Clients per grid cell; each client stands in one cell only.
    delivered : (cells, providers)
        Delivered minutes per week of each provider's clients in each grid cell.
    present : (cells, providers)
        Which providers have a client in which grid cell.
    floor : DisclosureSettings
        The study's ``[disclosure]``.
    wanted : mapping of int to int
        Grid cells at which an edge is wanted, with a weight above 1; every other edge counts as 1.
    largest : (cells, k), optional
        Delivered minutes of the ``dominant_providers`` clients of each grid cell who have most, from `largest_clients`.

    Returns
    -------
    Merged
        Empty when not even all clients together may be published.
    """
    running = np.concatenate([[0], np.cumsum(clients)])
    shown = (2 * running + floor.round_to) // (2 * floor.round_to) * floor.round_to
    of_few = None if largest is None else _clients_dominate(largest, delivered.sum(axis=1), floor)
    worth, back = [0.0, *[-np.inf] * len(clients)], [0] * (len(clients) + 1)
    for end in range(1, len(clients) + 1):
        enough = _providers_from(present[:end]) >= floor.min_providers
        enough &= running[end] - running[:end] >= floor.min_clients
        enough &= shown[end] - shown[:end] >= floor.min_clients
        enough &= ~_dominated_from(delivered[:end], floor)
        if of_few is not None:
            enough &= ~of_few[:end, end - 1]
        for start in np.flatnonzero(enough).tolist():
            value = worth[start] + (wanted.get(start, 1) if start else 0)
            if value > worth[end]:
                worth[end], back[end] = value, start
    starts = _walked(back) if np.isfinite(worth[-1]) else ()
    bounds = [*starts, len(clients)]
    return Merged(starts=starts, n_clients=tuple(int(n) for n in np.diff(shown[bounds])))


def _providers_from(present: BoolArray) -> IntArray:
    """Providers in the cells from each cell up to the last."""
    reached = np.logical_or.accumulate(present[::-1], axis=0)[::-1]
    return np.asarray(reached.sum(axis=1, dtype=np.int64))


def _dominated_from(delivered: FloatArray, floor: DisclosureSettings) -> BoolArray:
    """Whether few providers have nearly all minutes of the cells from each cell up to the last; as `is_dominated`."""
    totals = np.sort(delivered[::-1].cumsum(axis=0)[::-1], axis=1)
    largest = totals[:, -floor.dominant_providers :].sum(axis=1)
    return np.asarray(largest > floor.dominant_share * totals.sum(axis=1))


def largest_clients(cell: IntArray, client: IntArray, minutes: FloatArray, n_cells: int, k: int) -> FloatArray:
    """Minutes of the `k` clients of each cell who have most, (cells, k).

    One with episodes in several cells counts in each with all minutes, so that no run of cells passes that should not.

    Parameters
    ----------
    cell, client : (rows,) codes
    minutes : (rows,)
    n_cells, k : int
    """
    total = np.bincount(client, minutes)
    pairs = np.unique(np.stack([cell, client]), axis=1)
    by_cell = np.lexsort((-total[pairs[1]], pairs[0]))
    at, own = pairs[0][by_cell], total[pairs[1]][by_cell]
    rank = np.arange(len(at)) - np.searchsorted(at, at)
    found = np.zeros((n_cells, k))
    found[at[rank < k], rank[rank < k]] = own[rank < k]
    return found


def _clients_dominate(largest: FloatArray, total: FloatArray, floor: DisclosureSettings) -> BoolArray:
    """Whether few clients have nearly all minutes of the cells from each first to each last, (cells, cells)."""
    n, k = largest.shape
    found, running = np.zeros((n, n), dtype=np.bool_), np.concatenate([[0.0], np.cumsum(total)])
    top = np.zeros((n, k))
    for length in range(n):
        first = np.arange(n - length)
        top = np.sort(np.concatenate([top[first], largest[first + length]], axis=1), axis=1)[:, -k:]
        found[first, first + length] = top.sum(axis=1) > floor.dominant_share * (
            running[first + length + 1] - running[first])  # fmt: skip
    return found


def _walked(back: Sequence[int]) -> tuple[int, ...]:
    starts, end = [], len(back) - 1
    while end > 0:
        end = back[end]
        starts.append(end)
    return tuple(reversed(starts))
