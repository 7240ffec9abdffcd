"""Pooling experts: equal weights, and Cooke's performance weights (global, per item, best cut-off) beside them.

Verdicts weigh experts equally. Performance weights are shown and never decide: seeds valued by delivered minutes favour
experts who agree with the data.

References
----------
Cooke (1991), Experts in Uncertainty. Oxford University Press, chapters 11-12.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from normenkader.experts.arrays import Floats
from normenkader.experts.cooke import (
    Elicitation,
    bin_counts,
    calibration_scores,
    information_scores,
    item_information,
)

Scheme = Literal["equal", "global", "item"]
_TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMaker:
    """A pooled, virtual expert.

    Attributes
    ----------
    scheme : str
        ``equal``, ``global`` or ``item``.
    cutoff : float
        Experts with a calibration below it have no weight; 0 means none is left out.
    weights : array (experts, items)
        Adding up to 1 for each item.
    quantiles : array (items, quantiles)
        On the scale of the question.
    calibration, information, combined : float
        Its own scores on the seed items; combined is their product.
    """

    scheme: str
    cutoff: float
    weights: Floats
    quantiles: Floats
    calibration: float
    information: float

    @property
    def combined(self) -> float:
        """Calibration times information."""
        return self.calibration * self.information


def performance_weights(panel: Elicitation, *, scheme: Scheme = "global", cutoff: float = 0.0) -> Floats:
    """(experts, items): weights that add up to 1 over the experts who answered the item.

    ``equal``: the same for all. ``global``: calibration x mean information on the seeds. ``item``: calibration x
    information on the item itself. Experts whose calibration is below `cutoff` get none; if nobody who is left answered
    an item, its weights are NaN.
    """
    answered = panel.answered()
    raw = np.ones(answered.shape)
    if scheme != "equal":
        calibration = calibration_scores(panel)
        information = item_information(panel) if scheme == "item" else information_scores(panel)[:, None]
        # A hair below the cut-off still counts: the cut-off is one expert's own calibration, in floating point.
        raw = np.where(calibration >= cutoff * (1 - _TIE), calibration, 0.0)[:, None] * information
    raw = np.where(answered, raw, 0.0)
    total = raw.sum(axis=0)
    return np.asarray(np.divide(raw, total, out=np.full(raw.shape, np.nan), where=total > 0))


def decision_maker(panel: Elicitation, *, scheme: Scheme = "equal", cutoff: float = 0.0) -> DecisionMaker:
    """The weighted mixture of the experts' distributions: its quantiles, and its own scores on the seeds."""
    weights = performance_weights(panel, scheme=scheme, cutoff=cutoff)
    pooled = pooled_quantiles(panel, weights)
    virtual = replace(panel, quantiles=pooled[None])
    n = int(bin_counts(panel).sum(axis=1).min())
    return DecisionMaker(
        scheme=scheme, cutoff=cutoff, weights=weights, quantiles=panel.back(pooled),
        calibration=float(calibration_scores(virtual, n_effective=n)[0]),
        information=float(information_scores(virtual)[0]),
    )  # fmt: skip


def optimised_decision_maker(panel: Elicitation, *, scheme: Literal["global", "item"] = "global") -> DecisionMaker:
    """The decision maker whose cut-off gives it the greatest virtual weight; the lowest such cut-off when several do.

    Its virtual weight is its combined score if it passes its own cut-off, else nothing (Cooke 1991, section 12.4).
    Only the experts' own calibrations can be a cut-off that matters, so all of them are tried. Calibrations take few
    values, so a pool can tie with its cut-off, and rounding would then decide; a tie passes only for a pool of one
    expert, who is that cut-off. If no pool passes, ties do, and then all.
    """
    makers = [decision_maker(panel, scheme=scheme, cutoff=float(c)) for c in np.unique(calibration_scores(panel))]
    best = max(map(_standing, makers))
    return max((maker for maker in makers if _standing(maker) == best), key=lambda maker: maker.combined)


def _standing(maker: DecisionMaker) -> int:
    """2 if it passes its own cut-off, 1 if it ties with it, 0 if it stays below."""
    is_one_expert = int((maker.weights > 0).any(axis=1).sum()) == 1
    if is_one_expert or maker.calibration > maker.cutoff * (1 + _TIE):
        return 2
    return 1 if maker.calibration >= maker.cutoff * (1 - _TIE) else 0


def leave_one_expert_out(
    panel: Elicitation, *, scheme: Scheme = "equal", cutoff: float = 0.0
) -> tuple[DecisionMaker, ...]:
    """The decision maker without each expert in turn; the intrinsic ranges stay those of the whole panel.

    Keeping the ranges makes the scores comparable: otherwise leaving out the widest expert makes all others seem less
    informed.
    """
    everyone = np.arange(panel.quantiles.shape[0])
    if everyone.size < 2:
        raise ValueError("leaving one expert out needs at least two experts")
    without = (replace(panel, quantiles=panel.quantiles[everyone != out]) for out in everyone)
    return tuple(decision_maker(smaller, scheme=scheme, cutoff=cutoff) for smaller in without)


def pooled_quantiles(panel: Elicitation, weights: Floats) -> Floats:
    """(items, quantiles): the mixture of piecewise (log-)uniform distributions, on the background scale."""
    items = range(panel.quantiles.shape[1])
    return np.stack([_mixture_quantiles(panel, item, weights[:, item]) for item in items])


def _mixture_quantiles(panel: Elicitation, item: int, weights: Floats) -> Floats:
    used = np.flatnonzero(weights > 0)
    if used.size == 0:
        return np.full(panel.probabilities.size, np.nan)
    levels = np.concatenate([[0.0], panel.probabilities, [1.0]])
    knots = [_knots(panel.quantiles[expert, item], panel.ranges[item]) for expert in used]
    grid = np.unique(np.concatenate(knots))
    cumulative = sum(weights[expert] * np.interp(grid, k, levels) for expert, k in zip(used, knots, strict=True))
    return np.asarray(np.interp(panel.probabilities, np.asarray(cumulative), grid))


def _knots(quantiles: Floats, bounds: Floats) -> Floats:
    """Strictly rising knots of one expert's distribution function; equal quantiles become a very steep step."""
    knots = np.concatenate([bounds[:1], quantiles, bounds[1:]])
    hair = 1e-12 * (bounds[1] - bounds[0])
    for k in range(1, knots.size):
        knots[k] = max(knots[k], knots[k - 1] + hair)
    return knots
