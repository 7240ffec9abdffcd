"""``normenkader check``: what is said of the data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("check") / "trial", regime="practice", n_clients=500, n_providers=6)


@pytest.fixture(scope="module")
def document(practice: Path) -> dict:
    return json.loads(CliRunner().invoke(main, ["check", str(practice), "--json"]).stdout)


def test_rows_add_up_in_every_file(document: dict) -> None:
    files = document["set_aside"]["files"]
    assert files
    assert all(f["read"] == f["used"] + f["set_aside"] for f in files)
    assert sum(f["set_aside"] for f in files) == sum(c["rows"] for c in document["set_aside"]["codes"]) > 0
    assert document["set_aside"]["note"] == "exact, not for publication"


def test_counts_of_clients_are_rounded(document: dict) -> None:
    assert document["n_clients"] % 5 == 0
    assert abs(document["n_clients"] - 500) <= 20
    assert document["n_providers"] == 6


def test_every_measure_says_what_it_is_for_all_and_by_provider(document: dict) -> None:
    assert all(finding["what"] for finding in document["quality"])
    assert {finding["provider"] for finding in document["quality"]} > {"", "aanbieder-01"}
    assert all(finding["value"] is not None or finding["reason"] for finding in document["quality"])


def test_the_text_shows_files_rows_and_providers(practice: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(practice)])
    assert result.exit_code == 0, result.stderr
    for words in (
        "aanbieders/aanbieder-01.csv",
        "cp1252",
        "not for publication",
        "heaping_15",
        "By provider",
        "aanbieder-06",
    ):
        assert words in result.stdout
    assert "synthetisch-c" not in result.stdout
    assert "reading the data" in result.stderr


def test_nothing_is_written(practice: Path) -> None:
    before = sorted(path.name for path in practice.rglob("*"))
    CliRunner().invoke(main, ["check", str(practice)])
    assert sorted(path.name for path in practice.rglob("*")) == before


def test_dutch_words_for_what_minutes_rest_on_are_read(practice: Path, tmp_path: Path) -> None:
    dutch, foreign = (tmp_path / name for name in ("dutch", "foreign"))
    for folder, word in ((dutch, "Geregistreerd"), (foreign, "iets anders")):
        shutil.copytree(practice, folder)
        for file in (folder / "aanbieders").glob("*.csv"):
            file.write_bytes(file.read_bytes().replace(b"registered", word.encode()))
    read = [json.loads(CliRunner().invoke(main, ["check", str(path), "--json"]).stdout) for path in (practice, dutch)]
    assert read[0]["n_clients"] == read[1]["n_clients"] > 0
    assert read[0]["set_aside"]["codes"] == read[1]["set_aside"]["codes"]
    text = CliRunner().invoke(main, ["check", str(foreign)]).stdout
    assert "basis_not_accepted" in text
    assert "the study does not accept the basis of the minutes" in text


def test_a_study_of_which_nothing_is_left_says_so(practice: Path, tmp_path: Path) -> None:
    shutil.copytree(practice, tmp_path / "study")
    settings = tmp_path / "study" / "study.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[casemix]\naccepted_basis = ["estimated"]\n', "utf-8")
    result = CliRunner().invoke(main, ["check", str(settings)])
    assert result.exit_code == 0, result.stderr
    assert "Used: nothing. Every row was set aside" in result.stdout


def test_small_counts_are_not_shown(tmp_path: Path) -> None:
    trial = synthesise(tmp_path / "trial", regime="few", n_clients=300, with_panel=False)
    study = trial / "study.toml"
    study.write_text(study.read_text() + "\n[disclosure]\nmin_clients = 400\nmin_providers = 9\n")
    result = CliRunner().invoke(main, ["check", str(trial)])
    assert "clients too few to show" in result.stdout
    assert "providers too few to show" in result.stdout
