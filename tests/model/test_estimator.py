"""scikit-learn's own checks, and the estimator among scikit-learn's tools."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn
import statsmodels.api as sm
from model_data import random_rows
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from normenkader.model.estimator import WithinProviderRegressor
from normenkader.model.intervals import jackknife_covariance, leave_one_out
from normenkader.model.moments import within_profile


@parametrize_with_checks([WithinProviderRegressor(), WithinProviderRegressor(fit_within=False)])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("seed", range(3))
def test_coefficients_equal_least_squares_with_dummies(seed):
    rows = random_rows(seed)
    fitted = WithinProviderRegressor().fit(rows.x, rows.y, groups=rows.provider, sample_weight=rows.w)
    reference = sm.WLS(rows.y, np.column_stack([rows.x, rows.dummies()]), weights=rows.w).fit()
    np.testing.assert_allclose(fitted.coef_, reference.params[:4], rtol=1e-8)
    np.testing.assert_allclose(fitted.group_levels_, reference.params[4:], rtol=1e-8)
    level = np.average(reference.params[4:], weights=np.bincount(rows.provider))
    np.testing.assert_allclose(fitted.predict(rows.x), level + rows.x @ reference.params[:4], rtol=1e-8)


def test_standard_errors_are_the_jackknife():
    rows = random_rows(4)
    fitted = WithinProviderRegressor().fit(rows.x, rows.y, groups=rows.provider, sample_weight=rows.w)
    left = np.column_stack(leave_one_out(within_profile(rows.moments())))
    full = np.append(fitted.coef_, fitted.intercept_)
    np.testing.assert_allclose(fitted.standard_error_, np.sqrt(np.diag(jackknife_covariance(left, full))), rtol=1e-9)


def test_order_of_rows_and_names_of_groups_do_not_matter():
    rows = random_rows(5)
    names = np.array([f"aanbieder {k}" for k in "fbdace"])[rows.provider]
    order = np.random.default_rng(1).permutation(len(rows.y))
    first = WithinProviderRegressor().fit(rows.x, rows.y, groups=rows.provider)
    second = WithinProviderRegressor().fit(rows.x[order], rows.y[order], groups=names[order])
    np.testing.assert_allclose(first.coef_, second.coef_, rtol=1e-9)
    assert first.intercept_ == pytest.approx(second.intercept_, rel=1e-9)
    assert second.groups_.tolist() == sorted(set(names))


def test_without_groups_it_is_ordinary_least_squares():
    rows = random_rows(6)
    ordinary = LinearRegression().fit(rows.x, rows.y, sample_weight=rows.w)
    for fitted in (
        WithinProviderRegressor().fit(rows.x, rows.y, sample_weight=rows.w),
        WithinProviderRegressor(fit_within=False).fit(rows.x, rows.y, groups=rows.provider, sample_weight=rows.w),
    ):
        np.testing.assert_allclose(fitted.coef_, ordinary.coef_, rtol=1e-8)
        np.testing.assert_allclose(fitted.predict(rows.x), ordinary.predict(rows.x), rtol=1e-8)
        assert np.isnan(fitted.standard_error_).all()


def test_in_a_pipeline_and_cross_validated_by_provider():
    rows = random_rows(7, n=600)
    levels = np.array(["laag", "hoog"])[rows.x.astype(int)]
    pipeline = make_pipeline(OneHotEncoder(drop="first", sparse_output=False), WithinProviderRegressor())
    pipeline.fit(levels, rows.y, withinproviderregressor__groups=rows.provider)
    plain = WithinProviderRegressor().fit(1 - rows.x, rows.y, groups=rows.provider)
    np.testing.assert_allclose(pipeline.predict(levels), plain.predict(1 - rows.x), rtol=1e-8)


def test_cross_val_score_passes_the_groups_on():
    rows = random_rows(8, n=600)
    with sklearn.config_context(enable_metadata_routing=True):
        model = make_pipeline(StandardScaler(), WithinProviderRegressor().set_fit_request(groups=True))
        scores = cross_val_score(
            model, rows.x, rows.y, params={"groups": rows.provider}, cv=LeaveOneGroupOut(), scoring="r2"
        )
    by_hand = []
    for g in range(6):
        kept = rows.provider != g
        fitted = WithinProviderRegressor().fit(rows.x[kept], rows.y[kept], groups=rows.provider[kept])
        y = rows.y[~kept]
        by_hand.append(1 - ((y - fitted.predict(rows.x[~kept])) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    np.testing.assert_allclose(scores, by_hand, rtol=1e-8)


def test_groups_of_another_length_are_refused():
    with pytest.raises(ValueError, match="groups has 3 rows"):
        WithinProviderRegressor().fit(np.eye(4), np.arange(4.0), groups=[1, 2, 3])
