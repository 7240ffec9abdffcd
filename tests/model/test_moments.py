"""Provider moments against statsmodels with provider dummies, and what they can and cannot tell apart."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import statsmodels.api as sm
from model_data import needs_real_data, random_rows, rows_of, shared_reference, small, small_reference
from real_data import nursing_homes, stays

from normenkader.model.intervals import leave_one_out
from normenkader.model.moments import (
    aliased_columns,
    alike_columns,
    average_level,
    hanging_columns,
    null_relations,
    provider_moments,
    solve,
    within_profile,
)


def within_terms(rows, *, weighted=True):
    profile = within_profile(rows.moments(weighted=weighted))
    return solve(profile.a.sum(axis=0), profile.b.sum(axis=0)), profile


@pytest.mark.parametrize("seed", range(6))
def test_moments_of_two_files_add_up_to_those_of_both(seed):
    rows = random_rows(seed)
    first = np.random.default_rng(seed).random(len(rows.y)) < 0.4
    parts = [provider_moments(rows.x[k], rows.y[k], rows.w[k], rows.provider[k], 6) for k in (first, ~first)]
    both, joined = rows.moments(), parts[0] + parts[1]
    for field in dataclasses.fields(both):
        np.testing.assert_allclose(getattr(joined, field.name), getattr(both, field.name), rtol=1e-12)


def test_moments_are_the_sums_they_say():
    rows = random_rows(3)
    moments = rows.moments()
    inside = rows.provider == 2
    x, y, w = rows.x[inside], rows.y[inside], rows.w[inside]
    np.testing.assert_allclose(moments.xx[2], sum(w[i] * np.outer(x[i], x[i]) for i in range(len(y))), rtol=1e-12)
    np.testing.assert_allclose(moments.xy[2], sum(w[i] * x[i] * y[i] for i in range(len(y))), rtol=1e-12)
    assert moments.yy[2] == pytest.approx(sum(w * y**2), rel=1e-12)
    assert moments.n[2] == inside.sum()
    assert moments.log_w[2] == pytest.approx(np.log(w).sum(), rel=1e-12)


def test_moments_cannot_be_written_through():
    with pytest.raises(ValueError, match="read-only"):
        random_rows(0).moments().xx[0, 0, 0] = 1.0


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_within_fit_equals_least_squares_with_provider_dummies(seed, weighted):
    rows = random_rows(seed)
    terms, profile = within_terms(rows, weighted=weighted)
    w = rows.w if weighted else np.ones(len(rows.y))
    reference = sm.WLS(rows.y, np.column_stack([rows.x, rows.dummies()]), weights=w).fit()
    p = rows.x.shape[1]
    np.testing.assert_allclose(terms, reference.params[:p], rtol=1e-8)
    np.testing.assert_allclose(profile.level - profile.slope @ terms, reference.params[p:], rtol=1e-8)
    n = np.bincount(rows.provider)
    assert average_level(profile, terms) == pytest.approx(np.average(reference.params[p:], weights=n), rel=1e-8)


@pytest.mark.parametrize("weighted", [False, True])
def test_within_fit_equals_r(weighted):
    terms, _ = within_terms(small(), weighted=weighted)
    reference = small_reference()["within_weighted" if weighted else "within"]
    np.testing.assert_allclose(terms, [reference["terms"][name] for name in small().names], rtol=1e-8)


@needs_real_data
def test_within_fit_of_hospital_stays_equals_statsmodels():
    rows = rows_of(stays(), ["hmo", "white", "type2", "type3"], "log_los", "provnum")
    terms, _ = within_terms(rows)
    reference = sm.OLS(rows.y, np.column_stack([rows.x, rows.dummies()])).fit()
    np.testing.assert_allclose(terms, reference.params[:4], rtol=1e-8)


@needs_real_data
def test_one_provider_gives_r_pooled_fit_of_hospital_stays():
    rows = rows_of(stays().assign(all="all"), ["hmo", "white", "type2", "type3"], "log_los", "all")
    terms, profile = within_terms(rows)
    reference = shared_reference("medpar")["ols_loglos"]["coef"]
    np.testing.assert_allclose(terms, [reference[name] for name in rows.names], rtol=1e-8)
    assert average_level(profile, terms) == pytest.approx(reference["(Intercept)"], rel=1e-8)


@needs_real_data
def test_within_fit_of_608_chains_equals_absorbed_least_squares():
    frame = nursing_homes().dropna(subset="chain_id")
    rows = rows_of(frame, ["lx", "ownershipnon_profit", "ownershipgovernment"], "log_minutes", "chain_id")
    assert rows.n_providers == shared_reference("pbj_2025Q1")["chains"]
    terms, _ = within_terms(rows)
    centred = frame[["log_minutes", *rows.names]] - frame.groupby("chain_id")[["log_minutes", *rows.names]].transform(
        "mean"
    )
    reference = sm.OLS(centred["log_minutes"], centred[list(rows.names)]).fit()
    np.testing.assert_allclose(terms, reference.params, rtol=1e-8)


def test_a_column_that_others_explain_is_aliased_and_a_rare_one_is_not():
    rows = random_rows(1)
    rare = np.zeros(len(rows.y))
    rare[-1] = 1.0
    provider_trait = (rows.provider < 3).astype(float)
    x = np.column_stack([rows.x, rows.x[:, 0] + rows.x[:, 1], rare, provider_trait])
    profile = within_profile(provider_moments(x, rows.y, rows.w, rows.provider, 6))
    assert aliased_columns(profile.a.sum(axis=0)) == (4, 6)


def test_a_term_that_rests_on_one_provider_hangs():
    rows = random_rows(2)
    only_here = np.where(rows.provider == 4, rows.x[:, 0], 0.0)
    x = np.column_stack([rows.x, only_here])
    profile = within_profile(provider_moments(x, rows.y, rows.w, rows.provider, 6))
    # Column 0 is column 4 at provider 4, but it varies elsewhere as well.
    assert hanging_columns(profile) == (4,)


@pytest.mark.parametrize("seed", range(5))
def test_a_column_that_is_constant_where_it_does_not_vary_leaves_no_dust(seed):
    """All of providers 0 and 3 have it; only provider 1 has clients with and without."""
    rows = random_rows(seed, n=600)
    rng = np.random.default_rng(seed)
    extra = np.isin(rows.provider, [0, 3]).astype(float)
    extra[rows.provider == 1] = rng.random((rows.provider == 1).sum()) < 0.5
    x = np.column_stack([rows.x, extra])
    profile = within_profile(provider_moments(x, rows.y, rows.w, rows.provider, 6))
    assert np.flatnonzero(profile.a[:, 4, 4]).tolist() == [1]
    assert hanging_columns(profile) == (4,)
    left, _ = leave_one_out(profile)
    assert left[1, 4] == 0.0


def test_no_columns_at_all_leaves_the_levels():
    rows = random_rows(5)
    profile = within_profile(provider_moments(rows.x[:, :0], rows.y, rows.w, rows.provider, 6))
    terms = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    assert terms.shape == (0,)
    means = [np.average(rows.y[rows.provider == g], weights=rows.w[rows.provider == g]) for g in range(6)]
    assert average_level(profile, terms) == pytest.approx(np.average(means, weights=np.bincount(rows.provider)))


def within(x, provider):
    return x - np.stack([x[provider == g].mean(axis=0) for g in range(provider.max() + 1)])[provider]


@pytest.mark.parametrize("seed", range(60))
def test_columns_that_others_can_imitate_are_found_in_any_order(seed):
    """By brute force: taking a column away lowers the rank within providers exactly when it is in no group."""
    rng = np.random.default_rng(seed)
    provider = np.sort(rng.integers(0, 5, 200))
    x = rng.integers(0, 2, (200, 5)).astype(float)
    x = np.column_stack([x, *_imitations(x, provider, rng)])
    order = rng.permutation(x.shape[1])
    x = x[:, order]
    a = within_profile(provider_moments(x, np.zeros(200), np.ones(200), provider, 5)).a.sum(axis=0)
    groups = alike_columns(a)
    inside, rank = within(x, provider), np.linalg.matrix_rank
    alone = [j for j in range(len(a)) if rank(np.delete(inside, j, axis=1)) < rank(inside)]
    assert sorted(j for group in groups for j in group) == [j for j in range(len(a)) if j not in alone]
    # Nothing smaller than a group holds all that imitates each of its columns: every null vector of it stays within.
    for group in groups:
        rest = np.delete(inside, group, axis=1)
        assert rank(rest) + rank(inside[:, group]) == rank(inside)
        assert len(group) == 1 or all(rank(inside[:, group]) == rank(np.delete(inside[:, group], k, axis=1))
                                      for k in range(len(group)))  # fmt: skip
    back = np.argsort(rng.permutation(len(a)))
    again = alike_columns(a[np.ix_(back, back)])
    assert sorted(tuple(sorted(back[j] for j in group)) for group in again) == list(groups)
    relations = null_relations(a)
    assert len(relations) == len(a) - rank(inside)
    assert np.abs(inside @ relations.T).max(initial=0) < 1e-6


def _imitations(x, provider, rng):
    """Copies, sums, complements, traits of providers and products: what collinear levels look like."""
    ways = [
        x[:, 0], 1 - x[:, 1], x[:, 1] + x[:, 2] - x[:, 3], (provider < 2).astype(float), x[:, 4] * x[:, 0],
        x[:, 2] + (provider == 3), np.zeros(len(x)),
    ]  # fmt: skip
    return [ways[k] for k in rng.choice(len(ways), rng.integers(0, 4), replace=False)]
