"""Where runs and versions are kept: an MLflow store beside the study, whole or absent, quiet, without telemetry."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from normenkader.errors import NormenkaderError
from normenkader.provenance import write_whole_file
from normenkader.tracking.moved import point_to_present_place

HOME_VARIABLE = "NORMENKADER_HOME"
SERVER_VARIABLE = "MLFLOW_TRACKING_URI"
REGISTRY_VARIABLE = "MLFLOW_REGISTRY_URI"
DATABASE_NAME = "mlflow.db"
ARTIFACTS_NAME = "mlruns"

# "1" would not do: MLflow reads DO_NOT_TRACK for the word "true" alone.
_TELEMETRY_OFF = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
_QUIET_VARIABLES = {"GIT_PYTHON_REFRESH": "quiet", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
                    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true"}  # fmt: skip
_LOUD_LOGGERS = ("mlflow", "alembic", "urllib3")
_SERVER_SCHEMES = ("http:", "https:", "databricks")


class TrackingFailed(NormenkaderError):
    """MLflow could not record a calibration. The output folder is complete without it and stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An opened store.

    Attributes
    ----------
    home : Path
        Folder of the embedded store, and of the register beside it.
    uri : str
        Tracking URI: the embedded database, or the user's server.
    client : MlflowClient
        Bound to `uri`; nothing global in MLflow is changed by it.
    """

    home: Path
    uri: str
    client: Any

    @property
    def artifact_location(self) -> str | None:
        """Where artifacts go; None on a server, which decides that itself."""
        return None if self.uri.startswith(_SERVER_SCHEMES) else (self.home / ARTIFACTS_NAME).as_uri()


def store_home(study_folder: Path) -> Path:
    """Folder of the store and the register: ``NORMENKADER_HOME`` where set, else the study's folder."""
    stated = os.environ.get(HOME_VARIABLE, "").strip()
    return (Path(stated).expanduser() if stated else study_folder).resolve()


def tracking_uri(home: Path) -> str:
    """The user's ``MLFLOW_TRACKING_URI`` where set, else the database in `home`."""
    return os.environ.get(SERVER_VARIABLE, "").strip() or _embedded_uri(home)


def load_mlflow() -> ModuleType:
    """Import MLflow with its telemetry off, unless the user's environment explicitly says otherwise."""
    for name, value in _TELEMETRY_OFF.items():
        os.environ.setdefault(name, value)
    import mlflow
    import mlflow.pyfunc
    import mlflow.telemetry.client as telemetry

    if os.environ["MLFLOW_DISABLE_TELEMETRY"].lower() in ("true", "1") and telemetry.get_telemetry_client():
        # A host program imported MLflow before us, with telemetry on; this lets it look at the variables again.
        telemetry.set_telemetry_client()
    return mlflow  # type: ignore[no-any-return]


@contextmanager
def opened_store(home: Path) -> Iterator[Store]:
    """Open the store in `home`, made first where it does not exist; MLflow is quiet until the end.

    Raises
    ------
    TrackingFailed
        If MLflow cannot be reached or refuses; its own words follow.
    """
    uri = tracking_uri(home)
    with _quiet(), _silenced_loggers(load_mlflow()) as mlflow:
        try:
            if uri == _embedded_uri(home):
                _make_database(home)
                point_to_present_place(home / DATABASE_NAME, (home / ARTIFACTS_NAME).as_uri())
            registry = os.environ.get(REGISTRY_VARIABLE, "").strip() or uri
            yield Store(home=home, uri=uri, client=mlflow.MlflowClient(tracking_uri=uri, registry_uri=registry))
        except mlflow.MlflowException as error:
            raise TrackingFailed(f"MLflow refused: {error.message}") from error
        except (OSError, sqlite3.Error) as error:
            raise TrackingFailed(f"the store in {home} cannot be used: {error}") from error


def _embedded_uri(home: Path) -> str:
    return f"sqlite:///{(home / DATABASE_NAME).as_posix()}"


def _make_database(home: Path) -> None:
    """Make the database elsewhere and put it in place in one step.

    MLflow makes its tables in dozens of separate steps; killed halfway, it could never open that database again.
    """
    target = home / DATABASE_NAME
    if target.exists():
        return
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    with tempfile.TemporaryDirectory(prefix="normenkader-") as folder:
        fresh = Path(folder) / DATABASE_NAME
        store = SqlAlchemyStore(f"sqlite:///{fresh.as_posix()}", (home / ARTIFACTS_NAME).as_uri())
        store.engine.dispose()
        content = fresh.read_bytes()
    _place_unless_there(target, content)


def _place_unless_there(target: Path, content: bytes) -> None:
    """Another process may have made the database meanwhile, and written to it: then that one stays."""
    ready = target.with_name(f".{target.name}.new")
    write_whole_file(ready, content)
    try:
        os.link(ready, target)
    except FileExistsError:
        pass
    finally:
        ready.unlink(missing_ok=True)


@contextmanager
def _silenced_loggers(mlflow: ModuleType) -> Iterator[ModuleType]:
    """Keep MLflow and Alembic from logging to the user's screen; what goes wrong comes as an exception."""
    loggers = [logging.getLogger(name) for name in _LOUD_LOGGERS]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        yield mlflow
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars, no complaints that git is absent, no advice on how to write MLflow models."""
    added = {name: value for name, value in _QUIET_VARIABLES.items() if name not in os.environ}
    os.environ.update(added)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name in added:
            os.environ.pop(name, None)
