"""The censored fit against survreg, its own score equations, and exact refits without a provider."""

from __future__ import annotations

import numpy as np
import pytest
from model_data import Rows, needs_real_data, random_rows, rows_of, small, small_at_cap, small_reference
from real_data import stays
from scipy import integrate, stats

from normenkader.model.censored import censored_profile, expectation, fit_censored, usable_caps
from normenkader.model.intervals import leave_one_out
from normenkader.model.moments import solve, within_profile


def fit(rows: Rows, at_cap: np.ndarray):
    return fit_censored(rows.x, rows.y, rows.w, rows.provider, rows.n_providers, at_cap)


def capped(seed: int, *, n: int = 900, g: int = 8) -> tuple[Rows, np.ndarray]:
    rows = random_rows(seed, n=n, p=3, g=g)
    cap = np.random.default_rng(seed + 100).normal(150, 25, n)
    delivered = np.minimum(rows.y, cap)
    return Rows(rows.x, delivered, rows.w, rows.provider, g), rows.y > cap


def log_likelihood(theta: np.ndarray, rows: Rows, at_cap: np.ndarray) -> float:
    """By the textbook, with scipy's normal distribution; levels, terms, log sigma."""
    g = rows.n_providers
    mean = theta[:g][rows.provider] + rows.x @ theta[g:-1]
    sd = np.exp(theta[-1]) / np.sqrt(rows.w)
    each = np.where(at_cap, stats.norm.logsf(rows.y, mean, sd), stats.norm.logpdf(rows.y, mean, sd))
    return float(each.sum())


def theta_of(found) -> np.ndarray:
    return np.concatenate([found.level, found.terms, [np.log(found.sigma)]])


def test_the_likelihood_used_here_is_survregs():
    """The same value at survreg's estimates, where its slopes vanish."""
    rows = small("delivered")
    unweighted = Rows(rows.x, rows.y, np.ones(len(rows.y)), rows.provider, rows.n_providers)
    reference = small_reference()["censored"]["survreg"]
    theta = np.array([*reference["level"], *reference["terms"].values(), np.log(reference["sigma"])])
    assert log_likelihood(theta, unweighted, small_at_cap()) == pytest.approx(reference["log_likelihood"], abs=1e-7)
    np.testing.assert_allclose(slopes(lambda t: log_likelihood(t, unweighted, small_at_cap()), theta), 0, atol=1e-4)


def slopes(objective, theta: np.ndarray, step: float = 1e-4) -> list[float]:
    return [(objective(theta + step * e) - objective(theta - step * e)) / (2 * step) for e in np.eye(len(theta))]


@pytest.mark.parametrize("weighted", [False, True])
def test_small_data_equal_r_with_the_same_divisor(weighted):
    rows = small("delivered")
    rows = rows if weighted else Rows(rows.x, rows.y, np.ones(len(rows.y)), rows.provider, rows.n_providers)
    found = fit(rows, small_at_cap())
    reference = small_reference()["censored"]["divided_by_degrees_weighted" if weighted else "divided_by_degrees"]
    assert found.converged
    np.testing.assert_allclose(found.terms, list(reference["terms"].values()), rtol=1e-4)
    np.testing.assert_allclose(found.level, reference["level"], rtol=1e-4)
    assert found.sigma == pytest.approx(reference["sigma"], rel=1e-4)


def test_terms_lie_near_survregs_own():
    """The divisor n - G - p in place of n moves sigma, and the terms but little."""
    rows = small("delivered")
    found = fit(Rows(rows.x, rows.y, np.ones(len(rows.y)), rows.provider, rows.n_providers), small_at_cap())
    reference = small_reference()["censored"]["survreg"]
    np.testing.assert_allclose(found.terms, list(reference["terms"].values()), atol=0.1)
    assert found.sigma / reference["sigma"] == pytest.approx(np.sqrt(231 / (231 - 12)), rel=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_the_score_vanishes_at_the_fit(seed):
    rows, at_cap = capped(seed)
    found = fit(rows, at_cap)
    assert 0.1 < at_cap.mean() < 0.6
    n_free = rows.n_providers + rows.x.shape[1]

    def objective(theta):
        return log_likelihood(theta, rows, at_cap) + n_free * theta[-1]

    np.testing.assert_allclose(slopes(objective, theta_of(found)), 0, atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_without_a_capped_row_it_is_the_ordinary_fit(seed):
    rows = random_rows(seed)
    nobody = np.zeros(len(rows.y), bool)
    found = fit(rows, nobody)
    profile = within_profile(rows.moments())
    terms = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    np.testing.assert_allclose(found.terms, terms, rtol=1e-12)
    residual = rows.y - found.level[rows.provider] - rows.x @ terms
    degrees = len(rows.y) - rows.n_providers - rows.x.shape[1]
    assert found.sigma**2 == pytest.approx((rows.w * residual**2).sum() / degrees)
    assert (found.expected == rows.y).all()
    assert (found.extra_variance == 0).all()


def test_it_finds_what_the_cap_hides():
    """True terms within a tenth; counting the cap as need loses more."""
    rng = np.random.default_rng(1)
    provider = np.repeat(np.arange(10), 800)
    x = rng.integers(0, 2, (8000, 2)).astype(float)
    need = 150 + rng.normal(0, 15, 10)[provider] + x @ [60.0, -30.0] + rng.normal(0, 35, 8000)
    cap = rng.normal(190, 20, 8000)
    rows = Rows(x, np.minimum(need, cap), np.ones(8000), provider, 10)
    found, naive = fit(rows, need > cap), fit(rows, np.zeros(8000, bool))
    np.testing.assert_allclose(found.terms, [60, -30], atol=3)
    assert abs(naive.terms[0] - 60) > 12
    assert found.sigma == pytest.approx(35, rel=0.05)


@pytest.mark.parametrize(("y", "mean", "sd"), [(1.0, 0.0, 1.0), (120.0, 100.0, 30.0), (90.0, 100.0, 5.0)])
def test_expectation_beyond_the_cap_by_integration(y, mean, sd):
    density = stats.norm(mean, sd)
    first = integrate.quad(lambda v: v * density.pdf(v), y, mean + 12 * sd)[0] / density.sf(y)
    second = integrate.quad(lambda v: (v - first) ** 2 * density.pdf(v), y, mean + 12 * sd)[0] / density.sf(y)
    got, spread = expectation(np.array([y, y]), np.array([mean] * 2), np.array([sd] * 2), np.array([True, False]))
    np.testing.assert_allclose(got, [first, y], rtol=1e-8)
    np.testing.assert_allclose(spread, [second, 0.0], rtol=1e-6, atol=1e-12)


def test_expectation_far_in_both_tails_stays_finite():
    got, spread = expectation(np.array([50.0, -50.0]), np.zeros(2), np.ones(2), np.ones(2, bool))
    np.testing.assert_allclose(got, [50.02, 0.0], atol=1e-3)
    assert (spread >= 0).all()
    assert np.isfinite(spread).all()


@pytest.mark.parametrize("seed", range(2))
def test_one_step_without_a_provider_lies_near_the_exact_refit(seed):
    rows, at_cap = capped(seed)
    found = fit(rows, at_cap)
    left, _ = leave_one_out(censored_profile(found, rows.x, rows.y, rows.w, rows.provider, rows.n_providers))
    exact = []
    for g in range(rows.n_providers):
        kept = rows.provider != g
        codes = np.unique(rows.provider[kept], return_inverse=True)[1]
        without = Rows(rows.x[kept], rows.y[kept], rows.w[kept], codes, rows.n_providers - 1)
        exact.append(fit(without, at_cap[kept]).terms)
    moved, moved_exact = left[:, :-1] - found.terms, np.array(exact) - found.terms
    assert np.abs(moved_exact).max() > 0.3
    errors = np.sqrt((moved**2).sum(axis=0)), np.sqrt((moved_exact**2).sum(axis=0))
    np.testing.assert_allclose(errors[0], errors[1], rtol=0.06)


@needs_real_data
def test_hospital_stays_without_cap_equal_the_within_fit():
    rows = rows_of(stays(), ["hmo", "white"], "los", "provnum")
    profile = within_profile(rows.moments())
    found = fit(rows, np.zeros(len(rows.y), bool))
    np.testing.assert_allclose(found.terms, solve(profile.a.sum(axis=0), profile.b.sum(axis=0)), rtol=1e-10)


def test_a_provider_wholly_at_its_cap_counts_as_delivered():
    """Its level has no upper bound: the likelihood rises for ever."""
    rows, at_cap = capped(4)
    at_cap = at_cap | (rows.provider == 2)
    found = fit(rows, at_cap)
    assert found.converged
    assert not found.lower_limit[rows.provider == 2].any()
    assert (found.lower_limit == (at_cap & (rows.provider != 2))).all()
    own = rows.provider == 2
    expected = np.average(rows.y[own] - rows.x[own] @ found.terms, weights=rows.w[own])
    assert found.level[2] == pytest.approx(expected, rel=1e-9)


def test_a_level_wholly_at_its_cap_counts_as_delivered():
    rows, at_cap = capped(5)
    at_cap = at_cap | (rows.x[:, 1] > 0)
    usable = usable_caps(rows.x, rows.provider, rows.n_providers, at_cap)
    assert (usable == (at_cap & (rows.x[:, 1] == 0))).all()
    assert fit(rows, at_cap).converged
