"""Providers not seen: every provider predicted from the others, from moments, for the model and its norm table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.model.intervals import leave_one_out
from normenkader.model.norm_table import NormTable, round_up
from normenkader.model.outcomes import Outcomes
from normenkader.model.restriction import order_constraints, restrict
from normenkader.model.results import MinutesModel
from normenkader.model.rounding import round_terms
from normenkader.remembered import remembered

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnseenPredictions:
    """Minutes of every row predicted without its own provider; all arrays read-only, by row of the design.

    Attributes
    ----------
    baseline : (n,) mean of the other providers' clients
    model : (n,) additive model fitted to the other providers
    norm_table : (n,) the same, in whole steps
    """

    baseline: FloatArray
    model: FloatArray
    norm_table: FloatArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            getattr(self, name).setflags(write=False)


@remembered
def predict_unseen(table: NormTable) -> UnseenPredictions:
    """Leave-one-provider-out predictions; the norm table is rounded anew without each provider.

    Terms that another source decides are the same without any provider; `model` is what the data alone say.
    """
    model = table.model
    left_terms, left_level = leave_one_out(model.profile())
    metric = model.moments().xx.sum(axis=0) - model.moments().xx
    provider = model.design().provider_codes()
    return predict_left_out(table, provider, left_terms, left_level, metric, _column_weights(model))


def predict_left_out(
    table: NormTable, group: npt.NDArray[np.int64], left_terms: FloatArray, left_level: FloatArray,
    metric: FloatArray, weights: FloatArray,
) -> UnseenPredictions:  # fmt: skip
    """Predictions of every row by the terms without its own group.

    Parameters
    ----------
    table : NormTable
    group : (n,) codes of what is left out: 0 to K - 1
    left_terms : (K, p or more), left_level : (K,)
        The fit without each group.
    metric : (K, p, p) cross products without each group
    weights : (K, p) clients at each column without each group
    """
    design, matrix = table.model.design(), table.model.design().matrix()
    # A column that no term takes is no part of the norm, nor of the model it is held against.
    left_terms = left_terms[:, : len(table.model.coefficients())] * design.in_force()
    published, level = left_out_tables(table, left_terms, left_level, metric, weights)
    return UnseenPredictions(
        baseline=_other_means(table.model.outcome(), group)[group],
        model=np.maximum(left_level[group] + np.einsum("ij,ij->i", matrix, left_terms[group]), 0.0),
        norm_table=np.maximum(level[group] + np.einsum("ij,ij->i", matrix, published[group]), 0.0),
    )


def left_out_tables(
    table: NormTable, left_terms: FloatArray, left_level: FloatArray, metric: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Published minutes (K, p) and ijkclient (K,) of the norm table made anew without each group.

    Parameters are those of `predict_left_out`, with `left_terms` (K, p) zero where no term takes a column.
    """
    design, step, replaced = table.model.design(), table.step, table.replaced
    own, metric = replaced.in_columns(design, left_terms), replaced.holding(design, metric)
    restricted = restrict(own, metric, order_constraints(table.plan(), left_terms.shape[1]))
    published = round_terms(restricted, weights, table.plan(), step) * step * design.in_force()
    return published.astype(np.float64), round_up(replaced.in_level(left_level), step).astype(np.float64)


def explained_unseen(outcomes: Outcomes, predicted: FloatArray, baseline: FloatArray) -> float:
    """Share of the squared error of the others' mean that a prediction takes away; negative when it adds."""
    spread = float(outcomes.squared_error(baseline, baseline).sum())
    error = float(outcomes.squared_error(predicted, baseline).sum())
    return 1.0 - error / spread if spread > 0 else float("nan")


def _column_weights(model: MinutesModel) -> FloatArray:
    """Clients at each column among the other providers, (G, p)."""
    matrix, provider = model.design().matrix(), model.design().provider_codes()
    g = len(model.design().providers)
    starts = np.searchsorted(provider, np.arange(g))
    by_provider = np.add.reduceat(matrix, starts, axis=0) if matrix.shape[1] else np.zeros((g, 0))
    return np.asarray(by_provider.sum(axis=0) - by_provider)


def _other_means(outcome: FloatArray, group: npt.NDArray[np.int64]) -> FloatArray:
    n, total = np.bincount(group), np.bincount(group, outcome)
    return np.asarray((total.sum() - total) / (n.sum() - n))
