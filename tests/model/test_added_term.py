from __future__ import annotations

import numpy as np
import pytest
from model_data import Rows, random_rows
from statsmodels.stats.multitest import multipletests

from normenkader.model.added_term import added_terms, contrasts, holm
from normenkader.model.intervals import leave_one_out
from normenkader.model.moments import solve, within_profile


def refit(rows: Rows, z: np.ndarray, keep: np.ndarray) -> float:
    """Coefficient of z with a dummy for every provider, by plain least squares."""
    full = np.column_stack([rows.x, z, rows.dummies()])[keep] * np.sqrt(rows.w[keep])[:, None]
    return float(np.linalg.lstsq(full, rows.y[keep] * np.sqrt(rows.w[keep]), rcond=1e-12)[0][rows.x.shape[1]])


def test_each_added_column_equals_a_refit_with_and_without_every_provider() -> None:
    rows = random_rows(4)
    z = np.column_stack([rows.x[:, 0] * rows.x[:, 1], np.random.default_rng(5).normal(size=len(rows.y))])
    found = added_terms(rows.x, z, rows.y, rows.w, rows.provider)
    for j in range(2):
        value = refit(rows, z[:, j], np.ones(len(rows.y), bool))
        left = np.array([refit(rows, z[:, j], rows.provider != g) for g in range(rows.n_providers)])
        assert found.value[j] == pytest.approx(value, rel=1e-6)
        spread = np.sqrt((1 - 1 / rows.n_providers) * ((left - value) ** 2).sum())
        assert found.standard_error[j] == pytest.approx(spread, rel=1e-5)


def test_a_column_the_terms_already_say_or_that_two_providers_carry_is_not_tested() -> None:
    rows = random_rows(6)
    double, rare = rows.x[:, 0] + rows.x[:, 1], np.where(rows.provider < 2, rows.x[:, 2] * rows.x[:, 3], 0.0)
    found = added_terms(rows.x, np.column_stack([double, rare]), rows.y, rows.w, rows.provider)
    assert np.isnan(found.two_sided()).all()


def test_contrasts_of_terms_equal_the_jackknife_by_hand() -> None:
    rows = random_rows(7)
    profile = within_profile(rows.moments())
    full, (left, _) = solve(profile.a.sum(axis=0), profile.b.sum(axis=0)), leave_one_out(profile)
    row = np.array([[1.0, -1.0, 0.0, 0.0]])
    found = contrasts(profile, row, full, left)
    difference = left[:, 0] - left[:, 1]
    error = np.sqrt((1 - 1 / len(left)) * ((difference - (full[0] - full[1])) ** 2).sum())
    assert found.value[0] == pytest.approx(full[0] - full[1])
    assert found.standard_error[0] == pytest.approx(error)
    assert 2 <= found.degrees[0] <= len(left) - 1
    assert found.below_zero()[0] == pytest.approx(
        found.two_sided()[0] / 2 if found.value[0] < 0 else 1 - found.two_sided()[0] / 2
    )


def test_holm_equals_statsmodels_and_leaves_missing_out() -> None:
    p = np.array([0.03, 0.001, 0.2, 0.04, 0.9])
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    with_missing = np.insert(p, 2, np.nan)
    assert np.isnan(holm(with_missing)[2])
    assert np.delete(holm(with_missing), 2) == pytest.approx(holm(p))


def test_five_percent_where_nothing_is_added() -> None:
    rejected = []
    for seed in range(150):
        rows = random_rows(1000 + seed, n=400, g=12)
        z = rows.x[:, [0, 1]] * rows.x[:, [2, 3]]
        rejected += (added_terms(rows.x, z, rows.y, rows.w, rows.provider).two_sided() < 0.05).tolist()
    assert 0.01 < np.mean(rejected) < 0.05 + 2 * np.sqrt(0.05 * 0.95 / len(rejected))
