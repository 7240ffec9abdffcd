"""One calibration: one run, one version, the files as they are, and answers that hold."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from output_folder import STUDY, bands_document, norms_document, write_output

from normenkader.errors import NormenkaderError
from normenkader.provenance import sha256_of_bytes, sha256_of_file
from normenkader.study import Study, study_from_text
from normenkader.tracking import LoggedCalibration, ModelDiffers, TrackingFailed, log_calibration
from normenkader.tracking import model as tracking_model
from normenkader.tracking.check import OUTPUT_TYPES, decided, departures, example_profiles
from normenkader.tracking.model import answers_of
from normenkader.tracking.runs import model_name_of
from normenkader.tracking.store import opened_store, store_home


def client_of(logged: LoggedCalibration) -> mlflow.MlflowClient:
    return mlflow.MlflowClient(tracking_uri=logged.tracking_uri, registry_uri=logged.tracking_uri)


def runs_of(logged: LoggedCalibration) -> list[Any]:
    client = client_of(logged)
    return list(client.search_runs([client.get_run(logged.run_id).info.experiment_id]))


def versions_of(logged: LoggedCalibration) -> list[int]:
    found = client_of(logged).search_model_versions(f"name='{logged.model_name}'")
    return sorted(int(version.version) for version in found)


@pytest.fixture
def logged(study: Study, folder: Path) -> LoggedCalibration:
    return log_calibration(folder, study)


@pytest.fixture(scope="module")
def once(database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[LoggedCalibration, Study, Path]:
    """One calibration, its study and its folder, for the tests that only look."""
    home = tmp_path_factory.mktemp("eenmaal")
    shutil.copy(database, home)
    study = study_from_text(STUDY, folder=home)
    folder = write_output(home / "out" / "een", study)
    return log_calibration(folder, study), study, folder


@pytest.fixture(scope="module")
def by_uri(once: tuple[LoggedCalibration, Study, Path]) -> Any:
    """The registered version, loaded as anybody would."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(once[0].tracking_uri)
    try:
        return mlflow.pyfunc.load_model(f"models:/{once[0].model_name}/{once[0].model_version}")
    finally:
        mlflow.set_tracking_uri(before)
        os.environ.pop("MLFLOW_TRACKING_URI", None)


def test_one_finished_run_and_one_version(once: tuple[LoggedCalibration, Study, Path]) -> None:
    logged, study, _ = once
    assert [run.info.status for run in runs_of(logged)] == ["FINISHED"]
    assert versions_of(logged) == [1] == [logged.model_version]
    assert logged.model_name == "normenkader-begeleiding-hand-gemaakt-een"
    assert logged.tracking_uri == f"sqlite:///{study.folder.as_posix()}/mlflow.db"
    version = client_of(logged).get_model_version(logged.model_name, "1")
    assert version.run_id == logged.run_id
    assert version.status == "READY"
    with pytest.raises(FrozenInstanceError):
        logged.run_id = "another"  # type: ignore[misc]


def test_every_file_of_the_folder_is_an_artifact_byte_for_byte(
    once: tuple[LoggedCalibration, Study, Path], tmp_path: Path
) -> None:
    logged, _, folder = once
    there = Path(client_of(logged).download_artifacts(logged.run_id, "", str(tmp_path)))
    names = sorted(path.name for path in folder.iterdir())
    assert sorted(path.name for path in there.iterdir() if path.name in names) == names
    assert {n: sha256_of_file(there / n) for n in names} == {n: sha256_of_file(folder / n) for n in names}


def test_inputs_are_datasets_with_our_digest_and_without_records(once: tuple[LoggedCalibration, Study, Path]) -> None:
    logged, _, _ = once
    inputs = runs_of(logged)[0].inputs.dataset_inputs
    found = {entry.dataset.name: entry.dataset for entry in inputs}
    whole = {f"aanbieders/{name}.csv": sha256_of_bytes(name.encode()) for name in "ab"}
    assert {name: dataset.digest for name, dataset in found.items()} == {n: h[:36] for n, h in whole.items()}
    profile = json.loads(found["aanbieders/a.csv"].profile)
    assert profile == {"sha256": whole["aanbieders/a.csv"], "rows_used": 120}
    source = mlflow.data.get_source(found["aanbieders/a.csv"])
    assert source.to_dict()["tags"] == {"file": "aanbieders/a.csv", "sha256": whole["aanbieders/a.csv"]}
    with pytest.raises(NotImplementedError):
        source.load()


def test_settings_figures_and_hashes_stand_in_the_run(once: tuple[LoggedCalibration, Study, Path]) -> None:
    logged, study, folder = once
    data = runs_of(logged)[0].data
    assert data.params["bands.min_share"] == "0.05"
    assert data.params["factor.duration_weeks.breaks"] == "[13.0,26.0,52.0]"
    assert data.params["premise.P1.text"] == "Reistijd telt niet mee."
    assert data.metrics["ijkclient_minutes.published"] == 100
    assert data.metrics["explained.bands"] == 0.241
    # The ledger has 200 read, 197 used and 3 set aside, and is not for publication.
    assert {k: v for k, v in data.metrics.items() if k.startswith("rows")} == {"rows.used": 195}
    assert [data.metrics[f"edge_minutes.0{i}"] for i in (1, 2, 3, 4)] == [0, 60, 120, 150]
    receipt = json.loads((folder / "receipt.json").read_text())
    assert data.tags["normenkader.calibration_number"] == receipt["calibration_number"]
    assert data.tags["normenkader.receipt_sha256"] == sha256_of_file(folder / "receipt.json")
    assert data.tags["normenkader.settings_sha256"] == study.sha256()


def test_no_name_of_a_person_stands_in_the_database(once: tuple[LoggedCalibration, Study, Path]) -> None:
    logged, _, _ = once
    assert "Jansen" in STUDY
    assert b"Jansen" not in (logged.home / "mlflow.db").read_bytes()


def test_the_registered_version_answers_as_the_files_say(by_uri: Any, study: Study) -> None:
    norms, bands = norms_document(study), bands_document()
    profiles = example_profiles(norms)
    assert departures([decided(p, norms, bands) for p in profiles], answers_of(by_uri, profiles)) == []


def test_the_signature_names_every_factor_and_output(by_uri: Any, study: Study) -> None:
    signature = by_uri.metadata.signature
    assert signature.inputs.input_names() == [factor.name for factor in study.factors]
    assert signature.outputs.input_names() == list(OUTPUT_TYPES)


def test_a_wrong_column_or_type_is_refused_by_the_signature(by_uri: Any, study: Study) -> None:
    good = pd.DataFrame(example_profiles(norms_document(study)))
    with pytest.raises(mlflow.MlflowException, match="orientation"):
        by_uri.predict(good.rename(columns={"orientation": "orientatie"}))
    with pytest.raises(mlflow.MlflowException, match="duration_weeks"):
        by_uri.predict(good.assign(duration_weeks=30))
    assert len(by_uri.predict(good.assign(duration_weeks="30"))) == len(good)


def test_the_answers_can_be_served_as_json(by_uri: Any) -> None:
    from mlflow.pyfunc.scoring_server import predictions_to_json

    example = by_uri.input_example
    assert len(example) == 5
    unsupported = example.assign(duration_weeks=">52")
    stream = io.StringIO()
    predictions_to_json(by_uri.predict(pd.concat([example, unsupported], ignore_index=True)), stream)
    rows = json.loads(stream.getvalue(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))["predictions"]
    assert (rows[0]["band"], rows[0]["minutes"], rows[0]["label"]) == (2, 100, "ijkclient")
    assert [rows[-1][name] for name in ("band", "minutes", "minutes_unrounded", "label")] == [None] * 4


def test_the_model_stands_alone_without_our_package(once: tuple[LoggedCalibration, Study, Path]) -> None:
    logged, _, _ = once
    client = client_of(logged)
    model = client.get_logged_model(client.get_run(logged.run_id).outputs.model_outputs[0].model_id)
    place = Path(model.artifact_location.removeprefix("file://"))
    code = (place / "served_model.py").read_text()
    assert "import normenkader" not in code
    assert "from normenkader" not in code
    requirements = (place / "requirements.txt").read_text().split()
    assert requirements == [f"{name}=={module.__version__}" for name, module in
                            (("mlflow", mlflow), ("pandas", pd), ("numpy", __import__("numpy")))]  # fmt: skip


def test_logging_the_same_again_finds_it_back(logged: LoggedCalibration, study: Study, folder: Path) -> None:
    again = shutil.copytree(folder, folder.with_name("kopie"))
    assert log_calibration(again, study) == logged
    assert len(runs_of(logged)) == 1
    assert versions_of(logged) == [1]


def test_another_calibration_is_another_run_and_the_next_version(logged: LoggedCalibration, study: Study) -> None:
    other = log_calibration(write_output(study.folder / "out" / "twee", study, ledger={"files": []}), study)
    assert (other.model_name, other.model_version) == (logged.model_name, 2)
    assert len(runs_of(logged)) == 2


def test_a_model_that_answers_otherwise_is_not_registered(
    study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = (tracking_model.SERVED_MODEL.read_text()).replace('side="right") - 1', 'side="left") - 1')
    wrong = folder.parent.parent / "served_model.py"
    wrong.write_text(spoilt)
    monkeypatch.setattr(tracking_model, "SERVED_MODEL", wrong)
    with pytest.raises(ModelDiffers, match=r"table_band \(\d+ of 14 profiles\)"):
        log_calibration(folder, study)
    monkeypatch.undo()
    after = log_calibration(folder, study)
    assert sorted(run.info.status for run in runs_of(after)) == ["FAILED", "FINISHED"]
    assert versions_of(after) == [1]


def test_a_folder_that_was_tampered_with_is_not_logged(study: Study, folder: Path) -> None:
    norms = folder / "norms.json"
    norms.write_text(norms.read_text().replace('"published": 100', '"published": 105'))
    with pytest.raises(NormenkaderError, match=r"norms\.json is not the file that receipt\.json says"):
        log_calibration(folder, study)
    assert not (study.folder / "mlruns").exists()


@pytest.mark.parametrize("name", ["receipt.json", "norms.json", "bands.json"])
def test_a_folder_without_its_files_is_refused(study: Study, folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(NormenkaderError, match=name.replace(".", r"\.")):
        log_calibration(folder, study)


def test_the_host_programs_mlflow_is_as_it_was(study: Study, folder: Path, tmp_path: Path) -> None:
    theirs = f"sqlite:///{shutil.copy(study.folder / 'mlflow.db', tmp_path / 'theirs.db')}"
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(theirs)
    try:
        # A host that chose a store by the environment has chosen it for us too; this one chose it in code.
        os.environ.pop("MLFLOW_TRACKING_URI")
        with mlflow.start_run() as run:
            logged = log_calibration(folder, study)
            assert mlflow.active_run().info.run_id == run.info.run_id
        assert mlflow.get_tracking_uri() == theirs
        assert logged.tracking_uri != theirs
        assert mlflow.get_run(run.info.run_id).data.params == {}
    finally:
        mlflow.set_tracking_uri(before)
        os.environ.pop("MLFLOW_TRACKING_URI", None)


def test_mlflow_opens_the_experiment_as_one_of_fitted_models(logged: LoggedCalibration, study: Study) -> None:
    """Without the tag its pages take it for one of language models; whoever chose another kind keeps that."""
    client = client_of(logged)
    experiment = client.get_run(logged.run_id).info.experiment_id
    assert client.get_experiment(experiment).tags["mlflow.experimentKind"] == "custom_model_development"
    client.set_experiment_tag(experiment, "mlflow.experimentKind", "finetuning")
    log_calibration(write_output(study.folder / "out" / "twee", study, ledger={"files": []}), study)
    assert client.get_experiment(experiment).tags["mlflow.experimentKind"] == "finetuning"


def test_an_experiment_from_before_gets_its_kind(folder: Path, study: Study) -> None:
    with opened_store(store_home(study.folder)) as store:
        made = store.client.create_experiment(model_name_of(study), artifact_location=store.artifact_location)
    client = client_of(log_calibration(folder, study))
    assert client.get_experiment(made).tags["mlflow.experimentKind"] == "custom_model_development"


def test_a_deleted_experiment_is_not_brought_back_silently(logged: LoggedCalibration, study: Study) -> None:
    client = client_of(logged)
    client.delete_experiment(client.get_run(logged.run_id).info.experiment_id)
    other = write_output(study.folder / "out" / "twee", study, ledger={"files": []})
    with pytest.raises(TrackingFailed, match="was deleted in MLflow"):
        log_calibration(other, study)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Individuele begeleiding, 2025", "normenkader-individuele-begeleiding-2025"), ("Ééń", "normenkader-een"),
     ("☂", "normenkader-studie"), ("x" * 300, "normenkader-" + "x" * 100)],
)  # fmt: skip
def test_the_models_name_is_plain_ascii(study: Study, name: str, expected: str) -> None:
    assert model_name_of(replace(study, info=study.info.model_copy(update={"name": name}))) == expected


def test_more_settings_and_longer_values_than_mlflow_takes_at_once(make_study: Callable[..., Study]) -> None:
    text = STUDY + "".join(f'\n[[premise]]\nid = "Q{i} é|{i}"\ntext = "{"lang " * 2000}"\n' for i in range(60))
    study = study_from_text(text, folder=make_study("groot").folder)
    logged = log_calibration(write_output(study.folder / "out" / "x", study), study)
    params = runs_of(logged)[0].data.params
    assert len(params) > 200
    assert len(params["premise.Q7 __7.text"]) == 6000
    assert params["premise.Q7 __7.text"].endswith("…")
