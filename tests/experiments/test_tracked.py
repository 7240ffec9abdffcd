"""What an experiment logs to MLflow, read back from the store."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from stored_results import EXPERIMENTS

sys.path.insert(0, str(EXPERIMENTS))

from running import arguments, finish
from tracked import metric_name

from normenkader.tracking.store import opened_store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("NORMENKADER_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_figures_settings_and_result_come_back(home: Path, tmp_path: Path) -> None:
    parser = arguments(None, tmp_path / "out")
    parser.add_argument("--seeds", type=int)
    options = parser.parse_args(["--seeds", "3", "--processes", "1", "--cluster", "tcp://secret.example:8786"])
    many = {f"regime {k}, heavy tails.coverage": k / 7 for k in range(250)}
    found = {"rows": [{"x": 1.25}], "name": "zwaar"}
    finish("toy", found, {**many, "none": None, "nan": float("nan"), "share %": 0.5}, options)
    with opened_store(home) as store:
        (experiment,) = [e for e in store.client.search_experiments() if e.name == "normenkader-experiment-toy"]
        (run,) = store.client.search_runs([experiment.experiment_id])
        file = store.client.download_artifacts(run.info.run_id, "result.json", str(tmp_path))
    assert run.info.status == "FINISHED"
    assert run.data.metrics == {
        **{f"regime {k} heavy tails.coverage": k / 7 for k in range(250)}, "share ": 0.5,
    }  # fmt: skip
    assert run.data.params == {"seeds": "3", "processes": "1"}
    assert json.loads(Path(file).read_text()) == found
    assert Path(file).read_bytes() == (tmp_path / "out" / "result.json").read_bytes()
    told = json.dumps([run.data.tags, run.data.params])
    assert "normenkader.git_commit" in run.data.tags or "normenkader.code_version" in run.data.tags
    assert "secret.example" not in told
    assert str(tmp_path) not in told
    assert str(EXPERIMENTS) not in told


def test_an_experiment_has_one_place_for_all_its_runs(home: Path, tmp_path: Path) -> None:
    options = arguments(None, tmp_path / "out").parse_args([])
    for value in (1.0, 2.0):
        finish("toy", {"value": value}, {"value": value}, options)
    with opened_store(home) as store:
        (experiment,) = [e for e in store.client.search_experiments() if e.name.startswith("normenkader-")]
        runs = store.client.search_runs([experiment.experiment_id])
    assert sorted(run.data.metrics["value"] for run in runs) == [1.0, 2.0]


def test_a_file_that_is_not_there_ends_the_run_as_failed(home: Path, tmp_path: Path) -> None:
    from tracked import log_to_mlflow

    with pytest.raises(Exception, match="absent"):
        log_to_mlflow("toy", {"x": 1.0}, {}, [tmp_path / "absent.json"], home=home)
    with opened_store(home) as store:
        (experiment,) = [e for e in store.client.search_experiments() if e.name.startswith("normenkader-")]
        (run,) = store.client.search_runs([experiment.experiment_id])
    assert run.info.status == "FAILED"


def test_names_are_those_that_mlflow_takes() -> None:
    assert (
        metric_name("misassessed often, 40 providers.ours.coverage") == "misassessed often 40 providers.ours.coverage"
    )
    assert len(metric_name("a" * 400)) == 250
