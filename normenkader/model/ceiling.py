"""What could be had at all: boosting on the same levels, each fold of providers predicted from the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from normenkader.model.intervals import resampled
from normenkader.model.results import MinutesModel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Fit = Callable[[FloatArray, FloatArray, FloatArray], Callable[[FloatArray], FloatArray]]

# Fewer bags and smoothing rounds than the package's own: a third of the time, the same explained share within 0.01.
_EBM = {
    "outer_bags": 4, "interactions": 10, "learning_rate": 0.1, "smoothing_rounds": 25,
    "interaction_smoothing_rounds": 0, "n_jobs": 1,
}  # fmt: skip
_BOOSTING = {"max_iter": 100, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 20}
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ceilings:
    """Predictions of every row by models that may bend and interact freely; all arrays read-only.

    Attributes
    ----------
    explainable : (n,) explainable boosting: one curve a factor and ten pairs, all of them open to inspection
    boosting : (n,) gradient boosting, a check on the former
    """

    explainable: FloatArray
    boosting: FloatArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            getattr(self, name).setflags(write=False)


def provider_folds(n_by_provider: FloatArray, n_folds: int) -> IntArray:
    """Fold of every provider, folds as equal in rows as whole providers allow: the largest first, each to the emptiest.

    Parameters
    ----------
    n_by_provider : (G,) rows
    n_folds : int
        At most G.
    """
    fold, filled = np.zeros(len(n_by_provider), dtype=np.int64), np.zeros(n_folds)
    for g in np.argsort(-n_by_provider, kind="stable"):
        fold[g] = int(np.argmin(filled))
        filled[fold[g]] += n_by_provider[g]
    return fold


def predict_ceilings(model: MinutesModel, fold: IntArray) -> Ceilings:
    """Both ceilings by fold of providers, provider-neutral like the norm: providers' own levels are taken out first.

    Parameters
    ----------
    model : MinutesModel
    fold : (G,) fold of every provider

    References
    ----------
    Lou, Caruana, Gehrke & Hooker (2013), Accurate intelligible models with pairwise interactions, KDD. Nori et al.
    (2019), InterpretML, arXiv:1909.09223. Friedman (2001), Annals of Statistics 29(5).
    """
    features, neutral = _features(model), neutral_outcomes(model, fold)
    row_fold, seed = fold[model.design().provider_codes()], model.study.info.seed % _LARGEST_SEED
    return Ceilings(
        explainable=_by_fold(partial(_explainable, seed), features, neutral, model.weights(), row_fold),
        boosting=_by_fold(partial(_boosting, seed), features, neutral, model.weights(), row_fold),
    )


def neutral_outcomes(model: MinutesModel, fold: IntArray) -> FloatArray:
    """Outcomes with each provider's level brought to the average, by the fit without the fold; (K, n)."""
    design, profile = model.design(), model.profile()
    kept = (np.arange(int(fold.max()) + 1)[:, None] != fold[None, :]).astype(float)
    terms, average = resampled(profile, kept)
    level = profile.level[None, :] - terms @ profile.slope.T
    return np.asarray(model.outcome()[None, :] - (level - average[:, None])[:, design.provider_codes()])


def _features(model: MinutesModel) -> FloatArray:
    """Level positions of the study's factors, and of each group how many of its factors are above their lowest."""
    codes = model.design().codes()
    columns = [codes[f.name].astype(float) for f in model.study.factors]
    groups = dict.fromkeys(f.group for f in model.study.factors if f.group)
    for group in groups:
        columns.append(np.sum([codes[f.name] > 0 for f in model.study.members(group)], axis=0).astype(float))
    return np.column_stack(columns)


def _by_fold(fit: Fit, x: FloatArray, neutral: FloatArray, w: FloatArray, row_fold: IntArray) -> FloatArray:
    result = np.empty(len(x))
    predicted = Parallel()(delayed(_left_out)(fit, x, outcome, w, row_fold == k) for k, outcome in enumerate(neutral))
    for k, values in enumerate(predicted):
        result[row_fold == k] = values
    return np.maximum(result, 0.0)


def _left_out(fit: Fit, x: FloatArray, y: FloatArray, w: FloatArray, out: npt.NDArray[np.bool_]) -> FloatArray:
    """Predictions of what is left out."""
    # One thread: the same sums in the same order on any machine, and no threads that wait for each other.
    with threadpool_limits(limits=1):
        return fit(x[~out], y[~out], w[~out])(x[out])


def _explainable(seed: int, x: FloatArray, y: FloatArray, w: FloatArray) -> Callable[[FloatArray], FloatArray]:
    from interpret.glassbox import ExplainableBoostingRegressor

    fitted = ExplainableBoostingRegressor(random_state=seed, **_EBM).fit(x, y, sample_weight=w)
    return cast(Callable[[FloatArray], FloatArray], fitted.predict)


def _boosting(seed: int, x: FloatArray, y: FloatArray, w: FloatArray) -> Callable[[FloatArray], FloatArray]:
    from sklearn.ensemble import HistGradientBoostingRegressor

    fitted = HistGradientBoostingRegressor(random_state=seed, **_BOOSTING).fit(x, y, sample_weight=w)
    return cast(Callable[[FloatArray], FloatArray], fitted.predict)
