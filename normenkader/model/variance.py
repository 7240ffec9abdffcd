"""How the residual variance grows with the mean and shrinks with exposure, decided by a stated test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize

FloatArray = npt.NDArray[np.float64]
Rule = Literal["constant", "mean", "mean_squared"]
Setting = Literal["constant", "mean", "mean_squared", "auto", "unweighted"]

_RULES: tuple[Rule, ...] = ("constant", "mean", "mean_squared")
_SMALLEST_SHARE_OF_MEAN = 0.2
_MAX_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceChoice:
    """The variance rule in force and why.

    Attributes
    ----------
    rule : {"constant", "mean", "mean_squared"}
        Residual variance is proportional to the mean to the power 0, 1 or 2.
    stated : bool
        Whether the study stated it; else the test decided.
    power : float
        Power of the mean by the modified Park test; nan when it cannot be had.
    share_between : float
        Share of a full-exposure row's residual variance that does not shrink with exposure.
    weighted : bool
        False where every episode counts alike, whatever the study says: sums allow no weights.
    """

    rule: Rule
    stated: bool
    power: float
    share_between: float
    weighted: bool = True


UNWEIGHTED = VarianceChoice(rule="constant", stated=True, power=float("nan"), share_between=1.0, weighted=False)


def park_power(squared_residual: FloatArray, mean: FloatArray) -> float:
    """Power of the mean that the residual variance follows: the modified Park test.

    A gamma regression with log link of the squared residuals on the logarithm of the mean; its slope is the power.

    Parameters
    ----------
    squared_residual : (n,) from an unweighted first pass
    mean : (n,) fitted values, positive

    References
    ----------
    Manning & Mullahy (2001), Estimating log models: to transform or not to transform?, Journal of Health Economics
    20(4), 461-494.
    """
    log_mean = np.log(mean)
    if np.ptp(log_mean) < 1e-9 or squared_residual.max(initial=0.0) <= 0:
        return float("nan")
    x = np.column_stack([np.ones_like(log_mean), log_mean - log_mean.mean()])
    coefficients = np.array([np.log(squared_residual.mean()), 0.0])
    solve_x = np.linalg.pinv(x)
    for _ in range(_MAX_STEPS):
        linear = x @ coefficients
        change = solve_x @ (squared_residual * np.exp(-linear) - 1.0)
        coefficients = coefficients + np.clip(change, -2.0, 2.0)
        if np.abs(change).max() < 1e-10:
            break
    return float(coefficients[1])


def nearest_rule(power: float) -> Rule:
    """The rule whose power lies nearest; constant when there is no power to be had."""
    return "constant" if not np.isfinite(power) else _RULES[int(np.clip(np.floor(power + 0.5), 0, 2))]


def mean_function(mean: FloatArray, power: float) -> FloatArray:
    """The variance function at `mean`, a power of it, with mean 1 over the rows."""
    value = mean**power
    return np.asarray(value / value.mean())


def bounded_mean(fitted: FloatArray, outcome: FloatArray) -> FloatArray:
    """Fitted values, kept above a fifth of the average outcome: a variance cannot follow a mean near or below zero."""
    return np.maximum(fitted, _SMALLEST_SHARE_OF_MEAN * max(float(outcome.mean()), np.finfo(float).tiny))


def share_between(squared_residual: FloatArray, function: FloatArray, inverse_exposure: FloatArray) -> float:
    """Share of a full-exposure row's variance that stays however long it is measured.

    Least squares without negative parts of the scaled squared residuals on 1 and on the inverse of exposure (1 for
    the longest exposure).
    """
    if np.ptp(inverse_exposure) < 1e-9:
        return 1.0
    x = np.column_stack([np.ones_like(inverse_exposure), inverse_exposure])
    # Rows with short exposure have the most variable squares; dividing by exposure squared keeps them from leading.
    scale = 1.0 / inverse_exposure
    parts, _ = optimize.nnls(x * scale[:, None], squared_residual / function * scale)
    return float(parts[0] / parts.sum()) if parts.sum() > 0 else 1.0


def weights(function: FloatArray, inverse_exposure: FloatArray, between: float) -> FloatArray:
    """Inverse variances with mean 1."""
    variance = function * (between + (1.0 - between) * inverse_exposure)
    inverse = 1.0 / variance
    return np.asarray(inverse / inverse.mean())


def choose_weights(
    *,
    outcome: FloatArray,
    fitted: FloatArray,
    squared_residual: FloatArray,
    exposure_days: FloatArray,
    setting: Setting,
) -> tuple[VarianceChoice, FloatArray, FloatArray]:
    """Weights from an earlier pass: by the rule in force, and by the power of the mean as it was measured.

    Parameters
    ----------
    outcome, fitted, squared_residual : (n,)
        Of the earlier pass.
    exposure_days : (n,)
        Days of the window in which the episode was open; nan where the outcome is a rate without exposure.
    setting : str
        The study's ``[model] variance``.

    Returns
    -------
    choice : VarianceChoice
    by_rule : (n,) weights by the rule
    by_power : (n,) weights by the measured power; those by the rule where the study states one
    """
    mean = bounded_mean(fitted, outcome)
    power = park_power(squared_residual, mean)
    rule: Rule = setting if setting in _RULES else nearest_rule(power)
    known = np.isfinite(exposure_days).all()
    inverse_exposure = exposure_days.max() / exposure_days if known else np.ones_like(outcome)

    def of_power(exponent: float) -> tuple[float, FloatArray]:
        function = mean_function(mean, exponent)
        between = share_between(squared_residual, function, inverse_exposure)
        return between, weights(function, inverse_exposure, between)

    between, by_rule = of_power(_RULES.index(rule))
    _, by_power = of_power(power) if setting == "auto" and np.isfinite(power) else (between, by_rule)
    choice = VarianceChoice(rule=rule, stated=setting != "auto", power=power, share_between=between)
    return choice, by_rule, by_power
