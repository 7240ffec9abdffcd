"""What experiments log to MLflow: by the house's own ways with a store, so without telemetry and whole or failed."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from normenkader.tracking.code_tags import code_tags
from normenkader.tracking.contents import MAX_KEY, MAX_PARAM_VALUE, cut
from normenkader.tracking.moved import HOME_TAG
from normenkader.tracking.store import Store, load_mlflow, opened_store, store_home

_BATCH = 100


def log_to_mlflow(
    name: str, figures: Mapping[str, float | None], settings: Mapping[str, Any], files: Sequence[Path], *, home: Path
) -> int:
    """One MLflow run with figures, settings and files; what is not known is left out. Gives the number of figures.

    Parameters
    ----------
    name : str
        Of the experiment.
    figures : mapping of str to float or None
    settings : mapping
    files : sequence of Path
    home : Path
        Folder of the embedded store where neither ``MLFLOW_TRACKING_URI`` nor ``NORMENKADER_HOME`` is set.
    """
    known = {metric_name(key): float(v) for key, v in figures.items() if v is not None and math.isfinite(v)}
    with opened_store(store_home(home)) as store:
        client = store.client
        run_id = client.create_run(_experiment(store, f"normenkader-experiment-{name}"), tags=_tags()).info.run_id
        try:
            _log(client, run_id, known, settings)
            for file in files:
                client.log_artifact(run_id, str(file))
            client.set_terminated(run_id, "FINISHED")
        except BaseException:
            # A server that went away cannot be told either; the first error is the one to report.
            with suppress(Exception):
                client.set_terminated(run_id, "FAILED")
            raise
    return len(known)


def metric_name(text: str) -> str:
    """A name that MLflow takes: letters, digits and ``_-. :/`` only."""
    return re.sub(r"[^A-Za-z0-9_\-. :/]", "", text)[:MAX_KEY]


def _experiment(store: Store, name: str) -> str:
    known = store.client.get_experiment_by_name(name)
    if known is not None:
        return str(known.experiment_id)
    tags = {} if store.artifact_location is None else {HOME_TAG: store.artifact_location}
    return str(store.client.create_experiment(name, artifact_location=store.artifact_location, tags=tags))


def _tags() -> dict[str, str]:
    return {**code_tags(), "mlflow.source.name": "normenkader"}


def _log(client: Any, run_id: str, figures: Mapping[str, float], settings: Mapping[str, Any]) -> None:
    entities, now = load_mlflow().entities, int(time.time() * 1000)
    params = [entities.Param(key, cut(str(value), MAX_PARAM_VALUE)) for key, value in settings.items()]
    client.log_batch(run_id, params=params)
    metrics = [entities.Metric(key, value, now, 0) for key, value in figures.items()]
    for start in range(0, len(metrics), _BATCH):
        client.log_batch(run_id, metrics=metrics[start : start + _BATCH])
