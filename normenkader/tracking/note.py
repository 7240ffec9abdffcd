"""What a researcher reads first when a run is opened in MLflow: the bands, and where everything else is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from normenkader.study import Study
from normenkader.tracking.contents import Calibration

# Markdown that MLflow's pages show as the description of a run or an experiment.
NOTE_TAG = "mlflow.note.content"

_FILES = (
    ("dossier.html", "the dossier, for people"),
    ("dossier.pdf", "the same, for the file"),
    ("norms.json", "the norm table: every term with interval, number of clients and support"),
    ("bands.json", "the bands, with edges, doubt zones, promises and reservations"),
    ("validation.json", "every check, with its limit and outcome"),
    ("triangulation.json", "data, experts and existing norms compared"),
    ("explorer.html", "which people move the edges"),
    ("study.toml", "the settings as read"),
    ("receipt.json", "SHA-256 of every input and output"),
)

EXPERIMENT_NOTE = (
    "One run is one calibration. Its description shows the bands and where its data, tables and dossier are. MLflow is "
    "the catalogue: the evidence is the output folder, and which version has legal force stands in register.jsonl."
)


def run_name(calibration: Calibration, study: Study) -> str:
    """First marks of the calibration number, and the months of the measurement."""
    first, last = study.info.window
    return f"{calibration.number[:12]}, {first:%Y-%m} to {last:%Y-%m}"


def run_note(calibration: Calibration, study: Study, address: str) -> str:
    """Description of a run in Markdown.

    Parameters
    ----------
    calibration : Calibration
        The output folder, read.
    study : Study
        Its settings.
    address : str
        Address of the run on MLflow's pages, such as ``#/experiments/1/runs/<run id>``.
    """
    first, last = study.info.window
    start, unit = calibration.norms["ijkclient_minutes"], calibration.norms.get("unit", study.info.unit)
    parts = [
        f"**{_plain(study.info.name)}**, measured from {first} to {last}",
        f"Ijkclient: **{start['published']}** {_plain(str(unit))}{_interval(start.get('interval'))}",
        _bands(calibration.bands["bands"]),
        _found(calibration, address),
        f"Calibration number: `{calibration.number}`",
    ]
    return "\n\n".join(part for part in parts if part)


def _bands(bands: Sequence[dict[str, Any]]) -> str:
    header = ["| band | label | from | to | stability of from | doubt zone |", "| --- | --- | --- | --- | --- | --- |"]
    rows = [
        f"| {band['band']} | {_plain(str(band['label']))} | {band['lower']} | {_shown(band['upper'])} "
        f"| {_pair(band.get('lower_interval'))} | {_pair(band.get('doubt_zone'))} |"
        for band in bands
    ]
    return "\n".join([*header, *rows])


def _found(calibration: Calibration, address: str) -> str:
    """Where to look, with links for the files that are there."""
    there = [(file, what) for file, what in _FILES if (calibration.folder / file).is_file()]
    files = [f"- [{file}]({address}/artifacts/{file}): {what}" for file, what in there]
    codes, inputs = len(calibration.bands.get("reservations", ())), len(calibration.receipt.get("inputs", ()))
    return "\n".join([
        "**Where to find it**", "", *files,
        f"- *Datasets*, above: each of the {inputs} input files by its own hash; the records stay with the study",
        "- *Registered models*: the version, with its days of legal force",
        f"- {codes} reservation{'s' if codes != 1 else ''}: in bands.json and the dossier",
    ])  # fmt: skip


def _interval(values: Sequence[float] | None) -> str:
    return "" if not values or values[0] is None else f" (95 % interval {_pair(values)})"


def _pair(values: Sequence[float] | None) -> str:
    return "-" if not values or values[0] is None else f"{values[0]:g} to {values[1]:g}"


def _shown(value: Any) -> str:
    return "-" if value is None else f"{value}"


def _plain(text: str) -> str:
    """Text that cannot become markup."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]<>#|!~" else mark for mark in " ".join(text.split()))
