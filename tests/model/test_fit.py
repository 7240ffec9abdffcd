"""The fit of a case mix against statsmodels on a design made by name, and what intervals and settings do to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from by_hand import key_of, keys_of, practice
from model_data import made_casemix
from scipy import stats

from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.errors import InputRefused
from normenkader.model.fit import CENSOR_FROM_SHARE, choose_censoring, fit_minutes
from normenkader.model.intervals import degrees_of_freedom


def design_by_name(model, frame):
    """Indicator of every distinct fitted value, from the terms' names alone: joined levels share a column."""
    column = {key_of(t): t.column for t in model.terms if t.column >= 0}
    x = np.zeros((len(frame), max(column.values()) + 1))
    for i, row in enumerate(frame.to_dict("records")):
        for key in keys_of(row, model.study):
            if key in column:
                x[i, column[key]] = 1.0
    return x


def reference_fit(model, frame, kept=None):
    kept = np.ones(len(frame), bool) if kept is None else kept
    x = design_by_name(model, frame)[kept]
    dummies = pd.get_dummies(frame["provider"][kept]).to_numpy(float)
    y = frame["minutes_per_week"].to_numpy()[kept]
    result = sm.WLS(y, np.column_stack([x, dummies]), weights=model.weights()[kept]).fit()
    n = dummies.sum(axis=0)
    return result.params[: x.shape[1]], float(np.average(result.params[x.shape[1] :], weights=n))


@pytest.mark.parametrize("seed", [1, 2])
def test_terms_and_ijkclient_equal_weighted_least_squares_with_provider_dummies(seed):
    casemix = practice(seed)
    model, frame = fit_minutes(casemix), casemix.to_frame()
    assert all(t.column >= 0 for t in model.terms if not t.with_factor)
    terms, level = reference_fit(model, frame)
    for term in model.terms:
        if term.estimate:
            assert term.estimate.value == pytest.approx(terms[term.column], rel=1e-7, abs=1e-7)
    assert model.ijkclient.value == pytest.approx(level, rel=1e-8)


def test_intervals_are_the_jackknife_by_refits():
    casemix = practice()
    model, frame = fit_minutes(casemix), casemix.to_frame()
    left = [reference_fit(model, frame, (frame["provider"] != p).to_numpy()) for p in sorted(set(frame["provider"]))]
    g = len(left)
    degrees = degrees_of_freedom(model.profile())
    assert ((degrees > 1) & (degrees <= g - 1)).all()
    for at, estimate in [*((t.column, t.estimate) for t in model.terms if t.estimate), (-1, model.ijkclient)]:
        values = np.array([level if at < 0 else terms[at] for terms, level in left])
        error = np.sqrt((g - 1) / g * ((values - estimate.value) ** 2).sum())
        assert estimate.standard_error == pytest.approx(error, rel=1e-6)
        half = stats.t(degrees[at]).ppf(0.975) * error
        assert estimate.interval == pytest.approx((estimate.value - half, estimate.value + half), rel=1e-6)


def test_counts_are_exact():
    casemix = practice()
    model, frame = fit_minutes(casemix), casemix.to_frame()
    keys = [set(keys_of(row, model.study)) for row in frame.to_dict("records")]
    for term in model.terms:
        inside = frame[[key_of(term) in one for one in keys]]
        assert (term.n_clients, term.n_providers) == (inside["client"].nunique(), inside["provider"].nunique())
        assert term.supported == (term.n_clients >= 10 and term.n_providers >= 3) or term.reason
    assert (model.n_rows, model.n_clients, model.n_providers) == (len(frame), frame["client"].nunique(), 8)


def test_weights_have_mean_one_and_the_stated_rule_holds():
    model = fit_minutes(practice(), variance="constant")
    assert (model.variance.rule, model.variance.stated) == ("constant", True)
    assert model.weights().mean() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="read-only"):
        model.weights()[0] = 2.0


def test_one_provider_is_refused():
    frame = pd.DataFrame({"provider": "p", "goal": ["a", "b"] * 20, "minutes_per_week": 1.0})
    factor = '[[factor]]\nname = "goal"\nkind = "nominal"\nlevels = ["a", "b"]\nijkclient = "a"\n'
    with pytest.raises(InputRefused, match="fewer than two providers"):
        fit_minutes(made_casemix(frame, factor))


@pytest.mark.parametrize(
    ("at_cap", "setting", "applied"),
    [(0, "on", False), (4, "auto", False), (5, "auto", True), (5, "off", False), (1, "on", True)],
)
def test_when_the_cap_counts(at_cap, setting, applied):
    frame = pd.DataFrame({"at_cap": np.arange(100) < at_cap, "assigned_minutes_per_week": 100.0})
    choice = choose_censoring(frame, setting)
    assert (choice.applied, choice.share_at_cap) == (applied, at_cap / 100)
    assert CENSOR_FROM_SHARE == 0.05


def test_without_assigned_minutes_no_cap_is_seen():
    frame = pd.DataFrame({"at_cap": [False, False], "assigned_minutes_per_week": [np.nan, np.nan]})
    choice = choose_censoring(frame, "auto")
    assert not choice.applied
    assert "cannot be seen" in choice.reason


def test_a_provider_wholly_at_its_cap_is_told_and_does_not_run_off():
    data = casemix_of(simulate("capped", seed=3, n_providers=8, n_clients=900))
    rows = data.to_frame()
    one = rows["provider"] == rows["provider"].iloc[0]
    rows.loc[one, "at_cap"] = True
    casemix = type(data)(
        study=data.study, files=(), ledger=data.ledger, quality=(), receipt=data.receipt, _rows=rows,
        _weeks=data.weeks_frame(), _unregistered=rows.iloc[:0],
    )  # fmt: skip
    model = fit_minutes(casemix)
    assert model.censoring.applied
    assert model.censoring.share_as_delivered == pytest.approx(one.sum() / rows["at_cap"].sum())
    assert abs(model.ijkclient.value - fit_minutes(data).ijkclient.value) < 60


def test_the_same_input_gives_the_same_receipt():
    first, second = fit_minutes(practice()), fit_minutes(practice())
    assert first.receipt == second.receipt
    assert first.receipt != fit_minutes(practice(2)).receipt


def test_the_average_provider_weighs_clients_however_many_episodes_each_has():
    casemix = practice()
    frame = casemix.to_frame()
    first = frame["provider"] == frame["provider"].min()
    # Pairs of rows of the first provider become two episodes of one client.
    twice = frame["client"].where(~first, frame["client"].to_numpy()[(np.arange(len(frame)) // 2) * 2])
    model = fit_minutes(replace(casemix, _rows=frame.assign(client=twice)))
    profile, terms = model.profile(), model.coefficients()
    levels = profile.level - profile.slope @ terms
    clients = frame.assign(client=twice).groupby("provider")["client"].nunique().to_numpy()
    assert clients[0] <= first.sum() / 2 + 1
    assert model.ijkclient.value == pytest.approx(float(np.average(levels, weights=clients)), rel=1e-9)


def test_the_providers_share_is_that_for_the_average_client() -> None:
    """Also where variance grows with the mean squared, so that a client of weight 1 is not the average one."""
    data = simulate("practice", seed=4, n_providers=40, n_clients=12_000)
    model, rows = fit_minutes(casemix_of(data)), data.to_frame()
    assert model.variance.rule == "mean_squared"
    between = float(np.var(data.providers.effect, ddof=1))
    known = between / (between + float(rows["variance"].mean()))
    assert model.mixed.provider_share == pytest.approx(known, rel=0.15)
    at_weight_one = model.mixed.provider_sd**2 / (model.mixed.provider_sd**2 + model.mixed.residual_sd**2)
    assert at_weight_one > 1.3 * known
