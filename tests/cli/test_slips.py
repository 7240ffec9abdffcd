"""Slips of a municipal analyst at the terminal: what is wrong, how it should be, and no value of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("slips") / "study", regime="practice", n_clients=120, n_providers=3)


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["in-force", "--on", "14-03-2026"], "'--on': write a day as 2026-03-14"),
        (["decide", ".", "p.toml", "--on", "14 maart 2026"], "'--on': write a day as 2026-03-14"),
        (["deviate", ".", "p.toml", "--granted", "97,5", "--reason", "andere", "--on", "2026-03-14"],
         "'--granted': write a number, with a decimal point"),
        (["adopt", ".", "--from", "2026/03/14", "--decision", "x"], "'--from': write a day as 2026-03-14"),
        (["deviations", ".", "--from", "maart 2026"], "write a month as 2026-03"),
        (["synthesise", "new", "--regime", "zzq"], "option --regime: There is no regime of that name; choose one of"),
        (["check", "nergens"], "nergens: no such file; a study is a folder with a study.toml"),
        (["decide", "nergens", "p.toml"], "nergens: this is no output folder, no version number"),
        (["verify", "nergens"], "nergens: no such folder; give a folder that calibrate has written"),
    ],
)  # fmt: skip
def test_how_it_should_be_written_is_told(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert words in refused(*arguments)


@pytest.mark.parametrize("verb", ["check", "calibrate", "plan"])
@pytest.mark.parametrize("name", ["study.toml", "aanbieders/aanbieder-01.csv", "vignetten.csv", "tarief.toml"])
def test_a_file_that_another_program_holds_is_told_as_such(
    verb: str, name: str, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Excel does on Windows; the plan needs the providers' files and the settings only."""
    if verb == "plan" and name in ("vignetten.csv", "tarief.toml"):
        pytest.skip("plan does not read this file")
    real = Path.open

    def held(self: Path, *arguments: object, **options: object) -> object:
        if self == study / name:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", held)
    told = refused(verb, str(study))
    assert name in told
    assert "no permission to read it, or another program has it open" in told


def test_an_exported_workbook_in_the_place_of_settings_is_told(study: Path) -> None:
    assert "cannot be read as UTF-8 text" in refused("check", str(study / "aanbieders" / "aanbieder-03.xlsx"))
