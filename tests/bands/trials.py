"""For every check a synthetic study made to pass it and one made to fail it, or why it grades nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from assessed_studies import assessments_of
from made_studies import LEVELS, bent, crossed, curved, made, made_norms, one_town, quiet, reversed_order

from normenkader.bands.additivity_checks import additivity_checks
from normenkader.bands.assessed import NO_ASSESSMENTS, assess, without_value
from normenkader.bands.assessor_checks import assessor_checks
from normenkader.bands.chain import run_chain
from normenkader.bands.checks import band_checks
from normenkader.bands.conditions import five_conditions
from normenkader.bands.delivery import delivery_of
from normenkader.bands.demands import Demands
from normenkader.bands.explained import explained_at_unseen_providers
from normenkader.bands.fairness import fairness
from normenkader.bands.fairness_checks import fairness_checks
from normenkader.bands.gameability import gameability, gameability_checks
from normenkader.bands.impact import impact
from normenkader.bands.loss_map import loss_checks, loss_map
from normenkader.bands.misreading import expected_coverage, misreading_check
from normenkader.bands.multiverse import multiverse
from normenkader.bands.norm_bands import demands_of, optimum_of
from normenkader.bands.promise_checks import promise_checks
from normenkader.bands.promises import band_promises
from normenkader.bands.robustness import Robustness, robustness_checks
from normenkader.bands.soundness import soundness_of
from normenkader.bands.stability import stability
from normenkader.bands.unseen_checks import assigned_check, municipality_checks, provider_share_check, unseen_checks
from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import REGIMES, casemix_of, simulate
from normenkader.casemix.synthetic.factors import FACTORS
from normenkader.evidence import Check
from normenkader.experts.assessments import Assessments
from normenkader.experts.corrected_terms import corrected_terms
from normenkader.experts.panel_prmse import prmse_with_interval
from normenkader.experts.triangulation import triangulate
from normenkader.model.additivity import additivity_of
from normenkader.model.fit import fit_minutes
from normenkader.model.intervals import provider_draws
from normenkader.model.leakage import assigned_by_factor
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.replaced import Replaced, ReplacedTerm
from normenkader.model.unseen_figures import figures_without_municipality, figures_without_provider
from normenkader.provenance import Receipt

UNIT, STEP = "minutes per week", 15
Trial = Callable[[], Check]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """One check's trials; `grades_nothing` says why a check has none, and `reports` then gives its report."""

    passes: Trial | None = None
    fails: Trial | None = None
    reports: Trial | None = None
    grades_nothing: str = ""


def _edges(norms: NormTable) -> tuple[int, ...]:
    return optimum_of(norms)[0].edges


def _of(checks: Iterable[Check], code: str) -> Check:
    return next(check for check in checks if check.code == code)


@cache
def _quiet() -> NormTable:
    return quiet()


@cache
def _clean() -> NormTable:
    """A plain draw, with its weeks; providers differ little."""
    return _drawn("clean", provider_sd=5.0)


def _drawn(regime: str, seed: int = 3, **changes: Any) -> NormTable:
    data = simulate(replace(REGIMES[regime], **changes), seed=seed, n_providers=12, n_clients=1200)
    return make_norm_table(fit_minutes(casemix_of(data)))


def _changed(casemix: Casemix, **columns: Any) -> NormTable:
    return make_norm_table(fit_minutes(replace(casemix, _rows=casemix._rows.assign(**columns))))


# --- soundness ------------------------------------------------------------------------------------------------------


@cache
def _sound() -> tuple[Check, ...]:
    return soundness_of(_quiet(), _edges(_quiet()), demands_of(_quiet()), n_folds=3).checks


def _passes(code: str) -> Trial:
    return lambda: _of(_sound(), code)


@cache
def _noise() -> NormTable:
    return made_norms("nosignal", seed=3)


def _unseen(norms: NormTable) -> tuple[Check, ...]:
    places = municipality_checks(figures_without_municipality(norms), UNIT)
    return unseen_checks(figures_without_provider(norms), STEP, UNIT) + places


def _higher_level() -> NormTable:
    level = ReplacedTerm(factor="ijkclient", minutes=_quiet().ijkclient_minutes + 40.0)
    return make_norm_table(_quiet().model, replaced=Replaced(terms=(level,)))


def _copied_assignment() -> Check:
    casemix = made(n=500, providers=6)
    level = casemix._rows["leefgebied_wonen"].map(LEVELS.index).to_numpy()
    return assigned_check(assigned_by_factor(_changed(casemix, assigned_minutes_per_week=100.0 + 50 * level).model))


def _crossed_sum() -> Check:
    norms = quiet(planted=crossed)
    return loss_checks(loss_map(norms, n_bands=5, demands=demands_of(norms), n_folds=2))[0]


def _additive(code: str, regime: str, planted: Any) -> Trial:
    return lambda: _of(
        additivity_checks(additivity_of(made_norms(regime, planted=planted, n=2000, providers=16))), code
    )


# --- groups of clients ----------------------------------------------------------------------------------------------


def _fair(norms: NormTable, code: str) -> Check:
    return _of(fairness_checks(fairness(norms, _edges(norms)), STEP, UNIT), code)


def _orientation_wronged(code: str) -> Trial:
    def trial() -> Check:
        known = next(t for t in _quiet().terms if t.term.factor == "orientation" and not t.term.with_factor)
        term = ReplacedTerm(factor="orientation", level=known.term.level, minutes=(known.published or 0) - 60.0)
        return _fair(make_norm_table(_quiet().model, replaced=Replaced(terms=(term,))), code)

    return trial


def _count_wronged(code: str) -> Trial:
    """Of many leefgebieden the norm takes much less than was delivered."""

    def trial() -> Check:
        terms = tuple(
            ReplacedTerm(factor="n_leefgebied", level=level, minutes=minutes)
            for level, minutes in (("5-6", -70.0), (">6", -110.0))
        )
        return _fair(make_norm_table(_quiet().model, replaced=Replaced(terms=terms)), code)

    return trial


@cache
def _target_groups(more: float) -> NormTable:
    casemix = made(n=1200, providers=12, noise=0.2, provider_sd=8.0)
    group = np.array(["LVB", "GGZ", ""], dtype=object)[np.arange(1200) % 3]
    minutes = casemix._rows["minutes_per_week"].to_numpy() + np.where(group == "LVB", more, 0.0)
    return _changed(casemix, target_group=group, minutes_per_week=minutes)


# --- bands ----------------------------------------------------------------------------------------------------------


def _bands(norms: NormTable, code: str, *, n_bands: int | None = None, demands: Demands | None = None) -> Check:
    asked = demands or demands_of(norms)
    edges = optimum_of(norms, n_bands)[0].edges
    draws = provider_draws(norms.model.n_providers, 60, 1)
    held = stability(edges, run_chain(norms, draws, n_bands=len(edges), demands=asked), norm_step=norms.step)
    explained = explained_at_unseen_providers(norms, n_bands=len(edges), demands=demands_of(norms))
    return _of(band_checks(norms, explained, held), code)


def _everybody_everywhere() -> Check:
    """Every band must hold clients of all twelve providers, and a resample hardly ever has all twelve."""
    return _bands(_clean(), "bands_possible_in_resamples", demands=replace(demands_of(_clean()), min_providers=12))


def _promise(norms: NormTable, code: str, edges: tuple[int, ...]) -> Check:
    return _of(promise_checks(norms.model.study, edges, band_promises(norms, edges)), code)


def _two_kinds() -> NormTable:
    """Clients of one orientation need far more than the others, like clients nearly the same: 300 lies in the gap."""
    casemix = made("clean", cv_client=0.02, cv_week=0.28, provider_sd=2.0, planted=_far_more)
    return make_norm_table(fit_minutes(casemix))


def _far_more(rows: pd.DataFrame) -> np.ndarray:
    return np.where(rows["orientation"] == "ontwikkelgericht", 400.0, 0.0)


def _one_other_provider() -> Check:
    """At one provider clients with high norms get less and those with low norms more: on average nothing shows."""
    casemix = made("clean", cv_client=0.10, cv_week=0.28, provider_sd=2.0, planted=_levelled)
    norms = make_norm_table(fit_minutes(casemix))
    return _promise(norms, "promise_at_worst_provider", _edges(norms))


def _levelled(rows: pd.DataFrame) -> np.ndarray:
    truth = rows["truth"].to_numpy()
    own = (rows["provider"] == rows["provider"].min()).to_numpy()
    return np.where(own, -0.8 * (truth - truth[own].mean()), 0.0)


# --- people who judge -----------------------------------------------------------------------------------------------


def _assessors(code: str, *, at_random: bool) -> Trial:
    def trial() -> Check:
        data = simulate("clean", seed=3, n_providers=12, n_clients=2400)
        norms = make_norm_table(fit_minutes(casemix_of(data)))
        doubles = assessments_of(norms.model.study, data)
        if at_random:
            rows = doubles.to_frame()
            factors = [factor.name for factor in norms.model.study.factors]
            order = np.random.default_rng(1).permutation(len(rows))
            rows[factors] = rows[factors].to_numpy()[order]
            doubles = replace(doubles, _rows=rows)
        found = assess(norms, doubles)
        return _of(assessor_checks(norms.model.study, found, found.same_band(_edges(norms)), None), code)

    return trial


def _recorded_by_assessors(chance: float) -> Check:
    """The record is one reading of the clients, and 200 of them are read twice more, all with errors as often."""
    casemix, random = casemix_of(simulate("clean", seed=3, n_providers=12, n_clients=2400)), np.random.default_rng(4)
    true, names = casemix.to_frame(), ["assessor", "episode", *(f.name for f in casemix.study.factors)]
    some = true.head(200)
    doubles = pd.concat([_read(some, true, random, chance).assign(assessor=who) for who in ("a", "b")])[names]
    rows = doubles.sort_values(["episode", "assessor"]).reset_index(drop=True)
    assessments = Assessments(
        study=casemix.study, files=(), receipt=Receipt(stage="assessments", sha256="0"), _rows=rows
    )
    model = fit_minutes(replace(casemix, _rows=_read(true, true, random, chance)))
    return misreading_check(None, expected_coverage(model, corrected_terms(model, assessments)))


def _read(rows: pd.DataFrame, all_rows: pd.DataFrame, random: np.random.Generator, chance: float) -> pd.DataFrame:
    """Now and then the level of somebody else."""
    factors = [name for name in rows if name in {f.setting.name for f in FACTORS}]
    return rows.assign(**{
        name: np.where(random.random(len(rows)) < chance, random.choice(all_rows[name], len(rows)), rows[name])
        for name in factors
    })  # fmt: skip


def _panel(*, blind: bool) -> Check:
    rng = np.random.default_rng(2)
    needed = rng.uniform(60.0, 400.0, 60)
    judged = needed[:, None] + rng.normal(0.0, 20.0, (60, 8))
    predicted = rng.permutation(needed) if blind else needed + rng.normal(0.0, 15.0, 60)
    found = prmse_with_interval(predicted, judged)
    unknown = without_value(NO_ASSESSMENTS)
    return _of(assessor_checks(_clean().model.study, None, unknown, found), "prmse_panel")


# --- delivery and time ----------------------------------------------------------------------------------------------


def _delivery(norms: NormTable, code: str) -> Check:
    return _of(delivery_of(norms, triangulate(norms.model), _edges(norms)).checks, code)


def _few_at_their_cap() -> NormTable:
    """A dozen clients stand at what was assigned to them: too few to move an edge."""
    casemix = made("clean", n=1200, providers=12)
    rows = casemix._rows
    at = np.arange(len(rows)) % 100 == 0
    assigned = np.where(at, rows["minutes_per_week"], rows["minutes_per_week"] + 200.0)
    return _changed(casemix, assigned_minutes_per_week=assigned, at_cap=at)


def _with_weeks(change: Callable[[pd.DataFrame], np.ndarray]) -> NormTable:
    casemix = _clean().model.casemix
    weeks = casemix.weeks_frame().merge(casemix.starts_frame(), on="episode", how="left")
    minutes = change(weeks)
    return make_norm_table(fit_minutes(replace(casemix, _weeks=casemix.weeks_frame().assign(minutes=minutes))))


def _more_at_first(weeks: pd.DataFrame) -> np.ndarray:
    early = (7 * weeks["week"] - weeks["start_day"] < 42).to_numpy()
    return np.where(early, 2.0, 1.0) * weeks["minutes"].to_numpy()


def _every_other_week(weeks: pd.DataFrame) -> np.ndarray:
    return np.where(weeks["week"] % 2 == 0, 1.0, 0.0) * weeks["minutes"].to_numpy()


# --- other choices --------------------------------------------------------------------------------------------------


def _choices(norms: NormTable) -> tuple[Check, ...]:
    edges = _edges(norms)
    draws = provider_draws(norms.model.n_providers, 100, 1)
    chain = run_chain(norms, draws, n_bands=len(edges), demands=demands_of(norms))
    found = Robustness(
        multiverse=multiverse(norms, edges), exclusions=(), impact=impact(norms, edges), numbers=(),
        conditions=five_conditions(()),
    )  # fmt: skip
    return robustness_checks(found, stability(edges, chain, norm_step=norms.step), norms.model.study)


@cache
def _plenty() -> NormTable:
    """A plain draw of the regime's own size."""
    return make_norm_table(fit_minutes(casemix_of(simulate("clean", seed=5))))


@cache
def _plain_choices() -> tuple[Check, ...]:
    return _choices(_plenty())


def _tripled_later() -> NormTable:
    casemix = _plenty().model.casemix
    weeks = casemix.weeks_frame()
    weeks["minutes"] = weeks["minutes"] * np.where(weeks["week"] >= 4, 3.0, 1.0)
    return make_norm_table(fit_minutes(replace(casemix, _weeks=weeks)))


def _sound_and(code: str, fails: Trial) -> tuple[str, Trials]:
    return code, Trials(passes=_passes(code), fails=fails)


def _report(code: str, reports: Trial, why: str = "it describes, and the study sets no limit") -> tuple[str, Trials]:
    return code, Trials(reports=reports, grades_nothing=why)


def _fair_trials() -> Iterable[tuple[str, Trials]]:
    town = cache(lambda: quiet(planted=one_town))
    for kind in ("error", "class"):
        wronged = {
            "municipality": lambda code: _fair(town(), code),
            "orientation": lambda code: _orientation_wronged(code)(),
            "n_leefgebied": lambda code: _count_wronged(code)(),
        }
        for name, fails in wronged.items():
            code = f"fair_{kind}_{name}"
            yield _sound_and(code, lambda code=code, fails=fails: fails(code))
        code = f"fair_{kind}_target_group"
        yield (
            code,
            Trials(
                passes=lambda code=code: _fair(_target_groups(0.0), code),
                fails=lambda code=code: _fair(_target_groups(30.0), code),
            ),
        )


TRIALS: dict[str, Trials] = dict(
    [
        *(_sound_and(code, lambda code=code: _of(_unseen(_noise()), code))
          for code in ("error_unseen", "error_unseen_municipality", "calibration_slope", "explained_absolute_unseen",
                       "signal_at_unseen_municipalities")),
        _sound_and("calibration_in_the_large", lambda: _of(_unseen(_higher_level()), "calibration_in_the_large")),
        _sound_and("calibration_by_tenth", lambda: _of(_unseen(quiet(planted=curved)), "calibration_by_tenth")),
        _sound_and("optimism", lambda: _of(_unseen(made_norms("nosignal", n=240, providers=6, seed=2)), "optimism")),
        _sound_and("factor_is_assigned_minutes", _copied_assignment),
        _sound_and("provider_share", lambda: provider_share_check(
            made_norms(provider_sd=60.0, noise=0.3, n=600, providers=10).model)),
        _sound_and("sum_keeps_ceiling", _crossed_sum),
        _sound_and("undeclared_interactions", _additive("undeclared_interactions", "clean", crossed)),
        _sound_and("domains_add_up", _additive("domains_add_up", "overlap", None)),
        _sound_and("sum_does_not_bend", _additive("sum_does_not_bend", "clean", bent)),
        _sound_and("declared_directions", _additive("declared_directions", "clean", reversed_order)),
        _sound_and("one_level_too_heavy", lambda: gameability_checks(gameability(_quiet(), range(0, 600, STEP)))[0]),
        *_fair_trials(),
        ("signal_at_unseen_providers", Trials(
            passes=lambda: _bands(_clean(), "signal_at_unseen_providers"),
            fails=lambda: _bands(_noise(), "signal_at_unseen_providers"))),
        ("leakage_alarm", Trials(passes=lambda: _bands(_clean(), "leakage_alarm"),
                                 fails=lambda: _bands(_quiet(), "leakage_alarm"))),
        ("bands_keep_explained", Trials(passes=lambda: _bands(_quiet(), "bands_keep_explained"),
                                        fails=lambda: _bands(_quiet(), "bands_keep_explained", n_bands=2))),
        ("style_follows_casemix", Trials(
            passes=lambda: _bands(_clean(), "style_follows_casemix"),
            fails=lambda: _bands(_drawn("practice", provider_sd=45.0, style_correlation=0.95),
                                 "style_follows_casemix"))),
        ("share_at_cap", Trials(passes=lambda: _bands(_clean(), "share_at_cap"),
                                fails=lambda: _bands(_drawn("capped"), "share_at_cap"))),
        ("bands_possible_in_resamples", Trials(
            passes=lambda: _bands(_clean(), "bands_possible_in_resamples"), fails=_everybody_everywhere)),
        ("promise_kept", Trials(passes=lambda: _promise(_two_kinds(), "promise_kept", (0, 300)),
                                fails=lambda: _promise(_clean(), "promise_kept", _edges(_clean())))),
        ("promise_at_worst_provider", Trials(
            passes=lambda: _promise(_clean(), "promise_at_worst_provider", _edges(_clean())),
            fails=_one_other_provider)),
        _report("fits_below_upper", lambda: _promise(_clean(), "fits_below_upper", _edges(_clean()))),
        *(_report(f"observed_limit_band_{k}", lambda k=k: _promise(
            _clean(), f"observed_limit_band_{k}", _edges(_clean()))) for k in range(1, 6)),
        *((code, Trials(passes=_assessors(code, at_random=False), fails=_assessors(code, at_random=True)))
          for code in ("reliability_of_minutes", "same_band")),
        ("intervals_bear_misreading", Trials(
            passes=lambda: _recorded_by_assessors(0.01), fails=lambda: _recorded_by_assessors(0.4))),
        ("prmse_panel", Trials(passes=lambda: _panel(blind=False), fails=lambda: _panel(blind=True))),
        ("delivered_against_neutral", Trials(
            passes=lambda: _delivery(_drawn("clean", provider_sd=4.0, cv_client=0.15), "delivered_against_neutral"),
            fails=lambda: _delivery(_drawn("practice", provider_sd=45.0, style_correlation=0.9),
                                    "delivered_against_neutral"))),
        ("provider_effects", Trials(
            passes=lambda: _delivery(_drawn("clean", provider_sd=2.0, cv_client=0.05, cv_week=0.28),
                                     "provider_effects"),
            fails=lambda: _delivery(_drawn("clean", provider_sd=60.0), "provider_effects"))),
        _report("under_delivery_overall", lambda: _delivery(_clean(), "under_delivery_overall")),
        ("under_delivery_capped", Trials(
            passes=lambda: _delivery(_few_at_their_cap(), "under_delivery_capped"),
            fails=lambda: _delivery(_drawn("capped"), "under_delivery_capped"))),
        *((f"front_loading_{k}", Trials(
            passes=lambda k=k: _delivery(_plenty(), f"front_loading_{k}"),
            fails=lambda k=k: _delivery(_with_weeks(_more_at_first), f"front_loading_{k}")))
          for k in (1, 2)),
        ("fortnightly_delivery", Trials(
            passes=lambda: _delivery(_clean(), "fortnightly_delivery"),
            fails=lambda: _delivery(_with_weeks(_every_other_week), "fortnightly_delivery"))),
        *(_report(code, lambda code=code: _delivery(_clean(), code))
          for code in ("periods_in_band", "weeks_in_band", "peak_weeks")),
        ("band_survives_choices", Trials(
            passes=lambda: _of(_plain_choices(), "band_survives_choices"),
            fails=lambda: _of(_choices(_drawn("nosignal", seed=1)), "band_survives_choices"))),
        ("choices_within_stability", Trials(
            passes=lambda: _of(_plain_choices(), "choices_within_stability"),
            fails=lambda: _of(_choices(_tripled_later()), "choices_within_stability"))),
        _report("losers_above_20_percent", lambda: _of(_plain_choices(), "losers_above_20_percent"),
                "a loss asks for a reason with each client; no share of losers is right or wrong"),
    ]
)  # fmt: skip
