"""The output folder of a calibration on summaries: norm table after round 1, bands as well after round 2."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from normenkader.bands.tariff import tariff
from normenkader.casemix.ledger import Ledger
from normenkader.dossier.documents import Documents
from normenkader.dossier.norm_tables import norms_document
from normenkader.dossier.summed import summed_documents, withheld_of_sums
from normenkader.dossier.tariff_tables import tariff_document
from normenkader.dossier.triangulation_table import triangulation_document
from normenkader.dossier.validation_tables import ledger_files
from normenkader.dossier.write import (
    calibration_number,
    files_of,
    ledger_texts,
    library_versions,
    place_files,
    receipt_document,
)
from normenkader.federated.calibrate import RoundOne, bands_of
from normenkader.provenance import readable_json, sha256_of_bytes

Document = dict[str, Any]


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
    own = {**ledger_texts(_ledger(found)), "study.toml": found.study.text}
    # Before round 2 there are no bands, and a dossier without bands would be taken for one.
    files = files_of(documents, own) if documents.bands["bands"] else _tables_alone(documents, own)
    receipt = receipt_document(documents, files, settings_sha256=found.study.sha256(), stages=_stages(found),
                               started=started)  # fmt: skip
    return place_files(folder, files, receipt)


def _tables_alone(documents: Documents, own: dict[str, str]) -> dict[str, bytes]:
    texts = {
        "norms.json": readable_json(documents.norms), "bands.json": readable_json(documents.bands),
        "validation.json": readable_json(documents.validation),
        "triangulation.json": readable_json(documents.triangulation), **own,
    }  # fmt: skip
    return {name: text.encode("utf-8") for name, text in texts.items()}


def _documents(found: RoundOne) -> Documents:
    study, model = found.study, found.norms.model
    norms = norms_document(found.norms, hidden=withheld_of_sums(study, found.support, model.clients_of_shares()))
    bands = bands_of(found, norms_document=norms, norms_sha256=sha256_of_bytes(readable_json(norms).encode()))
    inputs = [{"file": f.file, "table": f.table, "sha256": f.sha256, "dialect": f.dialect} for f in found.files()]
    (table, validation), settings = summed_documents(found, bands), study.settings()
    ledger = _ledger(found)
    return Documents(
        settings=settings, norms=norms, bands=table, validation=validation,
        triangulation=triangulation_document(found.agreed, study.triangulation),
        ledger={"files": ledger_files(ledger), "codes": ledger.codes()}, quality=(), inputs=inputs,
        calibration_number=calibration_number(inputs, settings, norms, table), versions=library_versions(),
        seed=study.info.seed, tariff=_tariff(found, validation.get("volumes")),
    )  # fmt: skip


def _tariff(found: RoundOne, volumes: Document | None) -> Document | None:
    if found.prices is None or volumes is None:
        return None
    return tariff_document(tariff(volumes, found.prices), volumes)


def _ledger(found: RoundOne) -> Ledger:
    """Rows of the study's own files; what providers set aside stays with them."""
    return Ledger(rows=(), files=()) if found.casemix is None else found.casemix.ledger


def _stages(found: RoundOne) -> dict[str, str]:
    norms = found.norms
    receipts = (norms.model.casemix.receipt, norms.model.receipt, norms.receipt, found.agreed.receipt)
    return {receipt.stage: receipt.sha256 for receipt in receipts}
