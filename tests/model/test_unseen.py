"""Every provider predicted from the others, against refits by statsmodels and norm tables made anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from by_hand import practice
from test_fit import design_by_name, reference_fit

from normenkader.casemix.casemix import Casemix
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import make_norm_table
from normenkader.model.outcomes import as_measured
from normenkader.model.unseen import explained_unseen, predict_unseen


def with_rows(casemix: Casemix, rows: pd.DataFrame) -> Casemix:
    settings = casemix.study.model.model_copy(update={"variance": "constant"})
    return Casemix(
        study=replace(casemix.study, model=settings), files=(), ledger=casemix.ledger, quality=(),
        receipt=casemix.receipt, _rows=rows, _weeks=casemix.weeks_frame(), _unregistered=rows.iloc[:0],
    )  # fmt: skip


@pytest.fixture(scope="module")
def table():
    """With equal exposure and constant variance every weight is 1, with all providers and without any one."""
    return make_norm_table(fit_minutes(with_rows(practice(), practice().to_frame().assign(exposure_days=56.0))))


def test_model_predictions_equal_refits_without_each_provider(table):
    model, frame = table.model, table.model.casemix.to_frame()
    unseen, x = predict_unseen(table), design_by_name(table.model, frame)
    for provider in sorted(set(frame["provider"])):
        own = (frame["provider"] == provider).to_numpy()
        terms, level = reference_fit(model, frame, ~own)
        np.testing.assert_allclose(unseen.model[own], np.maximum(level + x[own] @ terms, 0), rtol=1e-7)
        assert unseen.baseline[own] == pytest.approx(frame["minutes_per_week"][~own].mean(), rel=1e-12)


def test_norm_table_predictions_equal_tables_made_without_each_provider(table):
    """Where the same levels carry a norm without the provider, the whole job done anew gives the same minutes."""
    frame, unseen, compared = table.model.casemix.to_frame(), predict_unseen(table), 0
    columns = [(c.factor, c.levels, c.with_factor, c.with_levels) for c in table.model.design().columns]
    for provider in sorted(set(frame["provider"])):
        rest = frame[frame["provider"] != provider].reset_index(drop=True)
        anew = make_norm_table(fit_minutes(with_rows(table.model.casemix, rest)))
        if [(c.factor, c.levels, c.with_factor, c.with_levels) for c in anew.model.design().columns] != columns:
            continue
        own = (frame["provider"] == provider).to_numpy()
        sums = anew.ijkclient_minutes + table.model.design().matrix()[own] @ anew.published()
        np.testing.assert_array_equal(unseen.norm_table[own], np.maximum(sums, 0))
        compared += 1
    assert compared >= 3


def test_predictions_cannot_be_written(table):
    with pytest.raises(ValueError, match="read-only"):
        predict_unseen(table).model[0] = 1.0


def test_explained_share_against_the_others_mean():
    outcome, baseline = np.array([1.0, 2.0, 6.0]), np.array([3.0, 3.0, 2.0])
    measured = as_measured(outcome)
    assert explained_unseen(measured, outcome, baseline) == 1.0
    assert explained_unseen(measured, baseline, baseline) == 0.0
    assert explained_unseen(measured, np.array([1.0, 2.0, 3.0]), baseline) == pytest.approx(1 - 9 / 21)
    assert np.isnan(explained_unseen(as_measured(baseline), outcome, baseline))
