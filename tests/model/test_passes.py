"""Weights settle over passes: at once without a cap, and on the true power of the mean with one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.model.design import Design, make_design
from normenkader.model.passes import fit_rows, settled_weights
from normenkader.model.variance import park_power


def drawn(regime: str, seed: int) -> tuple[Design, pd.DataFrame]:
    casemix = casemix_of(simulate(regime, seed=seed))
    frame = casemix.to_frame()
    return make_design(frame, casemix.study), frame


def reference_pass(design: Design, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Fitted values and squared residuals of least squares with a dummy a provider, by statsmodels."""
    dummies = np.equal.outer(design.provider_codes(), np.arange(len(design.providers))).astype(float)
    fit = sm.OLS(frame["minutes_per_week"].to_numpy(), np.column_stack([dummies, design.matrix()])).fit()
    return fit.fittedvalues, fit.resid**2


def test_without_a_cap_one_unweighted_pass_decides() -> None:
    design, frame = drawn("clean", 3)
    choice, w = settled_weights(design, frame, np.zeros(len(frame), bool), "auto")
    fitted, squared = reference_pass(design, frame)
    assert choice.power == pytest.approx(park_power(squared, fitted), abs=1e-6)
    assert choice.rule == "mean_squared"
    assert w.mean() == pytest.approx(1.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_a_cap_the_power_settles_near_the_truth_where_one_pass_stays_below(seed: int) -> None:
    design, frame = drawn("capped", seed)
    at_cap = frame["at_cap"].to_numpy(bool)
    first = fit_rows(design, frame, np.ones(len(frame)), at_cap)
    fitted = first.level[design.provider_codes()] + design.matrix() @ first.terms
    once = park_power((first.expected - fitted) ** 2 + first.extra_variance, fitted)
    choice, _ = settled_weights(design, frame, at_cap, "auto")
    assert once < 1.5 < choice.power
    assert choice.power == pytest.approx(2.0, abs=0.25)
    assert choice.rule == "mean_squared"


def test_a_stated_rule_stands_and_its_weights_follow_the_fit_they_lead_to() -> None:
    design, frame = drawn("capped", 1)
    at_cap = frame["at_cap"].to_numpy(bool)
    choice, w = settled_weights(design, frame, at_cap, "mean")
    assert (choice.rule, choice.stated) == ("mean", True)
    fit = fit_rows(design, frame, w, at_cap)
    mean = fit.level[design.provider_codes()] + design.matrix() @ fit.terms
    inside = mean > 0.3 * mean.mean()
    np.testing.assert_allclose((w * mean)[inside] / (w * mean)[inside].mean(), 1.0, atol=0.01)
