"""Recompute an output folder from its inputs and settings, and judge what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normenkader.bands.calibration import Stage, no_stage
from normenkader.dossier.write import RECEIPT
from normenkader.errors import InputRefused
from normenkader.provenance import readable_json
from normenkader.verification.anew import Anew, compute_anew
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
    from normenkader.casemix.casemix import Casemix
    from normenkader.study import Study

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
    casemix : Casemix or None
        The study's clients; None when nothing was recomputed, or when providers sent sums.
    """

    verdict: str
    reason: str
    inputs: InputCheck
    differences: tuple[Difference, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    versions: tuple[VersionChange, ...] = ()
    casemix: Casemix | None = field(default=None, repr=False, compare=False)


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
        anew = compute_anew(settings, checked.receipt or {}, stage=stage)
    except InputRefused as refusal:
        return Recomputation(verdict=DEPARTS, reason=f"the chain refuses these inputs: {refusal}", inputs=inputs)
    with stage("comparing every file"):
        return _compared(folder, checked.receipt or {}, inputs, anew)


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


def _compared(folder: Path, receipt: Mapping[str, Any], inputs: InputCheck, anew: Anew) -> Recomputation:
    versions = version_changes(receipt)
    listed = {entry["file"] for entry in receipt["outputs"]} - set(anew.not_drawn)
    there = {name: (folder / name).read_bytes() for name in sorted(listed) if (folder / name).is_file()}
    old, new = (
        readable_json({key: side.get(key) for key in _RECOMPUTABLE}).encode() for side in (receipt, anew.receipt)
    )
    differences = all_differences({**there, RECEIPT: old}, {**anew.files, RECEIPT: new})
    files = judge_files(there, anew.files, differences, other_libraries=bool(versions))
    verdict = judge_whole(files, [d for d in differences if d.file == RECEIPT], inputs)
    return Recomputation(
        verdict=verdict, reason=reason_of(verdict, files, inputs, versions), inputs=inputs, differences=differences,
        files={**files, **dict.fromkeys(anew.not_drawn, NOT_RECOMPUTED)}, versions=versions, casemix=anew.casemix,
    )  # fmt: skip
