"""``normenkader calibrate``: the main job, from a study to norms, bands, dossier and a registered version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli.documents import read_json
from normenkader.cli.output import json_option, pair, show, text_table
from normenkader.cli.progress import stage
from normenkader.cli.spread import spread, spread_options
from normenkader.errors import NormenkaderError, OutputRefused

if TYPE_CHECKING:
    from normenkader.study import Study
    from normenkader.tracking import LoggedCalibration

RECEIPT = "receipt.json"
DOSSIERS = ("dossier.html", "dossier.pdf", "dossier.docx")
# The promise is shown once it can be had.
_ALWAYS = 9


@click.command("calibrate")
@click.argument("study", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write; default: out/<calibration number> in the study's folder.",
)
@click.option("--docx", is_flag=True, help="Also write dossier.docx, to paste from in a word processor.")
@spread_options
@json_option
def command(study: Path, out: Path | None, docx: bool, jobs: int | None, cluster: str | None, as_json: bool) -> None:
    """Norm table, bands and dossier of a STUDY (a study.toml or its folder), and one registered version.

    Nothing is ever overwritten: an existing folder with other content is refused.

    \b
    Examples:
      normenkader calibrate data/example
      normenkader calibrate data/example --out court/2026-03
      normenkader calibrate data/example --docx
      normenkader calibrate region --jobs 4

    \b
    Next year:
      copy the study's folder, move `window` in study.toml, put the new files in place, and calibrate again.

    The MLflow store is kept in the folder NORMENKADER_HOME, else in the study's folder; the place is printed.
    """
    _refuse_foreign_folder(out)
    if docx:
        _refuse_without_docx()
    with spread(jobs, cluster):
        folder, logged = _calibrate(study, out, docx=docx)
    show(_document(folder, logged), _text(folder, logged), as_json=as_json)


def _calibrate(path: Path, out: Path | None, *, docx: bool) -> tuple[Path, LoggedCalibration | None]:
    import normenkader as nk
    from normenkader.bands.calibration import calibrated_bands
    from normenkader.dossier.ready import load
    from normenkader.parallel import processes_ready

    with stage("reading the settings"):
        study = nk.read_study(path)
        _refuse_other_content(out, study)
    if study.sources.summaries:
        return _calibrate_summaries(study, out)
    with processes_ready(load):
        bands = calibrated_bands(study, stage=stage)
    with stage("writing the dossier"):
        folder = nk.write_dossier(bands, out, docx=docx)
    return folder, _logged(folder, study)


def _calibrate_summaries(study: Study, out: Path | None) -> tuple[Path, LoggedCalibration | None]:
    """After round 1 there is a norm table for the providers to count under, and nothing yet to register."""
    from normenkader.bands.inputs import read_beside
    from normenkader.dossier.write_summed import write_summed
    from normenkader.federated.calibrate import norm_table_of

    read_beside(study)
    with stage("adding up what providers sent"):
        found = norm_table_of(study)
    with stage("writing the norm table and the bands"):
        folder = write_summed(found, out)
    has_bands = bool(read_json(folder / "bands.json")["bands"])
    return folder, _logged(folder, study) if has_bands else None


def _logged(folder: Path, study: Study) -> LoggedCalibration:
    from normenkader import tracking

    try:
        with stage("registering the version"):
            return tracking.log_calibration(folder, study)
    except NormenkaderError:
        click.echo(f"The output folder is complete without it: {folder}", err=True)
        raise


def _refuse_foreign_folder(out: Path | None) -> None:
    """Say at once, not after a minute of work, that what stands there is no calibration."""
    from normenkader.dossier.write import OTHER_CONTENT, is_empty

    if out is not None and out.exists() and not is_empty(out) and not (out / RECEIPT).is_file():
        raise OutputRefused(OTHER_CONTENT.format(folder=out))


def _refuse_other_content(out: Path | None, study: Study) -> None:
    """The same of a calibration of other settings or inputs.

    One of the same settings and inputs is most likely the same; whether it is to the last byte shows at the end.
    """
    from normenkader.dossier.write import OTHER_CONTENT

    if out is not None and (out / RECEIPT).is_file() and not _is_of(out, study):
        raise OutputRefused(OTHER_CONTENT.format(folder=out))


def _is_of(out: Path, study: Study) -> bool:
    """Whether the receipt in a folder is of these settings and these files."""
    from normenkader.casemix.sources import source_files
    from normenkader.provenance import sha256_of_file

    receipt = read_json(out / RECEIPT)
    if not isinstance(receipt, dict) or receipt.get("settings_sha256") != study.sha256():
        return False
    then = {(entry["table"], entry["file"], entry["sha256"]) for entry in receipt.get("inputs", [])}
    tables = sorted({table for table, _, _ in then})
    return then == {(t, name, sha256_of_file(path)) for t in tables for name, path in source_files(study, t).items()}


def _refuse_without_docx() -> None:
    from normenkader.dossier.docx_file import require_docx

    require_docx()


def _document(folder: Path, logged: LoggedCalibration | None) -> dict[str, Any]:
    bands, receipt = read_json(folder / "bands.json"), read_json(folder / RECEIPT)
    return {
        "folder": str(folder), "calibration_number": receipt["calibration_number"], "registered": _registered(logged),
        "bands": bands["bands"], "reservations": bands["reservations"],
    }  # fmt: skip


def _registered(logged: LoggedCalibration | None) -> dict[str, Any] | None:
    return None if logged is None else {**asdict(logged), "home": str(logged.home)}


def _text(folder: Path, logged: LoggedCalibration | None) -> str:
    bands, norms = read_json(folder / "bands.json"), read_json(folder / "norms.json")
    start = norms["ijkclient_minutes"]
    places = [
        f"Folder:   {folder}",
        *(f"{'Dossier:' if i == 0 else '':8}  {folder / name}" for i, name in enumerate(_dossiers(folder))),
        *_registration(logged),
    ]
    parts = [
        f"Ijkclient: {start['published']} {norms['unit']} (95 % interval {pair(start['interval'])})",
        f"Bands, in {norms['unit']}\n{band_table(bands)}"
        if bands["bands"]
        else "Bands: none yet; see the reservations.",
        reservations_text(bands),
        "\n".join(places),
    ]
    return "\n\n".join(parts)


def _dossiers(folder: Path) -> list[str]:
    return [name for name in DOSSIERS if (folder / name).is_file()]


def _registration(logged: LoggedCalibration | None) -> list[str]:
    if logged is None:
        return ["Version:  none yet; send norms.json to the providers for round 2 (normenkader summarise --norms)"]
    return [f"Version:  {logged.model_version} of {logged.model_name}", f"Store:    {logged.tracking_uri}"]


def band_table(bands: Mapping[str, Any]) -> str:
    """Edges with their stability, clients and minutes of every band."""
    header = (
        "band",
        "label",
        "from",
        "to",
        "stability of from",
        "doubt zone",
        "clients",
        "providers",
        "mean",
        "promise kept",
    )
    rows = [_band_row(band) for band in bands["bands"]]
    shown = [i for i in range(len(header)) if i < _ALWAYS or any(row[i] is not None for row in rows)]
    return text_table([header[i] for i in shown], [[row[i] for i in shown] for row in rows])


def _band_row(band: Mapping[str, Any]) -> tuple[Any, ...]:
    promise = (band["promise_kept"] or {}).get("value")
    return (
        band["band"], band["label"], band["lower"], band["upper"], pair(band["lower_interval"]),
        pair(band["doubt_zone"]), band["n_clients"], band["n_providers"], band["mean_minutes"], promise,
    )  # fmt: skip


def reservations_text(bands: Mapping[str, Any]) -> str:
    """Every reservation on a line of its own; they stand in the files as well."""
    found = bands["reservations"]
    if not found:
        return "No reservations."
    return "\n".join([f"Reservations ({len(found)})", *(f"  {entry['code']}: {entry['text']}" for entry in found)])
