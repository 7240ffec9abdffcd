from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import normenkader as nk
from normenkader.casemix.casemix import Casemix
from normenkader.cli import main
from normenkader.dossier.write_summed import write_summed
from normenkader.errors import InputRefused
from normenkader.federated.calibrate import norm_table_of
from normenkader.federated.files import write_summary
from normenkader.federated.summarise import summarise_cells
from normenkader.federated.summary import Summary
from normenkader.provenance import sha256_of_file
from normenkader.study import Study, read_study

EXAMPLE = Path(__file__).parents[2] / "data/example"
SOURCES = """[sources]
summaries = ["sent/*.json"]
vignettes = "vignetten.csv"
judgements = "deskundigen.csv"
assessments = "dubbel.csv"
source_norms = "bronnormen.toml"
tariff = "tarief.toml"
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def settings(region: Path, sources: str) -> str:
    """study.toml of whoever adds up: the same study, with summaries as its sources."""
    text = (region / "study.toml").read_text(encoding="utf-8")
    start, end = text.index("[sources]"), text.index("[[factor]]")
    return text[:start] + sources + "\n" + text[end:]


@pytest.fixture(scope="module")
def centre(
    tmp_path_factory: pytest.TempPathFactory, region: Path, casemix: Casemix, providers: tuple[str, ...],
    summaries: list[Summary],
) -> Path:  # fmt: skip
    """Round 1 of every provider, the first by the command that each of them runs."""
    folder = tmp_path_factory.mktemp("centre")
    for name in ("vignetten.csv", "deskundigen.csv", "dubbel.csv", "bronnormen.toml"):
        shutil.copy(region / name, folder / name)
    shutil.copy(EXAMPLE / "tarief.toml", folder / "tarief.toml")
    (folder / "study.toml").write_text(settings(region, SOURCES), encoding="utf-8")
    for summary in summaries[1:]:
        write_summary(summary, folder / "sent" / f"{summary.provider}-1.json", casemix.study)
    out = folder / "sent" / f"{providers[0]}-1.json"
    result = run("summarise", str(region), "--provider", providers[0], "--out", str(out))
    assert result.exit_code == 0, result.output
    return folder


def copy_of(centre: Path, to: Path) -> Study:
    shutil.copytree(centre, to)
    return read_study(to)


def test_round_one_gives_norms_and_says_what_is_open(centre: Path, tmp_path: Path) -> None:
    study = copy_of(centre, tmp_path / "study")
    folder = write_summed(norm_table_of(study))
    norms, bands = (json.loads((folder / name).read_text()) for name in ("norms.json", "bands.json"))
    assert norms["ijkclient_minutes"]["published"] > 0
    assert bands["bands"] == []
    assert {"from_summaries", "round_two_open"} <= {entry["code"] for entry in bands["reservations"]}
    assert json.loads((folder / "triangulation.json").read_text())["comparisons"]
    assert not (folder / "tariff.json").exists()
    again = write_summed(norm_table_of(study))
    assert again == folder


def test_round_two_gives_bands(
    centre: Path, region: Path, casemix: Casemix, providers: tuple[str, ...], tmp_path: Path
) -> None:
    study = copy_of(centre, tmp_path / "study")
    norms = write_summed(norm_table_of(study), tmp_path / "one") / "norms.json"
    table, sha256 = json.loads(norms.read_text()), sha256_of_file(norms)
    for name in providers[1:]:
        cells = summarise_cells(casemix, name, norms=table, norms_sha256=sha256)
        write_summary(cells, study.folder / "sent" / f"{name}-2.json", study)
    out = study.folder / "sent" / f"{providers[0]}-2.json"
    result = run("summarise", str(region), "--provider", providers[0], "--norms", str(norms), "--out", str(out))
    assert result.exit_code == 0, result.output
    folder = write_summed(norm_table_of(study), tmp_path / "two")
    bands = json.loads((folder / "bands.json").read_text())
    assert bands["n_bands"] == len(bands["bands"]) == 5
    assert bands["bands"][0]["lower"] == 0
    assert all(band["promise_kept"]["reason"] for band in bands["bands"])
    assert bands["stability"]["reason"]
    assert (folder / "norms.json").read_bytes() == norms.read_bytes()
    dossier = (folder / "dossier.html").read_text(encoding="utf-8")
    assert "Aanbieders gaven sommen" in dossier
    assert "de studie heeft dit zo gekozen" not in dossier
    assert json.loads((folder / "norms.json").read_text())["model"]["variance_reason"] == "every episode counts alike"
    assert "Stabiliteit en twijfelzone</strong> zijn niet vastgesteld" in dossier
    assert (folder / "dossier.pdf").read_bytes().startswith(b"%PDF")
    checks = json.loads((folder / "validation.json").read_text())
    assert {c["code"] for c in checks["checks"]} == {
        "signal_at_unseen_providers", "leakage_alarm", "style_follows_casemix", "share_at_cap",
        "reliability_of_minutes", "same_band", "prmse_panel",
    }  # fmt: skip
    assert all(entry["reason"] and entry["question"] for entry in checks["not_made"])
    assert not {c["code"] for c in checks["checks"]} & {entry["code"] for entry in checks["not_made"]}
    assert all(entry["question"] in dossier for entry in checks["not_made"])
    _sources_are_there(folder, dossier)
    found = nk.verify(folder, study=study.folder)
    assert (found.recomputation.verdict, found.departures) == ("identiek", ())
    clients = [line.split(";")[0] for line in (region / "aanbieders").glob("*.csv").__next__().read_text().split("\n")]
    assert not any(client and client in (folder / "bands.json").read_text() for client in clients[1:20])


def _sources_are_there(folder: Path, dossier: str) -> None:
    """Panel, existing norms, assessors and prices, in the files and in the dossier."""
    agreed, tariff = (json.loads((folder / f"{name}.json").read_text()) for name in ("triangulation", "tariff"))
    assert set(agreed["verdicts"]) == {"data-experts", "data-source_norms", "experts-source_norms"}
    assert agreed["panel"]["n_experts"] > 1
    assert all(band["week_price"] for band in tariff["bands"])
    receipt = json.loads((folder / "receipt.json").read_text())
    assert {entry["table"] for entry in receipt["inputs"]} == {
        "summaries", "vignettes", "judgements", "assessments", "source_norms", "tariff",
    }  # fmt: skip
    bands = json.loads((folder / "bands.json").read_text())
    assert bands["same_band"]["value"] is not None
    shown = {row["code"]: row for row in json.loads((folder / "validation.json").read_text())["checks"]}
    assert "zoals zij is geleverd" in shown["share_at_cap"]["limit"]
    # The court's checklist may not count what is null with a reason as shown.
    court = json.loads((folder / "court.json").read_text())
    assert any("de stabiliteit van de grenzen" in item["missing"] for item in court["checklist"])
    assert [row["source"] for row in bands["edges_by_source"]] == ["experts", "source_norms"]
    assert all(row["edges"] is None and row["reason"] for row in bands["edges_by_source"])
    text = dossier[dossier.index('id="bronnen"') : dossier.index('id="bronnen"') + 4000]
    assert "Er is geen tweede bron vergeleken" not in text
    assert "deskundigen gaven" in text
    assert "ook door de twijfelzone" not in dossier
    assert "Er is geen enkele regel terzijde gelegd" not in dossier
    assert "Sommen van aanbieders" in dossier


def test_summaries_and_episodes_together_are_the_same(
    centre: Path, region: Path, providers: tuple[str, ...], tmp_path: Path
) -> None:
    """Whoever adds up holds two providers' episodes itself: the same norm table."""
    study = copy_of(centre, tmp_path / "study")
    whole = norm_table_of(study)
    mixed = tmp_path / "mixed"
    shutil.copytree(region, mixed)
    shutil.copytree(centre / "sent", mixed / "sent")
    kept = [p for p in sorted((mixed / "aanbieders").iterdir()) if p.stem.endswith(("01", "02"))]
    names = [f'"aanbieders/{path.name}"' for path in kept]
    for name in providers[:2]:
        (mixed / "sent" / f"{name}-1.json").unlink()
    sources = f'[sources]\nepisodes = [{", ".join(names)}]\nminutes = ["registraties/*"]\nsummaries = ["sent/*.json"]\n'
    columns = (region / "study.toml").read_text(encoding="utf-8")
    mapping = columns[columns.index("[columns") : columns.index("[[factor]]")] if "[columns" in columns else ""
    (mixed / "study.toml").write_text(settings(region, sources + mapping), encoding="utf-8")
    found = norm_table_of(read_study(mixed))
    assert found.local == providers[:2]
    assert found.norms.model.ijkclient.value == pytest.approx(whole.norms.model.ijkclient.value, abs=1e-9)


def test_a_provider_that_sent_sums_and_stands_in_the_episodes_is_named_by_its_file(
    centre: Path, region: Path, providers: tuple[str, ...], tmp_path: Path
) -> None:
    both = copy_of(centre, tmp_path / "both").folder
    for name in ("aanbieders", "registraties"):
        shutil.copytree(region / name, both / name)
    text = (both / "study.toml").read_text(encoding="utf-8")
    sources = '[sources]\nepisodes = ["aanbieders/*"]\nminutes = ["registraties/*"]\n'
    (both / "study.toml").write_text(text.replace("[sources]\n", sources), encoding="utf-8")
    columns = (region / "study.toml").read_text(encoding="utf-8")
    if "[columns" in columns:
        mapping = columns[columns.index("[columns") : columns.index("[[factor]]")]
        place = (both / "study.toml").read_text(encoding="utf-8")
        (both / "study.toml").write_text(place.replace("[[factor]]", f"{mapping}[[factor]]", 1), encoding="utf-8")
    with pytest.raises(InputRefused, match="also stands in the episodes") as refused:
        norm_table_of(read_study(both))
    assert refused.value.file.startswith(f"sent/{providers[0]}-1.json, ")


def test_a_norms_file_that_is_none_is_named(region: Path, providers: tuple[str, ...], tmp_path: Path) -> None:
    wrong = tmp_path / "bands.json"
    wrong.write_text("{}", encoding="utf-8")
    result = CliRunner().invoke(
        main,
        ["summarise", str(region), "--provider", providers[0], "--norms", str(wrong), "--out", str(tmp_path / "x")],
    )
    assert result.exit_code == 2
    assert "bands.json" in result.output
    assert "this is no norms.json" in result.output
    assert not list(tmp_path.glob("x*"))


def test_what_does_not_belong_together_is_refused(centre: Path, providers: tuple[str, ...], tmp_path: Path) -> None:
    study = copy_of(centre, tmp_path / "study")
    first = study.folder / "sent" / f"{providers[0]}-1.json"
    document = json.loads(first.read_text(encoding="utf-8"))
    first.write_text(json.dumps({**document, "n_clients": document["n_clients"] + 1}), encoding="utf-8")
    with pytest.raises(InputRefused, match="seal does not fit"):
        norm_table_of(study)
    other = copy_of(centre, tmp_path / "other")
    shutil.copy(other.folder / "sent" / f"{providers[0]}-1.json", other.folder / "sent" / "again.json")
    with pytest.raises(InputRefused, match="of round 1 and of one provider"):
        norm_table_of(other)
    text = (centre / "study.toml").read_text(encoding="utf-8").replace("min_clients = 10", "min_clients = 12")
    moved = copy_of(centre, tmp_path / "moved").folder
    changed = text if "min_clients = 12" in text else text + "\n[disclosure]\nmin_clients = 12\n"
    (moved / "study.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(InputRefused, match="other factors, another window"):
        norm_table_of(read_study(moved))


def test_after_round_one_no_bands_are_announced_and_its_files_must_stay(
    centre: Path, providers: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_of(centre, tmp_path / "one")
    monkeypatch.setenv("NORMENKADER_HOME", str(tmp_path / "home"))
    shown = run("calibrate", str(tmp_path / "one"), "--out", str(tmp_path / "out")).stdout
    assert "Bands: none yet" in shown
    assert "promise kept" not in shown
    for name in providers[1:]:
        (tmp_path / "one" / "sent" / f"{name}-1.json").unlink()
    with pytest.raises(InputRefused, match="in round 2 the files of round 1 stay in the study"):
        norm_table_of(read_study(tmp_path / "one"))
