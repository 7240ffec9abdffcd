from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from normenkader.experts.limits_of_agreement import (
    concordance_correlation,
    judge_bias,
    kendall_w,
    limits_of_agreement,
    limits_with_replicates,
    panel_bias,
)


@pytest.fixture
def pefr(method_comparison):
    first = method_comparison.query("dataset == 'PEFR' and repl == 1")
    return first.pivot(index="item", columns="meth", values="y")


@pytest.mark.parametrize(("multiplier", "keys"), [(1.96, ("lo196", "hi196")), (2.0, ("lo2", "hi2"))])
def test_bland_and_altmans_peak_flow_meters(pefr, reference, multiplier, keys):
    ref = reference["pefr"]["first_reading"]
    found = limits_of_agreement(pefr.Mini, pefr.Wright, multiplier=multiplier)
    assert found.n == ref["n"]
    wanted = (ref["mean"], ref["sd"], ref[keys[0]], ref[keys[1]])
    assert (found.mean_difference, found.sd_difference, found.lower, found.upper) == pytest.approx(wanted, abs=1e-8)


def test_limits_of_the_limits_as_published_in_1999():
    """Bland & Altman (1999), section 2.1: n 85, mean -16.29, sd 19.61."""
    base = np.random.default_rng(11).normal(size=85)
    differences = (base - base.mean()) / base.std(ddof=1) * 19.61 - 16.29
    found = limits_of_agreement(differences, np.zeros(85))
    assert found.lower == pytest.approx(-54.7, abs=0.05)
    assert found.lower_interval == pytest.approx((-62.2, -47.3), abs=0.3)


def test_concordance(pefr, reference):
    assert concordance_correlation(pefr.Mini, pefr.Wright) == pytest.approx(reference["pefr"]["ccc"], abs=1e-8)


def test_replicates_use_both_variances(method_comparison, reference):
    rows, ref = method_comparison.query("dataset == 'fat_Vic'"), reference["fat_vic"]
    found = limits_with_replicates(rows.y, method=rows.meth, subject=rows.item, first="SL")
    assert found.mean_difference == pytest.approx(ref["fixef"]["methSL"], abs=1e-8)
    variance = 2 * (ref["varcomp"]["item:meth"] + ref["varcomp"]["Residual"])
    assert found.sd_difference == pytest.approx(np.sqrt(variance), rel=1e-3)
    assert found.n == 43


def test_replicates_need_two_methods():
    with pytest.raises(ValueError, match="two methods"):
        limits_with_replicates([1.0, 2.0, 3.0], method=["a", "a", "a"], subject=[1, 2, 3], first="a")


def test_judges_of_rain_man_on_logarithms(real, reference):
    rows, ref = pd.read_csv(real / "rainman_estimates.csv"), reference["rainman"]
    for judge, found in zip(rows.columns[1:], judge_bias(rows.iloc[:, 1:], rows.SAND, log=True), strict=True):
        assert (found.n, found.bias, found.spread) == pytest.approx(
            (30, ref["lnbias"][judge], ref["lnsd"][judge]), abs=1e-8
        )


def test_a_judge_who_skips_is_judged_on_the_rest():
    (found, empty) = judge_bias([[10.0, np.nan], [np.nan, np.nan], [26.0, np.nan]], [8.0, 100.0, 20.0])
    assert (found.n, found.bias) == (2, 4.0)
    assert empty.n == 0
    assert np.isnan(empty.bias)


def test_kendalls_w(real, reference):
    for name in ("anxiety", "video"):
        assert kendall_w(pd.read_csv(real / f"rater_{name}.csv")) == pytest.approx(
            reference[name]["kendallW"], abs=1e-8
        )
    guesses = pd.read_csv(real / "rainman_estimates.csv").drop(columns="SAND")
    assert kendall_w(guesses) == pytest.approx(reference["rainman"]["kendallW"], abs=1e-8)


def test_missing_pairs_are_left_out():
    found = limits_of_agreement([10.0, np.nan, 14.0, 9.0], [9.0, 50.0, 10.0, np.nan])
    assert (found.n, found.mean_difference) == (2, 2.5)


def test_panel_bias_is_not_fooled_by_who_got_the_heavy_subjects():
    subjects, biases = np.array([60.0, 120.0, 180.0, 400.0, 500.0]), np.array([-20.0, 5.0, 15.0])
    panel = subjects[:, None] + biases
    panel[3:, 0] = panel[0, 1] = panel[1, 2] = np.nan
    found = panel_bias(panel)
    assert [judge.bias for judge in found] == pytest.approx(biases, abs=1e-9)
    assert [judge.n for judge in found] == [3, 4, 4]
    assert [judge.spread for judge in found] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_panel_bias_of_a_complete_panel_is_the_difference_of_means():
    panel = np.random.default_rng(16).normal(150, 40, size=(12, 4))
    panel[:, 3] = np.nan
    found = panel_bias(panel)
    wanted = panel[:, :3].mean(axis=0) - panel[:, :3].mean()
    assert [judge.bias for judge in found[:3]] == pytest.approx(wanted)
    assert found[3].n == 0
    assert np.isnan(found[3].bias)
