"""Other choices: the chain done by hand for each, and studies made to pass and to fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from normenkader.bands.chain import run_chain
from normenkader.bands.grid import band_numbers
from normenkader.bands.multiverse import Multiverse, multiverse
from normenkader.bands.norm_bands import demands_of, optimum_of
from normenkader.bands.robustness import robustness_checks
from normenkader.bands.stability import stability
from normenkader.bands.table import BandTable
from normenkader.bands.universes import combinations_of, dimensions_of
from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.casemix.variants import in_half, without_capped
from normenkader.model.fit import fit_minutes
from normenkader.model.intervals import provider_draws
from normenkader.model.log_link import fit_log_link
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.profiles import norm_minutes_of


@pytest.fixture(scope="module")
def edges(norms: NormTable) -> tuple[int, ...]:
    return optimum_of(norms)[0].edges


@pytest.fixture(scope="module")
def found(norms: NormTable, edges: tuple[int, ...]) -> Multiverse:
    return multiverse(norms, edges)


def without_provider(casemix: Casemix, name: str) -> Casemix:
    rows = casemix.to_frame()
    return replace(casemix, _rows=rows[rows["provider"] != name].reset_index(drop=True))


def test_the_choices_in_force_give_the_edges_in_force(found: Multiverse, edges: tuple[int, ...]) -> None:
    first = found.universes[0]
    assert first.options == tuple(d.in_force for d in found.dimensions)
    assert (first.edges, first.share_moved) == (edges, 0.0)


@pytest.mark.parametrize("rule", ["constant", "mean", "mean_squared"])
def test_each_variance_rule_gives_the_edges_of_a_fit_by_hand(
    found: Multiverse, norms: NormTable, edges: tuple[int, ...], rule: str
) -> None:
    wanted = tuple(rule if d.name == "variance" else d.in_force for d in found.dimensions)
    universe = next(u for u in found.universes if u.options == wanted)
    other = make_norm_table(fit_minutes(norms.model.casemix, censoring="off", variance=rule))
    by_hand = optimum_of(other, len(edges))[0].edges
    new = band_numbers(norm_minutes_of(other, norms.model.casemix.to_frame()), by_hand)
    assert universe.edges == by_hand
    assert universe.share_moved == pytest.approx(np.mean(new != band_numbers(norms.norm_minutes(), edges)))


def test_half_a_window_is_the_mean_of_its_whole_weeks(norms: NormTable) -> None:
    casemix = norms.model.casemix
    half = in_half(casemix, "second")
    assert half is not None
    weeks, rows = casemix.weeks_frame(), half.to_frame()
    for at in (0, len(rows) // 2, len(rows) - 1):
        own = weeks[(weeks["episode"] == rows["episode"][at]) & (weeks["week"] >= 4)]
        assert rows["minutes_per_week"][at] == pytest.approx(own["minutes"].sum() / len(own))
        assert rows["exposure_days"][at] == 7 * len(own)


def test_the_two_halves_together_hold_every_whole_week(norms: NormTable) -> None:
    casemix = norms.model.casemix
    halves = [in_half(casemix, "first"), in_half(casemix, "second")]
    total = sum((h.to_frame()["minutes_per_week"] * h.to_frame()["exposure_days"] / 7).sum() for h in halves if h)
    assert total == pytest.approx(casemix.weeks_frame()["minutes"].sum())


def test_without_weekly_rows_the_window_is_not_divided_and_the_reason_is_said(norms: NormTable) -> None:
    casemix = norms.model.casemix
    bare = replace(norms, model=replace(norms.model, casemix=replace(casemix, _weeks=casemix.weeks_frame().iloc[:0])))
    window = next(d for d in dimensions_of(bare) if d.name == "window")
    assert window.options == ("whole",)
    assert "niet te delen" in window.reason


def test_leaving_each_provider_out_is_part_of_what_a_band_must_survive(
    found: Multiverse, norms: NormTable, edges: tuple[int, ...]
) -> None:
    """Fits with one provider fewer, with the weights of the whole: the same as dropping its rows and refitting."""
    own, frame = band_numbers(norms.norm_minutes(), edges), norms.model.casemix.to_frame()
    shares = []
    for name in norms.model.design().providers:
        fitted = fit_minutes(without_provider(norms.model.casemix, name), variance=norms.model.variance.rule)
        table = make_norm_table(fitted)
        new = band_numbers(norm_minutes_of(table, frame), optimum_of(table, len(edges))[0].edges)
        shares.append(float(np.mean(new != own)))
    influence = next(i for i in found.influences if i.dimension == "provider_left_out")
    assert influence.n_options == norms.model.n_providers + 1
    # Weights settled anew without the provider differ a little from those of all.
    assert influence.share_moved == pytest.approx(max(shares), abs=0.12)
    assert found.survive_single <= 1 - max(0.0, max(shares) - 0.12)


def test_surviving_all_is_never_more_than_surviving_one_choice_at_a_time(found: Multiverse) -> None:
    assert 0 <= found.survive_all <= found.survive_single <= 1 - max(i.share_moved or 0 for i in found.influences)
    assert found.n_all > found.n_single


def test_the_curve_holds_every_combination_that_can_be_had_once(found: Multiverse) -> None:
    combinations = list(combinations_of(found.dimensions, crossed=True))
    assert sorted(u.options for u in found.universes) == sorted(combinations)
    assert len(set(combinations)) == len(combinations)
    own = next(d for d in found.dimensions if d.name == "variance").in_force
    assert all(c[1] == own for c in combinations if c[0] == "log")


def test_the_multiplicative_fit_equals_a_poisson_regression_with_provider_dummies(norms: NormTable) -> None:
    design, frame = norms.model.design(), norms.model.casemix.to_frame()
    x, y, provider = design.matrix(), frame["minutes_per_week"].to_numpy(), design.provider_codes()
    g = norms.model.n_providers
    fit = fit_log_link(x, y, np.ones(len(y)), provider, g)
    dummies = np.eye(g)[provider]
    reference = sm.GLM(y, np.column_stack([x, dummies]), family=sm.families.Poisson()).fit(tol=1e-12, maxiter=200)
    assert fit.settled
    np.testing.assert_allclose(fit.coefficients, reference.params[: x.shape[1]], atol=1e-6)
    np.testing.assert_allclose(fit.levels, reference.params[x.shape[1] :], atol=1e-6)
    share = np.bincount(provider) / len(provider)
    expected = np.exp(x @ reference.params[: x.shape[1]]) * (share @ np.exp(reference.params[x.shape[1] :]))
    additive = sm.OLS(expected, sm.add_constant(x)).fit().params
    np.testing.assert_allclose(np.append(fit.level, fit.minutes), additive, atol=1e-5)


def test_without_the_capped_no_row_at_its_maximum_is_left() -> None:
    casemix = casemix_of(simulate("capped", seed=3, n_providers=6, n_clients=400))
    kept = without_capped(casemix).to_frame()
    assert casemix.to_frame()["at_cap"].any()
    assert not kept["at_cap"].any()
    assert len(kept) == (~casemix.to_frame()["at_cap"]).sum()


def _checks(bands: BandTable, norms: NormTable) -> tuple[dict[str, bool | None], Multiverse]:
    """Checks of another study: its multiverse, and its own stability."""
    assert bands.robustness is not None
    edges = optimum_of(norms)[0].edges
    draws = provider_draws(norms.model.n_providers, 200, 1)
    resampled = run_chain(norms, draws, n_bands=len(edges), demands=demands_of(norms))
    found = multiverse(norms, edges)
    held = stability(edges, resampled, norm_step=norms.step)
    robust = replace(bands.robustness, multiverse=found)
    return {c.code: c.passed for c in robustness_checks(robust, held, norms.model.study)}, found


def test_the_checks_pass_on_clean_data(bands: BandTable) -> None:
    checks, _ = _checks(bands, make_norm_table(fit_minutes(casemix_of(simulate("clean", seed=5)))))
    assert (checks["band_survives_choices"], checks["choices_within_stability"]) == (True, True)


def test_where_no_factor_matters_the_band_hangs_on_choices(bands: BandTable) -> None:
    checks, found = _checks(
        bands, make_norm_table(fit_minutes(casemix_of(simulate("nosignal", seed=1, n_clients=1200))))
    )
    assert checks["band_survives_choices"] is False
    assert found.survive_single < 0.4


def test_where_the_second_half_of_the_window_triples_the_minutes_an_edge_leaves_its_stability(
    bands: BandTable,
) -> None:
    casemix = casemix_of(simulate("clean", seed=5))
    weeks = casemix.weeks_frame()
    weeks["minutes"] = weeks["minutes"] * np.where(weeks["week"] >= 4, 3.0, 1.0)
    checks, found = _checks(bands, make_norm_table(fit_minutes(replace(casemix, _weeks=weeks))))
    assert checks["choices_within_stability"] is False
    moves = {i.dimension: i.largest_move or 0 for i in found.influences}
    assert max(moves, key=lambda name: moves[name]) == "window"
    assert moves["window"] >= 200
