from __future__ import annotations

import warnings

import numpy as np
import pytest

from normenkader.experts.variance_components import fit_reml


def crossed(seed: int, subjects: int = 12, raters: int = 5, keep: float = 1.0):
    rng = np.random.default_rng(seed)
    y = (
        200
        + 30 * rng.normal(size=(subjects, 1))
        + 10 * rng.normal(size=raters)
        + 15 * rng.normal(size=(subjects, raters))
    )
    s, r = np.nonzero(rng.random((subjects, raters)) < keep)
    return y[s, r], s, r


def test_equals_lme4_on_nested_method_comparison(reference, method_comparison):
    rows, ref = method_comparison.query("dataset == 'fat_Vic'"), reference["fat_vic"]
    design = np.column_stack([np.ones(len(rows)), rows.meth == "SL"])
    fit = fit_reml(rows.y, design, [rows.item, rows.item.astype(str) + rows.meth])
    np.testing.assert_allclose(fit.fixed, [ref["fixef"]["(Intercept)"], ref["fixef"]["methSL"]], atol=1e-4)
    errors = np.sqrt(np.diag(fit.fixed_covariance))
    np.testing.assert_allclose(errors, [ref["se"]["(Intercept)"], ref["se"]["methSL"]], rtol=1e-3)
    variances = [*fit.variances, fit.residual_variance]
    wanted = [ref["varcomp"][k] for k in ("item", "item:meth", "Residual")]
    np.testing.assert_allclose(variances, wanted, rtol=1e-3)
    assert fit.log_likelihood == pytest.approx(ref["logLik"], abs=1e-5)


def test_complete_crossed_design_gives_the_analysis_of_variance_estimates():
    y, s, r = crossed(1)
    table = y.reshape(12, 5)
    rows, columns = table.mean(1), table.mean(0)
    error = ((table - rows[:, None] - columns + table.mean()) ** 2).sum() / (11 * 4)
    fit = fit_reml(y, np.ones((60, 1)), [s, r])
    assert fit.residual_variance == pytest.approx(error, rel=1e-6)
    assert fit.variances[0] == pytest.approx((5 * rows.var(ddof=1) - error) / 5, rel=1e-6)
    assert fit.variances[1] == pytest.approx((12 * columns.var(ddof=1) - error) / 12, rel=1e-6)


def test_incomplete_crossed_design_equals_the_dense_likelihood():
    y, s, r = crossed(2, keep=0.6)
    fit = fit_reml(y, np.ones((y.size, 1)), [s, r])

    def log_likelihood(a: float, b: float, e: float) -> float:
        v = e * np.eye(y.size) + a * (s[:, None] == s) + b * (r[:, None] == r)
        inverse, ones = np.linalg.inv(v), np.ones(y.size)
        info = ones @ inverse @ ones
        residual = y - ones @ inverse @ y / info
        terms = np.linalg.slogdet(v)[1] + np.log(info) + residual @ inverse @ residual
        return -0.5 * (terms + (y.size - 1) * np.log(2 * np.pi))

    best = (*fit.variances, fit.residual_variance)
    top = log_likelihood(*best)
    assert fit.log_likelihood == pytest.approx(top, abs=1e-8)
    for k in range(3):
        for factor in (0.99, 1.01):
            moved = [v * (factor if i == k else 1.0) for i, v in enumerate(best)]
            assert log_likelihood(*moved) < top


def test_single_grouping_equals_statsmodels():
    from statsmodels.regression.mixed_linear_model import MixedLM

    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(15), rng.integers(2, 7, 15))
    x = np.column_stack([np.ones(group.size), rng.normal(size=group.size)])
    y = x @ [100.0, 5.0] + 8 * rng.normal(size=15)[group] + 4 * rng.normal(size=group.size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = MixedLM(y, x, group).fit(reml=True)
    fit = fit_reml(y, x, [group])
    np.testing.assert_allclose(fit.fixed, peer.fe_params, rtol=1e-5)
    assert fit.variances[0] == pytest.approx(float(peer.cov_re[0, 0]), rel=1e-3)
    assert fit.residual_variance == pytest.approx(peer.scale, rel=1e-3)


def test_a_far_mean_changes_no_variance():
    y, s, r = crossed(4)
    near, far = (fit_reml(y + shift, np.ones((y.size, 1)), [s, r]) for shift in (0.0, 1e6))
    assert far.variances == pytest.approx(near.variances, rel=1e-5)


def test_no_variance_between_groups_is_zero_and_not_negative():
    y = np.tile([1.0, 3.0], 10)
    fit = fit_reml(y, np.ones((20, 1)), [np.repeat(np.arange(10), 2)])
    assert fit.variances == (0.0,)


def test_fixed_effects_that_cannot_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="told apart"):
        fit_reml([1.0, 2.0, 3.0], np.ones((3, 2)), [[0, 0, 1]])
