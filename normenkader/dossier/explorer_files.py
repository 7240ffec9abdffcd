"""cells.json and explorer.html: what people move edges with, in the words of the dossier."""

from __future__ import annotations

from typing import Any

from normenkader.bands.table import BandTable
from normenkader.dossier import view, wording
from normenkader.dossier.documents import Documents
from normenkader.explorer.document import cells_document
from normenkader.explorer.page import explorer_html
from normenkader.provenance import readable_json
from normenkader.terms.units import SINGULAR, counted_in

CELLS, EXPLORER = "cells.json", "explorer.html"


def explorer_texts(bands: BandTable, documents: Documents) -> dict[str, str]:
    """Both files by name."""
    words = _words(bands, documents)
    cells = cells_document(bands, calibration_number=documents.calibration_number, words=words)
    page = explorer_html(cells, documents.norms, documents.bands)
    return {CELLS: readable_json(cells), EXPLORER: page}


def _words(bands: BandTable, documents: Documents) -> dict[str, Any]:
    factors, overlap = bands.study.factors, documents.norms["overlap"]
    names = [factor.name for factor in factors] + [entry["factor"] for entry in overlap]
    levels = [level for factor in factors for level in factor.levels]
    levels += [level for entry in overlap for level in entry["classes"]]
    counted = counted_in(bands.study.info.unit)
    return {
        "counted": counted, "short": "min" if counted == "minuten" else counted,
        "price_of": "uur" if counted == "minuten" else SINGULAR[counted],
        "in_price_of": 60 if counted == "minuten" else 1,
        "synthetic": view.is_synthetic(documents.settings), "unit": wording.unit(bands.study.info.unit),
        "time": wording.time_definition(bands.study.info.time_definition),
        "factors": {name: wording.name(name) for name in names},
        "levels": {level: wording.level(level) for level in dict.fromkeys(levels)},
    }  # fmt: skip
