"""What an applied table does to the clients of the study: who gets another band, and how many minutes less or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.bands.document_norms import norms_of_frame
from normenkader.disclosure import published_clients, withheld_levels
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = Mapping[str, Any]
FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one departure, or all together, does to clients; every count as it may be published, else None.

    Attributes
    ----------
    n_lower_band, n_higher_band : int or None
        Clients who get a lower or higher band than calibrated.
    n_less, n_more : int or None
        Clients whose lower bound falls or rises, in another band or in the same.
    mean_less, mean_more : float or None
        By how many minutes, on average over their episodes; None where the count is.
    n_no_norm : int or None
        Clients who have a norm as calibrated and none as applied.
    reason : str
        Why nothing is counted; empty when it is. Few clients alone are no reason: then the count is None.
    """

    n_lower_band: int | None = None
    n_higher_band: int | None = None
    n_less: int | None = None
    n_more: int | None = None
    mean_less: float | None = None
    mean_more: float | None = None
    n_no_norm: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Norms and edges as one side has them.

    Attributes
    ----------
    norms : mapping
        In the shape of norms.json.
    edges : tuple of (lower, rank)
        Lower edge of each band, and its place among the calibrated bands (1, 2, ...; a half between two).
    """

    norms: Document
    edges: tuple[tuple[float, float], ...]

    def fault(self) -> str:
        """Why clients cannot be placed in these bands; empty when they can."""
        rises = all(a[0] < b[0] and a[1] < b[1] for a, b in zip(self.edges, self.edges[1:], strict=False))
        if not self.edges or not rises:
            return "there are no bands, or with this departure alone their lower edges do not rise"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Every episode's place and lower bound; nan without a norm, place 0 below the lowest edge."""

    rank: FloatArray
    bound: FloatArray


def placed(tables: Tables, frame: pd.DataFrame) -> Placed:
    """Every row of `frame` in the bands, by the table alone: doubt zones are left out on both sides."""
    return _placed(tables, norms_of_frame(tables.norms, frame))


def _placed(tables: Tables, norm: FloatArray) -> Placed:
    lowers, ranks = (np.asarray(column, dtype=np.float64) for column in zip(*tables.edges, strict=True))
    at = np.searchsorted(lowers, norm, side="right")
    known = ~np.isnan(norm)
    rank = np.where(at > 0, ranks[np.maximum(at, 1) - 1], 0.0)
    bound = np.where(at > 0, lowers[np.maximum(at, 1) - 1], 0.0)
    return Placed(rank=np.where(known, rank, np.nan), bound=np.where(known, bound, np.nan))


def effect_between(frame: pd.DataFrame, old: Placed, new: Placed, settings: DisclosureSettings) -> Effect:
    """Counts and mean minutes from `old` to `new`.

    Parameters
    ----------
    frame : DataFrame
        Columns ``client`` and ``provider``, a row an episode.
    old, new : Placed
        Of the same rows.
    settings : DisclosureSettings
    """
    by = new.bound - old.bound
    band = _published(frame, new.rank < old.rank, new.rank > old.rank, settings)
    bound = _published(frame, by < 0, by > 0, settings)
    lost = ~np.isnan(old.bound) & np.isnan(new.bound)
    return Effect(
        n_lower_band=band[0], n_higher_band=band[1], n_less=bound[0], n_more=bound[1],
        mean_less=None if bound[0] is None else rounded(-float(by[by < 0].mean()), 1),
        mean_more=None if bound[1] is None else rounded(float(by[by > 0].mean()), 1),
        n_no_norm=_published(frame, lost, np.zeros(len(frame), dtype=bool), settings)[0],
    )  # fmt: skip


def effect_in_cells(cells: Document, old: Tables, new: Tables, settings: DisclosureSettings) -> Effect:
    """The same for edges alone, from the published counts by norm minutes that the folder holds.

    Parameters
    ----------
    cells : mapping
        Content of cells.json: ``lower`` and ``n_clients`` of every cell.
    old, new : Tables
        With the same norms.
    settings : DisclosureSettings
    """
    starts, n = (np.asarray(cells[key], dtype=np.float64) for key in ("lower", "n_clients"))
    edges = {edge for edge, _ in (*old.edges, *new.edges)}
    if np.isnan(n).any() or not edges <= set(starts.tolist()):
        return Effect(reason="the inputs are not to be had, and the counts in the folder are not split at this edge")
    before, after = _placed(old, starts), _placed(new, starts)
    by = after.bound - before.bound

    def counted(inside: Mask) -> int | None:
        return published_clients(int(n[inside].sum()), settings)

    def mean(inside: Mask) -> float | None:
        return None if counted(inside) is None else rounded(float(np.average(np.abs(by[inside]), weights=n[inside])), 1)

    return Effect(
        n_lower_band=counted(after.rank < before.rank), n_higher_band=counted(after.rank > before.rank),
        n_less=counted(by < 0), n_more=counted(by > 0), mean_less=mean(by < 0), mean_more=mean(by > 0),
    )  # fmt: skip


def _published(frame: pd.DataFrame, down: Mask, up: Mask, settings: DisclosureSettings) -> tuple[int | None, ...]:
    """Clients in two groups beside the others, none of which may follow from the rest."""
    groups = {"down": down, "up": up, "others": ~(down | up)}
    counts = {name: int(frame.loc[mask, "client"].nunique()) for name, mask in groups.items()}
    few = [n for n, mask in groups.items() if frame.loc[mask, "provider"].nunique() < settings.min_providers]
    hidden = withheld_levels(counts, settings, few_providers=few, unlisted=("others",))
    return tuple(None if name in hidden else published_clients(counts[name], settings) for name in ("down", "up"))
