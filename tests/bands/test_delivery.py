from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from normenkader.bands.delivered import DeliveredAndNeeded, delivered_and_needed, delivered_checks
from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.time_checks import time_checks, weeks_within_bands
from normenkader.bands.under_delivery import under_delivery
from normenkader.casemix.synthetic import REGIMES, casemix_of, simulate
from normenkader.evidence import Check
from normenkader.experts.triangulation import triangulate
from normenkader.model.estimands import IJKCLIENT, pooled_terms, provider_effects, two_estimands, with_outcome
from normenkader.model.fit import fit_minutes
from normenkader.model.mixed import fit_mixed
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.time_in_episode import TimeCurve
from normenkader.model.within_client import WithinClient


def norms_of(regime: str, seed: int = 3, n_clients: int = 1200, **changes: Any) -> NormTable:
    data = simulate(replace(REGIMES[regime], **changes), seed=seed, n_providers=12, n_clients=n_clients)
    return make_norm_table(fit_minutes(casemix_of(data)))


@pytest.fixture(scope="module")
def practice() -> NormTable:
    return norms_of("practice")


def found_in(norms: NormTable) -> tuple[DeliveredAndNeeded, dict[str, Check]]:
    edges = optimum_of(norms)[0].edges
    found = delivered_and_needed(norms, triangulate(norms.model), edges)
    checks = delivered_checks(found, edges, "minutes per week", 15, norms.model.study.disclosure)
    return found, {check.code: check for check in checks}


def test_as_delivered_is_weighted_least_squares_without_providers(practice: NormTable) -> None:
    model = practice.model
    x = np.column_stack([np.ones(model.n_rows), model.design().matrix()])
    root = np.sqrt(model.weights())
    y = model.casemix.to_frame()["minutes_per_week"].to_numpy()
    assert pooled_terms(model) == pytest.approx(np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0], abs=1e-6)
    first = two_estimands(model)[0]
    assert (first.factor, first.neutral) == (IJKCLIENT, model.ijkclient.value)


def test_effects_are_the_best_linear_predictions_of_the_mixed_model(practice: NormTable) -> None:
    model = practice.model
    mixed, codes = fit_mixed(model.moments()), model.design().provider_codes()
    z = np.eye(model.n_providers)[codes]
    variance = mixed.provider_variance * z @ z.T + np.diag(mixed.residual_variance / model.weights())
    x = np.column_stack([np.ones(model.n_rows), model.design().matrix()])
    by_hand = mixed.provider_variance * z.T @ np.linalg.solve(variance, model.outcome() - x @ mixed.terms)
    assert provider_effects(model) == pytest.approx(by_hand, abs=1e-6)


def test_the_same_outcome_gives_the_same_norms_and_a_scaled_one_scaled_terms(practice: NormTable) -> None:
    model = practice.model
    same = with_outcome(model, model.outcome())
    assert make_norm_table(same).published().tolist() == practice.published().tolist()
    more = with_outcome(model, 1.1 * model.outcome())
    assert more.ijkclient.value == pytest.approx(1.1 * model.ijkclient.value)
    assert more.coefficients() == pytest.approx(1.1 * model.coefficients())


def test_the_same_holds_under_censoring() -> None:
    model = norms_of("capped").model
    assert model.censoring.applied
    again = with_outcome(model, model.outcome())
    assert again.ijkclient.value == pytest.approx(model.ijkclient.value, abs=0.01)


def test_under_delivery_is_the_smallest_that_moves_an_edge(practice: NormTable) -> None:
    edges = optimum_of(practice)[0].edges
    found = under_delivery(practice, edges).overall
    assert found is not None

    def edges_at(share: float) -> tuple[int, ...]:
        return optimum_of(make_norm_table(with_outcome(practice.model, practice.model.outcome() * (1 + share))))[
            0
        ].edges

    assert edges_at(found) != edges
    assert edges_at(found - 0.003) == edges or found < 0.003


def test_style_that_follows_casemix_fails_and_style_apart_from_it_passes(practice: NormTable) -> None:
    _, failed = found_in(norms_of("practice", provider_sd=45.0, style_correlation=0.9))
    assert failed["delivered_against_neutral"].passed is False
    assert failed["delivered_against_neutral"].reservation
    _, passed = found_in(norms_of("clean", provider_sd=4.0, cv_client=0.15))
    assert passed["delivered_against_neutral"].passed is True


def test_providers_a_band_apart_fail_and_providers_alike_pass() -> None:
    _, failed = found_in(norms_of("clean", provider_sd=60.0))
    assert failed["provider_effects"].passed is False
    _, passed = found_in(norms_of("clean", provider_sd=5.0))
    assert passed["provider_effects"].passed is True


def test_capped_need_that_moves_an_edge_soon_fails_and_without_caps_there_is_a_reason() -> None:
    found, checks = found_in(norms_of("capped"))
    assert found.under_delivery.n_capped > 100
    assert checks["under_delivery_capped"].passed is (
        found.under_delivery.capped is None or found.under_delivery.capped >= 0.10
    )
    _, clean = found_in(norms_of("clean"))
    assert clean["under_delivery_capped"].passed is None
    assert clean["under_delivery_capped"].reason


def test_few_clients_show_no_worst_provider() -> None:
    norms = norms_of("clean", n_clients=600)
    floor = norms.model.study.disclosure.model_copy(update={"min_clients": 500})
    model = replace(norms.model, study=replace(norms.model.study, disclosure=floor))
    found, checks = found_in(replace(norms, model=model))
    assert found.spread.worst is found.spread.median is None
    assert checks["provider_effects"].passed is None


# --- time in the episode -------------------------------------------------------------------------------------------


def curve(ratio: float, low: float, high: float) -> TimeCurve:
    return TimeCurve(factor="", level="", classes=(), front_loading=ratio, interval=(low, high))


def test_front_loading_and_fortnightly_delivery_pass_and_fail() -> None:
    calm = WithinClient(weeks_in_band=0.5, periods_in_band=0.6, fortnightly=0.02, peaks=0.01)
    passed = {c.code: c for c in time_checks([curve(1.02, 0.95, 1.1)], calm)}
    assert passed["front_loading_1"].passed is True
    assert passed["fortnightly_delivery"].passed is True
    assert "vooruitgang" in passed["front_loading_1"].reason
    failed = {c.code: c for c in time_checks([curve(1.5, 1.3, 1.7)], replace(calm, fortnightly=0.4))}
    assert failed["front_loading_1"].passed is False
    assert failed["fortnightly_delivery"].passed is False
    assert all(c.reservation for c in failed.values() if c.passed is False)
    silent = time_checks([], None)
    assert all(c.passed is None and c.value is None and c.reason for c in silent)


def test_weeks_are_held_against_the_clients_own_band(practice: NormTable) -> None:
    edges = optimum_of(practice)[0].edges
    found = weeks_within_bands(practice, edges)
    assert found is not None
    assert found.periods_in_band is not None
    assert found.weeks_in_band is not None
    assert found.weeks_in_band < found.periods_in_band < 1
    whole = weeks_within_bands(practice, (0,))
    assert whole is not None
    assert whole.periods_in_band == 1.0
