"""What a plan supposes of the region to come: learnt from a pilot, or stated in the study."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.read import read_casemix
from normenkader.errors import StudyRefused
from normenkader.experts.source_norms import read_source_norms
from normenkader.model.factors import design_factors, level_codes
from normenkader.model.fit import fit_minutes
from normenkader.model.results import MinutesModel
from normenkader.model.week_noise import week_noise
from normenkader.settings import PlanSettings
from normenkader.study import FILE_NAME, Study

FloatArray = npt.NDArray[np.float64]
POOL_SIZE = 20_000
TermKey = tuple[str, str, str, str]
_POWERS = {"constant": 0, "mean": 1, "mean_squared": 2}
NOTHING_KNOWN = (
    "nothing is known of the region to plan for: name a pilot's files under [sources] episodes, or state [plan] "
    "residual_sd and provider_sd"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """A region as it is supposed to be.

    Attributes
    ----------
    source : str
        Where this comes from: ``pilot`` or ``stated``.
    ijkclient : float
        Minutes of the ijkclient at the average provider.
    terms : dict
        Minutes by (factor, level, with factor, with level); what is not there adds nothing.
    residual_sd : float
        Between clients with one profile at one provider, over the measurement of `weeks` weeks, at the mean.
    provider_sd : float
    power : int
        Residual variance goes with this power of the mean: 0, 1 or 2.
    weeks : float
        Weeks of the measurement that `residual_sd` holds for.
    week_share : float or None
        Share of the residual variance that weeks add by chance, and that more weeks take away; None when unknown.
    style_slope : float
        Minutes in a provider's own level for each minute by which its mean case-mix norm is above the average. Where
        levels go with case mix, drawing providers again moves clients and level together, and edges with both.
    casemix_sd : float
        Standard deviation, between providers, of the mean norm of their clients, where it is stated; zero with a pilot,
        whose providers show it themselves.
    """

    source: str
    ijkclient: float
    terms: dict[TermKey, float]
    residual_sd: float
    provider_sd: float
    power: int
    weeks: float
    week_share: float | None
    style_slope: float = 0.0
    casemix_sd: float = 0.0
    _pool: pd.DataFrame = field(repr=False)

    def pool_frame(self) -> pd.DataFrame:
        """Profiles that clients are drawn from: ``provider`` and one column a factor."""
        return self._pool.copy()

    def norm_minutes(self, study: Study, frame: pd.DataFrame) -> FloatArray:
        """Need by profile at the average provider, at least zero."""
        codes = level_codes(frame, study)
        levels = {f.name: np.array(f.levels, dtype=object)[codes[f.name]] for f in design_factors(study)}
        total = np.full(len(frame), self.ijkclient)
        for (factor, level, other, their), minutes in self.terms.items():
            inside = levels[factor] == level
            total += np.where(inside & (levels[other] == their) if other else inside, minutes, 0.0)
        return np.asarray(np.maximum(total, 0.0))

    def sd_over(self, weeks: float) -> float:
        """Residual standard deviation when the measurement lasts so many weeks; unchanged where that is not known."""
        if self.week_share is None:
            return self.residual_sd
        return float(self.residual_sd * np.sqrt(1 - self.week_share + self.week_share * self.weeks / weeks))


def assume(study: Study) -> Assumptions:
    """What is stated under ``[plan]``, or else what the study's own files show as a pilot.

    Raises
    ------
    StudyRefused
        If there is neither.
    InputRefused
        If the pilot's files cannot be read.
    """
    if study.plan is not None:
        return _stated(study, study.plan)
    if not study.sources.episodes:
        raise StudyRefused(NOTHING_KNOWN, file=FILE_NAME, column="[plan]")
    return from_pilot(fit_minutes(read_casemix(study)))


def from_pilot(model: MinutesModel) -> Assumptions:
    """The pilot's own terms, deviations and profiles, taken for true."""
    terms = {(t.factor, t.level, t.with_factor, t.with_level): t.estimate.value for t in model.terms if t.estimate}
    names = [factor.name for factor in model.study.factors]
    return Assumptions(
        source="pilot", ijkclient=model.ijkclient.value, terms=terms, residual_sd=model.residual_sd,
        provider_sd=model.mixed.provider_sd, power=_POWERS[model.variance.rule],
        weeks=model.study.info.window_days / 7, week_share=_week_share(model),
        style_slope=0.0 if model.specification is None else model.specification.slope,
        _pool=model.casemix.to_frame()[["provider", *names]],
    )  # fmt: skip


def _stated(study: Study, plan: PlanSettings) -> Assumptions:
    random = np.random.default_rng(np.random.SeedSequence([study.info.seed, 1]))
    columns = {
        f.name: random.choice(np.array(f.levels, dtype=object), POOL_SIZE, p=_shares(plan, f.name, len(f.levels)))
        for f in study.factors
    }
    sources = read_source_norms(study)
    if plan.ijkclient_minutes is None and sources is None:
        raise StudyRefused("state this, or name source_norms", file=FILE_NAME, column="[plan] ijkclient_minutes")
    start = plan.ijkclient_minutes or (sources.ijkclient_minutes if sources else 0.0)
    terms = {} if sources is None else {term.key: term.minutes for term in sources.terms}
    if plan.casemix_sd and not any(terms.values()):
        raise StudyRefused("case mix differs in minutes of norm, so name source_norms with terms", file=FILE_NAME,
                           column="[plan] casemix_sd")  # fmt: skip
    slope = plan.style_correlation * plan.provider_sd / plan.casemix_sd if plan.casemix_sd else 0.0
    return Assumptions(
        source="stated", ijkclient=start, terms=terms, residual_sd=plan.residual_sd, provider_sd=plan.provider_sd,
        power=_POWERS.get(study.model.variance, 0), weeks=study.info.window_days / 7, week_share=plan.week_share,
        style_slope=slope, casemix_sd=plan.casemix_sd, _pool=pd.DataFrame({"provider": "", **columns}),
    )  # fmt: skip


def _shares(plan: PlanSettings, factor: str, n_levels: int) -> FloatArray:
    given = plan.shares.get(factor)
    if given is None:
        return np.full(n_levels, 1 / n_levels)
    if len(given) != n_levels or min(given) < 0 or sum(given) <= 0:
        raise StudyRefused("one share a level, none below zero", file=FILE_NAME, column=f"[plan.shares] {factor}")
    return np.array(given) / sum(given)


def _week_share(model: MinutesModel) -> float | None:
    """Share of the residual variance that the weeks of the pilot add by chance."""
    frame = model.casemix.to_frame()
    noise = week_noise(frame, model.casemix.weeks_frame(), np.zeros(len(frame), dtype=np.int64))
    if noise is None:
        return None
    weeks = float(np.nanmean(frame["exposure_days"].to_numpy(float))) / 7
    return float(min(noise.by_group[0] / weeks / model.residual_sd**2, 1.0))
