from __future__ import annotations

import numpy as np
import pytest

from normenkader.experts.prmse import prmse, rater_error_variance


def test_three_scores_with_a_given_error_variance():
    found = prmse([1.0, 2.0, 5.0], [2.0, 3.0, 5.0], error_variance=0.5)
    assert found.value == pytest.approx(0.90909, abs=1e-5)
    assert found.value == pytest.approx(10 / 11, abs=1e-12)


def simulated(n: int, seed: int, raters: int = 4):
    rng = np.random.default_rng(seed)
    truth = 180 + 40 * rng.normal(size=n)
    formula = truth + 20 * rng.normal(size=n)
    judged = truth[:, None] + 30 * rng.normal(size=(n, raters))
    judged[rng.random(judged.shape) < 0.5] = np.nan
    return truth, formula, judged


def test_recovers_the_truth_from_raters_with_missing_judgements():
    truth, formula, judged = simulated(60_000, 1)
    found = prmse(formula, judged)
    assert found.error_variance == pytest.approx(900, rel=0.02)
    assert found.true_variance == pytest.approx(1600, rel=0.03)
    assert found.value == pytest.approx(1 - ((truth - formula) ** 2).mean() / truth.var(), abs=0.01)
    assert found.n == (~np.isnan(judged).all(axis=1)).sum()
    assert found.n_ratings == (~np.isnan(judged)).sum()


def test_without_error_it_is_the_explained_share():
    rng = np.random.default_rng(2)
    human = rng.normal(size=50)
    formula = human + 0.3 * rng.normal(size=50)
    wanted = 1 - ((human - formula) ** 2).mean() / human.var(ddof=1)
    assert prmse(formula, human, error_variance=0.0).value == pytest.approx(wanted, abs=1e-12)


def test_error_variance_is_pooled_within_items():
    assert rater_error_variance([[1.0, 3.0], [5.0, np.nan], [2.0, 2.0]]) == pytest.approx((2.0 + 0.0) / 2)


def test_missing_is_left_out_and_never_zero():
    base = prmse([1.0, 2.0, 5.0], [2.0, 3.0, 5.0], error_variance=0.5)
    more = prmse([1.0, 2.0, 5.0, 9.0, np.nan], [2.0, 3.0, 5.0, np.nan, 4.0], error_variance=0.5)
    assert more == base


def test_nothing_but_error_has_no_value():
    assert np.isnan(prmse([1.0, 2.0, 3.0], [2.0, 2.0, 2.1], error_variance=5.0).value)


def test_refusals():
    with pytest.raises(ValueError, match="judged twice"):
        prmse([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="two items"):
        prmse([1.0, np.nan], [1.0, 2.0], error_variance=0.1)
