from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize

from normenkader.experts.cooke import calibration_scores, elicitation, information_scores
from normenkader.experts.pooling import (
    decision_maker,
    leave_one_expert_out,
    optimised_decision_maker,
    performance_weights,
)

LEVELS = (0.05, 0.50, 0.95)


def panel_of(seed: int, experts: int = 5, items: int = 9, gaps: bool = False):
    rng = np.random.default_rng(seed)
    truth = rng.gamma(5, 30, items)
    middle = truth * np.exp(rng.normal(0, 0.2, size=(experts, items)))
    minutes = np.sort(middle[:, :, None] * np.exp(rng.normal(0, 0.3, size=(experts, items, 3))), axis=2)
    if gaps:
        minutes[0, 0] = np.nan
    return elicitation(minutes, truth, probabilities=LEVELS)


def test_decision_makers_of_ten_published_studies(cooke_studies):
    for study, known in cooke_studies.items():
        panel, ref = known["panel"], known["makers"]
        makers = {
            "GL": decision_maker(panel, scheme="global"),
            "GLopt": optimised_decision_maker(panel),
            "EQ": decision_maker(panel),
        }
        for name, maker in makers.items():
            wanted = (ref.calibration[name], ref.info_real[name])
            assert (maker.calibration, maker.information) == pytest.approx(wanted, abs=1e-8), f"{study} {name}"


@pytest.mark.parametrize("scheme", ["equal", "global", "item"])
@pytest.mark.parametrize("gaps", [False, True])
def test_quantiles_invert_the_weighted_mixture(scheme, gaps):
    panel = panel_of(1, gaps=gaps)
    maker = decision_maker(panel, scheme=scheme)
    levels = [0.0, *LEVELS, 1.0]
    for item in range(9):

        def mixture(x: float, item: int = item) -> float:
            total = 0.0
            for e in range(5):
                if maker.weights[e, item] > 0:
                    knots = [panel.ranges[item, 0], *panel.quantiles[e, item], panel.ranges[item, 1]]
                    total += maker.weights[e, item] * float(np.interp(x, knots, levels))
            return total

        for level, quantile in zip(LEVELS, maker.quantiles[item], strict=True):
            root = optimize.brentq(lambda x, p=level: mixture(x) - p, *panel.ranges[item])
            assert quantile == pytest.approx(root, rel=1e-8)


def test_weights_by_hand():
    panel = panel_of(2)
    calibration, information = calibration_scores(panel), information_scores(panel)
    product = calibration * information
    np.testing.assert_allclose(performance_weights(panel)[:, 0], product / product.sum())
    cutoff = float(np.median(calibration))
    kept = np.where(calibration >= cutoff, product, 0.0)
    np.testing.assert_allclose(performance_weights(panel, cutoff=cutoff)[:, 3], kept / kept.sum())
    np.testing.assert_allclose(performance_weights(panel, scheme="equal"), 0.2)


def test_who_did_not_answer_has_no_weight_and_the_rest_shares_it():
    weights = performance_weights(panel_of(3, gaps=True), scheme="equal")
    np.testing.assert_allclose(weights[:, 0], [0.0, 0.25, 0.25, 0.25, 0.25])
    np.testing.assert_allclose(weights.sum(axis=0), 1.0)


def test_one_expert_pools_to_that_expert():
    panel = panel_of(4, experts=1)
    for scheme in ("equal", "global", "item"):
        maker = decision_maker(panel, scheme=scheme)
        np.testing.assert_allclose(maker.quantiles, panel.quantiles[0])
        assert maker.calibration == pytest.approx(float(calibration_scores(panel)[0]))


@pytest.mark.parametrize("scheme", ["global", "item"])
def test_no_cutoff_that_its_pool_passes_beats_the_optimised_one(scheme):
    panel = panel_of(5, experts=6)
    best = optimised_decision_maker(panel, scheme=scheme)
    for cutoff in calibration_scores(panel):
        rival = decision_maker(panel, scheme=scheme, cutoff=float(cutoff))
        assert rival.combined <= best.combined + 1e-12 or rival.calibration <= rival.cutoff


def test_log_items_come_back_on_the_scale_of_the_question():
    panel = panel_of(6)
    logs = elicitation(panel.quantiles, panel.realisations, probabilities=LEVELS, log_scale=np.ones(9, bool))
    maker = decision_maker(logs)
    assert (np.diff(maker.quantiles, axis=1) > 0).all()
    assert (
        np.nanmin(panel.quantiles) <= maker.quantiles.min() <= maker.quantiles.max() <= np.nanmax(panel.quantiles) * 1.5
    )


def test_leaving_an_expert_out_equals_a_panel_without_that_expert_on_the_same_ranges():
    panel = panel_of(7)
    for out, maker in enumerate(leave_one_expert_out(panel, scheme="global")):
        smaller = replace(panel, quantiles=np.delete(panel.quantiles, out, axis=0))
        wanted = decision_maker(smaller, scheme="global")
        np.testing.assert_array_equal(maker.quantiles, wanted.quantiles)
        assert maker.combined == wanted.combined
    with pytest.raises(ValueError, match="two experts"):
        leave_one_expert_out(panel_of(7, experts=1))


def test_targets_are_pooled_too():
    panel = panel_of(8)
    truth = panel.realisations.copy()
    truth[:2] = np.nan
    with_targets = elicitation(panel.quantiles, truth, probabilities=LEVELS)
    maker = decision_maker(with_targets, scheme="global")
    assert maker.quantiles.shape == (9, 3)
    assert not np.isnan(maker.quantiles).any()
