"""Passes over the rows: the fit under given weights, and the weights that earlier passes lead to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.model.censored import CensoredFit, fit_censored
from normenkader.model.design import Design
from normenkader.model.variance import UNWEIGHTED, Setting, VarianceChoice, choose_weights

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_MOST_PASSES = 25
_SETTLED_POWER = 0.01


def fit_rows(design: Design, frame: pd.DataFrame, w: FloatArray, at_cap: BoolArray) -> CensoredFit:
    """The within-provider fit under weights `w`; without any row at the cap the ordinary one."""
    y = frame["minutes_per_week"].to_numpy(float)
    return fit_censored(design.matrix(), y, w, design.provider_codes(), len(design.providers), at_cap)


def settled_weights(
    design: Design, frame: pd.DataFrame, at_cap: BoolArray, setting: Setting
) -> tuple[VarianceChoice, FloatArray]:
    """Weights that then stay fixed: from one unweighted pass, or, with a cap, from passes until the power settles.

    What lies beyond a cap is filled in with the variance assumed for it. Filled in with a constant variance it hides
    how the variance grows, and wrong variances bias a censored fit; each pass therefore assumes what the last one saw.

    Parameters
    ----------
    design : Design
    frame : DataFrame
        As `Casemix.to_frame` gives it.
    at_cap : (n,) whether the outcome is a lower limit
    setting : str
        The study's ``[model] variance``; ``unweighted`` lets every episode count alike.

    References
    ----------
    Hurd (1979), Estimation in truncated samples when there is heteroscedasticity, Journal of Econometrics 11(2-3).
    """
    w, power = np.ones(len(frame)), float("nan")
    if setting == "unweighted":
        return UNWEIGHTED, w
    for _ in range(_MOST_PASSES):
        choice, by_rule, by_power = _next_weights(design, frame, at_cap, w, setting)
        if not at_cap.any() or abs(choice.power - power) < _SETTLED_POWER:
            break
        w, power = by_power, choice.power
    return choice, by_rule


def _next_weights(
    design: Design, frame: pd.DataFrame, at_cap: BoolArray, w: FloatArray, setting: Setting
) -> tuple[VarianceChoice, FloatArray, FloatArray]:
    fit = fit_rows(design, frame, w, at_cap)
    fitted = fit.level[design.provider_codes()] + design.matrix() @ fit.terms
    return choose_weights(
        outcome=frame["minutes_per_week"].to_numpy(float), fitted=fitted,
        squared_residual=(fit.expected - fitted) ** 2 + fit.extra_variance,
        exposure_days=frame["exposure_days"].to_numpy(float), setting=setting,
    )  # fmt: skip
