"""How certain the experts' norm will be with another number of experts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from normenkader.experts.judgements import read_judgements
from normenkader.experts.panel_norm import fit_panel_norm
from normenkader.study import Study

NO_PANEL = "the study has no judgements of a panel to learn from"
LEAST_EXPERTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPanel:
    """What a panel of some size can be expected to give.

    Attributes
    ----------
    n_experts : int
    half_width : float or None
        Half the 95 % interval of the panel's minutes for the ijkclient; None with a `reason`.
    reason : str
    """

    n_experts: int
    half_width: float | None
    reason: str = ""


def expect_panel(study: Study, n_experts: int) -> ExpectedPanel:
    """Half the interval of the panel's level, from the pilot's panel with another number of experts.

    Parameters
    ----------
    study : Study
        Whose judgements serve as a pilot.
    n_experts : int
    """
    panel = read_judgements(study)
    if panel is None:
        return ExpectedPanel(n_experts=n_experts, half_width=None, reason=NO_PANEL)
    if n_experts < LEAST_EXPERTS:
        return ExpectedPanel(n_experts=n_experts, half_width=None, reason="fewer than three experts are no panel")
    pilot = fit_panel_norm(panel)
    estimate = pilot.ijkclient.estimate
    if estimate is None or estimate.standard_error is None:
        return ExpectedPanel(n_experts=n_experts, half_width=None, reason=pilot.ijkclient.reason)
    width = scaled_half_width(
        estimate.standard_error, estimate.degrees_of_freedom, from_experts=pilot.n_experts, to_experts=n_experts
    )
    return ExpectedPanel(n_experts=n_experts, half_width=width)


def scaled_half_width(error: float, degrees: float, *, from_experts: int, to_experts: int) -> float:
    """Half a 95 % interval with another number of experts, who are drawn alike and judge the same vignettes.

    The variance goes with one over the number of experts and the degrees of freedom with their number less one, as
    for a mean over experts, however they differ and on whatever factor.
    """
    scaled = degrees * (to_experts - 1) / (from_experts - 1)
    return float(stats.t.ppf(0.975, scaled) * error * np.sqrt(from_experts / to_experts))
