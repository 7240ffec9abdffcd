"""Two studies of real data that are no client-weeks, by settings only: nursing homes in chains, hospital stays."""

from __future__ import annotations

import csv
import json
import resource
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from click.testing import CliRunner

import normenkader as nk
from normenkader.cli import main
from normenkader.model.mixed import fit_mixed
from normenkader.model.moments import provider_moments

ROOT = Path(__file__).resolve().parents[1]
HOMES = ROOT / "data/nursing_homes"
STAYS = ROOT / "../shared/real/medpar_los.csv"
needs_stays = pytest.mark.skipif(not STAYS.is_file(), reason=f"{STAYS} (GPL-2, not shipped) is not here")

STAYS_STUDY = """
[study]
name = "Hospital stays"
window = [1991-01-01, 1991-12-31]
time_definition = "direct"
unit = "days"
outcome_is = "rate"
seed = 1991
[sources]
episodes = ["stays.csv"]
[columns.episodes]
client = "stay"
episode = "stay"
provider = "provnum"
minutes = "los"
[[factor]]
name = "type"
kind = "nominal"
levels = ["1", "2", "3"]
ijkclient = "1"
[[factor]]
name = "hmo"
kind = "nominal"
levels = ["0", "1"]
ijkclient = "0"
[[factor]]
name = "white"
kind = "nominal"
levels = ["0", "1"]
ijkclient = "1"
[model]
step = 1
overlap = []
variance = "constant"
[bands]
n = 3
step = 1
min_width = 1
"""


@pytest.fixture(scope="module")
def stays_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("stays")
    rows = list(csv.DictReader(STAYS.open()))
    with (folder / "stays.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["stay", "provnum", "los", "type", "hmo", "white", "minutes_basis", "municipality"])
        writer.writerows(
            [f"s{i:05d}", r["provnum"], r["los"], r["type"], r["hmo"], r["white"], "registered", "Arizona"]
            for i, r in enumerate(rows)
        )
    (folder / "study.toml").write_text(STAYS_STUDY)
    return folder


@pytest.fixture(scope="module")
def stays_model(stays_folder):
    return nk.fit_minutes(nk.read_casemix(nk.read_study(stays_folder)))


@pytest.fixture(scope="module")
def homes_model():
    return nk.fit_minutes(nk.read_casemix(nk.read_study(HOMES)))


def absorbed(frame: pd.DataFrame, names: list[str], outcome: str, provider: str, w: np.ndarray) -> pd.Series:
    """Weighted least squares after each provider's weighted mean is taken out: the within-provider fit."""
    columns = frame[[outcome, *names]].astype(float)
    total = pd.Series(w, frame.index).groupby(frame[provider]).transform("sum")
    centred = columns - columns.mul(w, axis=0).groupby(frame[provider]).transform("sum").div(total, axis=0)
    return sm.WLS(centred[outcome], centred[names], weights=w).fit().params


def assert_terms(model, params: pd.Series, levels: dict[tuple[str, str], str]) -> None:
    assert {(t.factor, t.level) for t in model.terms} == set(levels)
    for term in model.terms:
        assert term.estimate.value == pytest.approx(params[levels[term.factor, term.level]], rel=1e-7, abs=1e-8)


@needs_stays
def test_hospital_stays_equal_statsmodels(stays_model):
    raw = pd.read_csv(STAYS).assign(other=lambda d: 1 - d["white"])
    names = ["type2", "type3", "hmo", "other"]
    params = absorbed(raw, names, "los", "provnum", np.ones(len(raw)))
    levels = {("type", "2"): "type2", ("type", "3"): "type3", ("hmo", "1"): "hmo", ("white", "0"): "other"}
    assert (stays_model.n_rows, stays_model.n_providers) == (1495, 54)
    assert_terms(stays_model, params, levels)


@needs_stays
def test_hospital_stays_reml_equals_statsmodels(stays_model):
    raw = pd.read_csv(STAYS).assign(other=lambda d: 1 - d["white"])
    x = sm.add_constant(raw[["type2", "type3", "hmo", "other"]].astype(float))
    reference = sm.MixedLM(raw["los"], x, groups=raw["provnum"]).fit(reml=True)
    mixed = stays_model.mixed
    assert mixed.ijkclient == pytest.approx(reference.fe_params["const"], rel=1e-4)
    assert mixed.provider_sd**2 == pytest.approx(float(reference.cov_re.iloc[0, 0]), rel=1e-3)
    assert mixed.residual_sd**2 == pytest.approx(reference.scale, rel=1e-4)
    terms = {(t.factor, t.level): t.mixed for t in stays_model.terms}
    assert terms["type", "3"] == pytest.approx(reference.fe_params["type3"], rel=1e-4)


@needs_stays
def test_hospital_stays_calibrate_in_days(stays_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("NORMENKADER_HOME", str(tmp_path / "home"))
    outcome = CliRunner().invoke(main, ["calibrate", str(stays_folder), "--out", str(tmp_path / "out"), "--json"])
    assert outcome.exit_code == 0, outcome.output
    norms = json.loads((tmp_path / "out/norms.json").read_text())
    bands = json.loads((tmp_path / "out/bands.json").read_text())
    assert norms["unit"] == "days"
    assert norms["ijkclient_minutes"]["published"] == 10
    assert [b["lower"] for b in bands["bands"]] == sorted({b["lower"] for b in bands["bands"]})
    texts = " ".join(r["text"] for r in bands["reservations"])
    assert "minuten." not in texts
    assert "dagen" in (tmp_path / "out/dossier.html").read_text()


def homes_by_hand() -> tuple[pd.DataFrame, dict[tuple[str, str], str]]:
    frame = pd.read_parquet(HOMES / "facilities.parquet").sort_values(["chain_id", "facility_id"], kind="stable")
    casemix = pd.cut(frame["casemix_minutes_total"], [-np.inf, 200, 215, 230, 250, 280, np.inf], labels=False)
    census = pd.cut(frame["census"], [-np.inf, 40, 80, 120, np.inf], labels=False)
    levels = {("ownership", "non_profit"): "np", ("ownership", "government"): "gov"}
    frame = frame.assign(np=frame["ownership"] == "non_profit", gov=frame["ownership"] == "government")
    for k, level in enumerate(("<=200", "201-215", "216-230", "231-250", "251-280", ">280")):
        if level != "216-230":
            levels["casemix_minutes_total", level] = f"m{k}"
            frame[f"m{k}"] = casemix == k
    for k, level in enumerate(("<=40", "41-80", "81-120", ">120")):
        if level != "81-120":
            levels["census", level] = f"c{k}"
            frame[f"c{k}"] = census == k
    return frame.reset_index(drop=True), levels


def test_nursing_homes_equal_statsmodels(homes_model):
    frame, levels = homes_by_hand()
    assert (homes_model.n_rows, homes_model.n_providers) == (9245, 608)
    assert (homes_model.casemix.to_frame()["client"].to_numpy() == frame["facility_id"].to_numpy()).all()
    params = absorbed(frame, list(levels.values()), "minutes_total", "chain_id", homes_model.weights())
    assert_terms(homes_model, params, levels)


def test_nursing_homes_show_that_style_follows_case_mix(homes_model):
    assert homes_model.specification.p_value < 0.05
    assert homes_model.specification.slope > 0


def test_nursing_homes_mixed_fit_equals_the_one_on_rows_made_by_hand(homes_model):
    """The weighted REML fit of the study, from moments made anew by hand on the same rows."""
    frame, levels = homes_by_hand()
    codes, chains = pd.factorize(frame["chain_id"])
    x = frame[list(levels.values())].to_numpy(float)
    moments = provider_moments(x, frame["minutes_total"].to_numpy(), homes_model.weights(), codes, len(chains))
    again = fit_mixed(moments)
    by_name = dict(zip(levels.values(), again.terms[1:], strict=True))
    for term in homes_model.terms:
        assert term.mixed == pytest.approx(by_name[levels[term.factor, term.level]], rel=1e-6)


def test_nursing_homes_calibrate_within_memory(homes_model, tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bands = nk.derive_bands(homes_model, nk.triangulate(homes_model, None), n_resamples=300)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 400
    assert bands.bands[0].lower == 0
    assert all(b.lower % 5 == 0 for b in bands.bands)
    folder = nk.write_dossier(bands, tmp_path / "out")
    norms = json.loads((folder / "norms.json").read_text())
    assert norms["unit"] == "minutes per resident day"
    assert len(norms["terms"]) == 10
    assert all(t["n_clients"] % 5 == 0 for t in norms["terms"])
