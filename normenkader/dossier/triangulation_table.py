"""triangulation.json: what data, experts and existing norms say of one another. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from normenkader.dossier.norm_tables import not_below_zero
from normenkader.experts.agreement_icc import IntraclassCorrelation
from normenkader.experts.limits_of_agreement import JudgeBias
from normenkader.experts.on_conflict import Outcome
from normenkader.experts.panel_figures import ExpertScores, PanelAgreement, PanelPooling
from normenkader.experts.panel_norm import PanelNorm
from normenkader.experts.pooling import DecisionMaker
from normenkader.experts.premises import PremiseComparison
from normenkader.experts.source_norms import SourceNorms
from normenkader.experts.source_values import CONFIDENCE, Comparison, NotCompared, SourceValue
from normenkader.experts.stability_rounds import RoundStability, StoppingRule
from normenkader.experts.triangulation import Triangulation
from normenkader.model.replaced import IJKCLIENT, TermKey
from normenkader.provenance import rounded
from normenkader.settings import TriangulationSettings

Document = dict[str, Any]
VERDICTS = ("agree", "conflict", "silent")


def triangulation_document(found: Triangulation, settings: TriangulationSettings) -> Document:
    """triangulation.json."""
    return {
        "margin": settings.margin,
        "on_conflict": {"rule": settings.on_conflict, "conflicts": [_outcome(o) for o in found.outcomes]},
        "comparisons": [_comparison(c) for c in found.comparisons],
        "not_compared": [_not_compared(c) for c in found.not_compared],
        "verdicts": _counts(found.comparisons),
        "terms": _terms(found),
        "panel": None if found.panel_norm is None else _panel(found.panel_norm),
        "pooling": {} if found.pooling is None else _pooling(found.pooling, found.experts),
        "agreement": {} if found.agreement is None else _agreement(found.agreement),
        "experts": [_expert(scores) for scores in found.experts],
        "source_norms": None if found.source_norms is None else _source(found.source_norms),
        "premises": [_premise(p) for p in found.premises],
    }


def _key(key: TermKey) -> Document:
    factor, level, with_factor, with_level = key
    partner = {"factor": with_factor, "level": with_level} if with_factor else None
    return {"factor": factor, "level": level, "with": partner}


def _pair(interval: tuple[float, float] | None, digits: int = 2) -> list[float | None] | None:
    return None if interval is None else [rounded(bound, digits) for bound in interval]


def _comparison(c: Comparison) -> Document:
    return {
        "sources": list(c.sources), **_key(c.key), "difference": rounded(c.difference),
        "interval": _pair(c.interval), "confidence": CONFIDENCE, "verdict": c.verdict, "reason": c.reason or None,
    }  # fmt: skip


def _not_compared(c: NotCompared) -> Document:
    key = (c.factor, c.level, c.with_factor, c.with_level)
    return {"sources": list(c.sources), **_key(key), "reason": c.reason}


def _counts(comparisons: Iterable[Comparison]) -> Document:
    """How many of each verdict, by pair of sources."""
    pairs: dict[str, dict[str, int]] = {}
    for c in comparisons:
        own = pairs.setdefault("-".join(c.sources), dict.fromkeys(VERDICTS, 0))
        if c.verdict is not None:
            own[c.verdict] += 1
    return pairs


def _terms(found: Triangulation) -> list[Document]:
    """One row a term with what every source says of it, and the verdict of every pair."""
    sources = {name: {value.key: value for value in values} for name, values in found.values}
    verdicts: dict[TermKey, dict[str, str | None]] = {}
    for c in found.comparisons:
        verdicts.setdefault(c.key, {})["-".join(c.sources)] = c.verdict
    return [
        {**_key(key), **{name: _value(values[key], of_minutes=key[0] == IJKCLIENT) for name, values in sources.items()},
         "verdicts": verdicts.get(key, {})}
        for key in sources["data"]
    ]  # fmt: skip


def _value(value: SourceValue, *, of_minutes: bool) -> Document:
    """The ijkclient's are minutes, and no fewer than none; other terms are differences."""
    if value.estimate is None:
        return {"estimate": None, "interval": None, "reason": value.reason}
    interval = _pair(value.estimate.interval())
    interval = not_below_zero(interval) if of_minutes else interval
    return {"estimate": rounded(value.estimate.value), "interval": interval, "reason": value.reason or None}


def _outcome(o: Outcome) -> Document:
    key = (o.factor, o.level, o.with_factor, o.with_level)
    return {
        **_key(key),
        "data": rounded(o.data),
        "experts": rounded(o.experts),
        "source": o.source,
        "settled": o.settled,
    }


def _panel(norm: PanelNorm) -> Document:
    return {
        "n_experts": norm.n_experts, "n_vignettes": norm.n_vignettes, "n_estimates": norm.n_estimates,
        "expert_sd": rounded(norm.expert_sd), "vignette_sd": rounded(norm.vignette_sd),
        "residual_sd": rounded(norm.residual_sd), "left_out": list(norm.left_out),
    }  # fmt: skip


def _pooling(pooling: PanelPooling, experts: tuple[ExpertScores, ...]) -> Document:
    scores = {s.expert: s for s in experts}
    return {
        "decides": False, "n_seeds": pooling.n_seeds,
        "experts": [
            {"expert": name, "calibration": rounded(scores[name].calibration, 6),
             "information": rounded(scores[name].information, 4), "combined": rounded(scores[name].combined, 6),
             "weights": {maker: _weight(found, at) for maker, found in pooling.makers}}
            for at, name in enumerate(pooling.experts)
        ],
        "decision_makers": [_maker(name, maker) for name, maker in pooling.makers],
        "without_one_expert": [
            {"scheme": name, "without": expert, **_scores(maker)}
            for name, makers in pooling.without for expert, maker in zip(pooling.experts, makers, strict=True)
        ],
    }  # fmt: skip


def _weight(maker: DecisionMaker, expert: int) -> float | None:
    """Mean weight over the seeds: the same for each, but under the scheme by item."""
    return rounded(float(maker.weights[expert].mean()), 4)


def _maker(name: str, maker: DecisionMaker) -> Document:
    return {"scheme": name, "cutoff": rounded(maker.cutoff, 6), **_scores(maker)}


def _scores(maker: DecisionMaker) -> Document:
    return {
        "calibration": rounded(maker.calibration, 6), "information": rounded(maker.information, 4),
        "combined": rounded(maker.combined, 6),
    }  # fmt: skip


def _agreement(a: PanelAgreement) -> Document:
    return {
        "icc_single": _icc(a.single), "icc_mean": _icc(a.mean), "judgements_per_vignette": rounded(a.k, 1),
        "krippendorff_alpha": None if a.alpha is None else {
            "value": rounded(a.alpha.value, 3), "metric": a.alpha.metric, "n_vignettes": a.alpha.n_units,
            "n_judgements": a.alpha.n_values,
        },
        "panel_minus_realised": None if a.limits is None else {
            "n": a.limits.n, "mean": rounded(a.limits.mean_difference, 1),
            "limits": _pair((a.limits.lower, a.limits.upper), 1),
            "lower_interval": _pair(a.limits.lower_interval, 1), "upper_interval": _pair(a.limits.upper_interval, 1),
        },
        "rand_ucla": {"experimental": True, "n_vignettes": a.n_rated, "n_disagreed": a.n_disagreed},
        "rounds": {"rounds": list(a.rounds), "stopping_rule": _rule(a.rule),
                   "stability": [_stability(at, s) for at, s in zip(a.rounds[1:], a.stability, strict=True)]},
    }  # fmt: skip


def _icc(icc: IntraclassCorrelation | None) -> Document | None:
    if icc is None:
        return None
    interval = _pair((icc.lower, icc.upper), 3)
    return {"name": icc.name, "value": rounded(icc.value, 3), "interval": interval, "confidence": icc.confidence}


def _rule(rule: StoppingRule) -> Document:
    return asdict(rule)


def _stability(number: int, s: RoundStability) -> Document:
    return {
        "round": number, "n_vignettes": s.n_vignettes, "stable_share": rounded(s.stable_share, 3),
        "median_shift_minutes": rounded(s.median_shift_minutes, 1),
        "largest_shift_minutes": rounded(s.largest_shift_minutes, 1), "cv_previous": rounded(s.cv_previous, 3),
        "cv_current": rounded(s.cv_current, 3), "cv_ratio": rounded(s.cv_ratio, 3), "stop": s.stop,
        "reasons": list(s.reasons),
    }  # fmt: skip


def _expert(scores: ExpertScores) -> Document:
    return {
        "expert": scores.expert, "against_panel": _bias(scores.against_panel),
        "against_realised": None if scores.against_truth is None else _bias(scores.against_truth),
    }  # fmt: skip


def _bias(bias: JudgeBias) -> Document:
    return {"n": bias.n, "bias": rounded(bias.bias, 1), "spread": rounded(bias.spread, 1)}


def _source(source: SourceNorms) -> Document:
    return {"name": source.name, "version": source.version, "n_terms": len(source.terms)}


def _premise(premise: PremiseComparison) -> Document:
    return {
        "id": premise.id, "status": premise.status, "study": premise.study_text or None,
        "source_norms": premise.source_text or None,
    }  # fmt: skip
