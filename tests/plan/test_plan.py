from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from made_studies import made
from scipy import stats

from normenkader.casemix.casemix import Casemix
from normenkader.cli import main
from normenkader.errors import InputRefused, StudyRefused
from normenkader.model.fit import fit_minutes
from normenkader.model.results import MinutesModel
from normenkader.plan.assumptions import Assumptions, assume, from_pilot
from normenkader.plan.expected import Expected, expect
from normenkader.plan.needed import needed
from normenkader.plan.simulate import _styles, _tilted, own_share, simulated_casemix
from normenkader.settings import PlanSettings
from normenkader.study import read_study


@pytest.fixture(scope="module")
def pilot() -> Casemix:
    return made("clean", n=1600, providers=12)


@pytest.fixture(scope="module")
def model(pilot: Casemix) -> MinutesModel:
    return fit_minutes(pilot)


@pytest.fixture(scope="module")
def assumed(model: MinutesModel) -> Assumptions:
    return from_pilot(model)


def test_made_up_studies_are_like_the_pilot(model: MinutesModel, assumed: Assumptions) -> None:
    """Fitted again, they give back what was assumed."""
    study = model.study
    seed = np.random.SeedSequence(5)
    again = fit_minutes(
        simulated_casemix(study, assumed, n_providers=40, n_clients=16_000, weeks=assumed.weeks, seed=seed)
    )
    assert again.n_providers == 40
    assert again.n_rows == 16_000
    assert again.residual_sd == pytest.approx(assumed.residual_sd, rel=0.05)
    assert again.mixed.provider_sd == pytest.approx(assumed.provider_sd, rel=0.35)
    pairs = [
        (a.estimate.value, b.estimate.value)
        for a, b in zip(model.terms, again.terms, strict=True) if a.estimate and b.estimate
    ]  # fmt: skip
    assert np.abs(np.subtract(*np.array(pairs).T)).max() < 8


def test_the_need_of_a_profile_is_its_plain_sum(pilot: Casemix, assumed: Assumptions) -> None:
    frame = pilot.to_frame().head(3)
    terms = {("own_strength", frame["own_strength"].iloc[0], "", ""): 11.0}
    plain = replace(assumed, ijkclient=100.0, terms=terms)
    expected = [111.0 if level == frame["own_strength"].iloc[0] else 100.0 for level in frame["own_strength"]]
    assert plain.norm_minutes(pilot.study, frame).tolist() == expected


def test_levels_of_providers_go_with_case_mix_as_in_the_pilot() -> None:
    """The slope comes back from a made-up study, and the spread between providers stays what was assumed."""
    model = fit_minutes(made("practice", n=2400, providers=12))
    assumed = from_pilot(model)
    assert model.specification is not None
    assert assumed.style_slope == model.specification.slope
    casemix = np.random.default_rng(1).normal(200.0, 20.0, 4000)
    along = replace(assumed, style_slope=0.8, provider_sd=30.0)
    style = _styles(along, casemix, np.random.default_rng(2))
    assert np.polyfit(casemix, style, 1)[0] == pytest.approx(0.8, abs=0.06)
    assert style.std() == pytest.approx(30.0, rel=0.05)
    apart = _styles(replace(along, style_slope=0.0), casemix, np.random.default_rng(2))
    assert np.polyfit(casemix, apart, 1)[0] == pytest.approx(0.0, abs=0.06)


def test_minutes_vary_as_the_model_says_around_the_mean_at_the_own_provider(assumed: Assumptions) -> None:
    """With variance as the square of the mean, a provider that gives twice as much varies twice as much."""
    study = fit_minutes(made("clean", n=1600, providers=12)).study
    along = replace(assumed, power=2, ijkclient=200.0, terms={}, provider_sd=35.0, style_slope=0.0, residual_sd=30.0)
    made_up = simulated_casemix(
        study, along, n_providers=60, n_clients=24_000, weeks=assumed.weeks, seed=np.random.SeedSequence(3)
    ).to_frame()
    by_provider = made_up.groupby("provider")["minutes_per_week"]
    slope, _ = np.polyfit(np.log(by_provider.mean()), np.log(by_provider.std()), 1)
    assert slope == pytest.approx(1.0, abs=0.05)
    # At weight 1, with weights that average 1: the harmonic mean of the variances is the squared deviation.
    assert stats.hmean(by_provider.var(), weights=by_provider.size()) == pytest.approx(30.0**2, rel=0.05)


@pytest.mark.parametrize(("spread", "least", "most"), [(0.0, 0.0, 0.35), (0.1, 0.55, 0.9), (0.45, 0.97, 1.0)])
def test_case_mixes_differ_in_made_up_providers_as_beyond_chance(spread: float, least: float, most: float) -> None:
    """Shares of a level that differ by 0, 0.1 and 0.45 between providers of 25 clients, and come back from the mix."""
    random, own, spreads = np.random.default_rng(4), [], []
    for _ in range(40):
        share = 0.5 + spread * np.where(np.arange(30) % 2, 1, -1)
        inside = random.random((30, 25)) < share[:, None]
        provider = np.repeat([f"a{g:02d}" for g in range(30)], 25)
        frame = pd.DataFrame({"provider": provider, "x": np.where(inside, "j", "n").ravel()})
        own.append(own_share(frame))
        spreads.append(np.var(own[-1] * inside.mean(axis=1) + (1 - own[-1]) * inside.mean(), ddof=1))
    assert least <= np.mean(own) <= most
    assert np.sqrt(np.mean(spreads)) == pytest.approx(spread * np.sqrt(30 / 29), abs=0.04)


def test_one_pool_of_all_clients_is_drawn_from_as_it_is() -> None:
    assert own_share(pd.DataFrame({"provider": "", "x": ["j", "n"] * 20})) == 1.0


def test_clients_are_drawn_so_that_mean_norms_move_as_asked() -> None:
    random = np.random.default_rng(5)
    need = random.gamma(6.0, 25.0, 20_000)
    shifts = random.normal(0.0, 20.0, 400)
    means = need[_tilted(need, shifts, np.full(400, 500), random)].reshape(400, 500).mean(axis=1)
    assert np.polyfit(shifts, means - need.mean(), 1)[0] == pytest.approx(1.0, abs=0.15)
    assert np.corrcoef(shifts, means)[0, 1] > 0.97


def test_made_up_providers_differ_in_mean_norm_as_those_of_the_pilot() -> None:
    model = fit_minutes(made("practice", n=2400, providers=12))
    assumed, spreads = from_pilot(model), []
    pool = assumed.pool_frame()
    pilot = pd.Series(assumed.norm_minutes(model.study, pool)).groupby(pool["provider"].to_numpy(str)).mean()
    for seed in range(6):
        frame = simulated_casemix(model.study, assumed, n_providers=40, n_clients=8000, weeks=assumed.weeks,
                                  seed=np.random.SeedSequence(seed)).to_frame()  # fmt: skip
        need = pd.Series(assumed.norm_minutes(model.study, frame))
        spreads.append(need.groupby(frame["provider"].to_numpy(str)).mean().var(ddof=0))
    assert np.sqrt(np.mean(spreads)) == pytest.approx(pilot.std(ddof=0), rel=0.12)


def test_more_weeks_take_away_what_weeks_add(assumed: Assumptions) -> None:
    half = replace(assumed, week_share=0.5, residual_sd=40.0, weeks=8.0)
    assert half.sd_over(8) == pytest.approx(40.0)
    assert half.sd_over(4) == pytest.approx(40.0 * np.sqrt(0.5 + 0.5 * 2))
    assert replace(half, week_share=None).sd_over(4) == 40.0


@pytest.fixture(scope="module")
def small(pilot: Casemix, assumed: Assumptions) -> Expected:
    return expect(pilot.study, assumed, n_providers=6, n_clients=600, n_studies=4, n_resamples=100)


def test_more_providers_and_clients_make_it_surer(pilot: Casemix, assumed: Assumptions, small: Expected) -> None:
    large = expect(pilot.study, assumed, n_providers=24, n_clients=2400, n_studies=4, n_resamples=100)
    assert large.ijkclient < 0.7 * small.ijkclient
    assert np.mean([w for w, _ in large.edges]) < np.mean([w for w, _ in small.edges])
    assert small.promise_possible == 0.0
    assert large.promise_possible > 0.5
    assert large.unsupported <= small.unsupported


def test_the_same_plan_gives_the_same_figures(pilot: Casemix, assumed: Assumptions, small: Expected) -> None:
    assert expect(pilot.study, assumed, n_providers=6, n_clients=600, n_studies=4, n_resamples=100) == small


def test_a_plan_from_stated_figures(pilot: Casemix) -> None:
    settings = PlanSettings(residual_sd=50.0, provider_sd=20.0, ijkclient_minutes=150.0,
                            shares={"own_strength": (0.2, 0.3, 0.5)})  # fmt: skip
    study = replace(pilot.study, plan=settings)
    assumed = assume(study)
    assert assumed.source == "stated"
    shares = assumed.pool_frame()["own_strength"].value_counts(normalize=True)
    assert shares[study.factor("own_strength").levels[2]] == pytest.approx(0.5, abs=0.02)
    with pytest.raises(StudyRefused, match="one share a level"):
        assume(replace(study, plan=settings.model_copy(update={"shares": {"own_strength": (1.0,)}})))


def test_how_levels_go_with_case_mix_can_be_stated() -> None:
    """Without a pilot: the slope is what gives the stated correlation, and edges are less certain for it."""
    folder = Path(__file__).parents[2] / "data" / "example"
    study = read_study(folder)
    settings = PlanSettings(residual_sd=80.0, provider_sd=30.0, casemix_sd=25.0, style_correlation=0.6)
    assumed = assume(replace(study, plan=settings))
    assert (assumed.casemix_sd, assumed.style_slope) == (25.0, pytest.approx(0.6 * 30 / 25))
    frames = [
        simulated_casemix(study, assumed, n_providers=40, n_clients=16_000, weeks=8, seed=np.random.SeedSequence(s))
        for s in range(3)
    ]
    found = [from_pilot(fit_minutes(frame)) for frame in frames]
    assert np.mean([one.style_slope for one in found]) == pytest.approx(0.72, abs=0.2)
    assert np.mean([one.provider_sd for one in found]) == pytest.approx(30.0, rel=0.2)


def test_a_correlation_without_a_spread_of_case_mix_is_refused(pilot: Casemix) -> None:
    with pytest.raises(ValueError, match="casemix_sd"):
        PlanSettings(residual_sd=50.0, provider_sd=20.0, style_correlation=0.5)
    settings = PlanSettings(residual_sd=50.0, provider_sd=20.0, casemix_sd=9.0, ijkclient_minutes=150.0)
    without = replace(pilot.study, plan=settings, sources=pilot.study.sources.model_copy(update={"source_norms": None}))
    with pytest.raises(StudyRefused, match="name source_norms"):
        assume(without)


@pytest.mark.parametrize(("rule", "power"), [("auto", 0), ("constant", 0), ("mean", 1), ("mean_squared", 2)])
def test_a_stated_plan_takes_the_variance_that_the_study_states(pilot: Casemix, rule: str, power: int) -> None:
    settings = PlanSettings(residual_sd=50.0, provider_sd=20.0, ijkclient_minutes=150.0)
    model = pilot.study.model.model_copy(update={"variance": rule})
    assert assume(replace(pilot.study, plan=settings, model=model)).power == power


def test_too_small_a_plan_is_refused(pilot: Casemix, assumed: Assumptions) -> None:
    with pytest.raises(InputRefused, match="at least three providers"):
        expect(pilot.study, assumed, n_providers=2, n_clients=500)


def test_the_search_finds_the_least_that_was_enough(
    pilot: Casemix, assumed: Assumptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With widths that fall as 60 / sqrt(providers), 15 minutes asks for sixteen."""

    def fake(study: object, assumed: object, *, n_providers: int, n_clients: int, weeks: object = None) -> Expected:
        edges = ((60 / n_providers**0.5, 0.0),)
        return Expected(n_providers=n_providers, n_clients=n_clients, weeks=8, n_bands=2, ijkclient=1, terms=(),
                        edges=edges, unsupported=0, promise_possible=1, bands_possible=1, n_studies=1)  # fmt: skip

    monkeypatch.setattr("normenkader.plan.needed.expect", fake)
    found = needed(pilot.study, assumed, clients_per_provider=100)
    assert (found.n_providers, found.n_clients, found.within) == (16, 1600, 15.0)
    assert needed(pilot.study, assumed, clients_per_provider=100, within=1.0).n_providers is None


def test_without_files_or_figures_nothing_can_be_planned(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "study.toml").write_text(
        '[study]\nname = "x"\nwindow = [2025-01-01, 2025-02-25]\ntime_definition = "direct"\nseed = 1\n'
        '[sources]\nepisodes = ["later/*.csv"]\n[plan]\nresidual_sd = 40\nprovider_sd = 15\n'
        '[[factor]]\nname = "zwaarte"\nkind = "ordinal"\nlevels = ["licht", "zwaar"]\nijkclient = "licht"\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["plan", str(tmp_path)])
    assert result.exit_code == 2
    assert "ijkclient_minutes" in result.output
