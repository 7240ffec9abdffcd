"""What a researcher reads first in MLflow."""

from __future__ import annotations

import re
from pathlib import Path

import mlflow
from output_folder import bands_document, write_output

from normenkader.study import Study
from normenkader.tracking import log_calibration
from normenkader.tracking.contents import MAX_TAG_VALUE, read_calibration
from normenkader.tracking.note import NOTE_TAG, run_note


def test_a_run_opens_with_its_bands_and_where_everything_is(study: Study, folder: Path) -> None:
    logged = log_calibration(folder, study)
    client = mlflow.MlflowClient(tracking_uri=logged.tracking_uri)
    run = client.get_run(logged.run_id)
    note = run.data.tags[NOTE_TAG]
    assert "Ijkclient: **100** minutes per week (95 % interval 88.2 to 104.7)" in note
    assert "| 2 | ijkclient | 60 | 120 | - | 50 to 65 |" in note
    linked = re.findall(rf"\(#/experiments/{run.info.experiment_id}/runs/{logged.run_id}/artifacts/([^)]+)\)", note)
    assert {"dossier.html", "norms.json", "bands.json"} <= set(linked)
    assert set(linked) <= {entry.path for entry in client.list_artifacts(logged.run_id)}
    assert "each of the 2 input files" in note
    assert "1 reservation:" in note
    assert run.info.run_name == f"{read_calibration(folder).number[:12]}, 2025-09 to 2025-10"
    assert "the evidence is the output folder" in client.get_experiment(run.info.experiment_id).tags[NOTE_TAG]


def test_a_machine_is_named_only_while_it_works(study: Study, folder: Path) -> None:
    logged = log_calibration(folder, study)
    tags = mlflow.MlflowClient(tracking_uri=logged.tracking_uri).get_run(logged.run_id).data.tags
    assert "normenkader.process" not in tags


def test_names_cannot_become_markup_and_many_bands_fit(study: Study) -> None:
    bands = bands_document()
    bands["bands"] = [{**bands["bands"][0], "band": n, "label": "meer | [x](y)"} for n in range(1, 31)]
    note = run_note(read_calibration(write_output(study.folder / "out" / "x", study, bands=bands)), study, "#/r")
    assert r"meer \| \[x\](y)" in note
    assert len(note) < MAX_TAG_VALUE
