"""From an old table to a new one: what each cell gains or loses, and which clients move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.bands.document_norms import bands_of_norms, edges_of, lower_bounds, norms_of_frame
from normenkader.bands.movement import Movement, movements
from normenkader.study import Study

Document = Mapping[str, Any]
FloatArray = npt.NDArray[np.float64]
Pair = tuple[Document, Document]
"""norms.json and bands.json of one calibration."""

NO_CLIENTS = "Zonder de studie zijn er geen cliënten te tellen: vergeleken zijn de gepubliceerde tabellen."


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """The ijkclient, or the ijkclient with one factor changed, under both tables; None where one has no norm.

    Attributes
    ----------
    factor, level : str
        Empty for the ijkclient itself.
    old, new : float or None
        Norm minutes.
    old_band, new_band : int or None
    """

    factor: str
    level: str
    old: float | None
    new: float | None
    old_band: int | None
    new_band: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BandMove:
    """Clients who go from one band to another (0: no norm); counts exact, not for publication as such."""

    old_band: int
    new_band: int
    n_clients: int
    n_providers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two tables side by side.

    Attributes
    ----------
    old_edges, new_edges : tuple of int
    cells : tuple of CellChange
        The ijkclient of the new table, then each single change of it that both tables know.
    to_norm : tuple of Movement
        Norm minutes, old to new, over the study's clients; empty without a study.
    to_lower : tuple of Movement
        Lower bounds, old to new: everybody only.
    moves : tuple of BandMove
    reason : str
        Why no clients are counted; plain Dutch.
    """

    old_edges: tuple[int, ...]
    new_edges: tuple[int, ...]
    cells: tuple[CellChange, ...]
    to_norm: tuple[Movement, ...]
    to_lower: tuple[Movement, ...]
    moves: tuple[BandMove, ...]
    reason: str


def compare_tables(old: Pair, new: Pair) -> Comparison:
    """Two calibrations by their documents alone: edges, and the profiles one fact away from the ijkclient.

    Parameters
    ----------
    old, new : (norms.json, bands.json)
    """
    return Comparison(
        old_edges=edges_of(old[1]), new_edges=edges_of(new[1]), cells=tuple(_cells(old, new)), to_norm=(),
        to_lower=(), moves=(), reason=NO_CLIENTS,
    )  # fmt: skip


def compare_for_clients(old: Pair, new: Pair, frame: pd.DataFrame, study: Study) -> Comparison:
    """Two calibrations over the clients of a study.

    Parameters
    ----------
    old, new : (norms.json, bands.json)
    frame : DataFrame
        As `Casemix.to_frame` gives it.
    study : Study
        For the groups.

    Raises
    ------
    InputRefused
        If a table has a factor or lists levels that the study's clients do not fit.
    """
    before, after = norms_of_frame(old[0], frame), norms_of_frame(new[0], frame)
    return Comparison(
        old_edges=edges_of(old[1]), new_edges=edges_of(new[1]), cells=tuple(_cells(old, new)),
        to_norm=movements(frame, before, after, study),
        to_lower=movements(frame, lower_bounds(old[1], before), lower_bounds(new[1], after), study)[:1],
        moves=tuple(_moves(frame, bands_of_norms(old[1], before), bands_of_norms(new[1], after))), reason="",
    )  # fmt: skip


def _cells(old: Pair, new: Pair) -> Iterator[CellChange]:
    shared = [f for f in new[0]["factors"] if any(g["name"] == f["name"] for g in old[0]["factors"])]
    start = {f["name"]: f["ijkclient"] for f in new[0]["factors"]}
    profiles = [("", "", start)]
    profiles += [
        (f["name"], level, {**start, f["name"]: level})
        for f in shared for level in f["levels"] if level != f["ijkclient"]
    ]  # fmt: skip
    frame = pd.DataFrame([profile for _, _, profile in profiles])
    (before, old_band), (after, new_band) = (_placed(pair, frame) for pair in (old, new))
    for at, (factor, level, _) in enumerate(profiles):
        yield CellChange(
            factor=factor, level=level, old=_known(before[at]), new=_known(after[at]),
            old_band=int(old_band[at]) or None, new_band=int(new_band[at]) or None,
        )  # fmt: skip


def _placed(pair: Pair, frame: pd.DataFrame) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """Norm and band of profiles; none where the table lacks a factor or level of the other table."""
    minutes = np.full(len(frame), np.nan)
    own = pair[0]["factors"]
    fits = np.full(len(frame), all(f["name"] in frame for f in own))
    for factor in own:
        if factor["name"] in frame:
            fits &= frame[factor["name"]].isin(factor["levels"]).to_numpy()
    if fits.any():
        minutes[fits] = norms_of_frame(pair[0], frame[fits])
    return minutes, bands_of_norms(pair[1], minutes)


def _moves(frame: pd.DataFrame, old: npt.NDArray[np.int64], new: npt.NDArray[np.int64]) -> Iterator[BandMove]:
    for a, b in sorted(set(zip(old.tolist(), new.tolist(), strict=True))):
        inside = frame[(old == a) & (new == b)]
        yield BandMove(
            old_band=a, new_band=b, n_clients=int(inside["client"].nunique()),
            n_providers=int(inside["provider"].nunique()),
        )  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
