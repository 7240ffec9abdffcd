"""Boosting that may bend and interact freely; what a process needs to fit it, and nothing that takes long to load."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

FloatArray = npt.NDArray[np.float64]
Predict = Callable[[FloatArray], FloatArray]
Fit = Callable[[FloatArray, FloatArray, FloatArray], Predict]

# Fewer bags and smoothing rounds than the package's own: a third of the time, the same explained share within 0.01.
_EBM = {
    "outer_bags": 4, "interactions": 10, "learning_rate": 0.1, "smoothing_rounds": 25,
    "interaction_smoothing_rounds": 0, "n_jobs": 1,
}  # fmt: skip
_BOOSTING = {"max_iter": 100, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 20}


def load() -> None:
    """Load both libraries, which takes a while."""
    from interpret.glassbox import ExplainableBoostingRegressor  # noqa: F401
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: F401


def left_out_values(fit: Fit, x: FloatArray, y: FloatArray, w: FloatArray, out: npt.NDArray[np.bool_]) -> FloatArray:
    """Predictions of what is left out."""
    # One thread: the same sums in the same order on any machine, and no threads that wait for each other.
    with threadpool_limits(limits=1):
        return fit(x[~out], y[~out], w[~out])(x[out])


def explainable(seed: int, x: FloatArray, y: FloatArray, w: FloatArray) -> Predict:
    """Explainable boosting: one curve a factor and ten pairs."""
    from interpret.glassbox import ExplainableBoostingRegressor

    fitted = ExplainableBoostingRegressor(random_state=seed, **_EBM).fit(x, y, sample_weight=w)
    return cast(Predict, fitted.predict)


def boosted(seed: int, x: FloatArray, y: FloatArray, w: FloatArray) -> Predict:
    """Gradient boosting of small trees."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    fitted = HistGradientBoostingRegressor(random_state=seed, **_BOOSTING).fit(x, y, sample_weight=w)
    return cast(Predict, fitted.predict)
