"""What a run says of a calibration, without MLflow."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from output_folder import write_output

from normenkader.provenance import sha256_of_file
from normenkader.settings import DisclosureSettings
from normenkader.study import Study
from normenkader.tracking.code_tags import code_tags
from normenkader.tracking.contents import cut, inputs_of, metrics_of, params_of, read_calibration, tags_of


def test_missing_figures_are_left_out_and_never_zero(folder: Path) -> None:
    metrics = metrics_of(read_calibration(folder), DisclosureSettings())
    assert not [name for name in metrics if name.startswith("same_band")]
    assert "checks.censoring" not in metrics
    assert metrics["checks.n_without_answer"] == 1


def test_without_ledger_and_validation_there_are_no_counts(study: Study) -> None:
    folder = write_output(study.folder / "out" / "kaal", study)
    for name in ("ledger.json", "validation.json"):
        (folder / name).unlink()
    receipt = (folder / "receipt.json").read_text()
    (folder / "receipt.json").write_text(receipt.replace('"outputs"', '"not_checked_here"'))
    metrics = metrics_of(read_calibration(folder), DisclosureSettings())
    assert not [name for name in metrics if name.startswith(("rows", "checks"))]
    assert inputs_of(read_calibration(folder), DisclosureSettings())[0].rows == ()


@pytest.mark.parametrize("as_mapping", [False, True])
def test_inputs_carry_our_hash_whichever_way_the_receipt_lists_them(study: Study, as_mapping: bool) -> None:
    folder = write_output(study.folder / "out" / "x", study)
    receipt: dict[str, Any] = json.loads((folder / "receipt.json").read_text())
    expected = {entry["file"]: entry["sha256"] for entry in receipt["inputs"]}
    if as_mapping:
        receipt["inputs"] = expected
        (folder / "receipt.json").write_text(json.dumps(receipt))
    found = inputs_of(read_calibration(folder), DisclosureSettings())
    assert {given.file: given.sha256 for given in found} == expected
    assert all(given.digest == given.sha256[:36] for given in found)


def test_every_setting_in_force_is_there_but_no_person(study: Study) -> None:
    params = params_of(study)
    sections = {name.partition(".")[0] for name in params}
    assert sections == set(study.settings()) - {"research"}
    assert params["bands.promise"] == "0.9"
    assert params["bands.ijkclient_band"] == "null"
    assert params["factor.leefgebied_wonen.group"] == "leefgebied"


def test_tags_hold_the_hashes_of_the_files(folder: Path, study: Study) -> None:
    tags = tags_of(read_calibration(folder), study)
    assert tags["normenkader.norms_sha256"] == sha256_of_file(folder / "norms.json")
    assert tags["normenkader.bands_sha256"] == sha256_of_file(folder / "bands.json")
    assert tags["normenkader.reservations"] == "promise_failed"
    assert tags["normenkader.window"] == "2025-09-01/2025-10-26"


@pytest.mark.parametrize(("text", "expected"), [("abcd", "abcd"), ("abcde", "abc…"), ("", "")])
def test_long_values_are_cut_visibly(text: str, expected: str) -> None:
    assert cut(text, 4) == expected


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    package = tmp_path / "werk" / "pakket"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(package.parent), *command], check=True)
    return package


def test_the_commit_and_every_kind_of_change_are_seen(repository: Path) -> None:
    clean = code_tags(repository)
    assert len(clean["normenkader.git_commit"]) == 40
    assert clean["mlflow.source.git.commit"] == clean["normenkader.git_commit"]
    assert clean["normenkader.git_dirty"] == "false"
    (repository.parent / "outside.txt").write_text("of no concern")
    assert code_tags(repository)["normenkader.git_dirty"] == "false"
    (repository / "new.py").write_text("untracked code runs too")
    assert code_tags(repository)["normenkader.git_dirty"] == "true"


def test_a_package_installed_inside_somebody_elses_repository_takes_no_commit(repository: Path) -> None:
    installed = repository / "site-packages" / "normenkader"
    installed.mkdir(parents=True)
    (installed / "__init__.py").write_text("")
    assert set(code_tags(installed)) == {"normenkader.code_version"}


def test_outside_git_there_is_a_version_only(tmp_path: Path) -> None:
    assert set(code_tags(tmp_path)) == {"normenkader.code_version"}


def test_verdicts_are_counted_by_pair_of_sources(study: Study) -> None:
    document = {"verdicts": {"data-experts": {"agree": 13, "conflict": 1, "silent": 34}}}
    folder = write_output(study.folder / "out" / "bronnen", study, triangulation=document)
    metrics = metrics_of(read_calibration(folder), DisclosureSettings())
    own = {name: value for name, value in metrics.items() if name.startswith("triangulation")}
    assert own == {
        "triangulation.data-experts.agree": 13.0,
        "triangulation.data-experts.conflict": 1.0,
        "triangulation.data-experts.silent": 34.0,
    }
