"""``normenkader compare``: two tables by hand, the clients of a study, and today's products."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given

from normenkader.bands.comparison import compare_for_clients
from normenkader.bands.decision import decide
from normenkader.bands.document_norms import bands_of_norms, lower_bounds, norms_of_frame
from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main
from normenkader.study import read_study
from tests.bands.decision_documents import documents, hand_bands, hand_norms

Tables = tuple[dict[str, Any], dict[str, Any]]


def write(folder: Path, norms: dict[str, Any], bands: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "norms.json").write_text(json.dumps(norms), encoding="utf-8")
    (folder / "bands.json").write_text(json.dumps(bands), encoding="utf-8")
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["compare", *arguments])


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write(tmp_path / "old", hand_norms(), hand_bands())


@pytest.fixture
def new(tmp_path: Path) -> Path:
    norms, bands = hand_norms(), hand_bands()
    norms["ijkclient_minutes"]["published"] = 80
    bands["bands"][1]["lower"] = bands["bands"][0]["upper"] = 105
    return write(tmp_path / "new", norms, bands)


@given(drawn=documents())
def test_norm_band_and_lower_bound_of_many_are_those_of_each_alone(drawn: tuple[Any, Any, dict[str, str]]) -> None:
    norms, bands, profile = drawn
    frame = pd.DataFrame([profile])
    one = decide(norms, bands, profile, explain=False)
    minutes = norms_of_frame(norms, frame)
    assert minutes[0] == one.norm_minutes
    assert bands_of_norms(bands, minutes)[0] == one.table_band
    assert lower_bounds(bands, minutes)[0] == one.lower_bound


def test_a_level_without_norm_is_nan_and_an_interaction_without_support_adds_nothing() -> None:
    rows = pd.DataFrame([
        {"wonen": "licht", "financien": "geen", "orientation": "ontwikkel", "duration": ">26"},
        {"wonen": "zwaar", "financien": "zwaar", "orientation": "ontwikkel", "duration": "<=13"},
    ])  # fmt: skip
    found = norms_of_frame(hand_norms(), rows)
    assert np.isnan(found[0])
    assert found[1] == 100 + 35 + 10 + 15 + 25 + 5 - 10


def test_two_tables_without_clients(old: Path, new: Path) -> None:
    content = json.loads(run(str(old), str(new), "--json").stdout)
    assert content["kind"] == "tables"
    assert (content["old_edges"], content["new_edges"]) == ([0, 90, 150], [0, 105, 150])
    start = content["cells"][0]
    assert (start["old"], start["new"], start["difference"]) == (100, 80, -20)
    assert (start["old_band"], start["new_band"]) == (2, 1)
    silent = next(c for c in content["cells"] if (c["factor"], c["level"]) == ("duration", ">26"))
    assert (silent["old"], silent["difference"], silent["old_band"]) == (None, None, None)
    assert content["to_norm"] == []
    assert "geen cliënten te tellen" in content["reason"]


def test_the_text_shows_edges_and_every_cell(old: Path, new: Path) -> None:
    result = run(str(old), str(new))
    assert result.exit_code == 0
    assert "old  0 90 150" in result.stdout
    assert "ontwikkel" in result.stdout


def test_other_units_are_refused(tmp_path: Path, old: Path) -> None:
    days = write(tmp_path / "days", {**hand_norms(), "unit": "days"}, hand_bands())
    result = run(str(old), str(days))
    assert result.exit_code == 2
    assert "different units" in result.stderr


def test_a_factor_that_only_one_table_knows_gives_no_norm_there(tmp_path: Path, old: Path) -> None:
    fewer = hand_norms()
    fewer["factors"] = [f for f in fewer["factors"] if f["name"] != "duration"]
    fewer["factors"][2]["interacts_with"] = []
    fewer["terms"] = [t for t in fewer["terms"] if t["factor"] != "duration" and not t["with"]]
    content = json.loads(run(str(old), str(write(tmp_path / "fewer", fewer, hand_bands())), "--json").stdout)
    assert all(cell["old"] is None and cell["new"] is not None for cell in content["cells"])


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "clean"
    synthesise(folder, regime="few", seed=2)
    return folder


@pytest.fixture(scope="module")
def tables(study: Path) -> Tables:
    """A table for the study's factors: 10 minutes a level above the lowest."""
    factors = read_study(study).settings()["factor"]
    names = ("name", "kind", "levels", "breaks", "ijkclient", "group", "direction", "interacts_with")
    listed = [{**{n: f[n] for n in names}, "interacts_with": []} for f in factors]
    terms = [
        {"factor": f["name"], "level": level, "with": None,
         "published": 10 * (f["levels"].index(level) - f["levels"].index(f["ijkclient"]))}
        for f in factors for level in f["levels"] if level != f["ijkclient"]
    ]  # fmt: skip
    norms = {"unit": "minutes per week", "ijkclient_minutes": {"published": 200}, "factors": listed, "overlap": [],
             "terms": terms}  # fmt: skip
    bands = {"in_doubt": "table", "bands": [
        {"band": 1, "label": "", "lower": 0, "upper": 180, "doubt_zone": None},
        {"band": 2, "label": "", "lower": 180, "upper": None, "doubt_zone": None},
    ]}  # fmt: skip
    return norms, bands


def lower_by(tables: Tables, minutes: int) -> Tables:
    other = copy.deepcopy(tables)
    other[0]["ijkclient_minutes"]["published"] -= minutes
    return other


def test_clients_of_a_study_move_by_what_the_tables_differ(tmp_path: Path, study: Path, tables: Tables) -> None:
    a, b = write(tmp_path / "a", *tables), write(tmp_path / "b", *lower_by(tables, 15))
    result = run(str(a), str(b), "--study", str(study), "--json")
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    everybody = content["to_norm"][0]
    assert content["kind"] == "clients"
    assert everybody["mean_old"] - everybody["mean_new"] == pytest.approx(15, abs=0.2)
    assert (everybody["share_down"], everybody["share_up"]) == (1.0, None)
    assert sum(m["n_clients"] or 0 for m in content["moves"]) == pytest.approx(everybody["n_clients"], abs=15)


def test_moves_are_counted_by_hand(study: Path, tables: Tables) -> None:
    from normenkader.casemix.read import read_casemix

    casemix = read_casemix(read_study(study))
    frame = casemix.to_frame()
    old, new = tables, lower_by(tables, 40)
    found = compare_for_clients(old, new, frame, casemix.study)
    before, after = norms_of_frame(old[0], frame), norms_of_frame(new[0], frame)
    by_hand = frame.groupby([np.where(before >= 180, 2, 1), np.where(after >= 180, 2, 1)])["client"].nunique()
    assert {(m.old_band, m.new_band): m.n_clients for m in found.moves} == by_hand.to_dict()


def test_todays_products_against_bands(tmp_path: Path, study: Path, tables: Tables) -> None:
    result = run(str(study), str(write(tmp_path / "a", *tables)), "--json")
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    assert content["kind"] == "products"
    assert [c["baseline"] for c in content["changes"]] == ["assigned", "product_average"]
    assert {p["product"] for p in content["products"]} == {"IB1", "IB2", "IB3"}
    assert {p["lower"] for p in content["products"]} <= {0, 180}
    assert run(str(study), str(tmp_path / "a")).exit_code == 0


def test_a_study_twice_is_refused(tmp_path: Path, study: Path, tables: Tables) -> None:
    result = run(str(study), str(write(tmp_path / "a", *tables)), "--study", str(study))
    assert result.exit_code == 2
    assert "OLD is a study already" in result.stderr


def test_a_study_whose_factors_the_table_does_not_know_is_refused(old: Path, new: Path, study: Path) -> None:
    result = run(str(old), str(new), "--study", str(study))
    assert result.exit_code == 2
    assert "no such factor" in result.stderr
