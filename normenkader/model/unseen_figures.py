"""How well the norm table does where it has not been: figures for providers and for municipalities left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.disclosure import contributions
from normenkader.model.censored import fit_censored
from normenkader.model.grouped import Figure, quantile_figure, ratio_of_sums, sums_by, within
from normenkader.model.norm_table import NormTable
from normenkader.model.unseen import UnseenPredictions, explained_unseen, predict_left_out, predict_unseen

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_CASES = 0.8
_LEAST_MUNICIPALITIES = 3
_TENTHS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenth:
    """Clients whose unseen norm lies in one tenth, with what was delivered against what was predicted.

    Attributes
    ----------
    n_clients, n_providers : int
        Exact; only for publication through `disclosure`.
    shown : bool
        Whether its means may be published: enough clients and providers, no few of whom have nearly all delivered
        minutes, or those of such a tenth with it.
    predicted, observed : float
        Mean minutes per week. Observed minutes have the providers' own levels taken out.
    difference : Figure
        Observed less predicted.
    """

    n_clients: int
    n_providers: int
    shown: bool
    predicted: float
    observed: float
    difference: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenFigures:
    """The norm table at places left out of the fit.

    Attributes
    ----------
    left_out : str
        ``provider`` or ``municipality``.
    n_left_out : int
    error : Figure
        Minutes within which eight in ten clients are predicted.
    error_of_mean : float
        The same when everyone is given the mean of the others.
    bias : Figure
        Calibration in the large: mean of observed less predicted minutes.
    slope : Figure
        Calibration slope, of observed on predicted minutes within providers; 1 is right, less is too extreme.
    explained, explained_absolute : Figure
        Share of the squared and of the absolute error of one figure for everyone (the others' mean and median) that
        the norm table takes away.
    optimism : float
        Explained share in the rows of the fit less `explained`.
    tenths : tuple of Tenth
        By rising norm; fewer than ten where norms are tied.
    """

    left_out: str
    n_left_out: int
    error: Figure
    error_of_mean: float
    bias: Figure
    slope: Figure
    explained: Figure
    explained_absolute: Figure
    optimism: float
    tenths: tuple[Tenth, ...]


def figures_without_provider(table: NormTable) -> UnseenFigures:
    """Every provider predicted from the others."""
    return _figures("provider", table, predict_unseen(table), table.model.design().provider_codes())


def figures_without_municipality(table: NormTable) -> UnseenFigures | None:
    """Every municipality predicted from a refit without its rows; None with fewer than three municipalities."""
    codes, names = pd.factorize(table.model.casemix.to_frame()["municipality"], sort=True)
    if len(names) < _LEAST_MUNICIPALITIES:
        return None
    municipality = codes.astype(np.int64)
    return _figures("municipality", table, predict_without_rows_of(table, municipality), municipality)


def predict_without_rows_of(table: NormTable, group: IntArray) -> UnseenPredictions:
    """Predictions of every row by a fit to the rows of the other groups, with the weights as they stand.

    Parameters
    ----------
    table : NormTable
    group : (n,) codes 0 to K - 1; a group may cut across providers
    """
    model, matrix = table.model, table.model.design().matrix()
    weights, metric, terms, level = [], [], [], []
    frame = model.casemix.to_frame()
    for k in range(int(group.max()) + 1):
        rest = group != k
        found_terms, found_level = _fit_rest(table, frame[rest], rest)
        terms.append(found_terms)
        level.append(found_level)
        metric.append(matrix[rest].T @ (matrix[rest] * model.weights()[rest, None]))
        weights.append(matrix[rest].sum(axis=0))
    return predict_left_out(table, group, np.array(terms), np.array(level), np.array(metric), np.array(weights))


def _fit_rest(table: NormTable, frame: pd.DataFrame, rest: npt.NDArray[np.bool_]) -> tuple[FloatArray, float]:
    """Terms, and the level of the average provider by clients, of the rows in `frame`."""
    model, design = table.model, table.model.design()
    present, provider = np.unique(design.provider_codes()[rest], return_inverse=True)
    at_cap = frame["at_cap"].to_numpy(bool) & model.censoring.applied
    y = frame["minutes_per_week"].to_numpy(float)
    fit = fit_censored(design.matrix()[rest], y, model.weights()[rest], provider, len(present), at_cap)
    n_clients = frame.groupby(provider)["client"].nunique().to_numpy(dtype=np.float64)
    return fit.terms, float(np.average(fit.level, weights=n_clients))


def _figures(left_out: str, table: NormTable, unseen: UnseenPredictions, cluster: IntArray) -> UnseenFigures:
    known = table.model.design().has_norm()
    provider, group = table.model.design().provider_codes()[known], cluster[known]
    seen, predicted, mean = table.model.outcomes().among(known), unseen.norm_table[known], unseen.baseline[known]
    g = int(cluster.max()) + 1
    error, (row, y) = seen.response - predicted, seen.drawn_out()
    explained = _share_taken_away(seen.squared_error(predicted, mean), seen.squared_error(mean, mean), group, g)
    in_fit = explained_unseen(seen, table.norm_minutes()[known], mean)
    absolute, of_mean = np.abs(y - predicted[row]), np.abs(y - mean[row])
    return UnseenFigures(
        left_out=left_out, n_left_out=len(np.unique(group)),
        error=quantile_figure(absolute, group[row], MOST_CASES),
        error_of_mean=float(np.quantile(of_mean, MOST_CASES)),
        bias=ratio_of_sums(sums_by(group, error, g), np.bincount(group, minlength=g).astype(float)),
        slope=_slope(within(seen.response, provider), within(predicted, provider), group, g),
        explained=explained,
        explained_absolute=_share_taken_away(absolute, np.abs(y - _other_medians(y, group[row])), group[row], g),
        optimism=in_fit - explained.value,
        tenths=tuple(_tenths(table, predicted, within(error, provider), known)),
    )  # fmt: skip


def _share_taken_away(error: FloatArray, spread: FloatArray, group: IntArray, g: int) -> Figure:
    left = ratio_of_sums(sums_by(group, error, g), sums_by(group, spread, g))
    return Figure(value=1 - left.value, standard_error=left.standard_error, degrees=left.degrees)


def _slope(y: FloatArray, predicted: FloatArray, group: IntArray, g: int) -> Figure:
    return ratio_of_sums(sums_by(group, y * predicted, g), sums_by(group, predicted**2, g))


def _other_medians(y: FloatArray, group: IntArray) -> FloatArray:
    result = np.empty(len(y))
    for k in np.unique(group):
        inside = group == k
        result[inside] = np.median(y[~inside]) if not inside.all() else np.nan
    return result


def _tenths(
    table: NormTable, predicted: FloatArray, error: FloatArray, known: npt.NDArray[np.bool_]
) -> Iterable[Tenth]:
    """Tenths of the norm; clients with the same norm stay together."""
    cuts = np.unique(np.quantile(predicted, np.arange(1, _TENTHS) / _TENTHS))
    tenth = np.searchsorted(cuts, predicted, side="right")
    provider = table.model.design().provider_codes()[known]
    frame = table.model.casemix.to_frame()[known]
    client, g = frame["client"].to_numpy(), len(table.model.design().providers)
    floor = table.model.study.disclosure
    of_few = contributions(frame).left_out(tenth, len(cuts) + 1, floor)
    for k in np.unique(tenth):
        inside = tenth == k
        counts = np.bincount(provider[inside], minlength=g).astype(float)
        n_clients, n_providers = len(np.unique(client[inside])), int((counts > 0).sum())
        enough = n_clients >= floor.min_clients and n_providers >= floor.min_providers
        yield Tenth(
            n_clients=n_clients, n_providers=n_providers, shown=enough and not of_few[k],
            predicted=float(predicted[inside].mean()), observed=float((predicted + error)[inside].mean()),
            difference=ratio_of_sums(sums_by(provider[inside], error[inside], g), counts),
        )  # fmt: skip
