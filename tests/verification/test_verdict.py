"""Everything together: `nk.verify` from Python."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import normenkader as nk
from normenkader.errors import InputRefused
from normenkader.verification.document import verification_document
from normenkader.verification.signature import sign
from tests.verification.conftest import edit_json, reseal
from tests.verification.test_signature import key_pair


def applied_file(out: Path, target: Path, *, lower_by: int = 0) -> Path:
    """The calibrated table as a municipality would write it down, with its last edge lowered."""
    norms, bands = (json.loads((out / f"{name}.json").read_text()) for name in ("norms", "bands"))
    lines = ["label,lower,factor,level,minutes,with_factor,with_level"]
    lines.append(f",,ijkclient,,{norms['ijkclient_minutes']['published']},,")
    for band in bands["bands"]:
        last = band["upper"] is None
        lines.append(f"{band['label']},{band['lower'] - (lower_by if last else 0)},,,,,")
    for term in norms["terms"]:
        beside = term["with"] or {"factor": "", "level": ""}
        minutes = "" if term["published"] is None else term["published"]
        lines.append(f",,{term['factor']},{term['level']},{minutes},{beside['factor']},{beside['level']}")
    target.write_text("\n".join(lines) + "\n")
    return target


def test_a_calibration_in_its_place_is_well(out: Path, tmp_path: Path) -> None:
    found = nk.verify(out, applied=applied_file(out, tmp_path / "t.csv"))
    assert not found.departs
    assert found.recomputation.verdict == "identiek"
    assert found.applied is not None
    assert found.applied.verdict == "onderbouwd"
    assert found.calibration_number == out.name


def test_not_recomputed_without_a_departure_is_no_departure(copied: Path) -> None:
    found = nk.verify(copied)
    assert (found.recomputation.verdict, found.departs) == ("niet herrekend", False)


@pytest.mark.parametrize("with_recompute", [True, False])
def test_departures_are_the_same_with_clients_read_anew_or_from_the_recomputation(
    out: Path, tmp_path: Path, with_recompute: bool
) -> None:
    found = nk.verify(out, applied=applied_file(out, tmp_path / "t.csv", lower_by=15), with_recompute=with_recompute)
    assert found.departs
    assert found.departures == ()
    assert found.applied is not None
    assert found.applied.verdict == "afwijkend"
    ((edge, effect),) = found.applied.departures
    assert edge.difference == -15
    assert effect.reason == ""
    assert effect.mean_less in (15.0, None)
    assert found.applied.together == effect


def test_a_forged_folder_supports_no_table(copied: Path, study: Path, tmp_path: Path) -> None:
    """Bands edited to fit what is applied, and sealed again: the table fits, and the calibration does not stand."""
    edit_json(copied / "bands.json", lambda bands: bands["bands"][-1].update(lower=bands["bands"][-1]["lower"] - 15))
    reseal(copied)
    table = applied_file(copied, tmp_path / "t.csv")
    found = nk.verify(copied, study, applied=table)
    assert [(d.kind, d.file) for d in found.departures if d.file == "bands.json"] == [("figure", "bands.json")]
    assert found.applied is not None
    assert found.applied.departures == ()
    assert found.applied.verdict == "niet onderbouwd"
    assert "do not recompute" in found.applied.reasons[0]


def test_a_broken_receipt_supports_no_table(copied: Path, tmp_path: Path) -> None:
    table = applied_file(copied, tmp_path / "t.csv")
    for content in (b"{}", (copied / "receipt.json").read_bytes().replace(b'"seed"', b'"sead"')):
        (copied / "receipt.json").write_bytes(content)
        found = nk.verify(copied, applied=table)
        assert found.applied is not None
        assert found.applied.verdict == "niet onderbouwd"
        assert "receipt" in found.applied.reasons[0]


def test_another_page_or_a_file_more_takes_no_support_away(copied: Path, study: Path, tmp_path: Path) -> None:
    table = applied_file(copied, tmp_path / "t.csv")
    page = copied / "dossier.html"
    page.write_text(page.read_text().replace("</p>", " Akkoord.</p>", 1))
    reseal(copied)
    (copied / "notes.txt").write_text("x")
    found = nk.verify(copied, study, applied=table)
    assert {(d.kind, d.file) for d in found.departures} == {("added", "notes.txt"), ("figure", "dossier.html")}
    assert found.applied is not None
    assert found.applied.verdict == "onderbouwd"


def test_norms_that_cannot_be_read_support_no_table(copied: Path, tmp_path: Path) -> None:
    table = applied_file(copied, tmp_path / "t.csv")
    (copied / "norms.json").write_text("[")
    found = nk.verify(copied, applied=table, with_recompute=False)
    assert found.applied is not None
    assert found.applied.verdict == "niet onderbouwd"
    assert {d.kind for d in found.departures} == {"changed"}


def test_every_input_s_bytes_count_even_without_recomputing(copied_study: Path, out: Path) -> None:
    folder = copied_study / "out" / out.name
    names = [entry["file"] for entry in json.loads((out / "receipt.json").read_text())["inputs"]]
    assert len(names) > 3
    for name in names:
        path = copied_study / name
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        found = nk.verify(folder, with_recompute=False)
        assert [(d.kind, d.file) for d in found.departures] == [("input", name)]
        path.write_bytes(content)
    assert not nk.verify(folder, with_recompute=False).departs


def test_the_study_s_own_settings_count(copied_study: Path, out: Path) -> None:
    path = copied_study / "study.toml"
    path.write_text(path.read_text() + "# a remark\n")
    found = nk.verify(copied_study / "out" / out.name, with_recompute=False)
    assert [(d.kind, d.file) for d in found.departures] == [("input", "study.toml")]


def test_a_signature_is_checked_when_a_key_is_given_and_told_when_not(copied: Path, tmp_path: Path) -> None:
    private, public = key_pair(tmp_path / "keys")
    _, other = key_pair(tmp_path / "keys", "b")
    sign(copied, private)
    assert "signature" in nk.verify(copied, with_recompute=False).not_checked[0]
    good = nk.verify(copied, public_key=public, with_recompute=False)
    assert good.signature is not None
    assert (good.signature.valid, good.departs) == (True, False)
    wrong = nk.verify(copied, public_key=other, with_recompute=False)
    assert [d.kind for d in wrong.departures] == ["signature"]


def test_the_document_is_plain_json_and_names_no_client(copied: Path, out: Path, study: Path, tmp_path: Path) -> None:
    found = nk.verify(out, applied=applied_file(out, tmp_path / "t.csv", lower_by=15))
    text = json.dumps(verification_document(found), allow_nan=False)
    assert "synthetisch-c" not in text
    assert '"verdict": "afwijkend"' in text


def test_what_is_no_output_folder_is_refused(study: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRefused):
        nk.verify(study)
    shutil.copytree(study / "aanbieders", tmp_path / "x")
    with pytest.raises(InputRefused):
        nk.verify(tmp_path / "x")
