"""One calibration, one MLflow run, one registered version: logged whole, checked, and only then registered."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from normenkader.study import Study
from normenkader.tracking.code_tags import code_tags
from normenkader.tracking.contents import (
    MAX_DATASET_NAME,
    MAX_TAG_VALUE,
    Calibration,
    Input,
    cut,
    inputs_of,
    metrics_of,
    params_of,
    read_calibration,
    tags_of,
)
from normenkader.tracking.model import check_model, log_model, version_description
from normenkader.tracking.moved import HOME_TAG
from normenkader.tracking.note import EXPERIMENT_NOTE, NOTE_TAG, run_name, run_note
from normenkader.tracking.process import is_alive, this_process
from normenkader.tracking.store import Store, TrackingFailed, opened_store, store_home

NUMBER_TAG = "normenkader.calibration_number"
PROCESS_TAG = "normenkader.process"
# MLflow opens an experiment without it as one of language models; this is its own word for a fitted model.
KIND = {"mlflow.experimentKind": "custom_model_development"}
_BATCH = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCalibration:
    """Where MLflow keeps a calibration.

    Attributes
    ----------
    run_id : str
        The run.
    model_name : str
        Registered model of the study.
    model_version : int
        Version of it that this calibration is.
    tracking_uri : str
        Store or server that holds both.
    home : Path
        Folder of the embedded store and of the register.
    """

    run_id: str
    model_name: str
    model_version: int
    tracking_uri: str
    home: Path


def log_calibration(folder: Path, study: Study) -> LoggedCalibration:
    """Log an output folder as one run, and register one version of the study's model.

    Parameters
    ----------
    folder : Path
        Output folder of ``calibrate``, complete.
    study : Study
        The study it was made from.

    Returns
    -------
    LoggedCalibration
        A calibration that was logged before is found back, not logged again.

    Raises
    ------
    ModelDiffers
        If the logged model, loaded back, does not answer as `bands.decide` does; the run is marked as failed.
    TrackingFailed
        If MLflow refuses or cannot be reached.
    NormenkaderError
        If the folder is not what its receipt says.

    Notes
    -----
    The order makes a kill at any moment harmless: a run is finished only when all of it was logged and checked, and
    registered only when finished. What a killed process left running is closed by the next call.
    """
    calibration, name = read_calibration(folder), model_name_of(study)
    with opened_store(store_home(study.folder)) as store:
        experiment_id = _experiment(store, name)
        run = _finished_run(store, experiment_id, calibration.number)
        run_id = run.info.run_id if run else _log_run(store, experiment_id, calibration, study)
        version = _version_of(store, name, run_id) or _register(store, name, run_id, calibration)
    return LoggedCalibration(
        run_id=run_id, model_name=name, model_version=version, tracking_uri=store.uri, home=store.home
    )


def model_name_of(study: Study) -> str:
    """Name of the study's registered model and experiment: ``normenkader-`` and the study's name in plain ASCII."""
    plain = unicodedata.normalize("NFKD", study.info.name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].strip("-")
    return f"normenkader-{slug or 'studie'}"


def _experiment(store: Store, name: str) -> str:
    known = store.client.get_experiment_by_name(name)
    if known is None:
        tags = {NOTE_TAG: EXPERIMENT_NOTE, **KIND}
        tags |= {} if store.artifact_location is None else {HOME_TAG: store.artifact_location}
        return str(store.client.create_experiment(name, artifact_location=store.artifact_location, tags=tags))
    if known.lifecycle_stage != "active":
        raise TrackingFailed(f"experiment '{name}' was deleted in MLflow; restore it there, or set NORMENKADER_HOME")
    for key, value in KIND.items():
        # Whoever chose another kind in MLflow keeps it.
        if key not in known.tags:
            store.client.set_experiment_tag(known.experiment_id, key, value)
    return str(known.experiment_id)


def _finished_run(store: Store, experiment_id: str, number: str) -> Any:
    """The finished run of this calibration, if any; runs that a killed process left open are closed."""
    found = store.client.search_runs(
        [experiment_id], filter_string=f"tags.`{NUMBER_TAG}` = '{number}'", order_by=["attributes.start_time ASC"]
    )
    for run in found:
        if run.info.status == "RUNNING" and not is_alive(run.data.tags.get(PROCESS_TAG, "")):
            store.client.set_terminated(run.info.run_id, "KILLED")
    return next((run for run in found if run.info.status == "FINISHED"), None)


def _log_run(store: Store, experiment_id: str, calibration: Calibration, study: Study) -> str:
    tags = {NUMBER_TAG: calibration.number, PROCESS_TAG: this_process(), "mlflow.source.name": "normenkader"}
    run = store.client.create_run(experiment_id, run_name=run_name(calibration, study), tags=tags)
    run_id = str(run.info.run_id)
    try:
        note = run_note(calibration, study, f"#/experiments/{experiment_id}/runs/{run_id}")
        store.client.set_tag(run_id, NOTE_TAG, cut(note, MAX_TAG_VALUE))
        _log_contents(store, run_id, calibration, study)
        model_id = log_model(store, experiment_id, run_id, calibration)
        check_model(store, model_id, calibration)
        store.client.set_terminated(run_id, "FINISHED")
        # It tells only whether a run that is open still runs; the name of a machine need not stay in a catalogue.
        store.client.delete_tag(run_id, PROCESS_TAG)
    except BaseException:
        # A server that went away cannot be told either; the first error is the one to report.
        with suppress(Exception):
            store.client.set_terminated(run_id, "FAILED")
        raise
    return run_id


def _log_contents(store: Store, run_id: str, calibration: Calibration, study: Study) -> None:
    from mlflow.entities import Metric, Param, RunTag

    client, now, floor = store.client, int(time.time() * 1000), study.disclosure
    for batch in _batches([Param(key, value) for key, value in params_of(study).items()]):
        client.log_batch(run_id, params=batch)
    for batch in _batches([Metric(key, value, now, 0) for key, value in metrics_of(calibration, floor).items()]):
        client.log_batch(run_id, metrics=batch)
    tags = tags_of(calibration, study) | code_tags()
    client.log_batch(run_id, tags=[RunTag(key, value) for key, value in tags.items()])
    client.log_inputs(run_id, datasets=[_dataset(given) for given in inputs_of(calibration, floor)])
    client.log_artifacts(run_id, str(calibration.folder))


def _dataset(given: Input) -> Any:
    """An input by name and hash. Its records stay where they are: MLflow is told nothing it could load."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    dataset = Dataset(
        name=cut(given.file, MAX_DATASET_NAME), digest=given.digest, source_type="code",
        source=json.dumps({"tags": {"file": given.file, "sha256": given.sha256}}),
        profile=json.dumps({"sha256": given.sha256, **{f"rows_{name}": count for name, count in given.rows}}),
    )  # fmt: skip
    return DatasetInput(dataset, tags=[InputTag("mlflow.data.context", given.table or "calibration")])


def _version_of(store: Store, name: str, run_id: str) -> int | None:
    found = store.client.search_model_versions(f"name='{name}' and run_id='{run_id}'")
    return min((int(version.version) for version in found), default=None)


def _register(store: Store, name: str, run_id: str, calibration: Calibration) -> int:
    client = store.client
    if not client.search_registered_models(f"name='{name}'"):
        client.create_registered_model(name, description="Norm table and bands, in minutes per week")
    model_id = client.get_run(run_id).outputs.model_outputs[-1].model_id
    version = client.create_model_version(
        name, client.get_logged_model(model_id).artifact_location, run_id=run_id, model_id=model_id,
        tags={NUMBER_TAG: calibration.number}, description=version_description(calibration),
    )  # fmt: skip
    # MLflow's pages link model and version by this tag, which only its fluent register_model sets.
    client.set_logged_model_tags(
        model_id, {"mlflow.modelVersions": json.dumps([{"name": name, "version": int(version.version)}])}
    )
    return int(version.version)


def _batches(entries: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(entries)
    while batch := list(islice(rest, _BATCH)):
        yield batch
