"""``normenkader synthesise``."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from normenkader.casemix.synthetic import REGIMES
from normenkader.cli import main


def _synthesise(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["synthesise", str(folder), "--regime", "few", *options])


def test_a_study_with_its_truth_is_written(tmp_path: Path) -> None:
    result = _synthesise(tmp_path / "trial", "--json")
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    assert "ijkclient_minutes" in json.loads(Path(content["truth"]).read_text())
    assert (Path(content["folder"]) / "study.toml").is_file()


def test_the_seed_decides(tmp_path: Path) -> None:
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        _synthesise(tmp_path / name, "--seed", seed)
    content = {name: (tmp_path / name / "aanbieders" / "aanbieder-02.csv").read_bytes() for name in "abc"}
    assert content["a"] == content["b"] != content["c"]


def test_other_content_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = _synthesise(tmp_path)
    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_regime_exits_2_with_those_there_are(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["synthesise", str(tmp_path / "trial"), "--regime", "fewer"])
    assert result.exit_code == 2
    assert "practice" in result.stderr
    assert not (tmp_path / "trial").exists()


def test_the_help_names_every_regime() -> None:
    text = CliRunner().invoke(main, ["synthesise", "--help"]).stdout
    assert all(f"  {name} " in text for name in REGIMES)
