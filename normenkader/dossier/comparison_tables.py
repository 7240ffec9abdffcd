"""Two calibrations side by side as a document: rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from normenkader.bands.comparison import BandMove, CellChange, Comparison
from normenkader.disclosure import Line, published_clients, withheld
from normenkader.dossier.movement_tables import movements_document
from normenkader.dossier.withheld import Withheld
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]


def comparison_document(found: Comparison, floor: DisclosureSettings, hidden: Withheld | None = None) -> Document:
    """What ``normenkader compare`` gives for two calibrations; counts below the floor are null."""
    return {
        "old_edges": list(found.old_edges),
        "new_edges": list(found.new_edges),
        "cells": [_cell(cell) for cell in found.cells],
        "to_norm": movements_document(found.to_norm, floor, hidden),
        "to_lower": movements_document(found.to_lower, floor),
        "moves": _moves(found.moves, floor),
        "reason": found.reason or None,
    }


def _cell(cell: CellChange) -> Document:
    known = cell.old is not None and cell.new is not None
    return {
        "factor": cell.factor or None, "level": cell.level or None, "old": rounded(cell.old), "new": rounded(cell.new),
        "difference": rounded((cell.new or 0.0) - (cell.old or 0.0)) if known else None, "old_band": cell.old_band,
        "new_band": cell.new_band,
    }  # fmt: skip


def _moves(found: Sequence[BandMove], floor: DisclosureSettings) -> list[Document]:
    """Both calibrations print the number of clients of every band, to which these add up."""
    places = range(len(found))
    old, new = dict.fromkeys(m.old_band for m in found), dict.fromkeys(m.new_band for m in found)
    lines = [Line(cells=tuple(k for k in places if found[k].old_band == band)) for band in old]
    lines += [Line(cells=tuple(k for k in places if found[k].new_band == band)) for band in new]
    hidden = withheld(
        [m.n_clients for m in found],
        lines,
        primary=[m.n_providers < floor.min_providers for m in found],
        settings=floor,
    )
    return [_move(found[k], floor, hidden[k]) for k in places]


def _move(move: BandMove, floor: DisclosureSettings, left_out: bool) -> Document:
    return {
        "old_band": move.old_band or None, "new_band": move.new_band or None,
        "n_clients": None if left_out else published_clients(move.n_clients, floor),
    }  # fmt: skip
