"""Five ways to a norm and bands from one region: ours, and four that are in use or within reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from mechanisms import Region
from scipy import stats
from sklearn.ensemble import HistGradientBoostingRegressor

from normenkader.bands.cells import make_cells
from normenkader.bands.norm_bands import demands_of, optimum_of, options
from normenkader.bands.optimum import optimal_or_fewer
from normenkader.casemix.synthetic.truth import Truth
from normenkader.model.fit import fit_minutes
from normenkader.model.mixed import fit_mixed
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.results import MinutesModel

FloatArray = npt.NDArray[np.float64]
N_BANDS, EXPERT_SD, N_EXPERTS, TERM_SD = 5, 12.0, 12, 15.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What a method says.

    Attributes
    ----------
    estimate, low, high : (terms + 1,) with 95 % intervals, the ijkclient last; nan where a method has none
    norm : (n,) minutes by its table for every client
    edges : tuple of int
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    norm: FloatArray
    edges: tuple[int, ...]


def all_methods(region: Region, truth: Truth, seed: int) -> dict[str, Found]:
    """Every method on one region."""
    model = fit_minutes(region.casemix)
    norms = make_norm_table(model)
    return {
        "ours": ours(model, norms), "mixed model": mixed(model, norms), "ordinary practice": ordinary(region, norms),
        "gradient boosting": boosting(region, norms), "experts only": experts(norms, truth, seed),
    }  # fmt: skip


def ours(model: MinutesModel, norms: NormTable) -> Found:
    """Within providers, jackknife intervals, exact optimum."""
    rows = [t.estimate for t in model.terms] + [model.ijkclient]
    values = [(np.nan,) * 3 if e is None else (e.value, *e.interval) for e in rows]
    estimate, low, high = np.array(values).T
    partition, _ = optimum_of(norms, N_BANDS)
    return Found(estimate=estimate, low=low, high=high, norm=norms.norm_minutes(), edges=partition.edges)


def mixed(model: MinutesModel, norms: NormTable) -> Found:
    """Random intercept by REML with model-based intervals, the same rule for the edges."""
    fit = fit_mixed(model.moments())
    error = 1.96 * np.sqrt(np.diag(fit.covariance))
    order = [1 + t.column if t.supported else -1 for t in model.terms] + [0]
    values = np.array([fit.terms[j] if j >= 0 else np.nan for j in order])
    half = np.array([error[j] if j >= 0 else np.nan for j in order])
    norm = np.maximum(fit.terms[0] + model.design().matrix() @ fit.terms[1:], 0.0)
    return Found(estimate=values, low=values - half, high=values + half, norm=norm, edges=_optimal(norm, norms))


def ordinary(region: Region, norms: NormTable) -> Found:
    """Pooled least squares with plain errors, and bands with equal shares of clients."""
    model = norms.model
    x = np.column_stack([np.ones(model.n_rows), model.design().matrix()])
    y = region.casemix.to_frame()["minutes_per_week"].to_numpy(float)
    inverse = np.linalg.pinv(x.T @ x)
    terms = inverse @ x.T @ y
    degrees = len(y) - x.shape[1]
    error = np.sqrt(np.diag(inverse) * ((y - x @ terms) ** 2).sum() / degrees) * stats.t.ppf(0.975, degrees)
    order = [1 + t.column if t.supported else -1 for t in model.terms] + [0]
    values = np.array([terms[j] if j >= 0 else np.nan for j in order])
    half = np.array([error[j] if j >= 0 else np.nan for j in order])
    norm = np.maximum(x @ terms, 0.0)
    return Found(estimate=values, low=values - half, high=values + half, norm=norm, edges=_equal_shares(norm, norms))


def boosting(region: Region, norms: NormTable) -> Found:
    """Gradient boosting of levels on minutes, no terms to read, the same rule for the edges."""
    study, frame = region.casemix.study, region.casemix.to_frame()
    codes = np.column_stack([frame[f.name].map(list(f.levels).index) for f in study.factors])
    fit = HistGradientBoostingRegressor(max_iter=150, learning_rate=0.05, random_state=1, early_stopping=False)
    norm = np.maximum(fit.fit(codes, frame["minutes_per_week"]).predict(codes), 0.0)
    nothing = np.full(len(norms.terms) + 1, np.nan)
    return Found(estimate=nothing, low=nothing, high=nothing, norm=norm, edges=_optimal(norm, norms))


def experts(norms: NormTable, truth: Truth, seed: int) -> Found:
    """Twelve experts with a level of their own and a taste on every term, averaged; t intervals over experts."""
    random = np.random.default_rng([seed, 11])
    names = [(t.factor, t.level, t.with_level) for t in norms.model.terms]
    true = np.array([*(truth.minutes_of(f, level, their) for f, level, their in names), truth.ijkclient_minutes])
    said = true + random.normal(0, TERM_SD, (N_EXPERTS, len(true)))
    said[:, -1] += random.normal(0, EXPERT_SD, N_EXPERTS)
    mean = said.mean(axis=0)
    half = stats.t.ppf(0.975, N_EXPERTS - 1) * said.std(axis=0, ddof=1) / np.sqrt(N_EXPERTS)
    design = norms.model.design()
    columns = np.zeros(len(design.columns))
    for term, value in zip(norms.model.terms, mean[:-1], strict=True):
        if term.column >= 0 and term.supported:
            columns[term.column] = value
    norm = np.maximum(mean[-1] + design.matrix() @ columns, 0.0)
    return Found(estimate=mean, low=mean - half, high=mean + half, norm=norm, edges=_optimal(norm, norms))


def oracle_edges(region: Region, norms: NormTable) -> tuple[int, ...]:
    """The same rule on the true norms of the same clients."""
    return _optimal(region.norm, norms)


def _optimal(norm: FloatArray, norms: NormTable) -> tuple[int, ...]:
    design, step = norms.model.design(), norms.model.study.bands.step
    cells = make_cells(norm, design.provider_codes(), step=step, names=design.providers)
    return optimal_or_fewer(cells, n_bands=N_BANDS, **options(demands_of(norms)))[0].edges


def _equal_shares(norm: FloatArray, norms: NormTable) -> tuple[int, ...]:
    step = norms.model.study.bands.step
    cuts = np.quantile(norm, np.arange(1, N_BANDS) / N_BANDS)
    return tuple(sorted({0, *(int(step * np.round(cut / step)) for cut in cuts)}))
