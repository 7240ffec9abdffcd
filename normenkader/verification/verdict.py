"""Everything there is to check of an output folder, in one answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from normenkader.bands.calibration import Stage, no_stage
from normenkader.dossier.write import RECEIPT
from normenkader.study import FILE_NAME
from normenkader.verification.comparison import SUPPORTED, AppliedComparison
from normenkader.verification.hashes import SIGNATURE, Departure, FolderCheck, check_folder
from normenkader.verification.inputs import InputCheck
from normenkader.verification.judging import DEPARTS, NOT_RECOMPUTED
from normenkader.verification.recompute import Recomputation, inputs_of, recompute_checked
from normenkader.verification.signature import SignatureCheck, check_signature
from normenkader.verification.support import compare_with_folder

LEFT_OUT = "recomputing was left out: only hashes were checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found of one output folder.

    Attributes
    ----------
    folder : Path
    calibration_number, seal : str or None
        As the receipt has them; None when it cannot be read.
    departures : tuple of Departure
        Everything that departs: receipt, files, inputs, settings, figures, signature. The applied table's own are in
        `applied`.
    not_checked : tuple of str
        What could not be checked, and why.
    recomputation : Recomputation
    applied : AppliedComparison or None
        None when no table was given.
    signature : SignatureCheck or None
        None when no public key was given.
    """

    folder: Path
    calibration_number: str | None
    seal: str | None
    departures: tuple[Departure, ...]
    not_checked: tuple[str, ...]
    recomputation: Recomputation
    applied: AppliedComparison | None = None
    signature: SignatureCheck | None = None

    @property
    def departs(self) -> bool:
        """Whether anything departs: a hash, a figure, a signature, or the applied table."""
        return bool(self.departures) or (self.applied is not None and self.applied.verdict != SUPPORTED)


def verify(
    folder: str | Path, study: str | Path | None = None, applied: str | Path | None = None, *,
    public_key: str | Path | None = None, with_recompute: bool = True, stage: Stage = no_stage,
) -> Verification:  # fmt: skip
    """Check an output folder: hashes, figures from the inputs, signature, and the table that is really applied.

    Parameters
    ----------
    folder : path
        As `calibrate` has written it; it may have been moved or copied.
    study : path, optional
        Where the inputs are; by default the folder that the output stands in.
    applied : path, optional
        The applied table; see `normenkader.verification.applied_table`.
    public_key : path, optional
        PEM file to check ``receipt.sig`` with.
    with_recompute : bool
        Recompute every figure where the inputs are to be had; else only hashes are checked, those of inputs too.
    stage : callable, optional
        Shows progress.

    Returns
    -------
    Verification

    Raises
    ------
    InputRefused
        If `folder` is no output folder, `study` does not exist, or the applied table or key cannot be read.
    """
    from normenkader.verification.applied_table import read_applied

    here, place = Path(folder), None if study is None else Path(study)
    table = None if applied is None else read_applied(applied)
    with stage("checking hashes"):
        checked = check_folder(here)
    signature = None if public_key is None else check_signature(here, Path(public_key))
    found = recompute_checked(here, checked, place, stage=stage) if with_recompute else _hashed(here, checked, place)
    departures = (*checked.departures, *_of_inputs(found.inputs), *_of_figures(found), *_of_signature(signature))
    receipt = checked.receipt or {}
    return Verification(
        folder=here, calibration_number=receipt.get("calibration_number"), seal=receipt.get("seal"),
        departures=departures, not_checked=(*checked.not_checked, *_not_checked(here, signature)), recomputation=found,
        applied=None if table is None else compare_with_folder(here, checked, found, departures, table),
        signature=signature,
    )  # fmt: skip


def _hashed(folder: Path, checked: FolderCheck, study: Path | None) -> Recomputation:
    found = inputs_of(folder, checked, study)
    inputs = InputCheck(study=None) if isinstance(found, str) else found[1]
    return Recomputation(verdict=NOT_RECOMPUTED, reason=LEFT_OUT, inputs=inputs)


def _of_inputs(inputs: InputCheck) -> Iterator[Departure]:
    for name in inputs.changed:
        yield Departure(kind="input", file=name, text="this input is not the file that was calibrated on")
    for name in inputs.added:
        yield Departure(kind="input", file=name, text="the settings take in this file, and it was not calibrated on")
    if inputs.settings:
        yield Departure(kind="input", file=FILE_NAME, text=inputs.settings)


def _of_figures(found: Recomputation) -> Iterator[Departure]:
    if found.verdict != DEPARTS:
        return
    files = [name for name, state in found.files.items() if state == DEPARTS]
    for name in files:
        n = sum(d.file == name and not d.within_rounding for d in found.differences)
        what = f"{n} values are" if n != 1 else "1 value is"
        yield Departure(kind="figure", file=name, text=f"recomputed otherwise: {what} not the same" if n else
                        "recomputed otherwise")  # fmt: skip
    if not files and not found.inputs.departs:
        yield Departure(kind="figure", file=RECEIPT, text=found.reason)


def _of_signature(signature: SignatureCheck | None) -> Iterator[Departure]:
    if signature is not None and not signature.valid:
        yield Departure(kind="signature", file=SIGNATURE, text=signature.reason)


def _not_checked(folder: Path, signature: SignatureCheck | None) -> Iterator[str]:
    if signature is None and (folder / SIGNATURE).is_file():
        yield "signature: there is one; give the public key with --public-key to check it"
