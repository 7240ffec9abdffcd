"""What providers sent by cell, added up by band and provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.grid import band_numbers
from normenkader.disclosure import is_dominated
from normenkader.federated.summary import CellSummary
from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BandSums:
    """Sums by band (first axis) and provider, in order of the providers' names.

    Attributes
    ----------
    n_clients, n_episodes : (K, G)
        A client with episodes in two cells counts in both.
    minutes, norm_minutes : (K, G)
        Delivered, and by the norm table.
    """

    n_clients: FloatArray
    n_episodes: FloatArray
    minutes: FloatArray
    norm_minutes: FloatArray

    def small(self, floor: DisclosureSettings) -> BoolArray:
        """Bands with too few clients or providers for publication."""
        few_clients = self.n_clients.sum(axis=1) < floor.min_clients
        return np.asarray(few_clients | ((self.n_clients > 0).sum(axis=1) < floor.min_providers))

    def of_few(self, floor: DisclosureSettings) -> BoolArray:
        """Bands whose mean is left out: few providers have nearly all minutes, or it would give such a band away.

        Whether few clients have them, sums do not tell; every cell holds ``min_clients`` of them.
        """
        small, totals = self.small(floor), self.minutes.sum(axis=1)
        hidden = np.array([is_dominated(row, floor) for row in self.minutes], dtype=np.bool_) & ~small
        while hidden.any() and not (hidden | small).all() and is_dominated(self.minutes[hidden].sum(axis=0), floor):
            hidden[min(np.flatnonzero(~hidden & ~small), key=lambda k: (totals[k], k))] = True
        return hidden


def sums_by_band(summaries: Sequence[CellSummary], edges: Sequence[int]) -> BandSums:
    """Add the cells of every provider up by band.

    Parameters
    ----------
    summaries : sequence of CellSummary
        In order of the providers' names.
    edges : sequence of int
        Lower bounds, the first 0.
    """
    band = [band_numbers(summary.lower, edges) - 1 for summary in summaries]

    def total(name: str) -> FloatArray:
        columns = [np.bincount(at, getattr(s, name), len(edges)) for at, s in zip(band, summaries, strict=True)]
        return np.column_stack(columns)

    return BandSums(
        n_clients=total("n_clients"), n_episodes=total("n_episodes"), minutes=total("minutes"),
        norm_minutes=total("norm_minutes"),
    )  # fmt: skip
