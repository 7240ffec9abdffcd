"""Everything that calibrate would write, computed anew from a study: from records, or from what providers summed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normenkader.bands.calibration import Stage, calibrated_bands
from normenkader.dossier.write import RECEIPT

if TYPE_CHECKING:
    from normenkader.casemix.casemix import Casemix
    from normenkader.study import Study

DOCX = "dossier.docx"
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anew:
    """A calibration computed anew.

    Attributes
    ----------
    files : mapping
        Content of every file but the receipt, by name.
    receipt : mapping
        Keys of the receipt that follow from settings and inputs.
    not_drawn : tuple of str
        Files that cannot be made here, for want of a library that is optional.
    casemix : Casemix or None
        The study's clients; None when providers sent sums.
    """

    files: Mapping[str, bytes]
    receipt: Document
    not_drawn: tuple[str, ...] = ()
    casemix: Casemix | None = field(default=None, repr=False)


def compute_anew(settings: Study, receipt: Document, *, stage: Stage) -> Anew:
    """Calibrate again, with nothing written.

    Parameters
    ----------
    settings : Study
        Those kept in the output folder, with the study's folder.
    receipt : mapping
        Of the output folder: which files there are, and which versions the dossier prints.
    stage : callable
        Shows progress.

    Raises
    ------
    InputRefused
        By any stage.
    """
    return _from_sums(settings, stage) if settings.sources.summaries else _from_records(settings, receipt, stage)


def _from_records(settings: Study, receipt: Document, stage: Stage) -> Anew:
    from normenkader.dossier import write

    bands = calibrated_bands(settings, stage=stage)
    listed = [entry["file"] for entry in receipt["outputs"]]
    drawn = DOCX in listed and find_spec("docx") is not None
    with stage("making every file"):
        documents, printed = write.documents_of(bands), receipt.get("versions")
        # The dossier prints the versions it was made with: those are compared apart, not as figures.
        as_then = replace(documents, versions=printed if isinstance(printed, dict) else documents.versions)
        files = write.contents(bands, as_then, docx=drawn)
    anew = {
        "calibration_number": documents.calibration_number, "inputs": list(documents.inputs),
        "settings": documents.settings, "settings_sha256": settings.sha256(), "stages": write.stages_of(bands),
        "seed": documents.seed,
    }  # fmt: skip
    return Anew(files=files, receipt=anew, not_drawn=(DOCX,) if DOCX in listed and not drawn else (),
                casemix=bands.norms.model.casemix)  # fmt: skip


def _from_sums(settings: Study, stage: Stage) -> Anew:
    from normenkader.dossier.write_summed import write_summed
    from normenkader.federated.calibrate import norm_table_of

    with stage("adding up what providers sent"):
        found = norm_table_of(settings)
    with stage("making every file"), tempfile.TemporaryDirectory() as place:
        folder = write_summed(found, Path(place) / "anew")
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return Anew(receipt=json.loads(files.pop(RECEIPT)), files=files)
