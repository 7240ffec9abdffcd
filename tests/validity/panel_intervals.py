"""Intervals of a panel's estimates: do ours hold the truth as often as they say, beside two other rules?

Plain functions, on panels drawn by hand: experts crossed with vignettes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from normenkader.experts.crossed import fit_crossed, t_quantile
from normenkader.experts.source_values import CONFIDENCE
from normenkader.experts.variance_components import fit_reml

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SEEDS = tuple(range(1, 101))


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossedDesign:
    """A panel drawn by hand, to hold rules for intervals against one another."""

    name: str
    n_experts: int
    n_vignettes: int
    n_terms: int
    expert_sd: float
    taste_sd: float
    vignette_sd: float
    noise_sd: float = 15.0
    missing: float = 0.0


DESIGNS = (
    CrossedDesign(
        name="level", n_experts=12, n_vignettes=80, n_terms=30, expert_sd=12, taste_sd=0, vignette_sd=6
    ),
    CrossedDesign(
        name="taste", n_experts=8, n_vignettes=60, n_terms=15, expert_sd=12, taste_sd=15, vignette_sd=4
    ),
    CrossedDesign(
        name="few_spare", n_experts=8, n_vignettes=30, n_terms=22, expert_sd=10, taste_sd=4, vignette_sd=8
    ),
    CrossedDesign(
        name="incomplete", n_experts=12, n_vignettes=80, n_terms=30, expert_sd=12, taste_sd=6, vignette_sd=6,
        missing=0.4,
    ),
)  # fmt: skip
Rule = Callable[[FloatArray, FloatArray, IntArray, IntArray], tuple[FloatArray, FloatArray, FloatArray]]


def interval_rules() -> dict[str, Rule]:
    """Ours, a mixed model, and the two-way cluster jackknife: estimates, standard errors, degrees of freedom."""
    return {"ours": _ours, "mixed_model": _mixed_model, "two_way_jackknife": _two_way_jackknife}


def coverage(rule: Rule, design: CrossedDesign, seeds: Sequence[int]) -> dict[str, float]:
    """Share of the 90 % intervals that hold the truth, and their median half-width."""
    hits, widths = [], []
    for seed in seeds:
        y, x, who, what, truth = _crossed_draw(design, seed)
        values, errors, degrees = rule(y, x, who, what)
        half = errors * np.array([t_quantile(CONFIDENCE, d) for d in degrees])
        hits.append((np.abs(values - truth) <= half).mean())
        widths.append(float(np.median(half)))
    spread = float(np.std(hits, ddof=1) / np.sqrt(len(hits)))
    return {"coverage": round(float(np.mean(hits)), 4), "mc_error": round(spread, 4),
            "half_width": round(float(np.mean(widths)), 2)}  # fmt: skip


def _crossed_draw(d: CrossedDesign, seed: int) -> tuple[FloatArray, FloatArray, IntArray, IntArray, FloatArray]:
    rng = np.random.default_rng([seed, DESIGNS.index(d)])
    x = (rng.random((d.n_vignettes, d.n_terms)) < 0.3).astype(float)
    who, what = np.divmod(np.arange(d.n_experts * d.n_vignettes), d.n_vignettes)
    truth = rng.normal(10, 10, d.n_terms)
    worth = truth + d.taste_sd * rng.standard_normal((d.n_experts, d.n_terms))
    y = (
        100
        + d.expert_sd * rng.standard_normal(d.n_experts)[who]
        + d.vignette_sd * rng.standard_normal(d.n_vignettes)[what]
    )
    y = y + (x[what] * worth[who]).sum(axis=1) + d.noise_sd * rng.standard_normal(len(who))
    kept = rng.random(len(who)) >= d.missing
    return y[kept], x[what][kept], who[kept], what[kept], np.append(truth, 100.0)


def _ours(y: FloatArray, x: FloatArray, who: IntArray, what: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    fit = fit_crossed(y, x, who, what)
    return fit.values, fit.standard_errors, fit.degrees_of_freedom


def _mixed_model(
    y: FloatArray, x: FloatArray, who: IntArray, what: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    fit = fit_reml(y, np.column_stack([x, np.ones(len(y))]), [who, what])
    return fit.fixed, np.sqrt(np.diag(fit.fixed_covariance)), np.full(len(fit.fixed), np.inf)


def _two_way_jackknife(
    y: FloatArray, x: FloatArray, who: IntArray, what: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Jackknife over experts plus that over vignettes less that over single judgements, never less than either."""
    full = _dummies(y, x, who)
    parts = []
    for labels in (who, what, None):
        left = _without_each(y, x, who) if labels is None else np.array(
            [_dummies(y, x, who, labels != g) for g in np.unique(labels)]
        )  # fmt: skip
        parts.append((len(left) - 1) / len(left) * ((left - full) ** 2).sum(axis=0))
    total = np.maximum(parts[0] + parts[1] - parts[2], np.maximum(parts[0], parts[1]))
    return full, np.sqrt(total), np.full(len(full), float(who.max()))


def _without_each(y: FloatArray, x: FloatArray, who: IntArray) -> FloatArray:
    """Estimates without every single judgement, from the leverages: the same as refitting."""
    full = np.hstack([x, np.eye(int(who.max()) + 1)[who]])
    inverse = np.linalg.pinv(full.T @ full)
    solution, leverage = inverse @ full.T @ y, np.einsum("ij,jk,ik->i", full, inverse, full)
    left = solution - (full @ inverse) * ((y - full @ solution) / (1 - leverage))[:, None]
    return np.column_stack([left[:, : x.shape[1]], left[:, x.shape[1] :].mean(axis=1)])


def _dummies(y: FloatArray, x: FloatArray, who: IntArray, kept: npt.NDArray[np.bool_] | None = None) -> FloatArray:
    rows = np.ones(len(y), bool) if kept is None else kept
    marks = np.eye(int(who.max()) + 1)[who[rows]]
    marks = marks[:, marks.any(axis=0)]
    solution = np.linalg.lstsq(np.hstack([x[rows], marks]), y[rows], rcond=None)[0]
    return np.append(solution[: x.shape[1]], solution[x.shape[1] :].mean())


def coverages(seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Every rule on every design."""
    return {
        design.name: {name: coverage(rule, design, seeds) for name, rule in interval_rules().items()}
        for design in DESIGNS
    }
