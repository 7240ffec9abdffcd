"""Real data: in nursing homes delivered minutes follow the provider, and the evidence says so in words."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from normenkader.bands.unseen_checks import provider_share_check
from normenkader.casemix import read_casemix
from normenkader.model.fit import fit_minutes
from normenkader.model.mixed import fit_mixed
from normenkader.model.moments import Moments, average_level, provider_moments, solve, within_profile
from normenkader.study import read_study

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "../shared/real"
TERMS = ("lx", "ownershipnon_profit", "ownershipgovernment")

needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL} with the public data sets is not here")


@cache
def homes() -> pd.DataFrame:
    """The rows of the reference: 13,453 homes with expected minutes, a plausible delivery and a known ownership."""
    frame = pd.read_csv(REAL / "cms_pbj_facility_2025Q1.csv.gz")
    known = frame["casemix_minutes_total"].notna() & (frame["ownership"] != "unknown")
    frame = frame[known & frame["minutes_total"].between(90, 720)]
    return frame.assign(
        ly=np.log(frame["minutes_total"]), lx=np.log(frame["casemix_minutes_total"]),
        ownershipnon_profit=(frame["ownership"] == "non_profit").astype(float),
        ownershipgovernment=(frame["ownership"] == "government").astype(float),
    )  # fmt: skip


@cache
def reference() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REAL / "ref_shared.json").read_text())["pbj_2025Q1"]
    return found


def moments(frame: pd.DataFrame, cluster: pd.Series[Any]) -> Moments:
    frame = frame.assign(cluster=pd.factorize(cluster, sort=True)[0]).sort_values("cluster", kind="stable")
    codes = frame["cluster"].to_numpy()
    x, y = frame[list(TERMS)].to_numpy(float), frame["ly"].to_numpy()
    return provider_moments(x, y, np.ones(len(y)), codes, int(codes.max()) + 1)


@needs_real_data
def test_the_pooled_elasticity_equals_the_reference() -> None:
    frame, expected = homes(), reference()["ols"]["coef"]
    assert len(frame) == reference()["n"]
    profile = within_profile(moments(frame, pd.Series(0, index=frame.index)))
    terms = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    assert dict(zip(TERMS, terms, strict=True)) == pytest.approx({name: expected[name] for name in TERMS}, rel=1e-7)
    assert average_level(profile, terms) == pytest.approx(expected["(Intercept)"], rel=1e-7)


@needs_real_data
def test_the_elasticity_within_chains_and_the_chains_share_equal_the_reference() -> None:
    frame, expected = homes(), reference()["lmer_chain_reml"]
    frame = frame[frame["chain_id"].notna()]
    assert (len(frame), frame["chain_id"].nunique()) == (expected["n"], reference()["chains"])
    fit = fit_mixed(moments(frame, frame["chain_id"]))
    assert fit.terms[1] == pytest.approx(expected["fixef"]["lx"], rel=1e-4)
    assert fit.provider_variance == pytest.approx(expected["varcomp"]["ch"], rel=1e-3)
    assert fit.residual_variance == pytest.approx(expected["varcomp"]["Residual"], rel=1e-3)
    assert fit.terms[1] < 0.5


def test_the_evidence_says_that_delivered_minutes_mostly_follow_the_provider() -> None:
    model = fit_minutes(read_casemix(read_study(ROOT / "data/nursing_homes")))
    check = provider_share_check(model)
    assert check.passed is False
    assert check.value is not None
    assert check.value > 0.5
    assert "volgen vooral de aanbieder" in check.reservation
