"""``normenkader explore`` from an output folder alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from normenkader.cli import main
from tests.bands.decision_documents import hand_bands, hand_norms
from tests.explorer.small_cells import SMALL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    promise = {"n_clients": 50, "mean_minutes": 30.0, "promise_kept": None, "fits_below_upper": None}
    bands = hand_bands()
    bands |= {"bands": [{**band, **promise} for band in bands["bands"]], "explained_of_norm": 0.9,
              "same_band": {"value": None, "reason": "geen"}}  # fmt: skip
    made = tmp_path / "out"
    made.mkdir()
    for name, content in (("norms", hand_norms()), ("bands", bands), ("cells", SMALL)):
        (made / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return made


def explore(folder: Path, out: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["explore", str(folder), "--out", str(out), *options])


def test_it_writes_one_page_and_says_where(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "grenzen.html"
    result = explore(folder, out)
    assert result.exit_code == 0
    assert str(out) in result.stdout
    assert "Klein synthetisch voorbeeld" in out.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["grenzen.html", "out"]


def test_json_says_what_was_written(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "grenzen.html"
    found = json.loads(explore(folder, out, "--json").stdout)
    assert found == {"file": str(out), "bytes": len(out.read_bytes()), "calibration_number": "ab" * 32}


def test_the_version_in_force_may_be_named(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "grenzen.html"
    assert explore(folder, out, "--against", str(folder)).exit_code == 0
    assert '"code":"in_force"' in out.read_text(encoding="utf-8")


def test_a_file_that_exists_stays_unless_it_is_this_page(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "grenzen.html"
    assert explore(folder, out).exit_code == explore(folder, out).exit_code == 0
    out.write_text("Notulen", encoding="utf-8")
    result = explore(folder, out)
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert out.read_text(encoding="utf-8") == "Notulen"


def test_a_folder_without_cells_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "cells.json").unlink()
    result = explore(folder, tmp_path / "grenzen.html")
    assert result.exit_code == 2
    assert "cells.json" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "grenzen.html").exists()


def test_what_is_no_folder_of_a_calibration_is_refused(tmp_path: Path) -> None:
    result = explore(tmp_path, tmp_path / "grenzen.html")
    assert result.exit_code == 2
    assert "norms.json" in result.stderr
