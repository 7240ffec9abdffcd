"""The Park test against a gamma GLM, and weights that follow mean and exposure."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from normenkader.model.variance import (
    bounded_mean,
    choose_weights,
    mean_function,
    nearest_rule,
    park_power,
    share_between,
    weights,
)


def drawn(power, seed, n=4000):
    rng = np.random.default_rng(seed)
    mean = rng.uniform(60, 400, n)
    return mean, (rng.normal(0, 1, n) * 3 * mean ** (power / 2)) ** 2


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_park_power_is_the_slope_of_a_gamma_glm(power, seed):
    mean, squared = drawn(power, seed, n=800)
    family = sm.families.Gamma(sm.families.links.Log())
    reference = sm.GLM(squared, sm.add_constant(np.log(mean)), family=family).fit(maxiter=200, tol=1e-13)
    assert park_power(squared, mean) == pytest.approx(reference.params[1], abs=1e-6)


@pytest.mark.parametrize(("power", "rule"), [(0.0, "constant"), (1.0, "mean"), (2.0, "mean_squared")])
def test_the_rule_that_made_the_data_is_found(power, rule):
    assert nearest_rule(park_power(*reversed(drawn(power, 9)))) == rule


@pytest.mark.parametrize(
    ("power", "rule"),
    [(-3, "constant"), (0.49, "constant"), (0.5, "mean"), (1.49, "mean"), (1.5, "mean_squared"), (7, "mean_squared"),
     (float("nan"), "constant")],
)  # fmt: skip
def test_nearest_rule(power, rule):
    assert nearest_rule(power) == rule


def test_no_power_without_variation():
    assert np.isnan(park_power(np.ones(5), np.full(5, 100.0)))
    assert np.isnan(park_power(np.zeros(5), np.arange(1, 6.0)))


def test_mean_function_has_mean_one_and_follows_the_power():
    mean = np.array([50.0, 100.0, 200.0])
    value = mean_function(mean, 2)
    assert value.mean() == pytest.approx(1.0)
    assert value[2] / value[0] == pytest.approx(16.0)


def test_fitted_values_near_zero_do_not_lead():
    outcome = np.full(4, 100.0)
    assert bounded_mean(np.array([-30.0, 1.0, 20.0, 90.0]), outcome).tolist() == [20.0, 20.0, 20.0, 90.0]


@pytest.mark.parametrize("between", [0.0, 0.3, 0.8, 1.0])
def test_share_between_is_found(between):
    rng = np.random.default_rng(3)
    inverse = 56 / rng.integers(7, 57, 30_000)
    variance = 900 * (between + (1 - between) * inverse)
    squared = variance * rng.chisquare(1, 30_000)
    assert share_between(squared, np.ones(30_000), inverse) == pytest.approx(between, abs=0.08)


def test_equal_exposure_says_nothing_of_the_share():
    assert share_between(np.arange(1, 5.0), np.ones(4), np.ones(4)) == 1.0


def test_weights_are_inverse_variances_with_mean_one():
    function, inverse = np.array([1.0, 2.0, 4.0]), np.array([1.0, 1.0, 3.0])
    w = weights(function, inverse, 0.5)
    assert w.mean() == pytest.approx(1.0)
    np.testing.assert_allclose(w / w[0], [1.0, 1 / 2, 1 / 8])


@pytest.mark.parametrize("known", [True, False])
def test_stated_rule_holds_and_unknown_exposure_counts_as_equal(known):
    mean, squared = drawn(2.0, 1, n=500)
    exposure = np.full(500, 56.0) if known else np.full(500, np.nan)
    options = {"outcome": mean, "fitted": mean, "squared_residual": squared, "exposure_days": exposure}
    stated, by_rule, by_power = choose_weights(**options, setting="mean")
    assert (stated.rule, stated.stated) == ("mean", True)
    np.testing.assert_allclose(by_rule, (1 / mean) / (1 / mean).mean())
    np.testing.assert_allclose(by_power, by_rule)
    found, by_rule, by_power = choose_weights(**options, setting="auto")
    assert (found.rule, found.stated) == ("mean_squared", False)
    np.testing.assert_allclose(by_power, mean**-found.power / (mean**-found.power).mean())
