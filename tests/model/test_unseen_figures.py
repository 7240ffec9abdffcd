from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from made_studies import made, made_norms

from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table, round_up
from normenkader.model.restriction import order_constraints, restrict
from normenkader.model.rounding import round_terms
from normenkader.model.unseen import predict_unseen
from normenkader.model.unseen_figures import (
    figures_without_municipality,
    figures_without_provider,
    predict_without_rows_of,
)


@cache
def norms() -> NormTable:
    return made_norms("practice", n=900, providers=8, has_defects=False)


def test_a_municipality_is_predicted_by_a_refit_without_its_rows() -> None:
    table = norms()
    model, design = table.model, table.model.design()
    frame = model.casemix.to_frame()
    group = pd.factorize(frame["municipality"], sort=True)[0].astype(np.int64)
    found = predict_without_rows_of(table, group)
    x, w, y = design.matrix(), model.weights(), frame["minutes_per_week"].to_numpy()
    for k in (0, 3):
        rest = group != k
        dummies = pd.get_dummies(frame["provider"][rest]).to_numpy(float)
        root = np.sqrt(w[rest])[:, None]
        solution = np.linalg.lstsq(np.hstack([x[rest], dummies]) * root, y[rest] * root[:, 0], rcond=1e-12)[0]
        terms, levels = solution[: x.shape[1]], solution[x.shape[1] :]
        clients = frame[rest].groupby("provider")["client"].nunique().to_numpy()
        level = np.average(levels, weights=clients)
        assert found.model[~rest] == pytest.approx(np.maximum(level + x[~rest] @ (terms * design.in_force()), 0))
        metric = x[rest].T @ (x[rest] * w[rest, None])
        ordered = restrict((terms * design.in_force())[None], metric[None], order_constraints(table.plan(), len(terms)))
        steps = round_terms(ordered, x[rest].sum(axis=0)[None], table.plan(), table.step)[0] * table.step
        by_table = round_up(np.array(level), table.step) + x[~rest] @ (steps * design.in_force())
        assert found.norm_table[~rest] == pytest.approx(np.maximum(by_table, 0))
        assert found.baseline[~rest] == pytest.approx(model.outcome()[rest].mean())


def test_figures_equal_their_definitions() -> None:
    table = norms()
    found, unseen = figures_without_provider(table), predict_unseen(table)
    y, p, g = table.model.outcome(), unseen.norm_table, table.model.design().provider_codes()
    assert found.error.value == pytest.approx(np.quantile(np.abs(y - p), 0.8))
    assert np.mean(np.abs(y - p) <= found.error.value) == pytest.approx(0.8, abs=0.002)
    assert found.bias.value == pytest.approx((y - p).mean())
    assert found.explained.value == pytest.approx(1 - ((y - p) ** 2).sum() / ((y - unseen.baseline) ** 2).sum())
    medians = np.array([np.median(y[g != k]) for k in range(8)])[g]
    assert found.explained_absolute.value == pytest.approx(1 - np.abs(y - p).sum() / np.abs(y - medians).sum())
    dummies = pd.get_dummies(g).to_numpy(float)
    assert found.slope.value == pytest.approx(sm.OLS(y, np.column_stack([p, dummies])).fit().params[0])
    own = 1 - ((y - table.norm_minutes()) ** 2).sum() / ((y - unseen.baseline) ** 2).sum()
    assert found.optimism == pytest.approx(own - found.explained.value)


def test_tenths_hold_every_client_once_in_rising_order() -> None:
    tenths = figures_without_provider(norms()).tenths
    assert sum(tenth.n_clients for tenth in tenths) == 900
    assert 8 <= len(tenths) <= 10
    predicted = [tenth.predicted for tenth in tenths]
    assert predicted == sorted(predicted)
    assert all(t.observed - t.predicted == pytest.approx(t.difference.value) for t in tenths)


def test_two_municipalities_are_too_few() -> None:
    casemix = made(planted=None, n=400, providers=6)
    rows = casemix._rows.assign(municipality=np.where(casemix._rows["municipality"] == "Dordrecht", "A", "B"))
    table = make_norm_table(fit_minutes(replace(casemix, _rows=rows)))
    assert figures_without_municipality(table) is None


def test_lower_limits_stay_lower_limits_without_a_municipality() -> None:
    """The censored refit predicts more than one that takes every delivery at the cap for need."""
    casemix = made("capped", n=900, providers=8)
    censored = make_norm_table(fit_minutes(casemix, censoring="on"))
    plain = make_norm_table(fit_minutes(casemix, censoring="off"))
    group = pd.factorize(casemix.to_frame()["municipality"], sort=True)[0].astype(np.int64)
    higher = predict_without_rows_of(censored, group).model.mean() - predict_without_rows_of(plain, group).model.mean()
    assert higher > 10
