"""What an applied table is compared with: the tables, clients and counts of one output folder, and what breaks them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normenkader.errors import InputRefused
from normenkader.verification.comparison import UNSUPPORTED, AppliedComparison, Calibrated, compare_applied
from normenkader.verification.effects import Effect
from normenkader.verification.hashes import BANDS, NORMS, Departure, FolderCheck, settings_of
from normenkader.verification.judging import DEPARTS
from normenkader.verification.recompute import Recomputation

if TYPE_CHECKING:
    import pandas as pd

    from normenkader.study import Study
    from normenkader.verification.applied_table import AppliedTable

CELLS = "cells.json"
_BREAKS = ("receipt", "changed", "missing", "settings", "number", "signature")


def compare_with_folder(
    folder: Path, checked: FolderCheck, found: Recomputation, departures: tuple[Departure, ...], table: AppliedTable
) -> AppliedComparison:
    """Compare an applied table with the calibration in an output folder.

    Parameters
    ----------
    folder : Path
    checked : FolderCheck
        Its receipt.
    found : Recomputation
    departures : tuple of Departure
        Of the folder: some take all support away.
    table : AppliedTable

    Raises
    ------
    InputRefused
        If the folder's documents cannot be read though they are as its receipt says.
    """
    faults = _faults(found, departures)
    try:
        study = settings_of(folder)
        norms, bands = (json.loads((folder / name).read_bytes()) for name in (NORMS, BANDS))
        frame, no_clients = _clients(folder, found, study)
        calibrated = Calibrated(
            norms=norms, bands=bands, calibration_number=(checked.receipt or {}).get("calibration_number", ""),
            study=study, frame=frame, no_clients=no_clients, cells=_cells(folder), faults=faults,
        )  # fmt: skip
        return compare_applied(table, calibrated)
    except (InputRefused, OSError, ValueError, KeyError, TypeError):
        if not faults:
            raise
        return _nothing_to_compare(table, faults)


def _faults(found: Recomputation, departures: tuple[Departure, ...]) -> tuple[str, ...]:
    """Why the calibrated tables themselves do not stand; a page drawn otherwise or a file more is no reason."""
    faults = [f"{d.file}: {d.text}" for d in departures if d.kind in _BREAKS]
    tables = {found.files.get(name) for name in (NORMS, BANDS)}
    if found.verdict == DEPARTS and (DEPARTS in tables or not found.files or found.inputs.departs):
        faults.append(f"the calibrated tables do not recompute from the inputs: {found.reason}")
    return tuple(faults)


def _clients(folder: Path, found: Recomputation, study: Study) -> tuple[pd.DataFrame | None, str]:
    """The study's clients, only when these are the ones that were calibrated on."""
    from normenkader.casemix import read_casemix

    inputs = found.inputs
    if inputs.study is None or inputs.missing or inputs.departs:
        return None, "the inputs are not to be had as they were, so clients cannot be counted"
    if study.sources.summaries:
        return None, "providers sent sums, so clients cannot be counted one by one"
    if found.casemix is not None:
        return found.casemix.to_frame(), ""
    return read_casemix(replace(study, folder=inputs.study)).to_frame(), ""


def _cells(folder: Path) -> dict[str, Any] | None:
    path = folder / CELLS
    return dict(json.loads(path.read_bytes())) if path.is_file() else None


def _nothing_to_compare(table: AppliedTable, faults: tuple[str, ...]) -> AppliedComparison:
    none = Effect(reason="the calibrated tables cannot be read")
    return AppliedComparison(
        file=table.file, name=table.name, verdict=UNSUPPORTED, reasons=faults, compared=(),
        not_compared=("ijkclient", "terms", "bands", "premises"), departures=(), together=none, notes=(),
    )  # fmt: skip
