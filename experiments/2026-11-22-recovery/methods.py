"""Five ways to a norm and bands from one region: ours, and four that are in use or within reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from mechanisms import Region
from scipy import stats
from sklearn.ensemble import HistGradientBoostingRegressor

from normenkader.bands.cells import make_cells
from normenkader.bands.norm_bands import demands_of, optimum_of, options
from normenkader.bands.optimum import optimal_or_fewer
from normenkader.model.mixed import fit_mixed
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.results import TermEstimate

FloatArray = npt.NDArray[np.float64]
EdgeRule = Callable[[FloatArray, NormTable, float], tuple[int, ...]]
N_BANDS, EXPERT_SD, N_EXPERTS, TERM_SD = 5, 12.0, 12, 15.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What a method says.

    Attributes
    ----------
    estimate, low, high : (terms + 1,) with 95 % intervals, the ijkclient last
        Nan where a method has no terms, and, alike for all but the experts, where a level has too few clients for a
        value of its own.
    norm : (n,) minutes by its table for every client
    edges : tuple of int
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    norm: FloatArray
    edges: tuple[int, ...]


def all_methods(region: Region, norms: NormTable, seed: int) -> dict[str, Found]:
    """Every method on one region."""
    return {
        "ours": ours(norms), "mixed model": mixed(norms), "ordinary practice": ordinary(region, norms),
        "gradient boosting": boosting(region, norms), "experts only": experts(region, norms, seed),
    }  # fmt: skip


def own_terms(norms: NormTable) -> list[TermEstimate | None]:
    """Terms with a value of their own; None for a level that takes its neighbour's, or has none."""
    return [t if t.supported and not t.merged_with else None for t in norms.model.terms]


def true_terms(region: Region, norms: NormTable) -> FloatArray:
    """The estimand of every term, the ijkclient last."""
    terms = [region.term_minutes(t.factor, t.level, t.with_level, t.with_factor) for t in norms.model.terms]
    return np.array([*terms, region.truth.ijkclient_minutes])


def ours(norms: NormTable) -> Found:
    """Within providers, jackknife intervals, norm table in whole steps, exact optimum."""
    rows = [t and t.estimate for t in own_terms(norms)] + [norms.model.ijkclient]
    values = [(np.nan,) * 3 if e is None else (e.value, *e.interval) for e in rows]
    estimate, low, high = np.array(values).T
    partition, _ = optimum_of(norms, N_BANDS)
    return Found(estimate=estimate, low=low, high=high, norm=norms.norm_minutes(), edges=partition.edges)


def mixed(norms: NormTable) -> Found:
    """Random intercept by REML with model-based intervals, the same rule for the edges."""
    fit = fit_mixed(norms.model.working_moments())
    return _linear(norms, fit.terms, 1.96 * np.sqrt(np.diag(fit.covariance)), optimal_edges_of)


def ordinary(region: Region, norms: NormTable) -> Found:
    """Pooled least squares with plain errors, and bands with equal shares of clients."""
    model = norms.model
    x = np.column_stack([np.ones(model.n_rows), model.design().matrix()])
    y = region.casemix.to_frame()["minutes_per_week"].to_numpy(float)
    inverse = np.linalg.pinv(x.T @ x)
    terms = inverse @ x.T @ y
    degrees = len(y) - x.shape[1]
    error = np.sqrt(np.diag(inverse) * ((y - x @ terms) ** 2).sum() / degrees) * stats.t.ppf(0.975, degrees)
    return _linear(norms, terms, error, equal_shares)


def _linear(norms: NormTable, terms: FloatArray, half: FloatArray, edges: EdgeRule) -> Found:
    """From an intercept and terms by design column to what is compared."""
    order = [1 + t.column if t else -1 for t in own_terms(norms)] + [0]
    values, half = (np.append(v, np.nan)[order] for v in (terms, half))
    norm = np.maximum(terms[0] + norms.model.design().matrix() @ terms[1:], 0.0)
    return Found(
        estimate=values, low=values - half, high=values + half, norm=norm, edges=edges(norm, norms, float(terms[0]))
    )


def boosting(region: Region, norms: NormTable) -> Found:
    """Gradient boosting of levels on minutes, no terms to read, the same rule for the edges."""
    study, frame = region.casemix.study, region.casemix.to_frame()
    codes = np.column_stack([frame[f.name].map(list(f.levels).index) for f in study.factors])
    fit = HistGradientBoostingRegressor(max_iter=150, learning_rate=0.05, random_state=1, early_stopping=False)
    fit.fit(codes, frame["minutes_per_week"])
    norm = np.maximum(fit.predict(codes), 0.0)
    own = float(fit.predict([[list(f.levels).index(f.ijkclient) for f in study.factors]])[0])
    nothing = np.full(len(norms.terms) + 1, np.nan)
    edges = optimal_edges_of(norm, norms, own)
    return Found(estimate=nothing, low=nothing, high=nothing, norm=norm, edges=edges)


def experts(region: Region, norms: NormTable, seed: int) -> Found:
    """An invented panel: twelve experts with a level of their own and a taste on every term, averaged.

    They are right on average and their deviations (12 and 15 minutes) are our choice: how good real experts are,
    this cannot show.
    """
    random, true = np.random.default_rng([seed, 11]), true_terms(region, norms)
    said = true + random.normal(0, TERM_SD, (N_EXPERTS, len(true)))
    said[:, -1] += random.normal(0, EXPERT_SD, N_EXPERTS)
    mean = said.mean(axis=0)
    half = stats.t.ppf(0.975, N_EXPERTS - 1) * said.std(axis=0, ddof=1) / np.sqrt(N_EXPERTS)
    columns = np.zeros(len(norms.model.design().columns))
    for at, term in enumerate(own_terms(norms)):
        if term is not None:
            columns[term.column] = mean[at]
    norm = np.maximum(mean[-1] + norms.model.design().matrix() @ columns, 0.0)
    edges = optimal_edges_of(norm, norms, float(mean[-1]))
    return Found(estimate=mean, low=mean - half, high=mean + half, norm=norm, edges=edges)


def unrounded_edges(norms: NormTable) -> tuple[int, ...]:
    """Ours without whole steps of minutes: what of its error in edges is rounding, and what chance."""
    model, known = norms.model, norms.model.design().has_norm()
    norm = np.maximum(model.ijkclient.value + model.design().matrix() @ model.coefficients(), 0.0)
    return optimal_edges_of(np.where(known, norm, np.nan), norms, model.ijkclient.value)


def oracle_edges(region: Region, norms: NormTable) -> tuple[int, ...]:
    """The same rule on the true norms of the same clients."""
    return optimal_edges_of(region.norm, norms, region.truth.ijkclient_minutes)


def oracle_in_whole_steps(region: Region, norms: NormTable) -> NormTable:
    """What the tool would publish if it knew the truth: true terms and level through its own norm table.

    Levels that the tool joins share the mean of their true minutes over clients.
    """
    known, n = np.zeros((2, len(norms.model.design().columns)))
    for minutes, term in zip(true_terms(region, norms), norms.model.terms, strict=False):
        if term.column >= 0:
            known[term.column] += term.n_clients * minutes
            n[term.column] += term.n_clients
    level = replace(norms.model.ijkclient, value=region.truth.ijkclient_minutes)
    return make_norm_table(replace(norms.model, ijkclient=level, _coefficients=known / np.maximum(n, 1)))


def optimal_edges_of(norm: FloatArray, norms: NormTable, ijkclient: float) -> tuple[int, ...]:
    """The exact optimum on norms, under the study's demands."""
    design, step, known = norms.model.design(), norms.model.study.bands.step, ~np.isnan(norm)
    cells = make_cells(norm[known], design.provider_codes()[known], step=step, names=design.providers)
    demands = replace(demands_of(norms), ijkclient_minutes=ijkclient)
    return optimal_or_fewer(cells, n_bands=N_BANDS, **options(demands))[0].edges


def equal_shares(norm: FloatArray, norms: NormTable, ijkclient: float) -> tuple[int, ...]:
    """As many clients in every band, on the study's step."""
    step = norms.model.study.bands.step
    cuts = np.quantile(norm, np.arange(1, N_BANDS) / N_BANDS)
    return tuple(sorted({0, *(int(step * np.round(cut / step)) for cut in cuts)}))
