"""``normenkader verify`` and ``normenkader sign``: exit codes, words, and recomputing in another place and process."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main
from tests.verification.test_signature import key_pair
from tests.verification.test_verdict import applied_file

CALIBRATE = """
import sys
import normenkader as nk
from normenkader.bands.calibration import calibrated_bands
print(nk.write_dossier(calibrated_bands(nk.read_study(sys.argv[1]))))
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("there") / "study", regime="few", n_clients=300, with_panel=False)


@pytest.fixture(scope="module")
def out(study: Path) -> Path:
    """Calibrated with everything the chain does, by another process."""
    run = subprocess.run([sys.executable, "-c", CALIBRATE, str(study)], capture_output=True, text=True, check=True)
    return Path(run.stdout.strip())


@pytest.fixture
def copied(out: Path, tmp_path: Path) -> Path:
    return shutil.copytree(out, tmp_path / "copy")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_in_another_place_and_process_every_byte_is_the_same(study: Path, out: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(study, tmp_path / "a longer place" / "study", ignore=shutil.ignore_patterns("out"))
    moved = shutil.copytree(out, tmp_path / "court")
    result = run(moved, "--study", elsewhere)
    assert result.exit_code == 0, result.output
    assert "Recomputed:         identiek\n" in result.stdout
    assert "Receipt and files:  as written" in result.stdout
    assert f"as calibrated on, in {elsewhere}" in result.stdout
    assert "Departures" not in result.stdout
    assert [line.split("  ")[0] for line in result.stderr.splitlines()] == [
        "checking hashes", "reading the data", "fitting minutes", "comparing with experts",
        "deriving bands, with resamples of providers", "making every file", "comparing every file",
    ]  # fmt: skip


def test_not_recomputed_is_exit_0_and_says_why(copied: Path) -> None:
    result = run(copied)
    assert result.exit_code == 0
    assert "niet herrekend" in result.stdout
    assert "--study" in result.stdout


def test_hashes_only_of_a_changed_file_is_exit_3(copied: Path) -> None:
    (copied / "ledger.csv").write_bytes((copied / "ledger.csv").read_bytes() + b"\n")
    result = run(copied, "--no-recompute", "--json")
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert document["departs"] is True
    assert [(d["kind"], d["file"]) for d in document["departures"]] == [("changed", "ledger.csv")]
    text = run(copied, "--no-recompute").stdout
    assert "Departures (1)" in text
    assert "ledger.csv" in text


def test_an_applied_table_is_told_in_words(out: Path, copied: Path, tmp_path: Path) -> None:
    same = run(out, "--no-recompute", "--applied", applied_file(out, tmp_path / "same.csv"))
    assert same.exit_code == 0
    assert "Applied table:      onderbouwd" in same.stdout
    lower = run(out, "--no-recompute", "--applied", applied_file(out, tmp_path / "lower.csv", lower_by=15))
    assert lower.exit_code == 3
    assert "Applied table:      afwijkend" in lower.stdout
    assert "all together" in lower.stdout
    assert "too few clients" in lower.stdout
    other = tmp_path / "other.toml"
    other.write_text('unit = "uren per week"\nijkclient_minutes = 3\n')
    none = run(out, "--no-recompute", "--applied", other)
    assert none.exit_code == 3
    assert "Applied table:      niet onderbouwd" in none.stdout
    assert "unit" in none.stdout


def test_refusals_are_exit_2_in_one_message(out: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("label;lower\nminder;nul\n")
    for arguments, words in (
        ([tmp_path / "nowhere"], "no such folder"),
        ([tmp_path], "no output folder"),
        ([out, "--study", tmp_path / "nowhere"], "no such study"),
        ([out, "--applied", tmp_path / "t.csv"], "t.csv, column 'lower': this is not a number (line 2)"),
        ([out, "--no-recompute", "--public-key", tmp_path / "t.csv"], "public key"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, arguments
        assert words in result.stderr
        assert result.stdout == ""
        assert "nul" not in result.stderr.replace("null", "")


def test_sign_and_verify_the_signature(copied: Path, tmp_path: Path) -> None:
    private, public = key_pair(tmp_path / "keys")
    _, other = key_pair(tmp_path / "keys", "b")
    signed = CliRunner().invoke(main, ["sign", str(copied), "--key", str(private), "--json"])
    assert signed.exit_code == 0, signed.output
    assert json.loads(signed.stdout)["valid"] is True
    good = run(copied, "--no-recompute", "--public-key", public)
    assert good.exit_code == 0
    assert f"Signature:          valid, by the key {json.loads(signed.stdout)['key']}" in good.stdout
    assert run(copied, "--no-recompute", "--public-key", other).exit_code == 3
    wrong = CliRunner().invoke(main, ["sign", str(copied), "--key", str(public)])
    assert wrong.exit_code == 2
    assert "private key" in wrong.stderr


def test_a_key_s_password_is_asked_for_and_never_shown(copied: Path, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption

    private, _ = key_pair(tmp_path / "keys", encryption=BestAvailableEncryption(b"geheim"))
    result = CliRunner().invoke(main, ["sign", str(copied), "--key", str(private)], input="geheim\n")
    assert result.exit_code == 0, result.output
    assert "geheim" not in result.output
