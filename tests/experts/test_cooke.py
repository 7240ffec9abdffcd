from __future__ import annotations

import numpy as np
import pytest

from normenkader.experts.cooke import (
    bin_counts,
    calibration_scores,
    elicitation,
    information_scores,
    item_information,
)

LEVELS = (0.05, 0.50, 0.95)


def test_ten_published_studies(cooke_studies):
    assert len(cooke_studies) == 10
    for study, known in cooke_studies.items():
        panel, ref = known["panel"], known["experts"]
        np.testing.assert_allclose(calibration_scores(panel), ref.calibration, rtol=1e-4, atol=1e-9, err_msg=study)
        np.testing.assert_allclose(information_scores(panel), ref.info_real, atol=1e-8, err_msg=study)
        combined = calibration_scores(panel) * information_scores(panel)
        np.testing.assert_allclose(combined, ref.comb_score, rtol=1e-4, atol=1e-9, err_msg=study)


def test_calibration_by_hand():
    """Ten seeds, two below, six and two in the middle bins: KL from (.05, .45, .45, .05) written out."""
    quantiles = np.tile([[[10.0, 20.0, 30.0]]], (1, 10, 1))
    truth = [5.0, 5.0, *[15.0] * 6, 25.0, 25.0]
    panel = elicitation(quantiles, truth, probabilities=LEVELS)
    assert bin_counts(panel).tolist() == [[2, 6, 2, 0]]
    divergence = 0.2 * np.log(0.2 / 0.05) + 0.6 * np.log(0.6 / 0.45) + 0.2 * np.log(0.2 / 0.45)
    x = 20 * divergence
    from math import erfc, exp, pi, sqrt

    upper_tail_3_df = erfc(sqrt(x / 2)) + sqrt(2 * x / pi) * exp(-x / 2)
    assert calibration_scores(panel)[0] == pytest.approx(upper_tail_3_df, rel=1e-12)


def test_information_by_hand_with_overshoot():
    panel = elicitation([[[10.0, 20.0, 30.0]]], [40.0], probabilities=LEVELS)
    low, high = 10.0 - 3.0, 40.0 + 3.0
    assert panel.ranges.tolist() == [[low, high]]
    widths = np.array([3.0, 10.0, 10.0, 13.0]) / (high - low)
    masses = np.array([0.05, 0.45, 0.45, 0.05])
    assert item_information(panel)[0, 0] == pytest.approx((masses * np.log(masses / widths)).sum(), rel=1e-12)


def test_a_truth_on_a_quantile_lies_below_it():
    panel = elicitation([[[10.0, 20.0, 30.0]]] * 1, [20.0], probabilities=LEVELS)
    assert bin_counts(panel).tolist() == [[0, 1, 0, 0]]


def test_scores_do_not_depend_on_the_unit():
    rng = np.random.default_rng(1)
    minutes = np.sort(rng.gamma(5, 30, size=(4, 8, 3)), axis=2)
    truth = rng.gamma(5, 30, 8)
    a, b = (elicitation(minutes * s, truth * s, probabilities=LEVELS) for s in (1.0, 1 / 60))
    np.testing.assert_allclose(calibration_scores(a), calibration_scores(b))
    np.testing.assert_allclose(information_scores(a), information_scores(b))


def test_an_unanswered_seed_is_no_seed_and_sharpens_nobodys_test():
    rng = np.random.default_rng(2)
    minutes, truth = np.sort(rng.gamma(5, 30, size=(3, 8, 3)), axis=2), rng.gamma(5, 30, 8)
    gaps = minutes.copy()
    gaps[0, 6:] = np.nan
    panel = elicitation(gaps, truth, probabilities=LEVELS)
    assert bin_counts(panel).sum(axis=1).tolist() == [6, 8, 8]
    np.testing.assert_allclose(calibration_scores(panel), calibration_scores(panel, n_effective=6))
    assert np.isnan(item_information(panel)[0, 6:]).all()


def test_equal_quantiles_are_not_infinite_knowledge():
    panel = elicitation([[[20.0, 20.0, 20.0]], [[10.0, 20.0, 30.0]]], [25.0], probabilities=LEVELS)
    assert np.isfinite(information_scores(panel)).all()


@pytest.mark.parametrize(
    ("quantiles", "truth", "options", "match"),
    [
        ([[[10.0, 30.0, 20.0]]], [1.0], {}, "cross"),
        ([[[0.0, 1.0, 2.0]]], [1.0], {"log_scale": [True]}, "zero or below"),
        ([[[1.0, 2.0]]], [1.0], {}, "shape"),
        ([[[np.nan, 1.0, 2.0]]], [np.nan], {}, "no answer"),
    ],
)
def test_refusals(quantiles, truth, options, match):
    with pytest.raises(ValueError, match=match):
        elicitation(quantiles, truth, probabilities=LEVELS, **options)
