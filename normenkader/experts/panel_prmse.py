"""How well the norm table predicts the minutes that the panel finds needed, with the raters' own error taken off.

References
----------
Loukina et al. (2020), Using PRMSE to evaluate automated scoring systems in the presence of label noise, BEA 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from normenkader.experts.arrays import Floats
from normenkader.experts.judgements import Judgements
from normenkader.experts.prmse import prmse
from normenkader.model.norm_table import NormTable
from normenkader.model.profiles import norm_minutes_of

LEAST_EXPERTS = 3
LEAST_VIGNETTES = 10
TOO_FEW = f"Te weinig deskundigen (ten minste {LEAST_EXPERTS}) of casussen (ten minste {LEAST_VIGNETTES})."
NO_SPREAD = "De oordelen verschillen niet meer dan hun eigen fout verklaart."


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPrmse:
    """PRMSE of norm minutes against need as the panel sees it.

    Attributes
    ----------
    value : float or None
        1: as the panel without any error; 0: no better than the same minutes for everybody; None with `reason`.
    interval : (low, high) or None
        95 %, by leaving out vignettes and experts in turn; both are samples, and their variances add up.
    n_vignettes, n_experts : int
    reason : str
        Plain Dutch; empty when there is a value.
    """

    value: float | None
    interval: tuple[float, float] | None
    n_vignettes: int
    n_experts: int
    reason: str = ""


def panel_prmse(norms: NormTable, panel: Judgements) -> PanelPrmse:
    """PRMSE of the published norm minutes of the vignettes; the last round of every expert counts."""
    predicted = norm_minutes_of(norms, panel.vignettes_frame())
    best = panel.quantiles()[:, :, 1].T
    usable = ~np.isnan(predicted) & ((~np.isnan(best)).sum(axis=1) >= 2)
    return prmse_with_interval(predicted[usable], best[usable])


def prmse_with_interval(predicted: Floats, judgements: Floats) -> PanelPrmse:
    """PRMSE with the sum of the jackknife variances over vignettes and over experts, who are crossed.

    Parameters
    ----------
    predicted : array (vignettes,)
    judgements : array (vignettes, experts)
        NaN where not judged; at least two judgements a vignette.
    """
    n, k = judgements.shape[0], int((~np.isnan(judgements)).any(axis=0).sum()) if len(judgements) else 0
    if n < LEAST_VIGNETTES or k < LEAST_EXPERTS:
        return PanelPrmse(value=None, interval=None, n_vignettes=n, n_experts=k, reason=TOO_FEW)
    value = prmse(predicted, judgements).value
    if not np.isfinite(value):
        return PanelPrmse(value=None, interval=None, n_vignettes=n, n_experts=k, reason=NO_SPREAD)
    half = _half_width(predicted, judgements)
    interval = (value - half, min(1.0, value + half)) if np.isfinite(half) else None
    return PanelPrmse(value=value, interval=interval, n_vignettes=n, n_experts=k)


def _half_width(predicted: Floats, judgements: Floats) -> float:
    n, k = judgements.shape
    by_vignette = [prmse(np.delete(predicted, i), np.delete(judgements, i, axis=0)).value for i in range(n)]
    by_expert = [_without_expert(predicted, judgements, j) for j in range(k)]
    variances = np.array([_jackknife_variance(np.array(left)) for left in (by_vignette, by_expert)])
    # Satterthwaite's degrees of freedom of a sum of two variances.
    total = variances.sum()
    freedom = total**2 / (variances**2 / np.array([n - 1, k - 1])).sum() if total > 0 else n - 1
    return float(stats.t.ppf(0.975, freedom) * np.sqrt(total))


def _jackknife_variance(left: Floats) -> float:
    return float((left.size - 1) / left.size * ((left - left.mean()) ** 2).sum())


def _without_expert(predicted: Floats, judgements: Floats, expert: int) -> float:
    rest = np.delete(judgements, expert, axis=1)
    there = (~np.isnan(rest)).any(axis=1)
    return prmse(predicted[there], rest[there]).value
