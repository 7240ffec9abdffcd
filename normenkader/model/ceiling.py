"""What could be had at all: boosting on the same levels, each fold of providers predicted from the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from normenkader.model.free_models import boosted, explainable, left_out_values
from normenkader.model.intervals import resampled
from normenkader.model.results import MinutesModel
from normenkader.parallel import beside

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ceilings:
    """Predictions of every row by models that may bend and interact freely; all arrays read-only.

    Attributes
    ----------
    explainable : (n,) explainable boosting: one curve a factor and ten pairs, all of them open to inspection
    boosting : (n,) gradient boosting, a check on the former
    """

    explainable: FloatArray
    boosting: FloatArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            getattr(self, name).setflags(write=False)


def provider_folds(n_by_provider: FloatArray, n_folds: int) -> IntArray:
    """Fold of every provider, folds as equal in rows as whole providers allow: the largest first, each to the emptiest.

    Parameters
    ----------
    n_by_provider : (G,) rows
    n_folds : int
        At most G.
    """
    fold, filled = np.zeros(len(n_by_provider), dtype=np.int64), np.zeros(n_folds)
    for g in np.argsort(-n_by_provider, kind="stable"):
        fold[g] = int(np.argmin(filled))
        filled[fold[g]] += n_by_provider[g]
    return fold


def predict_ceilings(model: MinutesModel, fold: IntArray) -> Ceilings:
    """Both ceilings by fold of providers, provider-neutral like the norm: providers' own levels are taken out first.

    Parameters
    ----------
    model : MinutesModel
    fold : (G,) fold of every provider
    """
    return begin_ceilings(model, fold)()


def begin_ceilings(model: MinutesModel, fold: IntArray) -> Callable[[], Ceilings]:
    """Begin with what `predict_ceilings` gives; the answer, when called, waits for it.

    With processes or a cluster to work on, both ceilings are fitted beside whatever is done in between.

    Parameters
    ----------
    model : MinutesModel
    fold : (G,) fold of every provider

    References
    ----------
    Lou, Caruana, Gehrke & Hooker (2013), Accurate intelligible models with pairwise interactions, KDD. Nori et al.
    (2019), InterpretML, arXiv:1909.09223. Friedman (2001), Annals of Statistics 29(5).
    """
    x, neutral = _features(model), neutral_outcomes(model, fold)
    w = model.weights() * model.outcomes().information
    row_fold, seed = fold[model.design().provider_codes()], model.study.info.seed % _LARGEST_SEED
    left_out = [row_fold == k for k in range(len(neutral))]
    by_fit = [
        [beside(left_out_values, partial(fit, seed), x, outcome, w, out)
         for outcome, out in zip(neutral, left_out, strict=True)]
        for fit in (explainable, boosted)
    ]  # fmt: skip

    def wait() -> Ceilings:
        explained, boosting = ([fold() for fold in folds] for folds in by_fit)
        return Ceilings(explainable=_joined(explained, left_out), boosting=_joined(boosting, left_out))

    return wait


def neutral_outcomes(model: MinutesModel, fold: IntArray) -> FloatArray:
    """Outcomes with each provider's level brought to the average, by the fit without the fold; (K, n)."""
    design, profile = model.design(), model.profile()
    kept = (np.arange(int(fold.max()) + 1)[:, None] != fold[None, :]).astype(float)
    terms, average = resampled(profile, kept)
    level = profile.level[None, :] - terms @ profile.slope.T
    return np.asarray(model.outcomes().response[None, :] - (level - average[:, None])[:, design.provider_codes()])


def _features(model: MinutesModel) -> FloatArray:
    """Level positions of the study's factors, and of each group how many of its factors are above their lowest."""
    codes = model.design().codes()
    columns = [codes[f.name].astype(float) for f in model.study.factors]
    groups = dict.fromkeys(f.group for f in model.study.factors if f.group)
    for group in groups:
        columns.append(np.sum([codes[f.name] > 0 for f in model.study.members(group)], axis=0).astype(float))
    return np.column_stack(columns)


def _joined(predicted: Sequence[FloatArray], left_out: Sequence[npt.NDArray[np.bool_]]) -> FloatArray:
    result = np.empty(len(left_out[0]))
    for values, out in zip(predicted, left_out, strict=True):
        result[out] = values
    return np.maximum(result, 0.0)
