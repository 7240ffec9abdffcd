from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from normenkader.experts.agreement_nominal import chance_corrected, cohen_kappa, fleiss_kappa_by_category, light_kappa

NAMES = {"bp": "brennan_prediger"}


@pytest.fixture(scope="module")
def gwet(real):
    return pd.read_csv(real / "gwet_raw_4raters.csv").iloc[:, 1:].to_numpy(float)


@pytest.mark.parametrize("coefficient", ["fleiss", "gwet", "krippendorff", "bp", "conger"])
@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic", "ordinal"])
def test_gwets_four_raters_with_missing_ratings(gwet, reference, coefficient, weights):
    ref = reference["gwet"][f"raw_4raters|{weights}"][coefficient]
    found = chance_corrected(gwet, coefficient=NAMES.get(coefficient, coefficient), weights=weights)
    wanted = (ref["coefficient_value"], ref["se"], ref["pa"], ref["pe"], *ref["confidence_interval"])
    given = (found.value, found.standard_error, found.observed, found.expected, found.lower, found.upper)
    assert given == pytest.approx(wanted, abs=1e-5)


def test_diagnoses_of_six_psychiatrists(real, reference):
    table, ref = pd.read_csv(real / "rater_diagnoses.csv"), reference["diagnoses"]
    assert chance_corrected(table, coefficient="fleiss").value == pytest.approx(ref["kappa_fleiss"], abs=1e-8)
    assert chance_corrected(table, coefficient="conger").value == pytest.approx(ref["kappa_exact"], abs=1e-8)
    assert light_kappa(table) == pytest.approx(ref["kappa_light"], abs=1e-8)
    found = fleiss_kappa_by_category(table)
    for row in ref["detail"]:
        if row["Var2"] in ("Kappa", "z"):
            assert found[row["Var1"]][row["Var2"] == "z"] == pytest.approx(row["Freq"], abs=5.1e-4)


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
def test_kappa_of_two_equals_scikit_learn(weights):
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(12)
    first = rng.integers(0, 4, 60)
    second = np.clip(first + rng.integers(-1, 2, 60), 0, 3)
    wanted = cohen_kappa_score(first, second, weights=None if weights == "identity" else weights)
    assert cohen_kappa(first, second, weights=weights).value == pytest.approx(wanted, abs=1e-12)


def test_kappas_standard_error_is_near_the_asymptotic_one():
    from statsmodels.stats.inter_rater import cohens_kappa

    rng = np.random.default_rng(13)
    first = rng.integers(0, 3, 400)
    second = np.where(rng.random(400) < 0.6, first, rng.integers(0, 3, 400))
    peer = cohens_kappa(np.histogram2d(first, second, bins=3)[0])
    found = cohen_kappa(first, second)
    assert found.value == pytest.approx(peer.kappa, abs=1e-12)
    assert found.standard_error == pytest.approx(peer.std_kappa, rel=0.01)


def test_kappa_leaves_out_units_with_one_rating():
    first, second = ["a", "b", "a", "b", None, "a"], ["a", "b", "b", "b", "a", ""]
    assert cohen_kappa(first, second) == cohen_kappa(first[:4], second[:4])


def test_weights_follow_the_order_of_the_categories_and_unused_ones_count():
    table = [["licht", "matig"], ["geen", "geen"], ["licht", "licht"], ["matig", "licht"]]
    order = ["geen", "licht", "matig", "zwaar"]
    near = chance_corrected(table, weights="linear", categories=order)
    far = chance_corrected(table, weights="linear", categories=["licht", "geen", "zwaar", "matig"])
    assert near.value > far.value
    used = chance_corrected(table, categories=order[:3])
    assert chance_corrected(table, categories=order).expected < used.expected


def test_standard_error_equals_the_jackknife_in_large_samples():
    rng = np.random.default_rng(14)
    truth = rng.integers(0, 3, 150)
    table = np.where(rng.random((150, 3)) < 0.7, truth[:, None], rng.integers(0, 3, (150, 3))).astype(float)
    table[rng.random(table.shape) < 0.1] = np.nan
    table = table[(~np.isnan(table)).any(axis=1)]
    n = len(table)
    for coefficient in ("gwet", "fleiss", "conger"):
        left_out = [chance_corrected(np.delete(table, i, 0), coefficient=coefficient).value for i in range(n)]
        jackknife = np.sqrt((n - 1) / n * ((left_out - np.mean(left_out)) ** 2).sum())
        assert chance_corrected(table, coefficient=coefficient).standard_error == pytest.approx(jackknife, rel=0.05)


@pytest.mark.parametrize("coefficient", ["fleiss", "gwet", "krippendorff", "brennan_prediger", "conger"])
def test_everyone_in_one_category_agrees_completely(coefficient):
    found = chance_corrected([["a", "a"], ["a", "a"], ["a", "a"]], coefficient=coefficient)
    assert (found.value, found.standard_error) == (1.0, 0.0)


def test_refusals():
    with pytest.raises(ValueError, match="two ratings"):
        chance_corrected([["a", None], [None, "b"]])
    with pytest.raises(ValueError, match="among the categories"):
        chance_corrected([["a", "b"]], categories=["a"])
