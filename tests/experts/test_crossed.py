from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

from normenkader.experts.crossed import fit_crossed
from normenkader.experts.crossed_variance import variance_with_shared_items


def drawn(seed: int = 1, *, n_experts: int = 7, n_vignettes: int = 30, p: int = 6, noise: float = 5.0):
    rng = np.random.default_rng(seed)
    x = (rng.random((n_vignettes, p)) < 0.4).astype(float)
    who, what = np.divmod(np.arange(n_experts * n_vignettes), n_vignettes)
    truth = np.arange(1, p + 1) * 10.0
    worth = truth + 3 * rng.standard_normal((n_experts, p))
    y = 100 + 8 * rng.standard_normal(n_experts)[who] + 4 * rng.standard_normal(n_vignettes)[what]
    return y + (x[what] * worth[who]).sum(axis=1) + noise * rng.standard_normal(len(who)), x[what], who, what, truth


def test_a_complete_panel_is_the_mean_of_each_experts_own_fit():
    y, x, who, what, _ = drawn()
    fit = fit_crossed(y, x, who, what)
    own = np.array([
        np.linalg.lstsq(np.column_stack([x[who == e], np.ones((who == e).sum())]), y[who == e], rcond=None)[0]
        for e in range(7)
    ])  # fmt: skip
    assert fit.values == pytest.approx(own.mean(axis=0), abs=1e-8)
    assert fit.identified.all()
    # Over experts the jackknife is the variance of their own fits; vignettes add theirs through the least squares.
    design = np.column_stack([x[who == 0], np.ones(30)])
    shared = fit.vignette_sd**2 * np.diag(np.linalg.inv(design.T @ design))
    assert fit.standard_errors**2 == pytest.approx(own.var(axis=0, ddof=1) / 7 + shared, rel=1e-6)
    assert ((fit.degrees_of_freedom > 1) & (fit.degrees_of_freedom < 6 + 23)).all()


def test_variances_of_a_complete_panel_are_mean_squares_beside_each_experts_own_terms():
    y, x, who, what, _ = drawn(2)
    fit = fit_crossed(y, x, who, what)
    rest = linalg.null_space(np.column_stack([x[who == 0], np.ones(30)]).T)
    left = y.reshape(7, 30) @ rest
    between = 7 * left.mean(axis=0).var(ddof=0) + 7 * left.mean() ** 2
    within = ((left - left.mean(axis=0)) ** 2).sum() / (6 * left.shape[1])
    assert fit.residual_sd**2 == pytest.approx(within)
    assert fit.vignette_sd**2 == pytest.approx(max((between - within) / 7, 0))


def test_a_generous_expert_with_the_heavy_vignettes_does_not_move_the_terms():
    y, x, who, what, _ = drawn(3, noise=0.0)
    heavy = x.sum(axis=1) > 2
    kept = ~((who == 0) & ~heavy)
    before = fit_crossed(y[kept], x[kept], who[kept], what[kept]).values
    after = fit_crossed(y[kept] + 500.0 * (who[kept] == 0), x[kept], who[kept], what[kept]).values
    assert after[:-1] == pytest.approx(before[:-1], abs=1e-6)
    assert after[-1] == pytest.approx(before[-1] + 500 / 7, abs=1e-6)


def test_terms_that_always_go_together_are_not_told_apart_and_the_others_stay():
    y, x, who, what, _ = drawn(4)
    twin = np.column_stack([x, x[:, 2]])
    fit, plain = fit_crossed(y, twin, who, what), fit_crossed(y, x, who, what)
    assert fit.identified.tolist() == [True, True, False, True, True, True, False, True]
    assert np.isnan(fit.values[[2, 6]]).all()
    assert fit.values[[0, 1, 3, 4, 5, 7]] == pytest.approx(plain.values[[0, 1, 3, 4, 5, 6]], abs=1e-8)


def test_a_level_that_every_vignette_has_hides_the_ijkclient():
    y, x, who, what, _ = drawn(5)
    fit = fit_crossed(y, np.column_stack([x, np.ones(len(y))]), who, what)
    assert fit.identified.tolist() == [True] * 6 + [False, False]


def test_a_term_that_one_expert_alone_judged_rests_on_one():
    y, x, who, what, _ = drawn(6)
    mark = ((what < 5) & (who == 0)).astype(float)
    kept = ~((what < 5) & (who > 0))
    fit = fit_crossed(y[kept], np.column_stack([x, mark])[kept], who[kept], what[kept])
    assert fit.rests_on_one[6]
    assert not fit.rests_on_one[:6].any()


def test_without_vignettes_to_spare_there_is_no_error():
    y, _, who, what, _ = drawn(7, n_vignettes=7)
    fit = fit_crossed(y, np.eye(7)[what][:, :6], who, what)
    assert fit.spare_vignettes == 0
    assert fit.identified.all()
    assert np.isnan(fit.standard_errors).all()
    assert not np.isnan(fit.values).any()


def test_one_expert_is_no_panel():
    y, x, who, what, _ = drawn(8)
    with pytest.raises(ValueError, match="two experts"):
        fit_crossed(y[who == 0], x[who == 0], who[who == 0], what[who == 0])


def test_shared_items_add_their_variance_and_their_doubt():
    total, degrees = variance_with_shared_items(
        np.array([4.0]), np.array([9.0]), np.full((2, 1), 0.5), item_variance=6.0, noise=2.0, spare=5
    )
    assert total[0] == pytest.approx(4 + 6 * 0.5)
    assert degrees[0] == pytest.approx(7**2 / (16 / 9 + (8 * 0.5) ** 2 / 5))
