"""Which grid cells are put together so that every cell that is shown may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    clients: IntArray, present: BoolArray, *, min_clients: int, min_providers: int, round_to: int,
    wanted: Mapping[int, int],
) -> Merged:  # fmt: skip
    """The finest merging in which every cell holds enough clients and providers, in truth and as published.

    Parameters
    ----------
    clients : (cells,)
        Clients per grid cell; each client stands in one cell only.
    present : (cells, providers)
        Which providers have a client in which grid cell.
    min_clients, min_providers, round_to : int
        As in the study's ``[disclosure]``.
    wanted : mapping of int to int
        Grid cells at which an edge is wanted, with a weight above 1; every other edge counts as 1.

    Returns
    -------
    Merged
        A single cell when there are too few clients or providers even for that.
    """
    running = np.concatenate([[0], np.cumsum(clients)])
    shown = (2 * running + round_to) // (2 * round_to) * round_to
    worth, back = [0.0, *[-np.inf] * len(clients)], [0] * (len(clients) + 1)
    for end in range(1, len(clients) + 1):
        enough = _providers_from(present[:end]) >= min_providers
        enough &= running[end] - running[:end] >= min_clients
        enough &= shown[end] - shown[:end] >= min_clients
        for start in np.flatnonzero(enough).tolist():
            value = worth[start] + (wanted.get(start, 1) if start else 0)
            if value > worth[end]:
                worth[end], back[end] = value, start
    starts = _walked(back) if np.isfinite(worth[-1]) else (0,)
    bounds = [*starts, len(clients)]
    return Merged(starts=starts, n_clients=tuple(int(n) for n in np.diff(shown[bounds])))


def _providers_from(present: BoolArray) -> IntArray:
    """Providers in the cells from each cell up to the last."""
    reached = np.logical_or.accumulate(present[::-1], axis=0)[::-1]
    return np.asarray(reached.sum(axis=1, dtype=np.int64))


def _walked(back: Sequence[int]) -> tuple[int, ...]:
    starts, end = [], len(back) - 1
    while end > 0:
        end = back[end]
        starts.append(end)
    return tuple(reversed(starts))
