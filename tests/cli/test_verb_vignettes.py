"""``normenkader vignettes``: the panel's form and the study's own file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(
        tmp_path_factory.mktemp("vignettes") / "trial", regime="clean", n_clients=800, n_providers=6, with_panel=False
    )


def test_the_files_and_what_is_said_of_them(trial: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["vignettes", str(trial), "--out", str(tmp_path / "v.xlsx"), "--n", "60", "--seeds", "3", "--json"]
    )
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert (document["n_vignettes"], document["n_seeds"]) == (60, 3)
    assert document["profiles"] == "near provider data"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v-studie.csv", "v.csv", "v.xlsx"]
    assert sorted(document["files"].values()) == sorted(str(path) for path in tmp_path.iterdir())
    assert document["not_identified"] == []


def test_without_provider_data_every_combination_is_possible(trial: Path, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text((trial / "study.toml").read_text())
    result = CliRunner().invoke(main, ["vignettes", str(tmp_path), "--out", str(tmp_path / "v")])
    assert result.exit_code == 0, result.stderr
    assert "no provider data found" in result.stdout
    assert "Not for the panel" in result.stdout


def test_what_cannot_be_is_refused(trial: Path, tmp_path: Path) -> None:
    few = CliRunner().invoke(main, ["vignettes", str(trial), "--out", str(tmp_path / "v"), "--n", "12"])
    many = CliRunner().invoke(main, ["vignettes", str(trial), "--out", str(tmp_path / "v"), "--seeds", "35"])
    assert few.exit_code == many.exit_code == 2
    assert "--n" in few.stderr
    assert "--seeds" in many.stderr
    assert not list(tmp_path.iterdir())
