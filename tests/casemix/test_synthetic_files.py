"""Synthetic studies as files: the contract's, the same bytes for the same seed, and what was simulated when read."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from normenkader.casemix.synthetic import casemix_frame, casemix_of, simulate, synthesise
from normenkader.casemix.synthetic.write import study_files
from normenkader.errors import OutputRefused
from normenkader.study import read_study

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "example"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("synthetic") / "practice", seed=7, n_clients=600)


def test_same_seed_gives_the_same_bytes_in_every_format() -> None:
    first, again, other = (study_files(simulate("practice", seed=s, n_clients=500)) for s in (40, 40, 41))
    assert {Path(name).suffix for name in first} == {".md", ".toml", ".json", ".csv", ".xlsx", ".parquet"}
    assert first == again
    changed = {Path(name).parent.name for name in first if first[name] != other[name]}
    assert {"aanbieders", "registraties"} <= changed


def test_bytes_do_not_depend_on_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    data = simulate("clean", seed=42, n_clients=200)
    now = study_files(data)
    import openpyxl.writer.excel as writer

    class Later(writer.datetime.datetime):  # type: ignore[name-defined, misc]
        @classmethod
        def now(cls, tz: object = None) -> object:
            return cls(2031, 5, 6, 7, 8, 9, tzinfo=tz)  # type: ignore[arg-type]

    monkeypatch.setattr(writer.datetime, "datetime", Later)
    monkeypatch.setattr("time.time", lambda: 1_930_000_000.0)
    assert study_files(data) == now


def test_every_file_says_it_is_synthetic(practice: Path) -> None:
    for path in sorted(practice.rglob("*")):
        if path.suffix in (".csv", ".md", ".toml", ".json"):
            assert b"synthetisch" in path.read_bytes().lower(), path.name
    assert set(pd.read_parquet(practice / "registraties/aanbieder-03.parquet")["episode"].str[:11]) == {"synthetisch"}


def test_existing_folder_is_kept_when_equal_and_refused_otherwise(tmp_path: Path) -> None:
    target = synthesise(tmp_path / "study", regime="clean", seed=1, n_clients=200, with_panel=False)
    assert not (target / "deskundigen.csv").exists()
    assert synthesise(target, regime="clean", seed=1, n_clients=200, with_panel=False) == target
    with pytest.raises(OutputRefused):
        synthesise(target, regime="clean", seed=2, n_clients=200, with_panel=False)
    (target / "registraties" / "extra.csv").write_text("episode\n")
    with pytest.raises(OutputRefused):
        synthesise(target, regime="clean", seed=1, n_clients=200, with_panel=False)
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_nothing_is_left_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("normenkader.provenance.os.rename", fail)
    with pytest.raises(OSError, match="disk full"):
        synthesise(tmp_path / "study", regime="clean", seed=1, n_clients=200)
    assert list(tmp_path.iterdir()) == []


def test_truth_json_has_the_shape_of_norms_json(practice: Path) -> None:
    truth = json.loads((practice / "truth.json").read_text(encoding="utf-8"))
    assert truth["synthetic"] is True
    assert truth["regime"] == "practice"
    assert truth["seed"] == 7
    assert truth["ijkclient_minutes"]["estimate"] == 165.0
    study = read_study(practice)
    expected = [(f.name, level) for f in study.factors for level in f.levels if level != f.ijkclient]
    mains = [(t["factor"], t["level"]) for t in truth["terms"] if t["with"] is None and t["factor"] != "n_leefgebied"]
    assert mains == expected
    crossed = [t for t in truth["terms"] if t["with"]]
    assert [t["with"] for t in crossed] == [
        {"factor": "duration_weeks", "level": level} for level in ("<=13", "14-26", ">52")
    ]
    assert {t["factor"] for t in crossed} == {"orientation"}
    assert [t["level"] for t in truth["terms"] if t["factor"] == "n_leefgebied"] == ["0-2", "5-6", ">6"]
    assert all(t["estimate"] == t["minutes"] for t in truth["terms"])
    assert [p["provider"] for p in truth["providers"]] == [f"aanbieder-{at:02d}" for at in range(1, 17)]


def test_csv_files_carry_the_contract_in_two_dialects(practice: Path) -> None:
    study = read_study(practice)
    dutch = (practice / "aanbieders/aanbieder-01.csv").read_bytes().decode("cp1252")
    plain = (practice / "aanbieders/aanbieder-02.csv").read_bytes().decode("utf-8")
    with pytest.raises(UnicodeDecodeError):
        (practice / "aanbieders/aanbieder-01.csv").read_bytes().decode("utf-8")
    contract = {local: name for name, locals_ in study.columns["episodes"].items() for local in locals_}
    rows = list(csv.DictReader(io.StringIO(dutch), delimiter=";"))
    rows_plain = list(csv.DictReader(io.StringIO(plain)))
    assert {contract[name] for name in rows[0]} >= {"client", "provider", "start", "end", "network", "minutes_basis"}
    assert "assigned_minutes_per_week" in {contract[name] for name in rows[0]}
    assert "assigned_minutes_per_week" not in rows_plain[0]
    assert rows[0]["Toegewezen minuten per week"].endswith(",00")
    for row in rows_plain:
        assert row["leefgebied_wonen"] in study.factor("leefgebied_wonen").levels
        assert date.fromisoformat(row["start"]) <= date(2025, 10, 6)


def test_weekly_rows_lie_in_the_open_days_of_the_window_in_steps_of_five(tmp_path: Path) -> None:
    folder = synthesise(tmp_path / "clean", regime="clean", seed=3, n_clients=300)
    rows = pd.concat([pd.read_csv(folder / f"registraties/aanbieder-{at:02d}.csv") for at in (2, 4, 8)])
    episodes = pd.concat([pd.read_csv(folder / f"aanbieders/aanbieder-{at:02d}.csv") for at in (2, 4, 8)])
    joined = rows.merge(episodes[["episode", "start", "end"]], on="episode", validate="many_to_one")
    assert (joined["date"] >= joined["start"]).all()
    assert (joined["date"] <= joined["end"].fillna("2025-10-26")).all()
    assert joined["date"].between("2025-09-01", "2025-10-26").all()
    assert (joined["minutes_direct"] % 5 == 0).all()
    assert (joined["minutes_direct"] > 0).all()
    assert not joined.duplicated(["episode", "date"]).any()


def test_panel_files_and_source_norms_follow_the_truth(practice: Path) -> None:
    truth = json.loads((practice / "truth.json").read_text(encoding="utf-8"))
    judgements = pd.read_csv(practice / "deskundigen.csv")
    assert judgements["expert"].nunique() == 12
    assert set(judgements["round"]) == {1, 2}
    assert (judgements["minutes_low"] < judgements["minutes_best"]).all()
    assert (judgements["minutes_best"] < judgements["minutes_high"]).all()
    vignettes = pd.read_csv(practice / "vignetten.csv")
    assert vignettes["realised_minutes"].notna().sum() == 10
    best = judgements[judgements["round"] == 2].pivot_table(index="vignette", columns="expert", values="minutes_best")
    bias = {e["expert"]: e["bias_minutes"] for e in truth["panel"]["experts"]}
    found = best.mean() - best.mean().mean()
    stated = pd.Series(bias) - np.mean(list(bias.values()))
    assert np.corrcoef(found, stated[found.index])[0, 1] > 0.95
    norms = tomllib.loads((practice / "bronnormen.toml").read_text(encoding="utf-8"))
    departed = {(d["factor"], d["level"]) for d in truth["panel"]["source_norms_departures"]}
    for given, true in zip(norms["term"], truth["terms"], strict=True):
        assert (given["factor"], given["level"], given.get("with")) == (true["factor"], true["level"], true["with"])
        near = abs(given["minutes"] - true["estimate"]) <= 2.5
        assert near == ((true["factor"], true["level"]) not in departed)


def test_assessors_misread_as_often_as_stated() -> None:
    from normenkader.casemix.synthetic.panel import MISREAD_CHANCE, draw_panel

    data = simulate("clean", seed=50, n_clients=2400)
    table = draw_panel(np.random.default_rng(1), data).assessments
    joined = table.merge(data.to_frame(), on="episode", suffixes=("", "_true"))
    names = [f for f in table.columns if f.startswith("leefgebied") or f in ("orientation", "own_strength", "network")]
    wrong = np.concatenate([(joined[n] != joined[f"{n}_true"]).to_numpy() for n in names])
    assert wrong.mean() == pytest.approx(MISREAD_CHANCE, abs=4 * np.sqrt(0.12 * 0.88 / len(wrong)))


@pytest.mark.parametrize("name", ["clean", "capped", "few"])
def test_reading_the_files_gives_the_simulated_casemix(name: str, tmp_path: Path) -> None:
    from normenkader.casemix.read import read_casemix

    read = read_casemix(read_study(synthesise(tmp_path / name, regime=name, seed=60, n_clients=250)))
    simulated = casemix_of(simulate(name, seed=60, n_clients=250))
    assert read.ledger.rows == ()
    pd.testing.assert_frame_equal(read.to_frame(), simulated.to_frame())
    pd.testing.assert_frame_equal(read.weeks_frame(), simulated.weeks_frame(), check_dtype=False)
    pd.testing.assert_frame_equal(read.starts_frame(), simulated.starts_frame(), check_dtype=False)


def test_bad_rows_go_to_the_ledger_as_planted_and_leave_the_minutes_untouched(practice: Path) -> None:
    from normenkader.casemix.read import read_casemix

    read = read_casemix(read_study(practice))
    planted = Counter()
    for row in json.loads((practice / "truth.json").read_text(encoding="utf-8"))["planted"]:
        planted[row["code"]] += row["rows"]
    assert Counter(row.code for row in read.ledger.rows) == planted
    assert len(planted) == 11
    simulated = casemix_frame(simulate("practice", seed=7, n_clients=600))
    joined = read.to_frame().merge(simulated, on="client", suffixes=("", "_true"), how="outer", validate="one_to_one")
    for column in ("minutes_per_week", "exposure_days", "assigned_minutes_per_week"):
        np.testing.assert_allclose(joined[column], joined[f"{column}_true"], rtol=1e-12)
    # Three clients had their minutes shared out over two episodes, and are one row again.
    assert len(joined) == 600


def test_committed_example_is_what_synthesise_writes() -> None:
    for name, content in study_files(simulate("practice", seed=20260101)).items():
        assert (EXAMPLE / name).read_bytes() == content, name
