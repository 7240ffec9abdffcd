"""What a run says of a calibration: parameters, metrics, tags and inputs, from the files of an output folder."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normenkader.disclosure import published_rows
from normenkader.errors import NormenkaderError
from normenkader.provenance import canonical_json, sha256_of_file
from normenkader.settings import DisclosureSettings
from normenkader.study import Study

# MLflow's limits; a longer value is cut, and stands whole in the artifacts.
MAX_KEY = 250
MAX_PARAM_VALUE = 6000
MAX_TAG_VALUE = 5000
MAX_DATASET_NAME = 500
DIGEST_LENGTH = 36

# The ledger's exact counts are not for publication; a store has more readers than the folder.
_ROWS = ("read", "used", "set_aside")

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input file: its name relative to the study, what table it holds, the hash of its bytes, and row counts."""

    file: str
    table: str
    sha256: str
    rows: tuple[tuple[str, int], ...]

    @property
    def digest(self) -> str:
        """As much of our own hash as MLflow has room for; its own digest reads the first 10,000 rows only."""
        return self.sha256[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """An output folder, read.

    Attributes
    ----------
    folder : Path
        The folder itself.
    number : str
        Calibration number.
    norms, bands, receipt : mapping
        Content of the files of that name; `validation`, `triangulation` and `ledger` are empty when the file is absent.
    """

    folder: Path
    number: str
    norms: Document
    bands: Document
    receipt: Document
    validation: Document
    triangulation: Document
    ledger: Document


def read_calibration(folder: Path) -> Calibration:
    """Read an output folder, and refuse one whose files are not those of its receipt.

    Raises
    ------
    NormenkaderError
        If a file is missing, or differs from what receipt.json says was written.
    """
    receipt = _document(folder / "receipt.json")
    number = receipt.get("calibration_number")
    if not isinstance(number, str) or not re.fullmatch(r"[0-9a-f]{64}", number):
        raise NormenkaderError("receipt.json holds no calibration number")
    for file, sha256 in _hashes(receipt.get("outputs", ())):
        if not (folder / file).is_file() or sha256_of_file(folder / file) != sha256:
            raise NormenkaderError(f"{file} is not the file that receipt.json says was written; nothing is logged")
    names = ("validation", "triangulation", "ledger")
    optional = {name: _document(folder / f"{name}.json", required=False) for name in names}
    norms, bands = _document(folder / "norms.json"), _document(folder / "bands.json")
    return Calibration(folder=folder, number=number, norms=norms, bands=bands, receipt=receipt, **optional)


def inputs_of(calibration: Calibration, floor: DisclosureSettings) -> tuple[Input, ...]:
    """Every input file of the receipt, with the row counts of the ledger as they may be published."""
    given = calibration.receipt.get("inputs", ())
    tables = {} if isinstance(given, Mapping) else {entry["file"]: str(entry.get("table", "")) for entry in given}
    rows = {entry["file"]: entry for entry in calibration.ledger.get("files", ())}
    return tuple(
        Input(file=file, table=tables.get(file, ""), sha256=sha256, rows=_row_counts(rows.get(file, {}), floor))
        for file, sha256 in _hashes(given)
    )


def params_of(study: Study) -> dict[str, str]:
    """Every setting in force, flattened. ``[research]`` holds names of people and decides nothing: it stays out."""
    settings = {section: value for section, value in study.settings().items() if section != "research"}
    return {_key(path): cut(_text(value), MAX_PARAM_VALUE) for path, value in _leaves(settings)}


def metrics_of(calibration: Calibration, floor: DisclosureSettings) -> dict[str, float]:
    """Figures to compare runs by; what is missing or too small to show is left out, never written as zero."""
    norms, bands = calibration.norms, calibration.bands
    found: dict[str, Any] = {
        "ijkclient_minutes": norms["ijkclient_minutes"],
        "loss": norms.get("loss"),
        "explained": bands.get("explained"),
        "same_band": bands.get("same_band"),
        "n_bands": bands.get("n_bands"),
        "n_reservations": len(bands.get("reservations", ())),
        "edge_minutes": {f"{band['band']:02d}": band["lower"] for band in bands["bands"]},
        "rows": _row_totals(calibration.ledger, floor),
        "checks": _checks(calibration.validation),
        "triangulation": _triangulation(calibration),
    }
    numbers = ((_key(path), _number(value)) for path, value in _leaves(found))
    return {key: number for key, number in numbers if number is not None}


def tags_of(calibration: Calibration, study: Study) -> dict[str, str]:
    """What identifies the calibration: our own hashes, and the study's name, window and unit."""
    reservations = [str(entry["code"]) for entry in calibration.bands.get("reservations", ())]
    first, last = study.info.window
    tags = {
        "calibration_number": calibration.number,
        "receipt_sha256": sha256_of_file(calibration.folder / "receipt.json"),
        "norms_sha256": sha256_of_file(calibration.folder / "norms.json"),
        "bands_sha256": sha256_of_file(calibration.folder / "bands.json"),
        "settings_sha256": study.sha256(),
        "study": study.info.name,
        "window": f"{first.isoformat()}/{last.isoformat()}",
        "unit": str(calibration.norms.get("unit", study.info.unit)),
        "reservations": ", ".join(reservations),
    }
    return {f"normenkader.{name}": cut(value, MAX_TAG_VALUE) for name, value in tags.items()}


def cut(text: str, most: int) -> str:
    """`text`, ended with an ellipsis where it is longer than `most`."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _document(path: Path, *, required: bool = True) -> Any:
    if not path.is_file():
        if required:
            raise NormenkaderError(f"{path.name} is missing; this is no output folder of calibrate")
        return {}
    return json.loads(path.read_text(encoding="utf-8"))


def _hashes(entries: Any) -> list[tuple[str, str]]:
    """Files and their SHA-256, whether listed as records or as one mapping."""
    if isinstance(entries, Mapping):
        return [(str(file), str(sha256)) for file, sha256 in entries.items()]
    return [(str(entry["file"]), str(entry["sha256"])) for entry in entries]


def _row_counts(entry: Document, floor: DisclosureSettings) -> tuple[tuple[str, int], ...]:
    return tuple(published_rows({name: int(entry[name]) for name in _ROWS if name in entry}, floor).items())


def _row_totals(ledger: Document, floor: DisclosureSettings) -> dict[str, int]:
    files = ledger.get("files", ())
    return published_rows({name: sum(int(e[name]) for e in files) for name in _ROWS}, floor) if files else {}


def _checks(validation: Document) -> dict[str, Any]:
    checks: Sequence[Document] = validation.get("checks", ())
    passed = [check.get("passed") for check in checks]
    counts = {"n_passed": passed.count(True), "n_failed": passed.count(False), "n_without_answer": passed.count(None)}
    return {**{str(check["code"]): check.get("value") for check in checks}, **(counts if checks else {})}


def _triangulation(calibration: Calibration) -> dict[str, Any]:
    """How many verdicts of each kind, by pair of sources, and what weight of a source would move an edge."""
    sources: Sequence[Document] = calibration.bands.get("edges_by_source", ())
    weights = {f"weight_of_{row['source']}_that_moves_an_edge": row["weight_that_moves_an_edge"] for row in sources}
    return {**calibration.triangulation.get("verdicts", {}), **weights}


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Plain values by their path; a list of records goes by its names, any other list is one value."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list) and value and all(isinstance(entry, Mapping) for entry in value):
        for at, entry in enumerate(value):
            yield from _leaves(entry, (*path, str(entry.get("name", entry.get("id", at)))))
    else:
        yield path, value


def _key(path: tuple[str, ...]) -> str:
    """A name that MLflow takes: letters, digits and ``_-. :/`` only."""
    return re.sub(r"[^A-Za-z0-9_\-. :/]", "_", ".".join(path))[:MAX_KEY]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else canonical_json(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
