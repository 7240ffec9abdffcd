"""Two calibrations side by side as a document: rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from typing import Any

from normenkader.bands.comparison import BandMove, CellChange, Comparison
from normenkader.disclosure import published_clients
from normenkader.dossier.robustness_tables import movement_document
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]


def comparison_document(found: Comparison, floor: DisclosureSettings) -> Document:
    """What ``normenkader compare`` gives for two calibrations; counts below the floor are null."""
    return {
        "old_edges": list(found.old_edges),
        "new_edges": list(found.new_edges),
        "cells": [_cell(cell) for cell in found.cells],
        "to_norm": [movement_document(m, floor) for m in found.to_norm],
        "to_lower": [movement_document(m, floor) for m in found.to_lower],
        "moves": [_move(move, floor) for move in found.moves],
        "reason": found.reason or None,
    }


def _cell(cell: CellChange) -> Document:
    known = cell.old is not None and cell.new is not None
    return {
        "factor": cell.factor or None, "level": cell.level or None, "old": rounded(cell.old), "new": rounded(cell.new),
        "difference": rounded((cell.new or 0.0) - (cell.old or 0.0)) if known else None, "old_band": cell.old_band,
        "new_band": cell.new_band,
    }  # fmt: skip


def _move(move: BandMove, floor: DisclosureSettings) -> Document:
    clients = published_clients(move.n_clients, floor)
    return {
        "old_band": move.old_band or None, "new_band": move.new_band or None,
        "n_clients": clients if move.n_providers >= floor.min_providers else None,
    }  # fmt: skip
