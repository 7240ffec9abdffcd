"""Whether a Delphi panel has settled: stability between rounds, held against a rule stated beforehand.

Stability is not consensus: a panel may settle on two opinions (`rand_ucla` looks at that).

References
----------
von der Gracht (2012), Consensus measurement in Delphi studies. Technological Forecasting & Social Change 79, 1525-1536.
Dajani, Sincoff & Talley (1979), Stability and agreement criteria for the termination of Delphi studies. Ibid. 13,
83-90.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from normenkader.experts.arrays import Bools, Floats, as_floats


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingRule:
    """When to stop asking; to be stated before the first round.

    Attributes
    ----------
    max_median_shift_minutes : float
        A vignette is stable if its median moved by no more.
    min_stable_share : float
        Least share of vignettes that must be stable.
    max_cv_change : float
        Greatest change (absolute) of the panel's median coefficient of variation.
    min_experts : int
        A vignette counts only if at least so many experts judged it in both rounds.
    """

    max_median_shift_minutes: float = 15.0
    min_stable_share: float = 0.8
    max_cv_change: float = 0.2
    min_experts: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStability:
    """What changed from one round to the next, among experts who judged a vignette in both.

    Attributes
    ----------
    n_vignettes : int
        Vignettes with enough experts in both rounds.
    stable_share : float
        Share of them whose median moved by no more than the rule allows.
    median_shift_minutes, largest_shift_minutes : float
        Absolute shift of the vignettes' medians.
    cv_previous, cv_current : float
        Median over vignettes of the coefficient of variation (standard deviation / mean).
    cv_ratio : float
        Median over vignettes of current over previous; below 1 the panel has come closer together.
    stop : bool
        Whether the rule says stop.
    reasons : tuple of str
        What the rule still asks for; empty when `stop`.
    """

    n_vignettes: int
    stable_share: float
    median_shift_minutes: float
    largest_shift_minutes: float
    cv_previous: float
    cv_current: float
    cv_ratio: float
    stop: bool
    reasons: tuple[str, ...]


def round_stability(previous: ArrayLike, current: ArrayLike, *, rule: StoppingRule) -> RoundStability:
    """Stability between two rounds.

    Parameters
    ----------
    previous, current : array (experts, vignettes)
        Best estimates in minutes a week, the same experts and vignettes in the same order; NaN where not judged. An
        expert counts for a vignette only with both rounds, so that who drops out is not taken for a change of mind.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    before, after = as_floats(previous, dimensions=2), as_floats(current, dimensions=2)
    if before.shape != after.shape:
        raise ValueError("both rounds must hold the same experts and vignettes")
    both: Bools = ~np.isnan(before) & ~np.isnan(after)
    columns = [c for c in range(before.shape[1]) if both[:, c].sum() >= max(2, rule.min_experts)]
    pairs = [(before[both[:, c], c], after[both[:, c], c]) for c in columns]
    shifts = np.array([abs(float(np.median(b) - np.median(a))) for a, b in pairs])
    spreads = np.array([[_variation(a), _variation(b)] for a, b in pairs]).reshape(-1, 2)
    return _judged(shifts, spreads, rule)


def stability_over_rounds(rounds: ArrayLike, *, rule: StoppingRule) -> tuple[RoundStability, ...]:
    """`round_stability` for each round after the first; rounds are (rounds, experts, vignettes)."""
    table = as_floats(rounds, dimensions=3)
    return tuple(round_stability(a, b, rule=rule) for a, b in pairwise(table))


def _variation(values: Floats) -> float:
    mean = float(values.mean())
    return float(values.std(ddof=1)) / mean if mean > 0 else float("nan")


def _judged(shifts: Floats, spreads: Floats, rule: StoppingRule) -> RoundStability:
    share = float((shifts <= rule.max_median_shift_minutes).mean()) if shifts.size else float("nan")
    before, after = _middle(spreads[:, 0]), _middle(spreads[:, 1])
    with_ratio = spreads[spreads[:, 0] > 0]
    reasons = _reasons(shifts.size, share, abs(after - before), rule)
    return RoundStability(
        n_vignettes=shifts.size, stable_share=share, median_shift_minutes=_middle(shifts),
        largest_shift_minutes=float(shifts.max()) if shifts.size else float("nan"), cv_previous=before,
        cv_current=after,
        cv_ratio=_middle(with_ratio[:, 1] / with_ratio[:, 0]), stop=not reasons, reasons=reasons,
    )  # fmt: skip


def _middle(values: Floats) -> float:
    there = values[~np.isnan(values)]
    return float(np.median(there)) if there.size else float("nan")


def _reasons(n: int, share: float, cv_change: float, rule: StoppingRule) -> tuple[str, ...]:
    if n == 0:
        return (f"no vignette was judged by {max(2, rule.min_experts)} experts in both rounds",)
    found = []
    if share < rule.min_stable_share:
        found.append(f"the share of stable vignettes is below {rule.min_stable_share:g}")
    if not cv_change <= rule.max_cv_change:
        found.append(f"the coefficient of variation changed by more than {rule.max_cv_change:g}, or cannot be had")
    return tuple(found)
