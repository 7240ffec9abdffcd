"""How far a panel agrees, how it moved between rounds, and how well it judged vignettes whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from normenkader.experts.agreement_alpha import Alpha, krippendorff_alpha
from normenkader.experts.agreement_icc import IntraclassCorrelation, intraclass_correlations
from normenkader.experts.agreement_incomplete import incomplete_intraclass_correlation
from normenkader.experts.arrays import Floats
from normenkader.experts.cooke import Elicitation, calibration_scores, elicitation, information_scores
from normenkader.experts.judgements import Judgements
from normenkader.experts.limits_of_agreement import (
    JudgeBias,
    LimitsOfAgreement,
    judge_bias,
    limits_of_agreement,
    panel_bias,
)
from normenkader.experts.pooling import (
    DecisionMaker,
    decision_maker,
    leave_one_expert_out,
    optimised_decision_maker,
)
from normenkader.experts.rand_ucla import disagreement_in_minutes
from normenkader.experts.stability_rounds import RoundStability, StoppingRule, stability_over_rounds

PROBABILITIES = (0.05, 0.50, 0.95)
_LEAST_SEEDS = 2
Figure = TypeVar("Figure")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelAgreement:
    """Agreement of a panel on minutes; a figure is None where the judgements cannot give it.

    Attributes
    ----------
    single, mean : IntraclassCorrelation or None
        ICC(A,1), and ICC(A,k) for the mean of `k` judgements.
    k : float
        Harmonic mean number of judgements a vignette.
    alpha : Alpha or None
        Krippendorff's, interval metric.
    limits : LimitsOfAgreement or None
        Panel mean minus realised minutes, on vignettes whose truth is known.
    n_disagreed, n_rated : int
        Vignettes with disagreement by RAND/UCLA with minutes put on the scale of 1 to 9 (experimental: the manual
        knows ratings only), among vignettes that at least three experts judged.
    rounds : tuple of int
    rule : StoppingRule
    stability : tuple of RoundStability
        After each round but the first.
    """

    single: IntraclassCorrelation | None
    mean: IntraclassCorrelation | None
    k: float
    alpha: Alpha | None
    limits: LimitsOfAgreement | None
    n_disagreed: int
    n_rated: int
    rounds: tuple[int, ...]
    rule: StoppingRule
    stability: tuple[RoundStability, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertScores:
    """One expert: bias and spread against the panel and against the truth, and Cooke's scores where seeds exist."""

    expert: str
    against_panel: JudgeBias
    against_truth: JudgeBias | None
    calibration: float | None
    information: float | None

    @property
    def combined(self) -> float | None:
        """Calibration times information."""
        return None if self.calibration is None or self.information is None else self.calibration * self.information


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPooling:
    """Pools of the panel on vignettes whose truth is known; shown, never decisive.

    Attributes
    ----------
    experts : tuple of str
        Who answered a seed, in the order of the weights.
    n_seeds : int
    makers : tuple of (name, DecisionMaker)
        ``equal``, ``global``, ``item`` and their versions with the best cut-off, ``global_optimised``,
        ``item_optimised``.
    without : tuple of (name, tuple of DecisionMaker)
        The same pools without each expert in turn.
    """

    experts: tuple[str, ...]
    n_seeds: int
    makers: tuple[tuple[str, DecisionMaker], ...]
    without: tuple[tuple[str, tuple[DecisionMaker, ...]], ...]


def panel_agreement(panel: Judgements, *, rule: StoppingRule | None = None) -> PanelAgreement:
    """Agreement on the estimates that count, and stability of the rounds before."""
    stated = rule or StoppingRule()
    best = panel.quantiles()[:, :, 1]
    table = best.T[(~np.isnan(best)).any(axis=0)]
    counts = (~np.isnan(table)).sum(axis=1)
    k = float(len(counts) / (1.0 / counts).sum())
    rounds, standing = panel.best_by_round()
    disagreed, rated = _disagreement(table[counts >= 3])
    return PanelAgreement(
        single=_or_none(lambda: _agreement(table, 1.0)), mean=_or_none(lambda: _agreement(table, k)), k=k,
        alpha=_or_none(lambda: krippendorff_alpha(table, metric="interval")),
        limits=_or_none(lambda: _limits(panel, best)), n_disagreed=disagreed, n_rated=rated, rounds=rounds,
        rule=stated, stability=stability_over_rounds(standing, rule=stated) if len(rounds) > 1 else (),
    )  # fmt: skip


def expert_scores(panel: Judgements) -> tuple[ExpertScores, ...]:
    """Every expert by the panel and, on seed vignettes, by the truth."""
    best, truth = panel.quantiles()[:, :, 1], panel.realised_minutes()
    with_truth = judge_bias(best.T, truth) if (~np.isnan(truth)).any() else None
    seeded, scores = _seeded(panel), {}
    if seeded is not None:
        names, items = seeded
        pairs = zip(calibration_scores(items), information_scores(items), strict=True)
        scores = {name: (float(c), float(i)) for name, (c, i) in zip(names, pairs, strict=True)}
    found = []
    for at, (name, bias) in enumerate(zip(panel.experts, panel_bias(best.T), strict=True)):
        calibration, information = scores.get(name, (None, None))
        truth_of = with_truth[at] if with_truth is not None and with_truth[at].n else None
        found.append(
            ExpertScores(
                expert=name, against_panel=bias, against_truth=truth_of, calibration=calibration,
                information=information,
            )
        )  # fmt: skip
    return tuple(found)


def panel_pooling(panel: Judgements) -> PanelPooling | None:
    """Cooke's pools on the seed vignettes; None without at least two seeds that two experts answered."""
    seeded = _seeded(panel)
    if seeded is None or len(seeded[0]) < 2:
        return None
    names, items = seeded
    makers = (
        ("equal", decision_maker(items, scheme="equal")), ("global", decision_maker(items, scheme="global")),
        ("item", decision_maker(items, scheme="item")),
        ("global_optimised", optimised_decision_maker(items, scheme="global")),
        ("item_optimised", optimised_decision_maker(items, scheme="item")),
    )  # fmt: skip
    without = (
        ("equal", leave_one_expert_out(items, scheme="equal")), ("global", leave_one_expert_out(items, scheme="global"))
    )  # fmt: skip
    return PanelPooling(experts=names, n_seeds=int(items.is_seed().sum()), makers=makers, without=without)


def _seeded(panel: Judgements) -> tuple[tuple[str, ...], Elicitation] | None:
    """Experts who answered a seed, with the seeds that any of them answered."""
    values, truth = panel.quantiles(), panel.realised_minutes()
    answered = ~np.isnan(values[:, :, 1]) & ~np.isnan(truth)
    who, what = np.flatnonzero(answered.any(axis=1)), np.flatnonzero(answered.any(axis=0))
    if len(what) < _LEAST_SEEDS or len(who) == 0:
        return None
    items = elicitation(values[np.ix_(who, what)], truth[what], probabilities=PROBABILITIES)
    return tuple(panel.experts[at] for at in who), items


def _agreement(table: Floats, k: float) -> IntraclassCorrelation:
    """ICC(A,1), or ICC(A,k) for more than one judgement a vignette: by mean squares where the panel is complete."""
    if np.isnan(table).any():
        return incomplete_intraclass_correlation(table, k=k)
    name = "ICC(A,1)" if k == 1 else "ICC(A,k)"
    return next(icc for icc in intraclass_correlations(table) if icc.name == name)


def _limits(panel: Judgements, best: Floats) -> LimitsOfAgreement:
    judged = (~np.isnan(best)).any(axis=0)
    mean = np.full(best.shape[1], np.nan)
    mean[judged] = np.nanmean(best[:, judged], axis=0)
    if (~np.isnan(mean - panel.realised_minutes())).sum() < _LEAST_SEEDS:
        raise ValueError("too few vignettes with a known truth")
    return limits_of_agreement(mean, panel.realised_minutes())


def _disagreement(table: Floats) -> tuple[int, int]:
    if len(table) == 0 or not np.nanmax(table) > np.nanmin(table):
        return 0, len(table)
    lowest, highest = float(np.nanmin(table)), float(np.nanmax(table))
    found = [disagreement_in_minutes(row, lowest=lowest, highest=highest) for row in table]
    return sum(item.disagreement is True for item in found), len(found)


def _or_none(figure: Callable[[], Figure]) -> Figure | None:
    try:
        return figure()
    except ValueError:
        return None
