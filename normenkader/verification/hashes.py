"""An output folder against its own receipt: seal, hash of every file, and the calibration number from its parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from normenkader.dossier.write import RECEIPT, calibration_number
from normenkader.errors import InputRefused
from normenkader.provenance import canonical_json, readable_json, sealed, sha256_of_bytes, sha256_of_file
from normenkader.study import FILE_NAME, Study, study_from_text
from normenkader.verification.figures import compare_settings

SIGNATURE = "receipt.sig"
"""Beside the receipt and outside its list: who signs need not be who calibrated."""
NORMS, BANDS = "norms.json", "bands.json"
_LISTS = {"outputs": ("file", "sha256"), "inputs": ("file", "table", "sha256")}
_TEXTS = ("calibration_number", "seal", "settings_sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Something that is not as the receipt says.

    Attributes
    ----------
    kind : str
        ``receipt``, ``changed``, ``missing``, ``added``, ``settings``, ``number``, ``input``, ``figure`` or
        ``signature``.
    file : str
        The file, relative to the folder it belongs to.
    text : str
        What departs, in one sentence.
    """

    kind: str
    file: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderCheck:
    """One output folder against its receipt; nothing is recomputed but hashes.

    Attributes
    ----------
    receipt : mapping or None
        Content of receipt.json; None when it cannot be read as one.
    departures : tuple of Departure
    not_checked : tuple of str
        What could not be checked, and why.
    """

    receipt: Mapping[str, Any] | None
    departures: tuple[Departure, ...]
    not_checked: tuple[str, ...] = ()


def check_folder(folder: Path) -> FolderCheck:
    """Seal, files and calibration number of an output folder.

    Parameters
    ----------
    folder : Path
        As `calibrate` has written it, wherever it stands now.

    Returns
    -------
    FolderCheck

    Raises
    ------
    InputRefused
        If this is no output folder at all.
    """
    if not folder.is_dir():
        raise InputRefused("no such folder; give a folder that calibrate has written", file=str(folder))
    if not any((folder / name).is_file() for name in (RECEIPT, NORMS, BANDS)):
        rule = "this is no output folder: it holds no receipt, norms or bands; give a folder that calibrate has written"
        raise InputRefused(rule, file=str(folder))
    receipt, faults = _read_receipt(folder / RECEIPT)
    if receipt is None:
        return FolderCheck(receipt=None, departures=tuple(faults), not_checked=("hashes: without a receipt there "
                           "is nothing to compare with",))  # fmt: skip
    files = tuple(_check_files(folder, receipt))
    numbers, not_checked = _check_numbers(folder, receipt)
    return FolderCheck(receipt=receipt, departures=(*faults, *files, *numbers), not_checked=tuple(not_checked))


def settings_of(folder: Path, study: Path | None = None) -> Study:
    """The settings kept in an output folder, for files relative to `study`.

    Raises
    ------
    InputRefused
        If the folder has no study.toml, or it is not valid.
    """
    path = folder / FILE_NAME
    try:
        # newline="" keeps every byte: the text is hashed, and a changed line end is a change.
        with path.open(encoding="utf-8", newline="") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError):
        raise InputRefused("the settings kept in this folder cannot be read", file=str(path)) from None
    return study_from_text(text, folder=study or folder)


def _read_receipt(path: Path) -> tuple[dict[str, Any] | None, list[Departure]]:
    if not path.is_file():
        return None, [_receipt_fault("the receipt is missing")]
    content = path.read_bytes()
    try:
        receipt = json.loads(content)
        written = readable_json(receipt).encode("utf-8")
        if not _has_shape(receipt):
            return None, [_receipt_fault("this is no receipt of a calibration: keys are missing or of another kind")]
        seal = sealed(receipt)["seal"]
    except (ValueError, RecursionError):
        return None, [_receipt_fault("the receipt cannot be read as JSON")]
    if seal != receipt["seal"]:
        return receipt, [_receipt_fault("the seal does not fit: something in the receipt was changed")]
    # The seal is over values; a changed space or line end leaves it whole.
    spaced = "the receipt holds the same values, but not the bytes that calibrate writes"
    return receipt, [] if written == content else [_receipt_fault(spaced)]


def _has_shape(receipt: Any) -> bool:
    if not isinstance(receipt, dict) or not all(isinstance(receipt.get(key), str) for key in _TEXTS):
        return False
    lists = all(isinstance(receipt.get(name), list) for name in _LISTS)
    return lists and all(
        isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in keys)
        for name, keys in _LISTS.items() for entry in receipt[name]
    )  # fmt: skip


def _check_files(folder: Path, receipt: Mapping[str, Any]) -> Iterator[Departure]:
    listed = {entry["file"]: entry["sha256"] for entry in receipt["outputs"]}
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() or p.is_symlink()}
    found |= {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_dir() and not any(p.iterdir())}
    for name, expected in sorted(listed.items()):
        if not _is_inside(name):
            yield _receipt_fault("the receipt lists a file outside its folder")
        elif not (folder / name).is_file():
            yield Departure(kind="missing", file=name, text="the receipt lists this file and it is not there")
        elif sha256_of_file(folder / name) != expected:
            yield Departure(kind="changed", file=name, text="the content is not what the receipt says")
    for name in sorted(found - set(listed) - {RECEIPT, SIGNATURE}):
        yield Departure(kind="added", file=name, text="the receipt does not list this")


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and bool(path.parts)


def _check_numbers(folder: Path, receipt: Mapping[str, Any]) -> tuple[list[Departure], list[str]]:
    """Settings, seed and calibration number from what lies in the folder: nothing is recomputed."""
    try:
        study = settings_of(folder)
        norms, bands = (json.loads((folder / name).read_bytes()) for name in (NORMS, BANDS))
        here = study.settings()
        there = receipt.get("settings") or here
        number = calibration_number(receipt["inputs"], there, norms, bands)
        sha256 = sha256_of_bytes(canonical_json(there).encode())
    except (InputRefused, OSError, ValueError) as error:
        reason = error.rule if isinstance(error, InputRefused) else "a document of this folder cannot be read"
        return [], [f"calibration number: {reason}"]
    changed, one_side = compare_settings(there, json.loads(canonical_json(here)))
    told = (
        (sha256 == receipt["settings_sha256"], "settings", RECEIPT, "the settings do not have the hash that is stated"),
        (study.info.seed == receipt.get("seed"), "settings", FILE_NAME, "the seed is not that of the receipt"),
        (not changed, "settings", FILE_NAME, f"not the settings of the receipt: {', '.join(changed)}"),
        (number == receipt["calibration_number"], "number", RECEIPT,
         "the calibration number does not follow from inputs, settings, norms and bands"),
    )  # fmt: skip
    found = [Departure(kind=kind, file=file, text=text) for holds, kind, file, text in told if not holds]
    other = f"settings: another version wrote this folder; one of the two does not know {', '.join(one_side)}"
    return found, [other] if one_side else []


def _receipt_fault(text: str) -> Departure:
    return Departure(kind="receipt", file=RECEIPT, text=text)
