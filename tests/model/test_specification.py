"""Mundlak's test with one contextual variable: its slope, its size and its power."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from model_data import Rows, random_rows

from normenkader.model.intervals import leave_one_out
from normenkader.model.mixed import fit_mixed
from normenkader.model.moments import solve, within_profile
from normenkader.model.specification import contextual_slope, mean_rows, specification_test


def assessed(rows: Rows):
    moments = rows.moments()
    profile = within_profile(moments)
    terms = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    left, _ = leave_one_out(profile)
    mean_x = mean_rows(rows.x, rows.provider)
    return specification_test(moments, mean_x, terms, left, fit_mixed(moments)), terms, mean_x


@pytest.mark.parametrize("seed", range(4))
def test_contextual_slope_is_a_weighted_regression(seed):
    rng = np.random.default_rng(seed)
    level, index, n = rng.normal(100, 20, 12), rng.normal(50, 10, 12), rng.integers(5, 200, 12).astype(float)
    reference = sm.WLS(level, sm.add_constant(index), weights=n).fit()
    assert contextual_slope(level, index, n) == pytest.approx(reference.params[1], rel=1e-9)


def test_no_slope_where_case_mix_is_equal():
    assert contextual_slope(np.arange(4.0), np.full(4, 7.0), np.ones(4)) == 0.0


@pytest.mark.parametrize("seed", range(3))
def test_slope_of_the_fit_equals_statsmodels_in_two_stages(seed):
    rows = random_rows(seed, n=500, g=9)
    test, terms, mean_x = assessed(rows)
    first = sm.WLS(rows.y, np.column_stack([rows.x, rows.dummies()]), weights=rows.w).fit()
    index = np.array([rows.x[rows.provider == g].mean(axis=0) @ first.params[:4] for g in range(9)])
    second = sm.WLS(first.params[4:], sm.add_constant(index), weights=np.bincount(rows.provider)).fit()
    assert test.slope == pytest.approx(second.params[1], rel=1e-7)
    np.testing.assert_allclose(mean_x @ terms, index, rtol=1e-8)
    assert test.degrees_of_freedom == 7
    assert test.largest_difference == pytest.approx(np.abs(fit_mixed(rows.moments()).terms[1:] - terms).max())


def drawn(rng: np.random.Generator, *, contextual: float, g: int = 14) -> Rows:
    provider = np.repeat(np.arange(g), rng.integers(20, 60, g))
    severity = rng.normal(0, 0.7, g)
    x = (severity[provider, None] + rng.normal(0, 1, (len(provider), 3)) > 0).astype(float)
    norm = x @ [30.0, 20.0, 25.0]
    own = rng.normal(0, 10, g) + contextual * np.bincount(provider, norm) / np.bincount(provider)
    y = 100 + norm + own[provider] + rng.normal(0, 30, len(provider))
    return Rows(x, y, np.ones(len(provider)), provider, g)


def test_size_and_power():
    """5 % where style is unrelated to case mix (within 3 Monte-Carlo errors); nearly always where it follows it."""
    rng = np.random.default_rng(12)
    size = np.mean([assessed(drawn(rng, contextual=0.0))[0].p_value < 0.05 for _ in range(400)])
    power = np.mean([assessed(drawn(rng, contextual=1.0))[0].p_value < 0.05 for _ in range(60)])
    assert abs(size - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 400)
    assert power > 0.9


def test_three_providers_are_too_few():
    rows = random_rows(0, g=3)
    assert assessed(rows)[0] is None
