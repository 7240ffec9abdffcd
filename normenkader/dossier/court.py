"""court.json: the checklists of the dossier and the law behind them, for who wants to count or compare them."""

from __future__ import annotations

from normenkader.dossier import checklist, reporting_items
from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.jurisprudence import jurisprudence


def court_document(documents: Documents) -> Document:
    """The 27 items with their status, the reporting lists, and the rulings with whether a person read them."""
    items, law = checklist.checklist(documents), jurisprudence()
    return {
        "calibration_number": documents.calibration_number,
        "counts": checklist.counts(items), "checklist": checklist.checklist_document(documents),
        "lists": [
            reporting_items.list_document(reporting_items.filled_list(name, documents))
            for name in reporting_items.INSTRUMENTS
        ],
        "rulings": [ruling.model_dump(mode="json") for ruling in law.ruling],
        "statutes": [statute.model_dump(mode="json") for statute in law.statute],
    }  # fmt: skip
