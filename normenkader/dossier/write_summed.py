"""The output folder of a calibration on summaries: norm table after round 1, bands as well after round 2."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from normenkader.dossier.documents import Documents
from normenkader.dossier.norm_tables import norms_document
from normenkader.dossier.summed import summed_bands_document, summed_validation_document, withheld_of_sums
from normenkader.dossier.write import calibration_number, files_of, library_versions, place_files, receipt_document
from normenkader.federated.calibrate import RoundOne, bands_of
from normenkader.provenance import readable_json, sha256_of_bytes

_NO_PANEL = "Deskundigen en bestaande normen zijn niet vergeleken: dat is voor sommen nog niet gemaakt."


def write_summed(found: RoundOne, out: str | Path | None = None) -> Path:
    """Write the files of a calibration as far as sums can fill them; the dossier after round 2.

    Parameters
    ----------
    found : RoundOne
    out : path, optional
        Folder to make; ``out/<calibration number>`` in the study's folder by default.

    Raises
    ------
    InputRefused
        If round 2 does not belong to this round 1.
    OutputRefused
        If the folder exists with other content.
    """
    started = datetime.now(UTC)
    documents = _documents(found)
    folder = Path(out) if out is not None else found.study.folder / "out" / documents.calibration_number
    own = {"ledger.json": readable_json(dict(documents.ledger)), "study.toml": found.study.text}
    # Before round 2 there are no bands, and a dossier without bands would be taken for one.
    files = files_of(documents, own) if documents.bands["bands"] else _tables_alone(documents, own)
    receipt = receipt_document(documents, files, settings_sha256=found.study.sha256(), stages=_stages(found),
                               started=started)  # fmt: skip
    return place_files(folder, files, receipt)


def _tables_alone(documents: Documents, own: dict[str, str]) -> dict[str, bytes]:
    texts = {
        "norms.json": readable_json(documents.norms), "bands.json": readable_json(documents.bands),
        "validation.json": readable_json(documents.validation), **own,
    }  # fmt: skip
    return {name: text.encode("utf-8") for name, text in texts.items()}


def _documents(found: RoundOne) -> Documents:
    study, model = found.study, found.norms.model
    norms = norms_document(found.norms, hidden=withheld_of_sums(study, found.support, model.n_rows))
    bands = bands_of(found, norms_document=norms, norms_sha256=sha256_of_bytes(readable_json(norms).encode()))
    inputs = [{"file": f.file, "table": f.table, "sha256": f.sha256, "dialect": f.dialect} for f in found.files()]
    table, settings = summed_bands_document(found, bands), study.settings()
    return Documents(
        settings=settings, norms=norms, bands=table, validation=summed_validation_document(found),
        triangulation={"comparisons": [], "reason": _NO_PANEL}, ledger=_ledger(found), quality=(),
        inputs=inputs, calibration_number=calibration_number(inputs, settings, norms, table),
        versions=library_versions(), seed=study.info.seed,
    )  # fmt: skip


def _ledger(found: RoundOne) -> dict[str, object]:
    """Rows of the study's own files; what providers set aside stays with them."""
    rows = () if found.casemix is None else found.casemix.ledger.rows
    files = () if found.casemix is None else found.casemix.ledger.files
    return {
        "for_publication": False,
        "rows": [{"file": r.file, "line": r.line, "column": r.column, "code": r.code} for r in rows],
        "files": [{"file": f.file, "read": f.read, "used": f.used, "set_aside": f.set_aside} for f in files],
    }


def _stages(found: RoundOne) -> dict[str, str]:
    norms = found.norms
    receipts = (norms.model.casemix.receipt, norms.model.receipt, norms.receipt)
    return {receipt.stage: receipt.sha256 for receipt in receipts}
