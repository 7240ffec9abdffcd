"""validation.json and the ledger as documents, with rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from typing import Any

from normenkader.bands.table import BandTable
from normenkader.casemix.ledger import Ledger
from normenkader.dossier.assessor_tables import assessors_document
from normenkader.dossier.check_tables import checks_document
from normenkader.dossier.delivery_tables import delivery_documents
from normenkader.dossier.robustness_tables import robustness_documents
from normenkader.dossier.soundness_tables import soundness_documents
from normenkader.dossier.withheld import withheld_of
from normenkader.provenance import rounded

Document = dict[str, Any]


def validation_document(bands: BandTable) -> Document:
    """validation.json."""
    casemix, floor = bands.norms.model.casemix, bands.study.disclosure
    hidden = withheld_of(casemix.to_frame(), bands.study)
    return {
        "checks": checks_document(bands), "data_quality": quality_rows(casemix.quality),
        "assessors": None if bands.assessed is None else assessors_document(bands.assessed, floor),
        **soundness_documents(bands.soundness, floor, hidden),
        **delivery_documents(bands.delivery, floor, hidden.n_clients),
        **({} if bands.robustness is None else robustness_documents(bands.robustness, floor, hidden)),
    }  # fmt: skip


def ledger_document(ledger: Ledger) -> Document:
    """ledger.json: exact, with line numbers, and not for publication."""
    rows = [{"file": r.file, "line": r.line, "column": r.column, "code": r.code} for r in ledger.rows]
    more = [{"file": u.file, "column": u.column, "code": u.code, "n": u.n} for u in ledger.unlisted]
    unlisted = {"unlisted": more} if more else {}
    return {"for_publication": False, "rows": rows, "files": ledger_files(ledger), **unlisted}


def ledger_files(ledger: Ledger) -> list[Document]:
    """Counts of every file: read = used + set aside."""
    return [{"file": f.file, "read": f.read, "used": f.used, "set_aside": f.set_aside} for f in ledger.files]


def quality_rows(findings: Any) -> list[Document]:
    """Findings over all providers together; a provider's own stay with the provider."""
    return [
        {"code": f.code, "provider": "", "value": rounded(f.value, 4), "unit": f.unit, "reason": f.reason or None,
         "expected": rounded(f.expected, 4)}
        for f in findings if not f.provider
    ]  # fmt: skip
