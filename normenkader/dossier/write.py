"""The output folder: every file whole, hashed in a receipt, and nothing ever overwritten."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from normenkader.bands.table import BandTable
from normenkader.bands.tariff import tariff
from normenkader.casemix.ledger import Ledger
from normenkader.code_state import code_state
from normenkader.dossier.band_tables import bands_document
from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.explorer_files import explorer_texts
from normenkader.dossier.jurisprudence import NAME as LAW
from normenkader.dossier.jurisprudence import edition
from normenkader.dossier.norm_tables import norms_document
from normenkader.dossier.tariff_tables import tariff_document
from normenkader.dossier.triangulation_table import triangulation_document
from normenkader.dossier.validation_tables import (
    ledger_document,
    ledger_files,
    quality_rows,
    validation_document,
)
from normenkader.dossier.volume_tables import volumes_document
from normenkader.errors import OutputRefused
from normenkader.parallel import beside
from normenkader.provenance import (
    canonical_json,
    readable_json,
    sealed,
    sha256_of_bytes,
    sha256_of_file,
    sha256_of_parts,
    whole_folder,
)

LIBRARIES = (
    "normenkader", "numpy", "pandas", "scipy", "scikit-learn", "statsmodels", "pyarrow", "python-calamine", "pydantic",
    "jinja2", "matplotlib", "lxml", "typst", "mlflow",
)  # fmt: skip
RECEIPT = "receipt.json"
OTHER_CONTENT = "{folder} exists with other content; nothing is overwritten. Choose another folder with --out"


def write_dossier(bands: BandTable, out: str | Path | None = None, *, docx: bool = False) -> Path:
    """Write the whole output folder of one calibration.

    Parameters
    ----------
    bands : BandTable
        Bands with their evidence.
    out : path, optional
        Folder to make; ``out/<calibration number>`` in the study's folder by default.
    docx : bool
        Whether to add ``dossier.docx``, for a word processor; needs python-docx (the extra ``docx``).

    Returns
    -------
    Path
        The folder. When it exists with the same content it is left as it is.

    Raises
    ------
    OutputRefused
        If the folder exists with other content, or python-docx is asked for and absent.
    """
    started = datetime.now(UTC)
    documents = documents_of(bands)
    folder = Path(out) if out is not None else bands.study.folder / "out" / documents.calibration_number
    files = contents(bands, documents, docx=docx)
    receipt = receipt_document(documents, files, settings_sha256=bands.study.sha256(), stages=stages_of(bands),
                               started=started)  # fmt: skip
    return place_files(folder, files, receipt)


def place_files(folder: Path, files: dict[str, bytes], receipt: Document) -> Path:
    """Write files and receipt as one folder, whole or not at all; left as it is where it stands with this content.

    Raises
    ------
    OutputRefused
        If the folder exists with other content.
    """
    if is_empty(folder):
        folder.rmdir()
    if folder.exists():
        return _same_or_refused(folder, files)
    with whole_folder(folder) as partial:
        for name, content in files.items():
            (partial / name).write_bytes(content)
        (partial / RECEIPT).write_text(readable_json(receipt), encoding="utf-8")
    return folder


def is_empty(folder: Path) -> bool:
    """Whether a folder stands there with nothing in it."""
    return folder.is_dir() and not any(folder.iterdir())


def documents_of(bands: BandTable) -> Documents:
    """All documents of a calibration, with the calibration number over inputs, settings, norms and bands."""
    norms, band_table = norms_document(bands.norms, bands.corrected), bands_document(bands)
    inputs = [
        {"file": f.file, "table": f.table, "sha256": f.sha256, "dialect": f.dialect}
        for f in (
            *bands.norms.model.casemix.files,
            *bands.triangulation.files,
            *bands.assessment_files(),
            *bands.price_files(),
        )
    ]
    settings, ledger = bands.study.settings(), bands.norms.model.casemix.ledger
    number = calibration_number(inputs, settings, norms, band_table)
    validation = {**validation_document(bands), "volumes": volumes_document(bands.volumes, bands.study)}
    return Documents(
        settings=settings, norms=norms, bands=band_table, validation=validation,
        triangulation=triangulation_document(bands.triangulation, bands.study.triangulation),
        ledger={"files": ledger_files(ledger), "codes": ledger.codes()},
        quality=quality_rows(bands.norms.model.casemix.quality), inputs=inputs, calibration_number=number,
        versions=library_versions(), seed=bands.study.info.seed, tariff=_tariff(bands, validation["volumes"]),
    )  # fmt: skip


def calibration_number(inputs: Sequence[Document], settings: Document, norms: Document, bands: Document) -> str:
    """SHA-256 over inputs (table, name, hash), settings, norms and bands: anybody can recompute it from the folder."""
    files = [[entry["table"], entry["file"], entry["sha256"]] for entry in inputs]
    return sha256_of_parts(canonical_json(part).encode() for part in (files, settings, norms, bands))


def _tariff(bands: BandTable, volumes: Document) -> dict[str, Any] | None:
    return None if bands.prices is None else tariff_document(tariff(volumes, bands.prices), volumes)


def contents(bands: BandTable, documents: Documents, *, docx: bool = False) -> dict[str, bytes]:
    """Every file of the folder but the receipt, by name; the same results give the same bytes."""
    own = {**ledger_texts(bands.norms.model.casemix.ledger), "study.toml": bands.study.text}
    return files_of(documents, own, meanwhile=partial(explorer_texts, bands, documents), docx=docx)


def files_of(
    documents: Documents, own: dict[str, str], *, meanwhile: Callable[[], dict[str, str]] = dict, docx: bool = False
) -> dict[str, bytes]:
    """Files that follow from the documents, the dossier among them, and the `own` texts beside them.

    Parameters
    ----------
    documents : Documents
    own : dict
        Texts by name of file.
    meanwhile : callable, optional
        Gives other texts by name of file, made while the dossier is typeset; none of them goes with it.
    docx : bool
        Whether to add dossier.docx.
    """
    from normenkader.dossier.algorithm_register import register_document
    from normenkader.dossier.court import court_document
    from normenkader.dossier.html import render_html
    from normenkader.dossier.paper import ATTACHED
    from normenkader.dossier.pdf import render_pdf

    texts = {
        "norms.json": readable_json(documents.norms), "bands.json": readable_json(documents.bands),
        "validation.json": readable_json(documents.validation),
        "triangulation.json": readable_json(documents.triangulation),
        "court.json": readable_json(court_document(documents)),
        "algoritmeregister.json": readable_json(register_document(documents)),
        "dossier.html": render_html(documents), **own,
    }  # fmt: skip
    if documents.tariff is not None:
        texts["tariff.json"] = readable_json(documents.tariff)
    files = {name: text.encode("utf-8") for name, text in texts.items()}
    attached = {name: content for name, content in files.items() if name in ATTACHED}
    printed = beside(render_pdf, documents, texts["dossier.html"], attached)
    files.update((name, text.encode("utf-8")) for name, text in meanwhile().items())
    files["dossier.pdf"] = printed()
    if docx:
        from normenkader.dossier.docx_file import render_docx

        files["dossier.docx"] = render_docx(documents, texts["dossier.html"])
    return files


def library_versions() -> dict[str, str]:
    """Versions of this package, the libraries that bear on its figures, and the list of rulings that it prints."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return {**found, LAW: edition()}


def receipt_document(
    documents: Documents, files: dict[str, bytes], *, settings_sha256: str, stages: dict[str, str], started: datetime
) -> dict[str, Any]:
    """receipt.json: hashes of every input and output, settings, versions, seed and times, under a seal."""
    return sealed({
        "calibration_number": documents.calibration_number,
        "inputs": list(documents.inputs),
        "outputs": [{"file": name, "sha256": sha256_of_bytes(content)} for name, content in sorted(files.items())],
        "settings_sha256": settings_sha256,
        # In full, so that the number can be rechecked by any version, whatever defaults it has.
        "settings": dict(documents.settings),
        "stages": stages,
        "versions": dict(documents.versions),
        "code": code_state(),
        "seed": documents.seed,
        "times": {"written": started.isoformat(timespec="seconds")},
    })  # fmt: skip


def stages_of(bands: BandTable) -> dict[str, str]:
    """Hash of every stage's unrounded content, in the order of the chain."""
    norms = bands.norms
    receipts = (norms.model.casemix.receipt, norms.model.receipt, norms.receipt, bands.triangulation.receipt,
                bands.receipt)  # fmt: skip
    return {receipt.stage: receipt.sha256 for receipt in receipts}


def ledger_texts(ledger: Ledger) -> dict[str, str]:
    """ledger.json and ledger.csv."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("file", "line", "column", "code"))
    writer.writerows((r.file, r.line, r.column, r.code) for r in ledger.rows)
    return {"ledger.json": readable_json(ledger_document(ledger)), "ledger.csv": stream.getvalue()}


def _same_or_refused(folder: Path, files: dict[str, bytes]) -> Path:
    expected = {name: sha256_of_bytes(content) for name, content in files.items()}
    found = {path.name: sha256_of_file(path) for path in folder.iterdir() if path.is_file() and path.name != RECEIPT}
    if folder.is_dir() and found == expected and (folder / RECEIPT).is_file():
        return folder
    raise OutputRefused(OTHER_CONTENT.format(folder=folder))
