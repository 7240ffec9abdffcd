"""Recompute an output folder from its inputs and settings, and judge what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normenkader.bands.calibration import Stage, calibrated_bands, no_stage
from normenkader.dossier.write import RECEIPT
from normenkader.errors import InputRefused
from normenkader.provenance import readable_json
from normenkader.verification.figures import Difference, all_differences
from normenkader.verification.hashes import FolderCheck, check_folder, settings_of
from normenkader.verification.inputs import NO_PLACE, InputCheck, check_inputs, place_of_study
from normenkader.verification.judging import (
    DEPARTS,
    NOT_RECOMPUTED,
    VersionChange,
    judge_files,
    judge_whole,
    reason_of,
    version_changes,
)

if TYPE_CHECKING:
    from normenkader.bands.table import BandTable
    from normenkader.dossier.documents import Documents
    from normenkader.study import Study

DOCX = "dossier.docx"
_RECOMPUTABLE = ("calibration_number", "inputs", "settings", "settings_sha256", "stages", "seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputation:
    """One output folder recomputed.

    Attributes
    ----------
    verdict : str
        ``identiek`` (every byte of every file), ``binnen afronding`` (figures with decimals differ by at most one
        unit of the last printed one; all else is the same), ``afwijkend``, or ``niet herrekend``.
    reason : str
        Why, in English; empty for ``identiek``.
    differences : tuple of Difference
        Every value that differs.
    files : mapping
        File to ``identiek``, ``binnen afronding``, ``afwijkend``, ``volgt`` (drawn from figures that differ, so its
        bytes must, too), or ``niet herrekend`` (a dossier.docx where python-docx is not installed).
    inputs : InputCheck
        The inputs by hash.
    versions : tuple of VersionChange
        Libraries that differ from those of the receipt.
    bands : BandTable or None
        What was recomputed; None when nothing was.
    """

    verdict: str
    reason: str
    inputs: InputCheck
    differences: tuple[Difference, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    versions: tuple[VersionChange, ...] = ()
    bands: BandTable | None = field(default=None, repr=False, compare=False)


def recompute(folder: str | Path, study: str | Path | None = None, *, stage: Stage = no_stage) -> Recomputation:
    """Recompute an output folder with the settings it keeps, on the inputs that its receipt names.

    Parameters
    ----------
    folder : path
        As `calibrate` has written it; it may have been moved or copied.
    study : path, optional
        Where the inputs are: a folder, or a study.toml in it. By default the folder that the output stands in
        (``<study>/out/<calibration number>``).
    stage : callable, optional
        Shows progress; called with the name of each stage.

    Returns
    -------
    Recomputation
        Nothing is written. When the inputs are not to be had the verdict is ``niet herrekend`` and the reason says
        what is missing.

    Raises
    ------
    InputRefused
        If `folder` is no output folder, or `study` does not exist.
    """
    here = Path(folder)
    checked = check_folder(here)
    return recompute_checked(here, checked, None if study is None else Path(study), stage=stage)


def recompute_checked(
    folder: Path, checked: FolderCheck, study: Path | None = None, *, stage: Stage = no_stage
) -> Recomputation:
    """The same for a folder whose receipt has been read."""
    found = inputs_of(folder, checked, study)
    if isinstance(found, str):
        return Recomputation(verdict=NOT_RECOMPUTED, reason=found, inputs=InputCheck(study=None))
    settings, inputs = found
    if inputs.study is None or inputs.missing:
        reason = f"inputs {inputs.in_words()}" if inputs.study else NO_PLACE
        verdict = DEPARTS if inputs.departs else NOT_RECOMPUTED
        return Recomputation(verdict=verdict, reason=reason, inputs=inputs)
    try:
        bands = calibrated_bands(settings, stage=stage)
    except InputRefused as refusal:
        return Recomputation(verdict=DEPARTS, reason=f"the chain refuses these inputs: {refusal}", inputs=inputs)
    with stage("comparing every file"):
        return _compared(folder, checked.receipt or {}, inputs, bands)


def inputs_of(folder: Path, checked: FolderCheck, study: Path | None) -> tuple[Study, InputCheck] | str:
    """Settings kept in the folder and the inputs they need; or why they cannot be had."""
    place = place_of_study(folder, study)
    if checked.receipt is None:
        return "the receipt cannot be read, so it is not known from which inputs this was made"
    try:
        settings = settings_of(folder, place)
    except InputRefused as refusal:
        return f"the settings kept in the folder are refused: {refusal.rule}"
    return settings, check_inputs(checked.receipt, settings, place)


def _compared(folder: Path, receipt: Mapping[str, Any], inputs: InputCheck, bands: BandTable) -> Recomputation:
    from normenkader.dossier.write import contents, documents_of

    versions, documents = version_changes(receipt), documents_of(bands)
    printed = receipt.get("versions")
    # The dossier prints the versions it was made with: those are compared apart, not as figures.
    documents = replace(documents, versions=printed if isinstance(printed, dict) else documents.versions)
    listed = [entry["file"] for entry in receipt["outputs"]]
    drawn = DOCX in listed and find_spec("docx") is not None
    anew = contents(bands, documents, docx=drawn)
    names = [name for name in sorted({*anew, *listed}) if drawn or name != DOCX]
    there = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    old, new = _recomputable(receipt, bands, documents)
    differences = all_differences({**there, RECEIPT: old}, {**anew, RECEIPT: new})
    files = judge_files(there, anew, differences, other_libraries=bool(versions))
    verdict = judge_whole(files, [d for d in differences if d.file == RECEIPT], inputs)
    return Recomputation(
        verdict=verdict, reason=reason_of(verdict, files, inputs, versions), inputs=inputs, differences=differences,
        files=files if drawn or DOCX not in listed else {**files, DOCX: NOT_RECOMPUTED}, versions=versions, bands=bands,
    )  # fmt: skip


def _recomputable(receipt: Mapping[str, Any], bands: BandTable, documents: Documents) -> tuple[bytes, bytes]:
    """What of the receipt follows from the inputs, there and here: all but times, versions and hashes of files."""
    from normenkader.dossier.write import stages_of

    anew = {
        "calibration_number": documents.calibration_number, "inputs": list(documents.inputs),
        "settings": documents.settings, "settings_sha256": bands.study.sha256(), "stages": stages_of(bands),
        "seed": documents.seed,
    }  # fmt: skip
    old, new = (readable_json({key: side.get(key) for key in _RECOMPUTABLE}).encode() for side in (receipt, anew))
    return old, new
