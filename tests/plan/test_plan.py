from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from made_studies import made

from normenkader.casemix.casemix import Casemix
from normenkader.cli import main
from normenkader.errors import InputRefused, StudyRefused
from normenkader.model.fit import fit_minutes
from normenkader.model.results import MinutesModel
from normenkader.plan.assumptions import Assumptions, assume, from_pilot
from normenkader.plan.expected import Expected, expect
from normenkader.plan.needed import needed
from normenkader.plan.simulate import _styles, simulated_casemix
from normenkader.settings import PlanSettings


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
