"""Every changed byte, file and seal is found without recomputing anything."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from normenkader.errors import InputRefused
from normenkader.provenance import readable_json
from normenkader.verification.hashes import check_folder
from tests.verification.conftest import edit_json, reseal, write_receipt

N_CHANGES = 100


def kinds(folder: Path) -> set[str]:
    return {departure.kind for departure in check_folder(folder).departures}


def test_a_folder_as_written_has_no_departure(out: Path) -> None:
    found = check_folder(out)
    assert found.departures == ()
    assert found.not_checked == ()
    assert found.receipt is not None


def test_a_hundred_random_changes_of_one_byte_are_all_found(out: Path, copied: Path) -> None:
    draw = random.Random(20261122)
    names = sorted(path.name for path in out.iterdir())
    missed, tried = [], set()
    for _ in range(N_CHANGES):
        name = draw.choice(names)
        content = bytearray((out / name).read_bytes())
        at = draw.randrange(len(content))
        content[at] = draw.choice([byte for byte in range(256) if byte != content[at]])
        (copied / name).write_bytes(content)
        if not check_folder(copied).departures:
            missed.append((name, at))
        shutil.copyfile(out / name, copied / name)
        tried.add(name)
    assert missed == []
    assert tried == set(names)
    assert check_folder(copied).departures == ()


def test_every_byte_of_the_receipt_counts(out: Path, copied: Path) -> None:
    """Its own hash stands in it, so its bytes are guarded otherwise than those of the other files."""
    content = (out / "receipt.json").read_bytes()
    for at in range(0, len(content), 101):
        (copied / "receipt.json").write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert check_folder(copied).departures, at


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"seal": 1}', b"[" * 100_000])
def test_a_receipt_that_is_none_is_a_departure(copied: Path, content: bytes) -> None:
    (copied / "receipt.json").write_bytes(content)
    found = check_folder(copied)
    assert found.receipt is None
    assert [d.kind for d in found.departures] == ["receipt"]
    assert found.not_checked


def test_a_space_in_the_receipt_is_found_though_its_seal_holds(copied: Path) -> None:
    path = copied / "receipt.json"
    path.write_text(path.read_text().replace("{\n", "{ \n", 1))
    (departure,) = check_folder(copied).departures
    assert "bytes" in departure.text


def test_deletions_are_found(out: Path, tmp_path: Path) -> None:
    for name in sorted(path.name for path in out.iterdir()):
        folder = shutil.copytree(out, tmp_path / name)
        (folder / name).unlink()
        departures = check_folder(folder).departures
        assert name in [d.file for d in departures if d.kind in ("missing", "receipt")]


@pytest.mark.parametrize("name", ["notes.txt", "sub/notes.txt", ".hidden", "receipt.json.bak"])
def test_additions_are_found(copied: Path, name: str) -> None:
    (copied / name).parent.mkdir(exist_ok=True)
    (copied / name).write_text("x")
    assert [(d.kind, d.file) for d in check_folder(copied).departures] == [("added", name)]


def test_an_empty_folder_in_it_is_found(copied: Path) -> None:
    (copied / "empty").mkdir()
    assert kinds(copied) == {"added"}


def test_swapped_files_are_found(copied: Path) -> None:
    norms, bands = copied / "norms.json", copied / "bands.json"
    first, second = norms.read_bytes(), bands.read_bytes()
    norms.write_bytes(second)
    bands.write_bytes(first)
    assert {d.file for d in check_folder(copied).departures if d.kind == "changed"} == {"norms.json", "bands.json"}


def test_a_resealed_edit_of_the_bands_no_longer_fits_its_number(out: Path, copied: Path) -> None:
    number = json.loads((out / "receipt.json").read_text())["calibration_number"]
    edit_json(copied / "bands.json", lambda bands: bands["bands"][1].update(lower=bands["bands"][1]["lower"] - 15))
    reseal(copied)
    edit_json(copied / "receipt.json", lambda receipt: receipt.update(calibration_number=number))
    write_receipt(copied, json.loads((copied / "receipt.json").read_text()))
    assert kinds(copied) == {"number"}


def test_a_forgery_in_full_gets_another_number_and_seal(out: Path, copied: Path) -> None:
    edit_json(copied / "bands.json", lambda bands: bands["bands"][1].update(lower=bands["bands"][1]["lower"] - 15))
    reseal(copied)
    assert check_folder(copied).departures == ()
    old, new = (json.loads((folder / "receipt.json").read_text()) for folder in (out, copied))
    assert old["calibration_number"] != new["calibration_number"]
    assert old["seal"] != new["seal"]


def test_resealed_settings_do_not_fit_those_of_the_receipt(copied: Path) -> None:
    path = copied / "study.toml"
    path.write_text(path.read_text().replace("step = 15", "step = 30"))
    reseal(copied)
    (departure,) = check_folder(copied).departures
    assert (departure.kind, departure.file) == ("settings", "study.toml")
    assert "bands.step" in departure.text


def test_a_setting_that_only_another_version_knows_is_told_and_no_departure(copied: Path) -> None:
    receipt = json.loads((copied / "receipt.json").read_text())
    del receipt["settings"]["bands"]["same_band_floor"]
    receipt["settings_sha256"] = (
        __import__("hashlib")
        .sha256(json.dumps(receipt["settings"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
        .hexdigest()
    )
    write_receipt(copied, receipt)
    reseal(copied)
    found = check_folder(copied)
    assert found.departures == ()
    assert "bands.same_band_floor" in found.not_checked[0]


def test_the_number_can_be_had_with_nothing_but_sha256(out: Path) -> None:
    """As the contract says it: over inputs, settings, norms and bands. Written out here without our own functions."""
    from hashlib import sha256

    receipt = json.loads((out / "receipt.json").read_text())
    norms, bands = (json.loads((out / name).read_text()) for name in ("norms.json", "bands.json"))
    files = [[entry["table"], entry["file"], entry["sha256"]] for entry in receipt["inputs"]]
    outer = sha256()
    for part in (files, receipt["settings"], norms, bands):
        text = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        outer.update(sha256(text.encode()).digest())
    assert outer.hexdigest() == receipt["calibration_number"] == out.name


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname", "a/../../b", "..\\outside"])
def test_a_receipt_that_points_outside_its_folder_is_a_departure(copied: Path, name: str) -> None:
    receipt = json.loads((copied / "receipt.json").read_text())
    receipt["outputs"].append({"file": name, "sha256": "0" * 64})
    write_receipt(copied, receipt)
    assert "receipt" in kinds(copied)


def test_what_is_no_output_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(InputRefused, match="no output folder"):
        check_folder(tmp_path)
    with pytest.raises(InputRefused, match="no such folder"):
        check_folder(tmp_path / "nowhere")


def test_the_receipt_is_written_as_it_is_checked(out: Path) -> None:
    content = (out / "receipt.json").read_bytes()
    assert readable_json(json.loads(content)).encode() == content
