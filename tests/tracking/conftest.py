"""Stores that are made once and copied, and a study with its output folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from output_folder import STUDY, write_output

from normenkader.study import Study, study_from_text
from normenkader.tracking import store as tracking_store


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty MLflow database: it takes seconds to make, so each test copies it."""
    home = tmp_path_factory.mktemp("template")
    with tracking_store._quiet():
        tracking_store.load_mlflow()
        tracking_store._make_database(home)
    return home / "mlflow.db"


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "NORMENKADER_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def make_study(tmp_path: Path, database: Path) -> Callable[..., Study]:
    """Give a study in a folder of its own, with an empty store already there."""

    def make(name: str = "studie") -> Study:
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(database, folder / "mlflow.db")
        return study_from_text(STUDY, folder=folder)

    return make


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    return make_study()


@pytest.fixture
def folder(study: Study) -> Path:
    return write_output(study.folder / "out" / "een", study)
