"""The folder that an adoption rests on: broken ones are refused, moved and copied ones are found again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from registers import moment, write_folder

from normenkader.errors import InputRefused
from normenkader.provenance import canonical_json, readable_json, sealed, sha256_of_bytes
from normenkader.register.adopt import adopt
from normenkader.register.events import Event
from normenkader.register.evidence import find_folder, fits, read_evidence


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "studie" / "out" / "een")


def _adopted(folder: Path, home: Path) -> Event:
    return adopt(home, read_evidence(folder), valid_from=date(2026, 1, 1), decision="B", now=moment(0))[0]


def test_a_whole_folder_gives_what_an_event_needs(folder: Path) -> None:
    found, receipt = read_evidence(folder), json.loads((folder / "receipt.json").read_text())
    assert (found.calibration_number, found.receipt_seal) == (receipt["calibration_number"], receipt["seal"])
    assert found.norms_sha256 == sha256_of_bytes((folder / "norms.json").read_bytes())
    assert found.bands_sha256 == sha256_of_bytes((folder / "bands.json").read_bytes())
    assert found.data_sha256 == sha256_of_bytes(
        canonical_json([["episodes", "een.csv", sha256_of_bytes(b"een")]]).encode()
    )
    assert [band["lower"] for band in found.bands] == [0, 60]
    assert (found.unit, found.n_reservations, found.code_version) == ("minutes per week", 1, "0.1.0")


def test_the_commit_is_that_of_the_receipt_where_it_names_one(folder: Path, tmp_path: Path) -> None:
    assert (read_evidence(folder).code_commit, read_evidence(folder).code_changed) == (None, None)
    receipt = json.loads((folder / "receipt.json").read_text())
    receipt["code"] = {"version": "0.1.0", "commit": "ab" * 20, "changed": False}
    (folder / "receipt.json").write_text(readable_json(sealed(receipt)))
    assert _adopted(folder, tmp_path / "home").code == {"version": "0.1.0", "commit": "ab" * 20, "dirty": False}


def _change_byte(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))


def _reseal(folder: Path, **changed: object) -> None:
    receipt = json.loads((folder / "receipt.json").read_text()) | changed
    (folder / "receipt.json").write_text(readable_json(sealed(receipt)))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda f: _change_byte(f, "norms.json"), r"norms\.json: this is not the file"),
        (lambda f: _change_byte(f, "bands.json"), r"bands\.json: this is not the file"),
        (lambda f: _change_byte(f, "dossier.html"), r"dossier\.html: this is not the file"),
        (lambda f: (f / "dossier.html").unlink(), r"dossier\.html: this file is missing"),
        (lambda f: (f / "receipt.json").unlink(), "no receipt"),
        (lambda f: (f / "receipt.json").write_text("{"), "cannot be read"),
        (lambda f: (f / "receipt.json").write_text("{}"), "no receipt of a calibration"),
        (lambda f: _reseal(f, outputs=[]), r"does not speak of norms\.json"),
        (lambda f: _reseal(f, inputs=[{"file": "a.csv"}]), "no receipt of a calibration"),
        (lambda f: (f / "receipt.json").write_text((f / "receipt.json").read_text().replace("10:00", "11:00")), "seal"),
    ],
)  # fmt: skip
def test_a_broken_folder_is_refused(folder: Path, harm: Callable[[Path], object], words: str) -> None:
    harm(folder)
    with pytest.raises(InputRefused, match=words):
        read_evidence(folder)


@pytest.mark.parametrize("place", ["studie/out/een", "studie/out/ander", "home/out/x", "home/x", "home/deep/out/x"])
def test_a_moved_folder_is_found(folder: Path, tmp_path: Path, place: str) -> None:
    event = _adopted(folder, tmp_path / "home")
    assert event.folder == "../studie/out/een"
    shutil.copytree(folder, tmp_path / "weg")
    shutil.rmtree(folder)
    write_folder(tmp_path / "studie" / "out" / "vreemd", "vreemd")
    shutil.copytree(tmp_path / "weg", tmp_path / place)
    found = find_folder(event, tmp_path / "home")
    assert found is not None
    assert found.resolve() == (tmp_path / place).resolve()
    assert fits(read_evidence(found), event)


def test_a_given_place_goes_first_and_an_absent_folder_is_none(folder: Path, tmp_path: Path) -> None:
    event = _adopted(folder, tmp_path / "home")
    shutil.move(folder, tmp_path / "archief" / "2026")
    assert find_folder(event, tmp_path / "home") is None
    for given in (tmp_path / "archief" / "2026", tmp_path / "archief"):
        assert find_folder(event, tmp_path / "home", given=given) == tmp_path / "archief" / "2026"
    assert find_folder(event, tmp_path / "home", given=tmp_path / "elders") is None


def test_another_folder_with_the_number_is_found_and_does_not_fit(folder: Path, tmp_path: Path) -> None:
    event = _adopted(folder, tmp_path / "home")
    _reseal(folder, times={"written": "2026-02-02T10:00:00+00:00"})
    found = find_folder(event, tmp_path / "home")
    assert found is not None
    assert not fits(read_evidence(found), event)
