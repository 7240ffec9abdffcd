"""Synthetic studies: the truth in them is what they are drawn from."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import norm

from normenkader.casemix.synthetic import REGIMES, SyntheticData, casemix_frame, casemix_of, simulate
from normenkader.casemix.synthetic.clients import bounded
from normenkader.casemix.synthetic.minutes import register
from normenkader.casemix.synthetic.truth import ijkclient_codes, norm_minutes, truth_of
from normenkader.errors import InputRefused

UNCAPPED = [name for name, regime in REGIMES.items() if not regime.capped]


def design(frame: pd.DataFrame, data: SyntheticData) -> pd.DataFrame:
    """One dummy a true term, made from the levels' names alone; a column for the ijkclient."""
    columns = {"ijkclient": np.ones(len(frame))}
    for term in data.truth.terms:
        has = frame[term.factor] == term.level
        if term.with_factor:
            has &= frame[term.with_factor] == term.with_level
        columns[f"{term.factor} {term.level} {term.with_level}"] = has.astype(float)
    return pd.DataFrame(columns)


def true_values(data: SyntheticData) -> np.ndarray:
    return np.array([data.truth.ijkclient_minutes, *(term.minutes for term in data.truth.terms)])


@pytest.mark.parametrize("name", UNCAPPED)
def test_expected_minutes_are_exactly_norm_plus_provider_effect(name: str) -> None:
    frame = simulate(name, seed=11, n_providers=50, n_clients=20_000).to_frame()
    standardised = (frame["minutes_per_week"] - frame["norm_minutes"] - frame["provider_effect"]) / np.sqrt(
        frame["variance"]
    )
    assert abs(standardised.mean()) * np.sqrt(len(frame)) < 3.3
    assert standardised.std() == pytest.approx(1.0, abs=0.06 if name == "heavy" else 0.03)


@pytest.mark.parametrize("name", ["clean", "practice", "overlap", "nosignal"])
def test_weighted_regression_that_knows_variances_and_provider_effects_finds_the_truth(name: str) -> None:
    data = simulate(name, seed=12, n_providers=40, n_clients=20_000)
    frame = data.to_frame()
    fit = sm.WLS(
        frame["minutes_per_week"] - frame["provider_effect"], design(frame, data), weights=1 / frame["variance"]
    ).fit(cov_type="fixed scale", cov_kwds={"scale": 1.0})
    z = (fit.params.to_numpy() - true_values(data)) / fit.bse.to_numpy()
    assert np.abs(z).max() < 4.0
    # As many squares as terms: the truth is in the middle of the estimates, neither beside them nor too close.
    assert 0.5 < (z**2).mean() < 1.7
    assert fit.bse.max() < 7.0


def test_capped_need_is_the_truth_before_the_cap() -> None:
    frame = simulate("capped", seed=13, n_providers=50, n_clients=20_000).to_frame()
    error = (frame["need_minutes"] - frame["norm_minutes"] - frame["provider_effect"]) / (
        frame["norm_minutes"] + frame["provider_effect"]
    )
    assert abs(error.mean()) * np.sqrt(len(frame)) / error.std() < 3.3


def test_censored_fit_that_knows_variances_and_provider_effects_finds_the_truth_in_capped() -> None:
    """Normal censored likelihood by expectation and refit: a rival to the fits of the package, on purpose."""
    data = simulate("capped", seed=14, n_providers=40, n_clients=12_000)
    frame = data.to_frame()
    sd, effect = np.sqrt(frame["variance"].to_numpy()), frame["provider_effect"].to_numpy()
    y = frame["minutes_per_week"].to_numpy() - effect
    cap = frame["assigned_minutes_per_week"].to_numpy() - effect
    x = design(frame, data).to_numpy() / sd[:, None]
    solve, at_cap = np.linalg.pinv(x), y >= cap - 1e-6
    uncensored = found = solve @ (y / sd)
    for _ in range(60):
        fitted = x @ found
        surplus = np.exp(norm.logpdf(cap / sd - fitted) - norm.logsf(cap / sd - fitted))
        found = solve @ np.where(at_cap, fitted + surplus, y / sd)
    error, naive = found - true_values(data), uncensored - true_values(data)
    assert abs(naive[0]) > 8.0
    assert abs(error[0]) < 3.0
    assert (error**2).mean() < 0.7 * (naive**2).mean()
    assert abs((np.sign(true_values(data)) * error).mean()) < 0.25 * abs((np.sign(true_values(data)) * naive).mean())


def test_norm_of_the_ijkclient_has_no_terms_and_every_term_is_a_difference_of_one_level() -> None:
    for regime in REGIMES.values():
        assert norm_minutes(ijkclient_codes(), regime)[0] == truth_of(regime).ijkclient_minutes
    data = simulate("overlap", seed=3, n_clients=500)
    by_hand = design(data.to_frame(), data).to_numpy() @ true_values(data)
    np.testing.assert_allclose(by_hand, data.to_frame()["norm_minutes"], atol=1e-9)


def test_pooled_fit_is_biased_in_practice_and_not_in_clean() -> None:
    """The bias of ontwikkelgericht, over seeds, in its own Monte-Carlo standard errors."""
    z = {name: _pooled_bias(name) for name in ("practice", "clean")}
    assert z["practice"][0] > 8.0
    assert z["practice"][1] > 4.0
    assert abs(z["clean"][1]) < 3.3
    assert abs(z["clean"][0]) < 4.0


def _pooled_bias(name: str) -> tuple[float, float]:
    errors = []
    for seed in range(10):
        data = simulate(name, seed=seed, n_providers=40, n_clients=1500)
        frame = data.to_frame()
        x = design(frame, data).to_numpy()
        found = np.linalg.lstsq(x, frame["minutes_per_week"].to_numpy(), rcond=None)[0]
        at = list(design(frame.head(1), data)).index("orientation ontwikkelgericht ")
        errors.append(found[at] - true_values(data)[at])
    return float(np.mean(errors)), float(np.mean(errors) / np.std(errors, ddof=1) * np.sqrt(len(errors)))


def test_overlap_is_negative_only_in_its_regime_and_nosignal_has_no_terms() -> None:
    overlap = [term.minutes for term in truth_of(REGIMES["overlap"]).terms if term.factor == "n_leefgebied"]
    assert overlap == sorted(overlap, reverse=True)
    assert overlap[-1] < -30
    assert {t.minutes for t in truth_of(REGIMES["practice"]).terms if t.factor == "n_leefgebied"} == {0.0}
    assert {t.minutes for t in truth_of(REGIMES["nosignal"]).terms} == {0.0}


# --- the regimes -------------------------------------------------------------------------------------------------


def test_share_at_the_cap() -> None:
    capped = casemix_frame(simulate("capped", seed=20))
    assert 0.25 < capped["at_cap"].mean() < 0.35
    assert (capped["minutes_per_week"] <= capped["assigned_minutes_per_week"] + 1e-9).all()
    assert casemix_frame(simulate("practice", seed=20))["at_cap"].mean() < 0.02


def test_assigned_maximum_tells_nothing_of_need_beyond_the_factors() -> None:
    frame = simulate("capped", seed=21, n_clients=20_000, n_providers=40).to_frame()
    surprise = frame["need_minutes"] / (frame["norm_minutes"] + frame["provider_effect"])
    for product, part in frame.assign(surprise=surprise).groupby("product"):
        r = np.corrcoef(part["surprise"], part["assigned_minutes_per_week"])[0, 1]
        assert abs(r) * np.sqrt(len(part)) < 3.3, product


def test_explained_share_is_honest_and_provider_style_follows_case_mix() -> None:
    data = simulate("practice", seed=22, n_providers=200, n_clients=20_000)
    frame = data.to_frame()
    explained = np.corrcoef(frame["norm_minutes"], frame["minutes_per_week"])[0, 1] ** 2
    assert 0.2 < explained < 0.42
    residual = frame["minutes_per_week"] - frame["norm_minutes"]
    assert 0.05 < frame["provider_effect"].var() / residual.var() < 0.18
    casemix = frame.groupby("provider")["norm_minutes"].mean()
    assert np.corrcoef(casemix, data.providers.effect)[0, 1] == pytest.approx(0.6, abs=0.15)


def test_heavy_has_a_heavier_tail_than_practice() -> None:
    kurtosis = {}
    for name in ("clean", "heavy"):
        frame = simulate(name, seed=23, n_clients=20_000).to_frame()
        kurtosis[name] = float((frame["need_minutes"] / frame["norm_minutes"]).kurt())
    assert kurtosis["clean"] < 1.5
    assert kurtosis["heavy"] > 5.0


def test_rare_levels_have_the_clients_and_providers_they_were_given() -> None:
    regime = REGIMES["rare"]
    frame = simulate(regime, seed=24).to_frame()
    for rare in regime.rare:
        has = frame[frame[rare.factor] == rare.level]
        assert (len(has), has["provider"].nunique()) == (rare.n_clients, rare.n_providers)


def test_few_has_five_providers_and_sizes_differ() -> None:
    data = simulate("few", seed=25)
    assert len(data.providers.size) == 5
    assert data.providers.size.sum() == 1000
    assert data.providers.size.max() > 1.3 * data.providers.size.min()


def test_own_regime_can_be_simulated() -> None:
    own = dataclasses.replace(REGIMES["clean"], name="own", provider_sd=0.0)
    assert set(simulate(own, seed=1, n_clients=200).providers.effect) == {0.0}


# --- small parts -------------------------------------------------------------------------------------------------


def test_registration_is_unbiased_in_every_week_and_keeps_the_total_within_a_step() -> None:
    weekly = np.tile([3.0, 12.5, 0.0, 91.0], (40_000, 1))
    found = register(np.random.default_rng(1), weekly, np.full(len(weekly), 5.0))
    assert (np.mod(found, 5.0) == 0).all()
    np.testing.assert_allclose(found.mean(axis=0), weekly[0], atol=4 * 2.5 / np.sqrt(len(weekly)))
    assert np.abs(found.sum(axis=1) - weekly[0].sum()).max() < 5.0
    whole = np.tile([35.0, 65.0], (1000, 1)) / 3 * 3
    assert (register(np.random.default_rng(2), whole, np.full(1000, 5.0)).sum(axis=1) == 100.0).all()


def test_bounded_normal_is_symmetric_of_variance_one_and_bounded() -> None:
    draws = bounded(np.random.default_rng(3).standard_normal(200_000), limit=2.0)
    assert draws.std() == pytest.approx(1.0, abs=0.01)
    assert np.abs(draws).max() < 2.3
    np.testing.assert_allclose(bounded(np.array([-1.3, 1.3]), limit=2.0).sum(), 0.0, atol=1e-12)


def test_same_seed_gives_the_same_clients_in_other_regimes() -> None:
    first, second = (simulate(name, seed=9, n_clients=300).to_frame() for name in ("heavy", "overlap"))
    assert first["leefgebied_wonen"].equals(second["leefgebied_wonen"])


# --- in memory -----------------------------------------------------------------------------------------------------


def test_casemix_in_memory_is_sorted_has_the_columns_and_differs_by_seed() -> None:
    data = simulate("practice", seed=30, n_clients=400)
    casemix = casemix_of(data)
    frame = casemix.to_frame()
    pd.testing.assert_frame_equal(frame, casemix_frame(data))
    np.testing.assert_allclose(frame["minutes_per_week"], data.minutes_per_week())
    assert [factor.name for factor in casemix.study.factors] == list(frame.columns[12:])
    for factor in casemix.study.factors:
        assert set(frame[factor.name]) <= set(factor.levels)
    assert casemix.receipt.sha256 != casemix_of(simulate("practice", seed=31, n_clients=400)).receipt.sha256
    assert casemix.receipt.sha256 == casemix_of(simulate("practice", seed=30, n_clients=400)).receipt.sha256


@pytest.mark.parametrize("wrong", [{"regime": "reality"}, {"n_providers": 1}, {"n_clients": 20}])
def test_what_cannot_be_simulated_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputRefused):
        simulate(**{"regime": "clean", "seed": 1, **wrong})  # type: ignore[arg-type]
