from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from normenkader.experts.agreement_icc import intraclass_correlations
from normenkader.experts.agreement_incomplete import incomplete_intraclass_correlation


@pytest.mark.parametrize("name", ["shrout_fleiss1979", "anxiety"])
@pytest.mark.parametrize("k", [1, 3])
def test_a_complete_design_gives_the_closed_form_with_its_limits(real, name, k):
    table = pd.read_csv(real / f"rater_{name}.csv").to_numpy(float)[:, :3]
    found = incomplete_intraclass_correlation(table, k=k)
    closed = next(icc for icc in intraclass_correlations(table) if icc.name == found.name)
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (closed.value, closed.lower, closed.upper), abs=1e-5
    )


def test_limits_cover_the_truth_in_incomplete_panels():
    rng, truth, held, runs = np.random.default_rng(9), 1.0 / 2.0, 0, 100
    for _ in range(runs):
        panel = rng.normal(size=(20, 1)) + np.sqrt(0.3) * rng.normal(size=6) + np.sqrt(0.7) * rng.normal(size=(20, 6))
        panel[rng.random(panel.shape) < 0.4] = np.nan
        found = incomplete_intraclass_correlation(panel)
        held += found.lower <= truth <= found.upper
    assert held >= 88, "a 95 % interval holds the truth in 88 of 100 runs or more but for 1 chance in 300"


def test_a_missing_judgement_is_not_a_zero():
    rng = np.random.default_rng(10)
    panel = 200 + 20 * rng.normal(size=(15, 1)) + 5 * rng.normal(size=(15, 4))
    gaps = panel.copy()
    gaps[0, 0] = gaps[5, 2] = np.nan
    zeros = np.nan_to_num(gaps)
    whole = incomplete_intraclass_correlation(panel).value
    assert incomplete_intraclass_correlation(gaps).value == pytest.approx(whole, abs=0.03)
    assert incomplete_intraclass_correlation(zeros).value < whole - 0.3


def test_too_few_judgements_are_refused():
    with pytest.raises(ValueError, match="too few"):
        incomplete_intraclass_correlation([[1.0, 2.0], [3.0, np.nan]])
    with pytest.raises(ValueError, match="two raters"):
        incomplete_intraclass_correlation([[1.0, np.nan], [3.0, np.nan]])
