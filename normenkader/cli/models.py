"""Which calibration a verb is asked to use: its documents, its number, and its registered version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from normenkader.cli.documents import BANDS, NORMS, read_json, read_model
from normenkader.cli.register_folders import has_register, is_number, version_folder
from normenkader.errors import InputRefused
from normenkader.provenance import sha256_of_file

RECEIPT = "receipt.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedModel:
    """The two documents that decide, and what names them.

    Attributes
    ----------
    norms, bands : mapping
        Content of norms.json and bands.json.
    calibration_number : str
        Empty for a folder without a receipt.
    version : str
        ``versie <number>`` when it is one of the register of legal force, ``<model> <number>`` when it came from
        MLflow; else empty.
    """

    norms: Mapping[str, Any]
    bands: Mapping[str, Any]
    calibration_number: str
    version: str = ""


def read_named_model(model: str, home: Path) -> NamedModel:
    """The calibration that MODEL means: an output folder, a ``models:/`` address, or a version number.

    Raises
    ------
    InputRefused
        If it is none of these, or a folder whose tables are not those of its receipt.
    """
    if is_number(model) and has_register(home):
        with version_folder(int(model), home) as adopted:
            return replace(_named_folder(adopted.path, home), version=f"versie {int(model)}")
    if not Path(model).is_dir() and (model.startswith("models:/") or is_number(model)):
        from normenkader import tracking

        found = tracking.fetch_version(model, home)
        return NamedModel(norms=found.norms, bands=found.bands, calibration_number=found.calibration_number,
                          version=f"{found.name} {found.version}")  # fmt: skip
    return _named_folder(Path(model), home)


def _named_folder(folder: Path, home: Path) -> NamedModel:
    norms, bands = read_model(str(folder), home)
    return NamedModel(norms=norms, bands=bands, calibration_number=_number(folder))


def _number(folder: Path) -> str:
    """Calibration number of the receipt, once the tables beside it have proved to be its own."""
    if not (folder / RECEIPT).is_file():
        return ""
    receipt = read_json(folder / RECEIPT)
    try:
        hashes = {str(entry["file"]): str(entry["sha256"]) for entry in receipt["outputs"]}
        number = str(receipt["calibration_number"])
    except (KeyError, TypeError):
        raise InputRefused("this receipt is not one that calibrate writes", file=str(folder / RECEIPT)) from None
    for name in (NORMS, BANDS):
        if hashes.get(name) != sha256_of_file(folder / name):
            rule = "this is not the table that the receipt says was written; use none of it, or calibrate again"
            raise InputRefused(rule, file=str(folder / name))
    return number
