"""REML from moments against lme4, unweighted and weighted, and against its own likelihood on dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from model_data import Rows, needs_real_data, random_rows, rows_of, shared_reference, small, small_reference
from real_data import nursing_homes, soldiers, stays

from normenkader.model.mixed import fit_mixed, score

STAYS = ["hmo", "white", "type2", "type3"]
HOMES = ["lx", "ownershipnon_profit", "ownershipgovernment"]


def assert_equals_lme4(fit, reference, names):
    """To 5e-5: the optimiser of lme4 stops where the likelihood is flat; ours may not be lower than its."""
    coefficients = [reference["fixef"][name] for name in ("(Intercept)", *names)]
    np.testing.assert_allclose(fit.terms, coefficients, rtol=5e-5)
    errors = [reference["se"][name] for name in ("(Intercept)", *names)]
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), errors, rtol=5e-5)
    provider, residual = reference["varcomp"].values()
    assert fit.provider_variance == pytest.approx(provider, rel=5e-5)
    assert fit.residual_variance == pytest.approx(residual, rel=5e-5)
    assert fit.log_likelihood == pytest.approx(reference["logLik"], abs=1e-7)
    assert fit.log_likelihood >= reference["logLik"] - 1e-9


@pytest.mark.parametrize("weighted", [False, True])
def test_small_data_equal_lme4(weighted):
    fit = fit_mixed(small().moments(weighted=weighted))
    reference = small_reference()["reml_weighted" if weighted else "reml"]
    varcomp = {"provider": reference["provider_variance"], "residual": reference["residual_variance"]}
    assert_equals_lme4(fit, {**reference, "varcomp": varcomp, "logLik": reference["log_likelihood"]}, small().names)


@needs_real_data
def test_hospital_stays_equal_lme4():
    rows = rows_of(stays(), STAYS, "log_los", "provnum")
    assert_equals_lme4(fit_mixed(rows.moments()), shared_reference("medpar")["lmer_loglos_reml"], STAYS)


@needs_real_data
def test_hospital_stays_without_terms_equal_lme4():
    rows = rows_of(stays(), [], "log_los", "provnum")
    assert_equals_lme4(fit_mixed(rows.moments()), shared_reference("medpar")["lmer_null_reml"], [])


@needs_real_data
@pytest.mark.parametrize(("key", "provider"), [("lmer_state_reml", "state"), ("lmer_chain_reml", "chain_id")])
def test_nursing_homes_equal_lme4(key, provider):
    reference = shared_reference("pbj_2025Q1")[key]
    rows = rows_of(nursing_homes().dropna(subset=provider), HOMES, "log_minutes", provider)
    assert len(rows.y) == reference["n"]
    assert_equals_lme4(fit_mixed(rows.moments()), reference, HOMES)


@needs_real_data
@pytest.mark.parametrize(
    ("key", "terms", "outcome"), [("lmer_null", [], "HRS"), ("lmer_wb", ["HRS", "LEAD"], "WBEING")]
)
def test_soldiers_equal_lme4(key, terms, outcome):
    rows = rows_of(soldiers(), terms, outcome, "GRP")
    assert_equals_lme4(fit_mixed(rows.moments()), shared_reference("bh1996")[key], terms)


def dense_log_likelihood(rows: Rows, provider_variance: float, residual_variance: float) -> float:
    """Restricted log-likelihood by the textbook, on the full covariance matrix (lme4 leaves out log det X'X)."""
    x = np.column_stack([np.ones(len(rows.y)), rows.x])
    same = rows.provider[:, None] == rows.provider
    v = provider_variance * same + np.diag(residual_variance / rows.w)
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    r = rows.y - x @ np.linalg.solve(information, x.T @ inverse @ rows.y)
    log_dets = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    return -0.5 * ((len(rows.y) - x.shape[1]) * np.log(2 * np.pi) + log_dets + r @ inverse @ r)


@pytest.mark.parametrize("seed", range(4))
def test_the_likelihood_is_the_textbooks_and_at_its_top(seed):
    rows = random_rows(seed, n=150)
    fit = fit_mixed(rows.moments())
    at = fit.provider_variance, fit.residual_variance
    assert fit.log_likelihood == pytest.approx(dense_log_likelihood(rows, *at), abs=1e-8)
    for tau, sigma in ((1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98)):
        assert dense_log_likelihood(rows, at[0] * tau, at[1] * sigma) < fit.log_likelihood


@pytest.mark.parametrize("seed", range(4))
def test_the_search_ends_where_the_textbooks_slope_is_zero(seed):
    rows = random_rows(seed, n=150)
    moments, fit = rows.moments(), fit_mixed(rows.moments())
    ratio = fit.provider_variance / fit.residual_variance
    degrees = len(rows.y) - rows.x.shape[1] - 1

    def profiled(at):
        """The residual variance at its best for the ratio, by one step: the likelihood is quadratic in its inverse."""
        one = dense_log_likelihood(rows, at, 1.0)
        two = dense_log_likelihood(rows, at * 2.0, 2.0)
        squares = 4 * (two - one) + 2 * degrees * np.log(2.0)
        return dense_log_likelihood(rows, at * squares / degrees, squares / degrees)

    for at in (0.3 * ratio + 0.01, 3 * ratio + 0.1):
        step = 1e-4 * at
        slope = (profiled(at + step) - profiled(at - step)) / (2 * step)
        assert score(moments, at) == pytest.approx(slope, rel=1e-4, abs=1e-6)
    if ratio > 0:
        steep = abs(score(moments, ratio * 1.01))
        assert abs(score(moments, ratio)) < 1e-8 * steep


def test_no_provider_variance_is_found_as_none():
    rng = np.random.default_rng(8)
    provider = np.repeat(np.arange(5), 40)
    noise = rng.normal(0, 10, 200)
    # Providers' means are equal to the last digit, less than chance gives.
    noise -= (np.bincount(provider, noise) / 40)[provider]
    rows = Rows(
        rng.integers(0, 2, (200, 1)).astype(float) * 0 + rng.normal(size=(200, 1)),
        50 + noise,
        np.ones(200),
        provider,
        5,
    )
    fit = fit_mixed(rows.moments())
    assert fit.provider_variance == 0.0
    pooled = np.linalg.lstsq(np.column_stack([np.ones(200), rows.x]), rows.y, rcond=None)[0]
    np.testing.assert_allclose(fit.terms, pooled, rtol=1e-9)
