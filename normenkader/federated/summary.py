"""What a provider hands over instead of client records, as a value and as a file that anyone can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from normenkader.federated.told import Told
from normenkader.model.moments import Moments

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SUMMED = ("n_clients", "n_episodes", "norm_minutes", "norm_squares", "minutes")
KIND, FORMAT = "normenkader-summary", 2
MOMENTS = ("x", "y", "xx", "xy", "yy")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Summary:
    """Round 1: the sums of one provider from which terms, intervals and the norm table follow.

    Attributes
    ----------
    provider : str
    agreement : str
        Hash of the settings that all must have in common.
    n_clients, n_episodes : int
        Exact: a confidential intermediate, not for publication.
    at_cap : Told or None
        Episodes at their assigned maximum; None where none was assigned.
    terms : tuple of (factor, level, with factor, with level)
        What the columns of the sums stand for.
    term_clients : (p,) distinct clients at each term
    own_clients : dict
        Distinct clients at the ijkclient's own level, by factor.
    merged, left_out
        As in `SafeRows`.
    """

    provider: str
    agreement: str
    n_clients: int
    n_episodes: int
    at_cap: Told | None
    terms: tuple[tuple[str, str, str, str], ...]
    term_clients: tuple[int, ...]
    own_clients: dict[str, int]
    merged: tuple[tuple[str, str, str], ...]
    left_out: tuple[str, ...]
    _moments: Moments = field(repr=False)

    def moments(self) -> Moments:
        """Unweighted sums over the provider's episodes, with one provider on the first axis."""
        return self._moments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellSummary:
    """Round 2: one provider's clients on the grid of the bands, under a norm table that was agreed on.

    Attributes
    ----------
    provider, agreement : str
    norms : str
        Hash of the norms.json it was counted under.
    step : int
        Width of a cell in the study's unit.
    lower : (k,) lower bound of each cell that holds clients
    n_clients, n_episodes : (k,)
    norm_minutes, norm_squares : (k,)
        Sums of norm minutes and of their squares.
    minutes : (k,)
        Sums of minutes delivered.
    without_norm : Told
        Episodes for which the table is silent.
    """

    provider: str
    agreement: str
    norms: str
    step: int
    lower: IntArray
    n_clients: IntArray
    n_episodes: IntArray
    norm_minutes: FloatArray
    norm_squares: FloatArray
    minutes: FloatArray
    without_norm: Told

    def __post_init__(self) -> None:
        for name in ("lower", *SUMMED):
            getattr(self, name).setflags(write=False)


def summary_document(summary: Summary) -> dict[str, Any]:
    """Round 1 as plain JSON values; sums are written to the last bit."""
    return {
        "kind": KIND, "format": FORMAT, "round": 1, "provider": summary.provider, "agreement": summary.agreement,
        "n_clients": summary.n_clients, "n_episodes": summary.n_episodes,
        "at_cap": None if summary.at_cap is None else _bounds(summary.at_cap),
        "terms": [
            {"factor": factor, "level": level, "with": {"factor": other, "level": their} if other else None,
             "n_clients": n}
            for (factor, level, other, their), n in zip(summary.terms, summary.term_clients, strict=True)
        ],
        "ijkclient_level_clients": summary.own_clients,
        "merged": [{"factor": f, "level": level, "became": target} for f, level, target in summary.merged],
        "left_out": list(summary.left_out),
        "sums": {name: getattr(summary.moments(), name)[0].tolist() for name in MOMENTS},
    }  # fmt: skip


def summary_of(document: dict[str, Any]) -> Summary:
    """`Summary` from what `summary_document` wrote."""
    rows = float(document["n_episodes"])
    sums = {name: np.array([document["sums"][name]], dtype=np.float64) for name in MOMENTS}
    # Every episode weighs 1, so that these are no figures of their own.
    sums |= {"n": np.array([rows]), "w": np.array([rows]), "log_w": np.zeros(1)}
    return Summary(
        provider=document["provider"], agreement=document["agreement"], n_clients=document["n_clients"],
        n_episodes=document["n_episodes"], at_cap=None if document["at_cap"] is None else _told(document["at_cap"]),
        terms=tuple(_term_key(term) for term in document["terms"]),
        term_clients=tuple(term["n_clients"] for term in document["terms"]),
        own_clients=dict(document["ijkclient_level_clients"]),
        merged=tuple((entry["factor"], entry["level"], entry["became"]) for entry in document["merged"]),
        left_out=tuple(document["left_out"]), _moments=Moments(**sums),
    )  # fmt: skip


def cells_document(cells: CellSummary) -> dict[str, Any]:
    """Round 2 as plain JSON values."""
    rows = zip(*(getattr(cells, name).tolist() for name in ("lower", *SUMMED)), strict=True)
    return {
        "kind": KIND, "format": FORMAT, "round": 2, "provider": cells.provider, "agreement": cells.agreement,
        "norms_sha256": cells.norms, "step": cells.step,
        "without_norm": _bounds(cells.without_norm),
        "cells": [dict(zip(("lower", *SUMMED), row, strict=True)) for row in rows],
    }  # fmt: skip


def cells_of(document: dict[str, Any]) -> CellSummary:
    """`CellSummary` from what `cells_document` wrote."""
    whole = ("lower", "n_clients", "n_episodes")
    columns: dict[str, Any] = {
        name: np.array([row[name] for row in document["cells"]], dtype=np.int64 if name in whole else np.float64)
        for name in ("lower", *SUMMED)
    }
    return CellSummary(
        provider=document["provider"], agreement=document["agreement"], norms=document["norms_sha256"],
        step=document["step"], without_norm=_told(document["without_norm"]), **columns,
    )  # fmt: skip


def _bounds(number: Told) -> list[int]:
    return [number.low, number.high]


def _told(bounds: list[int]) -> Told:
    low, high = bounds
    return Told(low=low, high=high)


def _term_key(term: dict[str, Any]) -> tuple[str, str, str, str]:
    other = term["with"] or {"factor": "", "level": ""}
    return term["factor"], term["level"], other["factor"], other["level"]
