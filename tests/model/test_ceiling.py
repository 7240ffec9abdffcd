from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_studies import crossed, made_norms

from normenkader.model.ceiling import neutral_outcomes, predict_ceilings, provider_folds


def test_folds_hold_whole_providers_and_about_as_many_rows() -> None:
    n = np.array([50.0, 40, 30, 30, 20, 20, 10, 10])
    fold = provider_folds(n, 3)
    assert np.bincount(fold, n).tolist() == [70, 70, 70]
    assert provider_folds(n, 3).tolist() == fold.tolist()
    assert sorted(provider_folds(np.ones(4), 4)) == [0, 1, 2, 3]


def test_outcomes_are_brought_to_the_average_provider_by_the_fit_of_the_other_folds() -> None:
    model = made_norms(n=500, providers=6).model
    fold, g = np.array([0, 0, 0, 1, 1, 1]), model.design().provider_codes()
    x, w, y = model.design().matrix(), model.weights(), model.outcome()
    rest = g >= 3
    dummies = pd.get_dummies(g[rest]).to_numpy(float)
    root = np.sqrt(w[rest])[:, None]
    terms = np.linalg.lstsq(np.hstack([x[rest], dummies]) * root, y[rest] * root[:, 0], rcond=1e-12)[0][: x.shape[1]]
    levels = pd.Series((y - x @ terms) * w).groupby(g).sum() / pd.Series(w).groupby(g).sum()
    size = np.bincount(g)[3:]
    average = np.average(levels[3:], weights=size)
    found = neutral_outcomes(model, fold)[0]
    assert found[rest] == pytest.approx((y - levels.to_numpy()[g] + average)[rest])


def test_free_models_find_what_a_sum_cannot_say_and_give_the_same_twice() -> None:
    model = made_norms(planted=crossed, noise=0.3, n=600).model
    fold = np.arange(12) % 3
    first, again = predict_ceilings(model, fold), predict_ceilings(model, fold)
    assert np.array_equal(first.explainable, again.explainable)
    assert np.array_equal(first.boosting, again.boosting)
    with_cross = crossed(model.casemix.to_frame())
    by_sum = model.design().matrix() @ model.coefficients()
    found = [np.corrcoef(p, with_cross)[0, 1] for p in (by_sum, first.boosting, first.explainable)]
    assert found[0] < 0.1
    assert found[1] > found[0] + 0.05
    assert found[2] > found[0] + 0.25
