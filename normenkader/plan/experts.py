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
        estimate.standard_error, estimate.degrees_of_freedom, shared=pilot.shared_variance,
        expert_degrees=pilot.expert_degrees, from_experts=pilot.n_experts, to_experts=n_experts,
    )  # fmt: skip
    return ExpectedPanel(n_experts=n_experts, half_width=width)


def scaled_half_width(
    error: float, degrees: float, *, shared: float, expert_degrees: float, from_experts: int, to_experts: int
) -> float:
    """Half a 95 % interval with another number of experts, who are drawn alike and judge as many vignettes.

    The experts' part of the variance goes with one over their number, and its degrees of freedom with their number
    less one, as for a mean over experts, however they differ and on whatever factor. What the vignettes bring, which
    all experts see alike, stays: no number of experts takes it away.

    Parameters
    ----------
    error, degrees : float
        Standard error and degrees of freedom of the pilot.
    shared, expert_degrees : float
        What of the squared error vignettes bring, and degrees of freedom of the rest; see `CrossedFit`.
    from_experts, to_experts : int
    """
    own = error**2 - shared
    unsure_shared = max(error**4 / degrees - own**2 / expert_degrees, 0.0)
    scaled = own * from_experts / to_experts
    unsure = scaled**2 / (expert_degrees * (to_experts - 1) / (from_experts - 1)) + unsure_shared
    total = scaled + shared
    return float(stats.t.ppf(0.975, total**2 / unsure) * np.sqrt(total))
