from __future__ import annotations

import numpy as np
import pytest

from normenkader.experts.stability_rounds import StoppingRule, round_stability, stability_over_rounds

RULE = StoppingRule(max_median_shift_minutes=10, min_stable_share=0.75, max_cv_change=0.1, min_experts=3)
FIRST = np.array([[100.0, 200.0, 60.0, 150.0], [120.0, 220.0, 80.0, 170.0], [110.0, 260.0, 90.0, 160.0]])


def test_an_unchanged_panel_stops():
    found = round_stability(FIRST, FIRST, rule=RULE)
    assert (found.stop, found.reasons, found.stable_share, found.cv_ratio) == (True, (), 1.0, 1.0)


def test_shifts_and_spread_by_hand():
    after = FIRST.copy()
    after[:, 1] += 30
    after[:, 2] = [75.0, 80.0, 85.0]
    found = round_stability(FIRST, after, rule=RULE)
    assert found.n_vignettes == 4
    assert (found.stable_share, found.largest_shift_minutes, found.median_shift_minutes) == (0.75, 30.0, 0.0)
    spread = [FIRST[:, c].std(ddof=1) / FIRST[:, c].mean() for c in range(4)]
    assert found.cv_previous == pytest.approx(np.median(spread))
    ratios = [after[:, c].std(ddof=1) / after[:, c].mean() / spread[c] for c in range(4)]
    assert found.cv_ratio == pytest.approx(np.median(ratios))
    assert found.stop is True


def test_a_moving_panel_goes_on_and_says_why():
    found = round_stability(FIRST, FIRST + 20, rule=RULE)
    assert found.stop is False
    assert len(found.reasons) == 1
    assert "0.75" in found.reasons[0]


def test_who_drops_out_has_not_changed_their_mind():
    four = np.vstack([FIRST, [900.0, 900.0, 900.0, 900.0]])
    left = four.copy()
    left[3] = np.nan
    assert round_stability(four, left, rule=RULE) == round_stability(FIRST, FIRST, rule=RULE)


def test_nothing_in_common_never_stops():
    found = round_stability(FIRST, np.full(FIRST.shape, np.nan), rule=RULE)
    assert found.stop is False
    assert found.n_vignettes == 0
    assert "no vignette" in found.reasons[0]
    assert np.isnan(found.stable_share)


def test_estimates_of_zero_minutes_have_no_coefficient_of_variation():
    zeros = np.zeros((3, 2))
    found = round_stability(zeros, zeros, rule=RULE)
    assert found.stop is False
    assert np.isnan(found.cv_previous)


def test_rounds_in_a_row():
    found = stability_over_rounds([FIRST, FIRST + 20, FIRST + 20], rule=RULE)
    assert [r.stop for r in found] == [False, True]
    with pytest.raises(ValueError, match="same experts"):
        round_stability(FIRST, FIRST[:2], rule=RULE)
