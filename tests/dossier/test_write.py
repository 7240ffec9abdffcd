from __future__ import annotations

import csv
import json
import re
import zlib
from pathlib import Path

import pytest
from page import ValidationProfile, validate_pdf_bytes

from normenkader.bands.derive import derive_bands
from normenkader.bands.table import BandTable
from normenkader.casemix.read import read_casemix
from normenkader.casemix.synthetic import synthesise
from normenkader.dossier.band_tables import bands_document
from normenkader.dossier.norm_tables import norms_document
from normenkader.dossier.paper import ATTACHED
from normenkader.dossier.write import write_dossier
from normenkader.errors import OutputRefused
from normenkader.experts.triangulation import triangulate
from normenkader.model.fit import fit_minutes
from normenkader.provenance import canonical_json, sealed, sha256_of_bytes, sha256_of_file
from normenkader.study import read_study

BAND_KEYS = {
    "band", "label", "lower", "upper", "lower_interval", "doubt_zone", "n_clients", "n_providers", "mean_minutes",
    "median_minutes", "p10", "p90", "promise_kept", "fits_below_upper", "promise_lower", "minutes_above_lower",
    "suppressed",
}  # fmt: skip
TERM_KEYS = {"factor", "level", "with", "estimate", "interval", "published", "n_clients", "n_providers", "supported",
             "merged_with"}  # fmt: skip


def calibrated(folder: Path) -> BandTable:
    model = fit_minutes(read_casemix(read_study(folder)))
    return derive_bands(model, triangulate(model), n_resamples=60, n_folds=0, with_robustness=False)


@pytest.fixture(scope="module")
def rare_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("studies") / "rare"
    return synthesise(target, regime="rare", seed=3, n_providers=8, n_clients=500)


@pytest.fixture(scope="module")
def table(rare_study: Path) -> BandTable:
    return calibrated(rare_study)


@pytest.fixture(scope="module")
def folder(table: BandTable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dossier(table, tmp_path_factory.mktemp("out") / "calibration")


def test_every_file_of_the_contract_has_its_keys(folder: Path) -> None:
    norms, bands = (json.loads((folder / name).read_text()) for name in ("norms.json", "bands.json"))
    assert {"estimate", "interval", "published"} <= set(norms["ijkclient_minutes"])
    assert all(set(term) >= TERM_KEYS for term in norms["terms"])
    assert all(set(band) >= BAND_KEYS for band in bands["bands"])
    assert {"n_bands", "rule", "bands", "explained", "same_band", "reservations"} <= set(bands)
    validation = json.loads((folder / "validation.json").read_text())
    assert all(check["passed"] is not None or check["reason"] for check in validation["checks"])
    assert "comparisons" in json.loads((folder / "triangulation.json").read_text())
    assert (folder / "study.toml").read_text(encoding="utf-8").startswith("#")


def test_the_receipt_hashes_every_file_and_seals_itself(folder: Path, rare_study: Path) -> None:
    receipt = json.loads((folder / "receipt.json").read_text())
    named = {entry["file"]: entry["sha256"] for entry in receipt["outputs"]}
    found = {path.name: sha256_of_file(path) for path in folder.iterdir() if path.name != "receipt.json"}
    assert named == found
    assert set(receipt["code"]) == {"version", "commit", "changed"}
    assert receipt["code"]["version"] == receipt["versions"]["normenkader"]
    assert sealed(receipt)["seal"] == receipt["seal"]
    assert sealed({**receipt, "seed": receipt["seed"] + 1})["seal"] != receipt["seal"]
    for entry in receipt["inputs"]:
        assert sha256_of_file(rare_study / entry["file"]) == entry["sha256"]
    assert receipt["calibration_number"] in (folder / "dossier.html").read_text(encoding="utf-8")


def test_ledger_adds_up_in_both_files(folder: Path) -> None:
    ledger = json.loads((folder / "ledger.json").read_text())
    with (folder / "ledger.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [{**row, "line": int(row["line"])} for row in rows] == ledger["rows"]
    for file in ledger["files"]:
        assert file["read"] == file["used"] + file["set_aside"]
        assert file["set_aside"] == sum(row["file"] == file["file"] for row in ledger["rows"])
    assert ledger["for_publication"] is False


def test_no_count_under_the_threshold_is_published(folder: Path, table: BandTable) -> None:
    floor, terms = table.study.disclosure, json.loads((folder / "norms.json").read_text())["terms"]
    exact = [norm.term for norm in table.norms.terms]
    assert any(term.n_clients < floor.min_clients for term in exact)
    for published, term in zip(terms, exact, strict=True):
        thin = term.n_clients < floor.min_clients
        assert published["n_clients"] is None or not thin
        assert published["n_clients"] is None or published["n_clients"] % floor.round_to == 0
        assert (published["n_providers"] is None) == (term.n_providers < floor.min_providers)
        assert published["supported"] or (published["estimate"] is None and published["interval"] is None)


def test_a_merged_level_takes_its_neighbours_minutes(folder: Path) -> None:
    terms = json.loads((folder / "norms.json").read_text())["terms"]
    by_key = {(t["factor"], t["level"]): t for t in terms if t["with"] is None}
    merged = [t for t in by_key.values() if t["merged_with"]]
    assert merged
    for term in merged:
        neighbour = by_key.get((term["factor"], term["merged_with"]))
        assert term["published"] == (neighbour["published"] if neighbour else 0)


def test_no_client_stands_in_any_file(folder: Path, table: BandTable) -> None:
    frame = table.norms.model.casemix.to_frame()
    ids = re.compile("|".join(map(re.escape, [*frame["client"].head(40), *frame["episode"].head(40)])))
    for path in folder.iterdir():
        if path.suffix != ".pdf":  # It prints dossier.html and holds files that stand beside it, packed.
            assert not ids.search(path.read_text(encoding="utf-8")), path.name


def test_the_pdf_of_a_whole_calibration_meets_what_it_claims_and_holds_its_tables(folder: Path) -> None:
    pdf = (folder / "dossier.pdf").read_bytes()
    for profile in (ValidationProfile.PDF_A_3A, ValidationProfile.PDF_UA_1):
        report = validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.DOTALL)
    held = [zlib.decompressobj().decompress(part) for part in packed if part[:1] == b"\x78"]
    assert all((folder / name).read_bytes() in held for name in ATTACHED)


def test_a_file_for_a_word_processor_is_written_when_asked_for(table: BandTable, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="python-docx is an extra")
    asked = write_dossier(table, tmp_path / "asked", docx=True)
    assert {path.name for path in asked.iterdir()} - {path.name for path in folder.iterdir()} == {"dossier.docx"}
    named = {entry["file"]: entry["sha256"] for entry in json.loads((asked / "receipt.json").read_text())["outputs"]}
    assert named["dossier.docx"] == sha256_of_file(asked / "dossier.docx")
    assert write_dossier(table, asked, docx=True) == asked


def test_two_runs_give_the_same_bytes(rare_study: Path, folder: Path, tmp_path: Path) -> None:
    again = write_dossier(calibrated(rare_study), tmp_path / "again")
    for path in folder.iterdir():
        if path.name != "receipt.json":
            assert path.read_bytes() == (again / path.name).read_bytes(), path.name
    first, second = (json.loads((f / "receipt.json").read_text()) for f in (folder, again))
    assert {k: v for k, v in first.items() if k not in ("times", "seal")} == {
        k: v for k, v in second.items() if k not in ("times", "seal")
    }


def test_an_equal_folder_is_kept_and_another_refused(table: BandTable, folder: Path, tmp_path: Path) -> None:
    before = (folder / "receipt.json").read_bytes()
    assert write_dossier(table, folder) == folder
    assert (folder / "receipt.json").read_bytes() == before
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine")
    with pytest.raises(OutputRefused, match="nothing is overwritten"):
        write_dossier(table, foreign)
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]


def test_the_calibration_number_covers_inputs_settings_norms_and_bands(table: BandTable, folder: Path) -> None:
    receipt = json.loads((folder / "receipt.json").read_text())
    inputs = [[i["table"], i["file"], i["sha256"]] for i in receipt["inputs"]]
    parts = (inputs, table.study.settings(), norms_document(table.norms, table.corrected), bands_document(table))
    joined = b"".join(bytes.fromhex(sha256_of_bytes(canonical_json(part).encode())) for part in parts)
    assert sha256_of_bytes(joined) == receipt["calibration_number"]


def test_a_fault_while_writing_leaves_nothing(
    table: BandTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("normenkader.dossier.write.readable_json", lambda value: 1 / 0 if "seal" in value else "{}")
    with pytest.raises(ZeroDivisionError):
        write_dossier(table, tmp_path / "out" / "calibration")
    assert list((tmp_path / "out").iterdir()) == []
