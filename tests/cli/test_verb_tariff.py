"""``normenkader tariff`` from an output folder and a price file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from normenkader.cli import main
from tests.bands.price_files import INVENTED, without
from tests.bands.test_tariff import row, volumes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, spread={"n_providers": 8, "lower_quartile": -0.04, "median": 0.01, "upper_quartile": 0.062,
                            "n_losing": None, "loss": 0.05})  # fmt: skip
    (tmp_path / "tarief.toml").write_text(INVENTED, encoding="utf-8")
    return tmp_path


def write(folder: Path, **more: Any) -> None:
    (folder / "validation.json").write_text(json.dumps({"volumes": volumes(**more)}), encoding="utf-8")


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["tariff", str(folder), str(folder / "tarief.toml"), *options])


def test_the_annex_shows_every_step_and_every_week_price(folder: Path) -> None:
    result = run(folder)
    assert (result.exit_code, result.stderr) == (0, "")
    for words in (
        "VERZONNEN BEDRAGEN", "Prijs per uur: € 81,90", "Van 2.000 betaalde uren per jaar worden er 1.250 geleverd.",
        "a. kosten van de beroepskracht. Bron: verzonnen", "ECLI:NL:HR:2021:1452", "€ 182,05", "€ 65,52 – € 98,28",
        "€ 1.893.320", "niet toegestaan", "tussen −4,0% en 6,2%",
    ):  # fmt: skip
        assert words in result.stdout
    assert "nan" not in result.stdout.lower()


def test_a_band_that_may_not_be_shown_has_no_price(folder: Path) -> None:
    line = next(line for line in run(folder).stdout.splitlines() if line.startswith("  3 "))
    assert set(line[3:].split()) == {"–"}


def test_json_holds_the_same_figures(folder: Path) -> None:
    content = json.loads(run(folder, "--json").stdout)
    assert content["hourly"]["price"] == 81.9
    assert [step["amount"] for step in content["hourly"]["steps"]][-1] == 81.9
    assert [band["week_price"] for band in content["bands"]] == [81.9, 182.05, None]
    assert [element["element"] for element in content["elements"]] == list("abcdef")


def test_the_same_input_gives_the_same_bytes(folder: Path) -> None:
    assert run(folder).stdout_bytes == run(folder).stdout_bytes


def test_providers_stand_there_by_number_only(folder: Path) -> None:
    write(folder, providers=[row(name="1"), row(name="2", mean_band_minutes=90.0)], providers_reason=None)
    assert "aanbieder" in run(folder).stdout
    assert "€ 122,85" in run(folder).stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (without("indexation"), "e. indexatie [indexation]"),
        (INVENTED.replace('"direct"', '"direct+indirect"').replace("indirect_client_hours = 300\n", ""),
         "paid twice or not at all"),
        ("", "missing: a. kosten van de beroepskracht"),
    ],
)  # fmt: skip
def test_a_price_that_cannot_be_used_exits_2(folder: Path, text: str, words: str) -> None:
    (folder / "tarief.toml").write_text(text, encoding="utf-8")
    result = run(folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Refused: tarief.toml")
    assert words in result.stderr


def test_a_folder_without_minutes_per_band_exits_2(folder: Path) -> None:
    (folder / "validation.json").write_text("{}", encoding="utf-8")
    assert "calibrate the study again" in run(folder).stderr
    (folder / "validation.json").unlink()
    assert run(folder).exit_code == 2


def test_the_annex_of_a_study_in_hours_counts_hours(folder: Path) -> None:
    write(folder, unit="hours per week")
    said = run(folder).stdout
    assert "prijs per uur × gemiddelde uren per week" in said
    assert "inuten" not in said
    write(folder)
    assert "prijs per uur ÷ 60 × gemiddelde minuten per week" in run(folder).stdout
