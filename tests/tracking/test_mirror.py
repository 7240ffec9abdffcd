"""MLflow follows the register, and every difference is told; the register never needs it."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from output_folder import bands_document, write_output
from servers import mlflow_server, postgres

from normenkader.errors import InputRefused
from normenkader.register.adopt import adopt, withdraw
from normenkader.register.chained_file import read_register
from normenkader.register.events import Event
from normenkader.register.evidence import find_folder, fits, read_evidence
from normenkader.study import Study
from normenkader.tracking import log_calibration
from normenkader.tracking.fetch import fetched_folder
from normenkader.tracking.mirror import catalogued, mirror_differences, mirror_register
from normenkader.tracking.store import opened_store

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TODAY = date(2026, 6, 1)


def _take(study: Study, folder: Path, first: str, last: str | None = None, **more: Any) -> tuple[Event, ...]:
    evidence = read_evidence(folder)
    return adopt(study.folder, evidence, valid_from=date.fromisoformat(first), decision=f"Besluit {first}", now=NOW,
                 valid_to=date.fromisoformat(last) if last else None,
                 catalogued=catalogued(evidence.calibration_number, study.folder), **more)  # fmt: skip


def _events(study: Study) -> tuple[Event, ...]:
    return read_register(study.folder).events


def _mirror(study: Study, today: date = TODAY, *, write: bool = True) -> tuple[str, ...]:
    found = (mirror_register if write else mirror_differences)(_events(study), study.folder, today=today)
    assert found.reason == ""
    return found.differences


def _second(study: Study) -> Path:
    bands = bands_document()
    bands["bands"][3]["lower"] = bands["bands"][2]["upper"] = 165
    return write_output(study.folder / "out" / "twee", study, bands=bands)


def _life(study: Study, folder: Path) -> str:
    """Two logged versions with legal force one after the other, mirrored; the name of their model."""
    second = _second(study)
    name = log_calibration(folder, study).model_name
    log_calibration(second, study)
    (event,) = _take(study, folder, "2026-01-01")
    assert event.catalogue is not None
    assert (event.catalogue["model_name"], event.catalogue["model_version"]) == (name, 1)
    assert _mirror(study) == ()
    assert _alias(study, name) == "1"
    _take(study, second, "2026-05-01", transition="Wie al een besluit had, houdt dat.")
    assert _mirror(study) == ()
    return name


def _alias(study: Study, name: str) -> str | None:
    with opened_store(study.folder) as store:
        found = dict(store.client.get_registered_model(name).aliases).get("in-force")
        return None if found is None else str(found)


def _tags(study: Study, name: str, version: int) -> dict[str, str]:
    with opened_store(study.folder) as store:
        return dict(store.client.get_model_version(name, str(version)).tags)


def _check_a_whole_life(study: Study, folder: Path) -> None:
    """Adopt, succeed, meddle, withdraw: what MLflow shows after each."""
    name = _life(study, folder)
    assert _alias(study, name) == "2"
    first = {key.removeprefix("normenkader."): value for key, value in _tags(study, name, 1).items()}
    assert (first["valid_from"], first["valid_to"]) == ("2026-01-01", "2026-04-30")
    assert (first["decision"], first["event_hash"]) == ("Besluit 2026-01-01", _events(study)[0].sha256)
    with opened_store(study.folder) as store:
        store.client.set_registered_model_alias(name, "in-force", "1")
        store.client.set_model_version_tag(name, "2", "normenkader.valid_from", "2025-01-01")
        store.client.delete_model_version_tag(name, "1", "normenkader.event_hash")
    differences = _mirror(study, write=False)
    assert len(differences) == 3
    for words in (
        "alias in-force is '1', must be '2' on 2026-06-01",
        "2: tag valid_from is '2025-01-01', must be '2026-05-01'",
        "1: tag event_hash is absent",
    ):
        assert any(words in line for line in differences)
    assert _mirror(study) == ()
    withdraw(study.folder, 2, valid_from=date(2026, 5, 15), reason="Vernietigd", now=NOW)
    assert any("must be absent on 2026-06-01" in line for line in _mirror(study, write=False))
    assert _mirror(study) == ()
    assert _alias(study, name) is None


def test_mlflow_follows_and_every_difference_is_told(study: Study, folder: Path) -> None:
    _check_a_whole_life(study, folder)


def test_the_alias_goes_out_of_date_by_itself_and_that_is_told(study: Study, folder: Path) -> None:
    name = _life(study, folder)
    assert _mirror(study, date(2026, 3, 1), write=False) == (
        f"{name}: alias in-force is '2', must be '1' on 2026-03-01",
    )


def test_a_shortened_register_is_told_by_mlflow(study: Study, folder: Path) -> None:
    _life(study, folder)
    shorter = _events(study)[:1]
    found = mirror_differences(shorter, study.folder, today=TODAY)
    assert any("tag register_events is '3', must be '1'" in line for line in found.differences)
    assert any("tag register_last_hash" in line for line in found.differences)


def test_a_version_without_force_loses_its_tags(study: Study, folder: Path) -> None:
    name = _life(study, folder)
    _take(study, write_output(study.folder / "out" / "drie", study, ledger={"files": []}), "2026-01-01", corrects=1)
    assert _mirror(study) == ("version 3 is not in MLflow",)
    assert "normenkader.valid_from" not in _tags(study, name, 1)


def test_several_periods_of_one_version_stand_side_by_side(study: Study, folder: Path) -> None:
    name = log_calibration(folder, study).model_name
    _take(study, folder, "2026-01-01", "2026-02-28")
    _take(study, folder, "2026-05-01")
    assert _mirror(study) == ()
    tags = _tags(study, name, 1)
    assert (tags["normenkader.valid_from"], tags["normenkader.valid_to"]) == (
        "2026-01-01; 2026-05-01", "2026-02-28; open",
    )  # fmt: skip


def test_a_calibration_that_mlflow_does_not_know_is_named(study: Study, folder: Path) -> None:
    _take(study, folder, "2026-01-01")
    found = mirror_register(_events(study), study.folder, today=TODAY)
    assert (found.differences, found.reason) == ((), "MLflow has no version of what the register holds")
    log_calibration(_second(study), study)
    _take(study, study.folder / "out" / "twee", "2026-05-01")
    assert _mirror(study) == ("version 1 is not in MLflow",)


def test_no_store_is_made_for_a_register(study: Study, folder: Path) -> None:
    (study.folder / "mlflow.db").unlink()
    _take(study, folder, "2026-01-01")
    found = mirror_register(_events(study), study.folder, today=TODAY)
    assert found.reason == "there is no MLflow store beside the register"
    assert not (study.folder / "mlflow.db").exists()


def test_without_mlflow_it_says_so(study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    _take(study, folder, "2026-01-01")
    assert mirror_register(_events(study), study.folder, today=TODAY).reason == "MLflow is not installed"


def test_a_server_that_is_away_does_not_stop_the_register(
    study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _take(study, folder, "2026-01-01")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        assert "MLflow refused" in mirror_register(_events(study), study.folder, today=TODAY).reason


def test_a_broken_database_does_not_stop_the_register(study: Study, folder: Path) -> None:
    _take(study, folder, "2026-01-01")
    (study.folder / "mlflow.db").write_bytes(b"no database")
    assert mirror_register(_events(study), study.folder, today=TODAY).reason


def test_a_lost_folder_is_had_from_mlflow_as_it_was_adopted(study: Study, folder: Path) -> None:
    name = log_calibration(folder, study).model_name
    (event,) = _take(study, folder, "2026-01-01")
    shutil.rmtree(folder)
    assert find_folder(event, study.folder) is None
    with fetched_folder(f"models:/{name}/1", study.folder) as logged:
        assert fits(read_evidence(logged), event)
    with pytest.raises(InputRefused, match="no such version"), fetched_folder(f"models:/{name}/9", study.folder):
        pass


@pytest.fixture
def server_on_postgres(tmp_path: Path) -> Iterator[str]:
    with postgres(tmp_path) as store, mlflow_server(tmp_path, store) as uri:
        yield uri


@pytest.mark.slow
def test_a_server_on_postgresql_follows_as_well(
    server_on_postgres: str, study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (study.folder / "mlflow.db").unlink()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server_on_postgres)
    _check_a_whole_life(study, folder)
    shutil.rmtree(folder)
    event = _events(study)[0]
    assert event.catalogue is not None
    with fetched_folder(f"models:/{event.catalogue['model_name']}/1", study.folder) as logged:
        assert fits(read_evidence(logged), event)
    assert not (study.folder / "mlflow.db").exists()
    assert len((study.folder / "register.jsonl").read_text().splitlines()) == 4
    assert json.loads((study.folder / "register.head").read_text())["events"] == 4
