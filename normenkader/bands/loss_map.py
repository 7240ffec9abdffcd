"""What is lost between the best that the levels can say and the band a client gets, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.by_band import predict_by_bands
from normenkader.bands.demands import Demands
from normenkader.evidence import UNSURE, Check, three_way
from normenkader.model.ceiling import Ceilings, begin_ceilings, provider_folds
from normenkader.model.grouped import LEAST_CLUSTERS, Figure, jackknifed, ratio_of_sums, sums_by
from normenkader.model.intervals import resampled
from normenkader.model.moments import average_level
from normenkader.model.norm_table import NormTable
from normenkader.model.outcomes import Outcomes
from normenkader.model.unseen import predict_left_out

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

N_FOLDS = 5
LEAST_KEPT = 0.9
Waits = Callable[[], Ceilings]
STEPS = ("explainable_boosting", "gradient_boosting", "model", "norm_table", "bands")


@dataclass(frozen=True, slots=True, kw_only=True)
class LossStep:
    """One step of the chain, each fold of providers predicted from the others.

    Attributes
    ----------
    step : str
        One of `STEPS`.
    explained : Figure
        Share of the squared error of the others' mean taken away.
    kept : Figure or None
        Of what explainable boosting explains; may exceed 1 where a plain sum predicts better. None when that explains
        nothing.
    """

    step: str
    explained: Figure
    kept: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LossMap:
    """The chain beside its ceiling, on the same folds of whole providers.

    Attributes
    ----------
    n_folds : int
    steps : tuple of LossStep
        In the order of `STEPS`; without ``bands`` where the demands allow none in some fold.
    """

    n_folds: int
    steps: tuple[LossStep, ...]

    def step(self, name: str) -> LossStep | None:
        """One step by name."""
        return next((s for s in self.steps if s.step == name), None)


def begin_loss_map(norms: NormTable, n_folds: int = N_FOLDS) -> Waits | None:
    """Begin with the free models, by far the longest part of `loss_map`, to go on with other work meanwhile."""
    return begin_ceilings(norms.model, _folds(norms, n_folds)) if n_folds else None


def loss_map(
    norms: NormTable, *, n_bands: int, demands: Demands, n_folds: int = N_FOLDS, begun: Waits | None = None
) -> LossMap | None:
    """Ceiling, additive model, norm table and bands, each made anew without the fold that it predicts.

    Parameters
    ----------
    norms : NormTable
    n_bands, demands
        As in `run_chain`; edges that the study states as chosen stay, whichever fold is left out.
    n_folds : int
        At most the number of providers; with 0 the map is left out (None).
    begun : callable, optional
        What `begin_loss_map` gave for the same norms and folds.
    """
    begun = begun or begin_loss_map(norms, n_folds)
    if begun is None:
        return None
    model, provider, fold = norms.model, norms.model.design().provider_codes(), _folds(norms, n_folds)
    chain = _chain(norms, fold)
    by_band = predict_by_bands(norms, fold, n_bands=n_bands, demands=demands, edges=model.study.bands.edges)
    ceilings = begun()
    predicted = {
        "explainable_boosting": ceilings.explainable, "gradient_boosting": ceilings.boosting,
        "model": chain[0], "norm_table": chain[1], "bands": by_band,
    }  # fmt: skip
    known = model.design().has_norm()
    kept = {name: p[known] for name, p in predicted.items() if not np.isnan(p[known]).any()}
    return LossMap(
        n_folds=int(fold.max()) + 1,
        steps=_steps(model.outcomes().among(known), chain[2][known], kept, provider[known]),
    )


def _folds(norms: NormTable, n_folds: int) -> IntArray:
    rows = np.bincount(norms.model.design().provider_codes()).astype(float)
    return provider_folds(rows, min(n_folds, norms.model.n_providers))


def _chain(norms: NormTable, fold: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Unrounded sum, published sum and the others' mean, by row."""
    model, matrix = norms.model, norms.model.design().matrix()
    group = fold[model.design().provider_codes()]
    kept = (np.arange(int(fold.max()) + 1)[:, None] != fold[None, :]).astype(float)
    terms, _ = resampled(model.profile(), kept)
    level = average_level(model.profile(), terms, kept)
    metric = np.tensordot(kept, model.moments().xx, axes=1)
    weights = np.array([matrix[group != k].sum(axis=0) for k in range(len(kept))])
    found = predict_left_out(norms, group, terms, level, metric, weights)
    return found.model, found.norm_table, found.baseline


def _steps(
    seen: Outcomes, mean: FloatArray, predicted: dict[str, FloatArray], provider: IntArray
) -> tuple[LossStep, ...]:
    g = int(provider.max()) + 1
    spread = sums_by(provider, seen.squared_error(mean, mean), g)
    gain = {name: spread - sums_by(provider, seen.squared_error(p, mean), g) for name, p in predicted.items()}
    top = gain["explainable_boosting"]
    return tuple(
        LossStep(
            step=name, explained=ratio_of_sums(gain[name], spread),
            kept=ratio_of_gains(gain[name], top) if top.sum() > 0 else None,
        )
        for name in STEPS if name in gain
    )  # fmt: skip


def ratio_of_gains(part: FloatArray, whole: FloatArray) -> Figure:
    """Ratio of two sums of gains; a single provider's gain may be negative, so all providers take part."""
    value = float(part.sum() / whole.sum())
    rest = whole.sum() - whole
    if part is whole or len(part) < LEAST_CLUSTERS or (rest <= 0).any():
        return Figure(value=value)
    left = (part.sum() - part) / rest
    return jackknifed(value, left)


def loss_checks(found: LossMap | None) -> tuple[Check, ...]:
    """Does the plain sum keep what freer models find?"""
    model = None if found is None else found.step("model")
    top = _ceiling(found)
    value = None if model is None or top is None else model.explained.value / top.explained.value
    interval = None if value is None or model is None else _kept_interval(model, top)
    passed = three_way(interval, least=LEAST_KEPT) if interval else None if value is None else value >= LEAST_KEPT
    reason = "De kaart van verlies is niet berekend." if found is None else "Ook een vrij model verklaart niets."
    return (
        Check(
            code="sum_keeps_ceiling",
            question="Houdt de optelsom van factoren over wat een model verklaart dat vrij mag buigen en combineren?",
            value=value, unit="share", interval=interval,
            limit="Ten minste 0,9 van wat het beste van twee vrije modellen verklaart, bij aanbieders die niet "
                  "meededen. Deze grens is een keuze van dit onderzoek.",
            passed=passed, reason=reason if value is None else UNSURE if passed is None else "",
            reservation="Een model dat vrij mag buigen en combineren verklaart meer dan de optelsom van factoren. "
                        "De normtabel laat verschillen tussen cliënten liggen.",
        ),
    )  # fmt: skip


def _ceiling(found: LossMap | None) -> LossStep | None:
    steps = [] if found is None else [found.step("explainable_boosting"), found.step("gradient_boosting")]
    known = [s for s in steps if s is not None and s.explained.value > 0]
    return max(known, key=lambda s: s.explained.value, default=None)


def _kept_interval(model: LossStep, top: LossStep | None) -> tuple[float, float] | None:
    """Only where the ceiling is the one that `kept` is measured against."""
    if model.kept is None or top is None or top.step != "explainable_boosting":
        return None
    return model.kept.interval
