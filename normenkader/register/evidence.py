"""What an adoption rests on: an output folder whose receipt fits, and where that folder is to be found again."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from normenkader.errors import InputRefused
from normenkader.provenance import canonical_json, sealed, sha256_of_bytes, sha256_of_file
from normenkader.register.events import Event

RECEIPT = "receipt.json"
_NEEDED = ("norms.json", "bands.json")
_EDGE_KEYS = ("band", "label", "lower", "upper")
_PLACES_IN_HOME = ("out/*", "*", "*/out/*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An output folder that is what its receipt says, in the terms of an event.

    `folder` is None where the folder was had from elsewhere and will not stay.
    """

    folder: Path | None
    calibration_number: str
    receipt_seal: str
    norms_sha256: str
    bands_sha256: str
    data_sha256: str
    bands: tuple[dict[str, Any], ...]
    unit: str
    study: str
    n_reservations: int
    code_version: str | None
    code_commit: str | None = None
    code_changed: bool | None = None


def read_evidence(folder: Path) -> Evidence:
    """Read an output folder of ``calibrate`` and hold every file against its receipt.

    Raises
    ------
    InputRefused
        If it is no such folder, the receipt does not fit its own seal, or a file is missing or changed.
    """
    receipt = _receipt(folder)
    outputs = {str(entry["file"]): str(entry["sha256"]) for entry in receipt["outputs"]}
    for file in (*_NEEDED, *outputs):
        _hold(folder, file, outputs.get(file))
    bands = json.loads((folder / "bands.json").read_text(encoding="utf-8"))
    norms = json.loads((folder / "norms.json").read_text(encoding="utf-8"))
    return Evidence(
        folder=folder,
        calibration_number=receipt["calibration_number"],
        receipt_seal=receipt["seal"],
        norms_sha256=outputs["norms.json"],
        bands_sha256=outputs["bands.json"],
        data_sha256=data_sha256(receipt),
        bands=tuple({key: band.get(key) for key in _EDGE_KEYS} for band in bands["bands"]),
        unit=str(norms.get("unit", "")),
        study=_study_name(folder),
        n_reservations=len(bands.get("reservations", ())),
        code_version=dict(receipt.get("versions", {})).get("normenkader"),
        code_commit=dict(receipt.get("code") or {}).get("commit"),
        code_changed=dict(receipt.get("code") or {}).get("changed"),
    )


def data_sha256(receipt: Mapping[str, Any]) -> str:
    """One hash over the inputs of a receipt: the canonical JSON of their ``[table, file, sha256]``, sorted."""
    inputs = sorted([str(i.get("table", "")), str(i["file"]), str(i["sha256"])] for i in receipt["inputs"])
    return sha256_of_bytes(canonical_json(inputs).encode())


def fits(evidence: Evidence, event: Event) -> bool:
    """Whether a folder is the very one that an event adopted, receipt and all."""
    names = ("calibration_number", "receipt_seal", "norms_sha256", "bands_sha256", "data_sha256")
    return all(getattr(evidence, name) == getattr(event, name) for name in names)


def find_folder(event: Event, home: Path, *, given: Path | None = None) -> Path | None:
    """The folder of an event by its calibration number, wherever it was moved or copied to.

    Looked for in `given` and the folders in it; else where the event says it stood and beside that; else in `home`,
    its ``out``, and one folder deeper. One with the very receipt that was adopted goes before another calibration of
    the same. Only receipts are looked at: whether the files still fit is for `read_evidence` to say.
    """
    places = (given, *_below(given, "*"), *_below(given, "out/*")) if given else _usual_places(event, home)
    receipts = {place: _read(place / RECEIPT) for place in places}
    same = [p for p, receipt in receipts.items() if receipt.get("calibration_number") == event.calibration_number]
    return next((p for p in same if receipts[p].get("seal") == event.receipt_seal), same[0] if same else None)


def hint_of(folder: Path, home: Path) -> str:
    """Where `folder` stands relative to `home`; empty where there is no relative way, such as on another drive."""
    try:
        return Path(os.path.relpath(folder.resolve(), home.resolve())).as_posix()
    except ValueError:
        return ""


def _usual_places(event: Event, home: Path) -> Iterator[Path]:
    # A hint is text from a file: an absolute path in it is not followed.
    if event.folder and not PurePosixPath(event.folder).is_absolute() and not PureWindowsPath(event.folder).drive:
        hint = home / event.folder
        yield hint
        yield from _below(hint.parent, "*")
    for pattern in _PLACES_IN_HOME:
        yield from _below(home, pattern)


def _below(folder: Path | None, pattern: str) -> Iterator[Path]:
    if folder is not None and folder.is_dir():
        yield from sorted(path.parent for path in folder.glob(f"{pattern}/{RECEIPT}"))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _receipt(folder: Path) -> dict[str, Any]:
    place = str(folder / RECEIPT)
    try:
        receipt = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputRefused(
            "this folder has no receipt; give a folder that calibrate has written", file=str(folder)
        ) from None
    except (OSError, ValueError):
        raise InputRefused("the receipt cannot be read; nothing is registered", file=place) from None
    if not isinstance(receipt, dict) or not _is_whole(receipt):
        raise InputRefused("this is no receipt of a calibration; nothing is registered", file=place)
    if sealed(receipt)["seal"] != receipt["seal"]:
        raise InputRefused("the receipt does not fit its own seal: it was changed after it was written", file=place)
    return receipt


def _is_whole(receipt: Mapping[str, Any]) -> bool:
    number, lists = receipt.get("calibration_number"), [receipt.get("inputs"), receipt.get("outputs")]
    return (
        isinstance(number, str)
        and re.fullmatch(r"[0-9a-f]{64}", number) is not None
        and isinstance(receipt.get("seal"), str)
        and all(isinstance(entries, list) and all(_names_a_file(e) for e in entries) for entries in lists)
    )


def _study_name(folder: Path) -> str:
    try:
        settings = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8-sig"))
        return str(settings["study"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _names_a_file(entry: Any) -> bool:
    return isinstance(entry, dict) and {"file", "sha256"} <= entry.keys()


def _hold(folder: Path, file: str, sha256: str | None) -> None:
    if sha256 is None:
        raise InputRefused(f"the receipt does not speak of {file}", file=str(folder / RECEIPT))
    if not (folder / file).is_file():
        raise InputRefused("this file is missing, while the receipt says that it was written", file=str(folder / file))
    if sha256_of_file(folder / file) != sha256:
        raise InputRefused("this is not the file that the receipt says was written", file=str(folder / file))
