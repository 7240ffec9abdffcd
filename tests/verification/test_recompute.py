"""Recomputing finds what hashes cannot: a folder that was changed and sealed again, and inputs that changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from normenkader.dossier.write import library_versions
from normenkader.errors import InputRefused
from normenkader.verification.judging import version_changes
from normenkader.verification.recompute import recompute
from tests.verification.conftest import edit_json, reseal, write_receipt


def first_input(study: Path) -> Path:
    return study / "aanbieders" / "aanbieder-02.csv"


def test_a_folder_in_its_study_is_identical_byte_for_byte(out: Path) -> None:
    found = recompute(out)
    assert (found.verdict, found.reason, found.differences) == ("identiek", "", ())
    assert set(found.files.values()) == {"identiek"}
    assert set(found.files) == {path.name for path in out.iterdir()} - {"receipt.json"}


def test_a_folder_moved_elsewhere_recomputes_with_its_study_elsewhere_too(
    copied: Path, study: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(study, tmp_path / "another" / "place", ignore=shutil.ignore_patterns("out"))
    assert recompute(copied, moved / "study.toml").verdict == "identiek"


def test_a_resealed_edit_is_found_and_its_figure_named(copied: Path, study: Path) -> None:
    edit_json(copied / "bands.json", lambda bands: bands["bands"][1].update(lower=bands["bands"][1]["lower"] - 15))
    reseal(copied)
    found = recompute(copied, study)
    assert found.verdict == "afwijkend"
    (edge,) = [d for d in found.differences if d.file == "bands.json"]
    assert edge.path.startswith("bands[1: ")
    assert edge.path.endswith("].lower")
    assert edge.difference == 15
    assert not edge.within_rounding
    assert "bands.json" in found.reason


def test_a_resealed_edit_of_the_dossier_alone_is_found(copied: Path, study: Path) -> None:
    page = copied / "dossier.html"
    page.write_text(page.read_text().replace("</p>", " Akkoord.</p>", 1))
    reseal(copied)
    found = recompute(copied, study)
    assert found.verdict == found.files["dossier.html"] == "afwijkend"
    assert found.files["norms.json"] == "identiek"


def test_figures_that_differ_by_one_printed_unit_are_within_rounding_and_told(copied: Path, study: Path) -> None:
    def by_one_unit(norms: dict) -> None:
        norms["ijkclient_minutes"]["estimate"] = round(norms["ijkclient_minutes"]["estimate"] + 0.01, 2)

    edit_json(copied / "norms.json", by_one_unit)
    reseal(copied)
    found = recompute(copied, study)
    assert found.verdict == found.files["norms.json"] == "binnen afronding"
    (figure,) = [d for d in found.differences if d.file == "norms.json"]
    assert figure.path == "ijkclient_minutes.estimate"
    assert figure.difference == pytest.approx(-0.01)
    assert "an edit" in found.reason


def test_a_forged_stage_of_the_receipt_is_not_identical(copied: Path, study: Path) -> None:
    receipt = json.loads((copied / "receipt.json").read_text())
    receipt["stages"]["model"] = "0" * 64
    write_receipt(copied, receipt)
    found = recompute(copied, study)
    assert found.verdict == "binnen afronding"
    assert [d.path for d in found.differences] == ["stages.model"]


def test_one_changed_byte_of_an_input_is_named_with_what_it_changes(copied_study: Path, out: Path) -> None:
    path = first_input(copied_study)
    content = bytearray(path.read_bytes())
    at = content.index(b"zwaar", 1000)
    # One byte: zwaar has a column of its own kind, so a digit of a duration is changed instead.
    at = next(i for i in range(at, len(content)) if chr(content[i]).isdigit())
    content[at] = ord("1") if content[at] != ord("1") else ord("2")
    path.write_bytes(content)
    found = recompute(copied_study / "out" / out.name)
    assert found.verdict == "afwijkend"
    assert found.inputs.changed == (f"aanbieders/{path.name}",)
    assert path.name in found.reason
    assert any(d.path == "calibration_number" for d in found.differences)


def test_an_input_that_is_refused_now_is_a_departure_with_its_rule(copied_study: Path, out: Path) -> None:
    path = first_input(copied_study)
    path.write_text(path.read_text().replace("minutes_basis", "basis", 1))
    found = recompute(copied_study / "out" / out.name)
    assert found.verdict == "afwijkend"
    assert f"aanbieders/{path.name}, column 'minutes_basis'" in found.reason


def test_a_file_that_joined_the_inputs_is_a_departure(copied_study: Path, out: Path) -> None:
    path = first_input(copied_study)
    lines = path.read_text().splitlines()
    (path.parent / "aanbieder-99.csv").write_text("\n".join([lines[0], lines[1].replace(",", ",X", 1)]) + "\n")
    found = recompute(copied_study / "out" / out.name)
    assert found.verdict == "afwijkend"
    assert found.inputs.added == ("aanbieders/aanbieder-99.csv",)


def test_without_inputs_it_is_not_recomputed_and_says_why(copied: Path, copied_study: Path, out: Path) -> None:
    nowhere = recompute(copied)
    assert nowhere.verdict == "niet herrekend"
    assert "--study" in nowhere.reason
    path = first_input(copied_study)
    path.unlink()
    lacking = recompute(copied_study / "out" / out.name)
    assert lacking.verdict == "niet herrekend"
    assert lacking.reason == f"inputs missing: aanbieders/{path.name}"


def test_without_a_receipt_that_can_be_read_it_is_not_recomputed(copied: Path, study: Path) -> None:
    (copied / "receipt.json").write_text("{}")
    found = recompute(copied, study)
    assert found.verdict == "niet herrekend"
    assert "receipt" in found.reason


def test_the_study_s_own_settings_are_compared_and_the_kept_ones_recomputed_with(copied_study: Path, out: Path) -> None:
    path = copied_study / "study.toml"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"\n", b"\r\n"))
    assert recompute(copied_study / "out" / out.name).inputs.settings == ""
    path.write_bytes(kept.replace(b"seed = ", b"seed = 1"))
    found = recompute(copied_study / "out" / out.name)
    assert found.verdict == "identiek"
    assert "study.toml" in found.inputs.settings


def test_other_libraries_are_named_as_the_likely_cause(copied: Path, study: Path) -> None:
    receipt = json.loads((copied / "receipt.json").read_text())
    receipt["versions"]["numpy"] = "1.0.0"
    edit_json(copied / "bands.json", lambda bands: bands.update(n_bands=99))
    write_receipt(copied, receipt)
    found = recompute(copied, study)
    assert [(v.library, v.there) for v in found.versions] == [("numpy", "1.0.0")]
    assert "likely cause: other libraries (numpy 1.0.0 there" in found.reason


def test_another_commit_of_the_code_is_named_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both must stand in git: of an installed package the commit is not known, and says nothing."""

    def changes(there: str | None, here: str | None) -> list[tuple[str, str | None, str | None]]:
        state = {"version": "0.1.0", "commit": here, "changed": False}
        monkeypatch.setattr("normenkader.code_state.code_state", lambda: state)
        receipt = {"versions": library_versions(), "code": {"commit": there}}
        return [(v.library, v.there, v.here) for v in version_changes(receipt)]

    assert changes("ab" * 20, "cd" * 20) == [("normenkader (git commit)", "ab" * 6, "cd" * 6)]
    assert changes("ab" * 20, "ab" * 20) == changes(None, "cd" * 20) == changes("ab" * 20, None) == []
    assert version_changes({"versions": library_versions()}) == ()


def test_an_unknown_study_is_refused(out: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no such study"):
        recompute(out, tmp_path / "nowhere")
