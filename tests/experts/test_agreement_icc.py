from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from normenkader.experts.agreement_icc import (
    agreement_degrees_of_freedom,
    agreement_limits,
    intraclass_correlations,
    mean_squares,
    spearman_brown,
)

PSYCH_NAMES = {
    "ICC1": "ICC(1)",
    "ICC2": "ICC(A,1)",
    "ICC3": "ICC(C,1)",
    "ICC1k": "ICC(k)",
    "ICC2k": "ICC(A,k)",
    "ICC3k": "ICC(C,k)",
}


def by_name(table, **options):
    return {icc.name: icc for icc in intraclass_correlations(table, **options)}


def test_shrout_and_fleiss_with_all_limits(real, reference):
    found = by_name(pd.read_csv(real / "rater_shrout_fleiss1979.csv"))
    for ref in reference["shrout_fleiss"]:
        icc = found[PSYCH_NAMES[ref["type"]]]
        assert (icc.value, icc.lower, icc.upper) == pytest.approx(
            (ref["ICC"], ref["lower bound"], ref["upper bound"]), abs=1e-8
        )


def test_anxiety(real, reference):
    table, ref = pd.read_csv(real / "rater_anxiety.csv"), reference["anxiety"]
    found, single = by_name(table), ref["icc_tw_agree_single"]
    icc = found["ICC(A,1)"]
    assert (icc.value, icc.lower, icc.upper) == pytest.approx(
        (single["value"], single["lbound"], single["ubound"]), abs=1e-8
    )
    assert found["ICC(A,k)"].value == pytest.approx(ref["icc_tw_agree_avg"]["value"], abs=1e-8)
    assert found["ICC(1)"].value == pytest.approx(ref["icc_oneway"], abs=1e-8)
    assert found["ICC(C,1)"].value == pytest.approx(ref["icc_tw_cons"], abs=1e-8)


def test_anxiety_limits_for_a_mean_as_irr_computes_them(real, reference):
    """irr puts ICC(A,k) where McGraw & Wong's degrees of freedom need ICC(A,1); with that, its limits are ours."""
    ref = reference["anxiety"]["icc_tw_agree_avg"]
    ms = mean_squares(pd.read_csv(real / "rater_anxiety.csv"))
    limits = agreement_limits(ms, agreement_degrees_of_freedom(ms, ref["value"]), 0.95)
    assert [spearman_brown(limit, 3) for limit in limits] == pytest.approx([ref["lbound"], ref["ubound"]], abs=1e-8)


def test_video_wine_and_rainman(real, reference):
    video = by_name(pd.read_csv(real / "rater_video.csv"))
    assert video["ICC(A,1)"].value == pytest.approx(reference["video"]["icc_tw_agree"], abs=1e-8)
    guesses = by_name(pd.read_csv(real / "rainman_estimates.csv").drop(columns="SAND"))
    assert guesses["ICC(A,1)"].value == pytest.approx(reference["rainman"]["icc_agree_raters"], abs=1e-8)
    wine = pd.read_csv(real / "wine_ordinal_judges.csv").pivot(index="bottle", columns="judge", values="response")
    assert by_name(wine)["ICC(A,1)"].value == pytest.approx(reference["wine"]["icc2_agree"], abs=1e-8)
    assert by_name(wine)["ICC(C,1)"].value == pytest.approx(reference["wine"]["icc3_cons"], abs=1e-8)


def test_equals_pingouin_but_for_its_rounded_limits():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

        table = np.random.default_rng(5).normal(size=(9, 1)) * 20 + np.random.default_rng(6).normal(size=(9, 4)) * 10
        long = pd.DataFrame(table).stack().rename_axis(["subject", "rater"]).rename("y").reset_index()
        peer = pingouin.intraclass_corr(long, targets="subject", raters="rater", ratings="y").set_index("Type")
    for icc in intraclass_correlations(table):
        name = {"ICC(1)": "ICC(1,1)", "ICC(k)": "ICC(1,k)"}.get(icc.name, icc.name)
        assert icc.value == pytest.approx(peer.loc[name, "ICC"], abs=1e-8)
        assert [icc.lower, icc.upper] == pytest.approx(list(peer.loc[name, "CI95"]), abs=0.0051)


def test_perfect_agreement_is_one_and_missing_is_refused():
    perfect = np.repeat(np.array([[10.0], [20.0], [50.0]]), 3, axis=1)
    assert {icc.value for icc in intraclass_correlations(perfect)} == {1.0}
    perfect[0, 0] = np.nan
    with pytest.raises(ValueError, match="missing"):
        intraclass_correlations(perfect)


def test_wider_confidence_gives_wider_limits():
    table = np.random.default_rng(7).normal(size=(10, 1)) + np.random.default_rng(8).normal(size=(10, 3))
    narrow, wide = by_name(table, confidence=0.5)["ICC(A,1)"], by_name(table)["ICC(A,1)"]
    assert wide.lower < narrow.lower < narrow.value < narrow.upper < wide.upper
