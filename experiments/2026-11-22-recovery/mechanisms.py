"""Regions with known truth, each with one of the field's difficulties."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate, truth_of
from normenkader.casemix.synthetic.factors import IJKCLIENT_MINUTES
from normenkader.casemix.synthetic.regimes import REGIMES, Regime
from normenkader.casemix.synthetic.truth import Truth
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
MISREAD, MISREAD_OFTEN, MISSING, N_ASSESSED = 0.20, 0.40, 0.35, 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """A region: a regime, its size, and what was done to it.

    Attributes
    ----------
    name : str
    regime : Regime
    n_providers, n_clients : int
    change : str
        ``none``, ``multiplied`` (factors work on each other), ``misread`` (one in five levels read one too high or
        too low), ``misread often`` (two in five),
        ``missing`` (of those who got more than their norm, a third is not delivered to the study).
    band_step : int
        Minutes: edges lie on whole numbers of these.
    norm_step : int
        Minutes: the published norm table is in whole numbers of these.
    meets : bool
        Whether what the target asks holds: additive minutes, levels as they are, nobody missing for what they got,
        and 12 or more providers.
    """

    name: str
    regime: Regime
    n_providers: int = 12
    n_clients: int = 2400
    change: str = "none"
    band_step: int = 15
    norm_step: int = 5
    meets: bool = True


def _sized(name: str, providers: int, clients: int, *, meets: bool = True) -> Mechanism:
    return Mechanism(name=name, regime=REGIMES["practice"], n_providers=providers, n_clients=clients, meets=meets)


_BASE = REGIMES["practice"]
# Standard deviations of providers and of clients (as a share of their mean) at which providers hold 5, 15 and 30 % of
# the variance of minutes less the true norm, on average over draws; the regime's own are 13 %. In the last clients are
# more alike, since still larger differences between providers would bring minutes below zero.
_SHARES = {0.05: (18.5, 0.33), 0.15: (34.4, 0.33), 0.30: (42.9, 0.234)}


def _shared(share: float, provider_sd: float, cv_client: float) -> Mechanism:
    regime = replace(_BASE, provider_sd=provider_sd, cv_client=cv_client)
    return Mechanism(name=f"provider share {share:.2f}", regime=regime)


MECHANISMS = (
    _sized("5 providers", 5, 1000, meets=False), _sized("9 providers", 9, 1800, meets=False),
    _sized("12 providers", 12, 2400), _sized("20 providers", 20, 3000),
    # The regions of "20 providers" again, for their edges: coverage counts once.
    replace(_sized("20 providers, edges on 5", 20, 3000, meets=False), band_step=5),
    replace(_sized("20 providers, norms on 1", 20, 3000, meets=False), norm_step=1), _sized("40 providers", 40, 8000),
    _sized("300 clients", 12, 300), _sized("1,000 clients", 12, 1000), _sized("10,000 clients", 12, 10000),
    *(_shared(share, *sds) for share, sds in _SHARES.items()),
    Mechanism(name="style apart from case mix", regime=replace(_BASE, style_correlation=0.0)),
    Mechanism(name="heavy tails", regime=REGIMES["heavy"]),
    Mechanism(name="heaping on quarters", regime=replace(_BASE, coarse_providers=12)),
    Mechanism(name="capped", regime=REGIMES["capped"]),
    Mechanism(name="overlap", regime=REGIMES["overlap"]),
    Mechanism(name="no signal", regime=REGIMES["nosignal"]),
    Mechanism(name="wrong link", regime=_BASE, change="multiplied", meets=False),
    Mechanism(name="misassessed factors", regime=_BASE, change="misread", meets=False),
    Mechanism(name="misassessed, 40 providers", regime=_BASE, change="misread", meets=False, n_providers=40,
              n_clients=8000),
    Mechanism(name="misassessed often, 40 providers", regime=_BASE, change="misread often", meets=False,
              n_providers=40, n_clients=8000),
    Mechanism(name="informative missingness", regime=_BASE, change="missing", meets=False),
)  # fmt: skip
BY_NAME = {mechanism.name: mechanism for mechanism in MECHANISMS}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """One draw: what the study sees, and the truth of the same clients.

    Attributes
    ----------
    casemix : Casemix
    norm : (n,) true need at the average provider by the client's own levels, in the order of the casemix
    need : (n,) true long-run need of the client at the average provider
    truth : Truth
        Of the regime; where factors multiply, terms follow from it by `term_minutes`.
    change : str
    assessments : DataFrame or None
        Second readings of some clients where levels are misread, as a study that looks for it would have them.
    """

    casemix: Casemix
    norm: FloatArray
    need: FloatArray
    truth: Truth
    change: str = "none"
    assessments: pd.DataFrame | None = None

    def term_minutes(self, factor: str, level: str, their: str, partner: str) -> float:
        """The estimand of a term: what the level adds to the ijkclient, or a pair on top of its two levels."""
        pair = self.truth.minutes_of(factor, level, their)
        if self.change != "multiplied":
            return pair
        if not their:
            return _multiple(pair)
        one, other = self.truth.minutes_of(factor, level), self.truth.minutes_of(partner, their)
        return _multiple(one + other + pair) - _multiple(one) - _multiple(other)


def draw(mechanism: Mechanism, seed: int) -> Region:
    """One region of a mechanism."""
    data = simulate(mechanism.regime, seed=seed, n_providers=mechanism.n_providers, n_clients=mechanism.n_clients)
    casemix, truth = _stepped(casemix_of(data), mechanism), data.to_frame()
    order = truth.set_index("episode").loc[casemix.to_frame()["episode"]]
    norm = order["norm_minutes"].to_numpy()
    need = order["need_minutes"].to_numpy() - order["provider_effect"].to_numpy()
    region = Region(casemix=casemix, norm=norm, need=need, truth=truth_of(mechanism.regime), change=mechanism.change)
    random = np.random.default_rng([seed, 7])
    return _CHANGES[mechanism.change](region, order, random)


def _stepped(casemix: Casemix, mechanism: Mechanism) -> Casemix:
    bands = casemix.study.bands.model_copy(update={"step": mechanism.band_step})
    model = casemix.study.model.model_copy(update={"step": mechanism.norm_step})
    return replace(casemix, study=replace(casemix.study, bands=bands, model=model))


def _multiple(minutes: float) -> float:
    """What a level adds to the ijkclient when minutes grow by per cents."""
    return float(IJKCLIENT_MINUTES * np.expm1(minutes / IJKCLIENT_MINUTES))


def _multiplied(region: Region, order: pd.DataFrame, random: np.random.Generator) -> Region:
    """Minutes grow by per cents instead of minutes, with the same ijkclient."""
    norm = IJKCLIENT_MINUTES * np.exp((region.norm - IJKCLIENT_MINUTES) / IJKCLIENT_MINUTES)
    factor = norm / region.norm
    frame = region.casemix.to_frame()
    frame["minutes_per_week"] *= factor
    weeks = region.casemix.weeks_frame()
    weeks["minutes"] *= pd.Series(factor, index=frame["episode"]).reindex(weeks["episode"]).to_numpy()
    return replace(
        region, casemix=replace(region.casemix, _rows=frame, _weeks=weeks), norm=norm, need=region.need * factor
    )


def _misread(region: Region, order: pd.DataFrame, random: np.random.Generator, chance: float = MISREAD) -> Region:
    """Every client is read once, and some by two others who err as often."""
    frame, study = region.casemix.to_frame(), region.casemix.study
    chosen = frame.iloc[np.sort(random.permutation(len(frame))[:N_ASSESSED])]
    seen = [_read(study, chosen, random, chance).assign(assessor=name) for name in ("a", "b")]
    both = pd.concat(seen).sort_values(["episode", "assessor"]).reset_index(drop=True)
    names = ["assessor", "episode", *(factor.name for factor in study.factors)]
    read = _read(study, frame, random, chance)
    return replace(region, casemix=replace(region.casemix, _rows=read), assessments=both[names])


def _misread_often(region: Region, order: pd.DataFrame, random: np.random.Generator) -> Region:
    return _misread(region, order, random, MISREAD_OFTEN)


def _read(study: Study, frame: pd.DataFrame, random: np.random.Generator, chance: float) -> pd.DataFrame:
    read = {}
    for factor in (f for f in study.factors if f.is_ordered):
        codes = frame[factor.name].map(list(factor.levels).index).to_numpy()
        wrong = random.random(len(frame)) < chance
        moved = np.clip(codes + random.choice([-1, 1], len(frame)), 0, len(factor.levels) - 1)
        read[factor.name] = np.array(factor.levels, dtype=object)[np.where(wrong, moved, codes)]
    return frame.assign(**read)


def _missing(region: Region, order: pd.DataFrame, random: np.random.Generator) -> Region:
    frame = region.casemix.to_frame()
    more = frame["minutes_per_week"].to_numpy() > region.norm + order["provider_effect"].to_numpy()
    kept = ~(more & (random.random(len(frame)) < MISSING))
    episodes = set(frame["episode"][kept])
    weeks = region.casemix.weeks_frame()
    casemix = replace(region.casemix, _rows=frame[kept], _weeks=weeks[weeks["episode"].isin(episodes)])
    return replace(region, casemix=casemix, norm=region.norm[kept], need=region.need[kept])


_CHANGES = {
    "none": lambda region, order, random: region, "multiplied": _multiplied, "misread": _misread,
    "misread often": _misread_often, "missing": _missing,
}  # fmt: skip
