"""The within-provider fit as a scikit-learn estimator, for pipelines and cross-validation by researchers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d, validate_data

from normenkader.model.intervals import jackknife_covariance, leave_one_out
from normenkader.model.moments import average_level, provider_moments, within_profile

_RANK_TOLERANCE = 1e-10


class WithinProviderRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Least squares within groups, predicting at the average group weighted by rows.

    Parameters
    ----------
    fit_within : bool, default=True
        Take every group's own level out. With False, or without groups, it is ordinary least squares.

    Attributes
    ----------
    coef_ : ndarray of shape (n_features,)
    intercept_ : float
        Level at the average group.
    group_levels_ : ndarray of shape (n_groups,)
    groups_ : ndarray of shape (n_groups,)
    standard_error_ : ndarray of shape (n_features + 1,)
        Jackknife over groups of the coefficients and, last, the intercept; nan with fewer than two groups.

    See Also
    --------
    normenkader.fit_minutes : the same fit with levels, support, weights, censoring and a norm table.
    """

    def __init__(self, *, fit_within: bool = True) -> None:
        self.fit_within = fit_within

    def fit(self, X: Any, y: Any, groups: Any = None, sample_weight: Any = None) -> Self:
        """Fit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        groups : array-like of shape (n_samples,), optional
            Provider of every row; one group by default.
        sample_weight : array-like of shape (n_samples,), optional
        """
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        self.groups_, code = _group_codes(groups, len(y), self.fit_within)
        order = np.flatnonzero(weight > 0)[np.argsort(code[weight > 0], kind="stable")]
        profile = within_profile(
            provider_moments(X[order], np.asarray(y, float)[order], weight[order], code[order], len(self.groups_))
        )
        # Least norm, so that features which cannot be told apart share their effect instead of failing.
        self.coef_ = np.linalg.lstsq(profile.a.sum(axis=0), profile.b.sum(axis=0), rcond=_RANK_TOLERANCE)[0]
        self.intercept_ = float(average_level(profile, self.coef_))
        self.group_levels_ = profile.level - profile.slope @ self.coef_
        self.standard_error_ = self._standard_error(profile)
        return self

    def predict(self, X: Any) -> npt.NDArray[np.float64]:
        """Minutes at the average group, (n_samples,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(self.intercept_ + X @ self.coef_)

    def _standard_error(self, profile: Any) -> npt.NDArray[np.float64]:
        full = np.append(self.coef_, self.intercept_)
        if len(profile.n) < 2:
            return np.full(len(full), np.nan)
        left = np.column_stack(leave_one_out(profile))
        return np.asarray(np.sqrt(np.diag(jackknife_covariance(left, full))))


def _group_codes(groups: Any, n: int, fit_within: bool) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    if groups is None or not fit_within:
        return np.array([0]), np.zeros(n, dtype=np.int64)
    names, code = np.unique(column_or_1d(groups), return_inverse=True)
    if len(code) != n:
        raise ValueError(f"groups has {len(code)} rows where X has {n}")
    return names, code.astype(np.int64)
