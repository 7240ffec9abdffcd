"""A verification as one JSON document; nothing is computed here."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from normenkader.verification.comparison import AppliedComparison
from normenkader.verification.departures import AppliedDeparture
from normenkader.verification.recompute import Recomputation
from normenkader.verification.verdict import Verification

Document = dict[str, Any]


def verification_document(found: Verification) -> Document:
    """What ``normenkader verify --json`` prints."""
    return {
        "folder": str(found.folder),
        "calibration_number": found.calibration_number,
        "seal": found.seal,
        "departs": found.departs,
        "departures": [asdict(departure) for departure in found.departures],
        "not_checked": list(found.not_checked),
        "recomputation": recomputation_document(found.recomputation),
        "signature": None if found.signature is None else asdict(found.signature),
        "applied": None if found.applied is None else _applied(found.applied),
    }


def recomputation_document(found: Recomputation) -> Document:
    """Verdict, inputs, files and every difference of one recomputation."""
    inputs = found.inputs
    return {
        "verdict": found.verdict,
        "reason": found.reason or None,
        "inputs": {
            "study": None if inputs.study is None else str(inputs.study), "changed": list(inputs.changed),
            "missing": list(inputs.missing), "added": list(inputs.added), "settings": inputs.settings or None,
        },
        "files": dict(found.files),
        "differences": [asdict(difference) for difference in found.differences],
        "versions": [asdict(change) for change in found.versions],
    }  # fmt: skip


def _applied(found: AppliedComparison) -> Document:
    return {
        "file": found.file, "name": found.name or None, "verdict": found.verdict, "reasons": list(found.reasons),
        "compared": list(found.compared), "not_compared": list(found.not_compared),
        "departures": [{**_departure(d), "effect": asdict(effect)} for d, effect in found.departures],
        "together": asdict(found.together), "notes": list(found.notes),
    }  # fmt: skip


def _departure(departure: AppliedDeparture) -> Document:
    return {name: value for name, value in asdict(departure).items() if name != "key"}
