"""Cooke's classical model: how well calibrated and how informative each expert is on items whose truth is known.

Shapes: quantiles are (experts, items, quantiles), missing an expert's whole item is NaN; `probabilities` are the
levels of those quantiles, such as 0.05, 0.50, 0.95; realisations are (items,), NaN where the truth is not known (a
target item).

References
----------
Cooke (1991), Experts in Uncertainty. Oxford University Press, chapter 12.
Cooke & Goossens (2008), TU Delft expert judgment data base. Reliability Engineering & System Safety 93, 657-674.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import xlogy

from normenkader.experts.arrays import Bools, Floats, Ints, as_floats

OVERSHOOT = 0.10
_NARROWEST_BIN = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Elicitation:
    """Quantiles of a panel on the scale of their background measure (logarithms for log-uniform items).

    Attributes
    ----------
    quantiles : array (experts, items, quantiles)
        NaN for an item that the expert did not answer.
    realisations : array (items,)
        NaN for items without a known truth.
    probabilities : array (quantiles,)
        Levels of the quantiles, rising, within (0, 1).
    log_scale : array (items,)
        Which items have a log-uniform background.
    ranges : array (items, 2)
        Intrinsic range: all quantiles and the truth, with the overshoot on both sides.
    """

    quantiles: Floats
    realisations: Floats
    probabilities: Floats
    log_scale: Bools
    ranges: Floats

    @property
    def masses(self) -> Floats:
        """Probability of each bin between the quantiles."""
        return np.diff(self.probabilities, prepend=0.0, append=1.0)

    def is_seed(self) -> Bools:
        """Items whose truth is known."""
        return ~np.isnan(self.realisations)

    def answered(self) -> Bools:
        """(experts, items): which items each expert answered."""
        return np.asarray(~np.isnan(self.quantiles).any(axis=2))

    def back(self, values: Floats) -> Floats:
        """Values (..., items, quantiles) from the background scale to the scale of the question."""
        return np.where(self.log_scale[:, None], np.exp(np.where(self.log_scale[:, None], values, 0.0)), values)


def elicitation(
    quantiles: ArrayLike, realisations: ArrayLike, *, probabilities: ArrayLike, log_scale: ArrayLike | None = None,
    overshoot: float = OVERSHOOT,
) -> Elicitation:  # fmt: skip
    """Check a panel's quantiles and put them on the scale of their background measure.

    Parameters
    ----------
    quantiles, realisations, probabilities
        See the module.
    log_scale : array (items,) of bool, optional
        Items with a log-uniform background; none by default.
    overshoot : float
        Share of the range that is added on both sides.

    Raises
    ------
    ValueError
        If shapes do not fit, quantiles cross, levels do not rise, or a log item holds a value of zero or below.
    """
    values, truth, levels = (
        as_floats(quantiles, dimensions=3),
        as_floats(realisations, dimensions=1),
        _levels(probabilities),
    )
    if values.shape[1:] != (truth.size, levels.size):
        raise ValueError("quantiles must have the shape (experts, items, quantiles)")
    values = np.where(np.isnan(values).any(axis=2, keepdims=True), np.nan, values)
    if (np.diff(values, axis=2) < 0).any():
        raise ValueError("the quantiles of an expert cross")
    logs = np.zeros(truth.size, bool) if log_scale is None else np.asarray(log_scale, bool)
    values, truth = _logged(values, logs[None, :, None]), _logged(truth, logs)
    return Elicitation(
        quantiles=values, realisations=truth, probabilities=levels, log_scale=logs,
        ranges=_intrinsic_ranges(values, truth, overshoot),
    )  # fmt: skip


def _levels(probabilities: ArrayLike) -> Floats:
    levels = as_floats(probabilities, dimensions=1)
    if levels.size == 0 or (np.diff(levels, prepend=0.0, append=1.0) <= 0).any():
        raise ValueError("the levels of the quantiles must rise within (0, 1)")
    return levels


def _logged(values: Floats, logs: Bools) -> Floats:
    if (np.where(logs, values, 1.0) <= 0).any():
        raise ValueError("an item with a log-uniform background holds a value of zero or below")
    return np.where(logs, np.log(np.where(logs, values, 1.0)), values)


def _intrinsic_ranges(values: Floats, truth: Floats, overshoot: float) -> Floats:
    every = np.concatenate([np.moveaxis(values, 1, 0).reshape(truth.size, -1), truth[:, None]], axis=1)
    if np.isnan(every).all(axis=1).any():
        raise ValueError("an item has no answer at all")
    low, high = np.nanmin(every, axis=1), np.nanmax(every, axis=1)
    # All answers equal to the truth leave no range; a tiny one keeps the measure defined and says nothing.
    spread = np.maximum(high - low, 1e-9 * np.maximum(1.0, np.abs(high)))
    return np.column_stack([low - overshoot * spread, high + overshoot * spread])


def bin_counts(panel: Elicitation) -> Ints:
    """(experts, bins): in how many seed items the truth fell into each bin; a truth on a quantile lies below it."""
    seeds, bins = panel.is_seed(), panel.probabilities.size + 1
    above = (panel.realisations[None, seeds, None] > panel.quantiles[:, seeds, :]).sum(axis=2)
    answered = panel.answered()[:, seeds]
    return np.stack([((above == b) & answered).sum(axis=1) for b in range(bins)], axis=1).astype(np.int64)


def calibration_scores(panel: Elicitation, *, n_effective: int | None = None) -> Floats:
    """Calibration of each expert: the p-value of the hypothesis that the truths fall in the bins as stated.

    ``1 - chi2_{bins-1}(2 N KL(s, p))`` with s the observed shares and p the stated ones.

    Parameters
    ----------
    n_effective : int, optional
        N; by default the smallest number of seeds that any expert answered, so that no expert is judged by a sharper
        test than another.
    """
    counts = bin_counts(panel)
    answered = counts.sum(axis=1)
    if (answered == 0).any():
        raise ValueError("an expert answered no seed item, so there is no calibration")
    shares = counts / answered[:, None]
    divergence = xlogy(shares, shares / panel.masses).sum(axis=1)
    n = int(answered.min()) if n_effective is None else n_effective
    return np.asarray(stats.chi2.sf(2.0 * n * divergence, panel.masses.size - 1), dtype=np.float64)


def item_information(panel: Elicitation) -> Floats:
    """(experts, items): information relative to the background measure on the intrinsic range; NaN if not answered.

    A bin narrower than a millionth of the range counts as that wide, so that equal quantiles do not count as infinite
    knowledge.
    """
    shape = (*panel.quantiles.shape[:2], 1)
    low, high = (np.broadcast_to(panel.ranges[None, :, side, None], shape) for side in (0, 1))
    widths = np.diff(np.concatenate([low, panel.quantiles, high], axis=2), axis=2) / (high - low)
    return np.asarray((panel.masses * np.log(panel.masses / np.maximum(widths, _NARROWEST_BIN))).sum(axis=2))


def information_scores(panel: Elicitation, *, items: Bools | None = None) -> Floats:
    """Mean information of each expert over `items` (the seed items by default) that were answered."""
    chosen = panel.is_seed() if items is None else items
    return np.asarray(np.nanmean(item_information(panel)[:, chosen], axis=1))
