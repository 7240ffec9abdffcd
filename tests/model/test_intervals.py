"""The cluster jackknife by refitting without each provider, its degrees of freedom, and provider resamples."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from model_data import needs_real_data, random_rows, rows_of, shared_reference, small, small_reference
from real_data import nursing_homes, stays
from scipy import stats

from normenkader.model.intervals import (
    clustered_covariance,
    degrees_of_freedom,
    degrees_of_level,
    jackknife_covariance,
    leave_one_out,
    provider_draws,
    resampled,
    t_interval,
    wider_by_unequal_providers,
)
from normenkader.model.moments import average_level, pooled_equations, solve, within_profile


def refit(rows, counts):
    """Terms and level by statsmodels, every provider as often as counted; a provider twice is two providers."""
    x, y, w, dummies, n = [], [], [], [], []
    for g, times in enumerate(counts.astype(int)):
        for _ in range(times):
            inside = rows.provider == g
            x.append(rows.x[inside])
            y.append(rows.y[inside])
            w.append(rows.w[inside])
            n.append(inside.sum())
            dummies.append(np.full(inside.sum(), len(n) - 1))
    own = (np.concatenate(dummies)[:, None] == np.arange(len(n))).astype(float)
    fit = sm.WLS(np.concatenate(y), np.column_stack([np.vstack(x), own]), weights=np.concatenate(w)).fit()
    p = rows.x.shape[1]
    return fit.params[:p], np.average(fit.params[p:], weights=n)


@pytest.mark.parametrize("seed", range(4))
def test_leaving_providers_out_equals_refits(seed):
    rows = random_rows(seed)
    terms, level = leave_one_out(within_profile(rows.moments()))
    for g in range(rows.n_providers):
        expected, expected_level = refit(rows, 1 - np.eye(rows.n_providers)[g])
        np.testing.assert_allclose(terms[g], expected, rtol=1e-8)
        assert level[g] == pytest.approx(expected_level, rel=1e-8)


@needs_real_data
def test_jackknife_of_hospital_stays_equals_refits():
    rows = rows_of(stays(), ["hmo", "white", "type2", "type3"], "log_los", "provnum")
    profile = within_profile(rows.moments())
    terms, level = leave_one_out(profile)
    full = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    left = [refit(rows, 1 - np.eye(54)[g]) for g in range(54)]
    expected = 53 / 54 * sum(np.outer(t - full, t - full) for t, _ in left)
    np.testing.assert_allclose(jackknife_covariance(terms, full), expected, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(level, [one for _, one in left], rtol=1e-8)


@pytest.mark.parametrize("key", ["within", "within_weighted"])
def test_jackknife_covariance_and_degrees_of_freedom_equal_r(key):
    reference = small_reference()[key]
    profile = within_profile(small().moments(weighted=key == "within_weighted"))
    terms, _ = leave_one_out(profile)
    names = small().names
    np.testing.assert_allclose(terms, [[one[name] for name in names] for one in reference["left_out"]], rtol=1e-8)
    full = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    covariance = jackknife_covariance(terms, full)
    np.testing.assert_allclose(covariance, reference["jackknife_covariance"], rtol=1e-8)
    # clubSandwich's CR3 is the jackknife without the factor (G - 1) / G.
    np.testing.assert_allclose(covariance, np.array(reference["cr3_covariance"]) * 8 / 9, rtol=1e-6)
    np.testing.assert_allclose(degrees_of_freedom(profile)[:3], list(reference["cr3_degrees"].values()), rtol=1e-6)


def dense_degrees(rows):
    """Satterthwaite by the full projection matrices: the jackknife variance as a quadratic form in the errors."""
    root = np.sqrt(rows.w)[:, None]
    everything = root * np.column_stack([rows.x, rows.dummies()])
    p, g = rows.x.shape[1], rows.n_providers
    of_all = np.linalg.pinv(everything)[:p]
    moves = []
    for k in range(g):
        kept = rows.provider != k
        without = np.zeros_like(of_all)
        without[:, kept] = np.linalg.pinv(everything[kept])[:p]
        moves.append(without - of_all)
    found = []
    for term in range(p):
        of_term = np.array([move[term] for move in moves])
        covariance = of_term @ of_term.T
        found.append(np.trace(covariance) ** 2 / np.trace(covariance @ covariance))
    return np.array(found)


@pytest.mark.parametrize("seed", range(4))
def test_degrees_of_freedom_equal_dense_algebra(seed):
    rows = random_rows(seed, n=160, p=3, g=5)
    degrees = degrees_of_freedom(within_profile(rows.moments()))
    np.testing.assert_allclose(degrees[:3], np.minimum(dense_degrees(rows), 4.0), rtol=1e-6)


def pooled(rows, reference):
    """Pooled least squares with its clustered standard errors, from moments, against R."""
    a, b = pooled_equations(rows.moments())
    terms = solve(a.sum(axis=0), b.sum(axis=0))
    covariance = clustered_covariance(a, b, terms, n_rows=len(rows.y), n_fitted=len(terms))
    names = ["(Intercept)", *rows.names]
    np.testing.assert_allclose(terms, [reference["coef"][name] for name in names], rtol=1e-7)
    return np.sqrt(np.diag(covariance)), names


@needs_real_data
def test_clustered_errors_of_hospital_stays_equal_r():
    rows = rows_of(stays(), ["hmo", "white", "type2", "type3"], "log_los", "provnum")
    reference = shared_reference("medpar")["ols_loglos"]
    errors, names = pooled(rows, reference)
    np.testing.assert_allclose(errors, [reference["se_cl_hc1"][name] for name in names], rtol=1e-8)


@needs_real_data
def test_clustered_errors_of_nursing_homes_equal_r():
    rows = rows_of(nursing_homes(), ["lx", "ownershipnon_profit", "ownershipgovernment"], "log_minutes", "state")
    reference = shared_reference("pbj_2025Q1")["ols"]
    errors, names = pooled(rows, reference)
    np.testing.assert_allclose(errors, [reference["se_cl_state_hc1"][name] for name in names], rtol=1e-7)


@pytest.mark.parametrize("key", ["within", "within_weighted"])
def test_clustered_covariance_within_providers_equals_r(key):
    rows = small()
    profile = within_profile(rows.moments(weighted=key == "within_weighted"))
    terms = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    found = clustered_covariance(profile.a, profile.b, terms, n_rows=len(rows.y), n_fitted=3 + rows.n_providers)
    np.testing.assert_allclose(found, small_reference()[key]["hc1_covariance"], rtol=1e-8)


def test_degrees_of_freedom_of_the_level():
    """Equal providers leave G - 1; one that holds nearly all clients leaves about one."""
    equal = random_rows(0, n=300, g=6)
    profile = within_profile(equal.moments())
    same = type(profile)(a=profile.a, b=profile.b, level=profile.level, slope=profile.slope, n=np.full(6, 50.0))
    assert degrees_of_freedom(same)[-1] == pytest.approx(5.0)
    n = np.array([1000.0, 10, 10, 10, 10, 10])
    one = type(profile)(a=profile.a, b=profile.b, level=profile.level, slope=profile.slope, n=n)
    assert degrees_of_freedom(one)[-1] < 1.3


def test_degrees_of_freedom_of_the_level_match_simulated_variances():
    """Variance of the jackknife variance itself, over drawn levels: df = 2 mean^2 / variance."""
    n = np.array([120.0, 60, 40, 30, 20, 20, 10])
    rng = np.random.default_rng(4)
    levels = rng.normal(0, 1, (40_000, 7))
    full = levels @ n / n.sum()
    left = np.array([(levels @ n - levels[:, g] * n[g]) / (n.sum() - n[g]) for g in range(7)])
    variance = 6 / 7 * ((left - full) ** 2).sum(axis=0)
    rows = random_rows(1, g=7)
    profile = within_profile(rows.moments())
    own = type(profile)(a=profile.a, b=profile.b, level=profile.level, slope=profile.slope, n=n)
    assert degrees_of_freedom(own)[-1] == pytest.approx(2 * variance.mean() ** 2 / variance.var(), rel=0.05)


@pytest.mark.parametrize(
    "n", [[600.0, *[40.0] * 9], [400.0, *[67.0] * 9], [250.0, *[50.0] * 15], [30.0, 30.0, *[4.0] * 10], [50.0] * 8]
)
def test_how_much_wider_unequal_providers_make_the_interval_of_the_level(n):
    """In draws: above 1.25 the interval is a quarter or more wider than needed and holds in 98 of 100; else near 95."""
    n, g = np.array(n), len(n)
    levels = np.random.default_rng(5).normal(0, 1, (20_000, g))
    full = levels @ n / n.sum()
    left = (levels @ n)[:, None] - levels * n
    error = np.sqrt((g - 1) / g * ((left / (n.sum() - n) - full[:, None]) ** 2).sum(axis=1))
    low, high = t_interval(full, error, degrees_of_level(n)).T
    held, width = float(((low <= 0) & (high >= 0)).mean()), float((high - low).mean() / 2 / (1.96 * full.std()))
    wider = wider_by_unequal_providers(n)
    assert wider == pytest.approx(t_interval(0.0, 1.0, degrees_of_level(n))[1] / t_interval(0.0, 1.0, g - 1.0)[1])
    if n.max() < 2 * n.min():
        assert wider == pytest.approx(1.0)
        assert held == pytest.approx(0.95, abs=0.01)
    else:
        assert wider > 1.25
        assert width > 1.25
        assert held > 0.975


def test_resamples_equal_refits_of_the_drawn_providers():
    rows = random_rows(7, n=400)
    draws = provider_draws(rows.n_providers, 12, 5)
    assert (draws.sum(axis=1) == rows.n_providers).all()
    terms, level = resampled(within_profile(rows.moments()), draws)
    for b, counts in enumerate(draws):
        expected, expected_level = refit(rows, counts)
        np.testing.assert_allclose(terms[b], expected, rtol=1e-7)
        assert level[b] == pytest.approx(expected_level, rel=1e-8)


def test_draws_follow_from_the_seed_alone():
    assert (provider_draws(9, 50, 3) == provider_draws(9, 50, 3)).all()
    assert (provider_draws(9, 50, 3) != provider_draws(9, 50, 4)).any()


def test_average_level_weighs_by_how_often_a_provider_is_drawn():
    rows = random_rows(2)
    profile = within_profile(rows.moments())
    terms = np.array([1.0, 2.0, 3.0, 4.0])
    counts = np.array([2.0, 0, 1, 0, 1, 2])
    own = profile.level - profile.slope @ terms
    assert average_level(profile, terms, counts) == pytest.approx(np.average(own, weights=counts * profile.n))


def test_t_interval():
    low, high = t_interval(np.array(10.0), np.array(2.0), 7.5)
    half = 2.0 * stats.t(7.5).ppf(0.975)
    assert (low, high) == pytest.approx((10 - half, 10 + half))
