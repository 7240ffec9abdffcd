"""The logged model: saved with its files, loaded back from the store, and compared with `bands.decide`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from normenkader.code_state import package_version
from normenkader.errors import NormenkaderError
from normenkader.tracking.check import (
    NEVER_MISSING,
    OUTPUT_TYPES,
    Answer,
    Profile,
    decided,
    departures,
    example_profiles,
)
from normenkader.tracking.contents import Calibration
from normenkader.tracking.store import Store

MODEL_NAME = "norm"
SERVED_MODEL = Path(__file__).with_name("served_model.py")
_REQUIREMENTS = ("mlflow", "pandas", "numpy")
_EXAMPLE_ROWS = 5


class ModelDiffers(NormenkaderError):
    """The model, loaded back, answers otherwise than the files it was made from; it was not registered."""


def log_model(store: Store, experiment_id: str, run_id: str, calibration: Calibration) -> str:
    """Save the model with norms.json and bands.json, and log it in the run; returns MLflow's id of the model."""
    from mlflow.entities import LoggedModelOutput, LoggedModelStatus

    client = store.client
    tags = {"normenkader.calibration_number": calibration.number}
    logged = client.create_logged_model(experiment_id, name=MODEL_NAME, source_run_id=run_id, tags=tags)
    client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=0)])
    with tempfile.TemporaryDirectory(prefix="normenkader-") as folder:
        _save(Path(folder) / "model", calibration, logged, run_id)
        client.log_model_artifacts(logged.model_id, str(Path(folder) / "model"))
    client.finalize_logged_model(logged.model_id, LoggedModelStatus.READY)
    return str(logged.model_id)


def check_model(store: Store, model_id: str, calibration: Calibration) -> None:
    """Load the model back from the store and hold it against `bands.decide` on every example profile.

    Raises
    ------
    ModelDiffers
        If any answer differs; the message names the outputs.
    """
    profiles = example_profiles(calibration.norms)
    expected = [decided(profile, calibration.norms, calibration.bands) for profile in profiles]
    differing = departures(expected, answers_of(load_model(store, model_id), profiles))
    if differing:
        raise ModelDiffers(
            f"the model loaded back from MLflow differs in {', '.join(differing)} from norms.json and bands.json; "
            "it is not registered"
        )


def load_model(store: Store, model_id: str) -> Any:
    """The model as the store holds it now, without touching MLflow's global tracking URI."""
    import mlflow

    location = store.client.get_logged_model(model_id).artifact_location
    with tempfile.TemporaryDirectory(prefix="normenkader-") as folder:
        # Asking by models:/<id> would go to the global URI, and make an empty store in the current folder.
        path = mlflow.artifacts.download_artifacts(artifact_uri=location, dst_path=folder, tracking_uri=store.uri)
        return mlflow.pyfunc.load_model(path)


def answers_of(model: Any, profiles: list[Profile]) -> list[Answer]:
    """Answers of a loaded model as plain values; missing as None."""
    import pandas as pd

    table = model.predict(pd.DataFrame(profiles))
    records = table.astype(object).where(table.notna(), None).to_dict(orient="records")
    return [dict(record) for record in records]


def _save(path: Path, calibration: Calibration, logged: Any, run_id: str) -> None:
    import mlflow
    import pandas as pd

    mlflow.pyfunc.save_model(
        path=str(path),
        python_model=str(SERVED_MODEL),
        artifacts={name: str(calibration.folder / f"{name}.json") for name in ("norms", "bands")},
        pip_requirements=[f"{name}=={package_version(name)}" for name in _REQUIREMENTS],
        signature=_signature(calibration),
        input_example=pd.DataFrame(example_profiles(calibration.norms)[:_EXAMPLE_ROWS]),
        metadata={"calibration_number": calibration.number},
        mlflow_model=mlflow.models.Model(
            artifact_path=logged.artifact_location, run_id=run_id, model_id=logged.model_id, model_uuid=logged.model_id
        ),
    )


def _signature(calibration: Calibration) -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    inputs = [ColSpec("string", str(factor["name"])) for factor in calibration.norms["factors"]]
    outputs = [ColSpec(kind, name, required=name in NEVER_MISSING) for name, kind in OUTPUT_TYPES.items()]
    return ModelSignature(inputs=Schema(inputs), outputs=Schema(outputs))


def version_description(calibration: Calibration) -> str:
    """One line for MLflow's overview of versions."""
    edges = json.dumps([band["lower"] for band in calibration.bands["bands"]])
    return f"Calibration {calibration.number}; lower bounds {edges} {calibration.norms.get('unit', '')}".rstrip()
