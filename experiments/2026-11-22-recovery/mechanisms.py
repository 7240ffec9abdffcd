"""Regions with known truth, each with one of the field's difficulties."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.casemix.synthetic.regimes import REGIMES, Regime

FloatArray = npt.NDArray[np.float64]
MISREAD, MISSING = 0.20, 0.35


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
        too low), ``missing`` (of those who got more than their norm, a third is not delivered to the study).
    meets : bool
        Whether the stated assumptions hold: additive minutes, levels as they are, nobody missing for what they got,
        and 12 or more providers.
    """

    name: str
    regime: Regime
    n_providers: int = 12
    n_clients: int = 2400
    change: str = "none"
    meets: bool = True


def _sized(name: str, providers: int, clients: int, *, meets: bool = True) -> Mechanism:
    return Mechanism(name=name, regime=REGIMES["practice"], n_providers=providers, n_clients=clients, meets=meets)


_BASE = REGIMES["practice"]
MECHANISMS = (
    _sized("5 providers", 5, 1000, meets=False), _sized("9 providers", 9, 1800, meets=False),
    _sized("12 providers", 12, 2400), _sized("20 providers", 20, 3000), _sized("40 providers", 40, 8000),
    _sized("300 clients", 12, 300), _sized("1,000 clients", 12, 1000), _sized("10,000 clients", 12, 10000),
    Mechanism(name="provider share 0.05", regime=replace(_BASE, provider_sd=15.0)),
    Mechanism(name="provider share 0.30", regime=replace(_BASE, provider_sd=45.0)),
    Mechanism(name="style apart from case mix", regime=replace(_BASE, style_correlation=0.0)),
    Mechanism(name="heavy tails", regime=REGIMES["heavy"]),
    Mechanism(name="heaping on quarters", regime=replace(_BASE, coarse_providers=12)),
    Mechanism(name="capped", regime=REGIMES["capped"]),
    Mechanism(name="overlap", regime=REGIMES["overlap"]),
    Mechanism(name="no signal", regime=REGIMES["nosignal"]),
    Mechanism(name="wrong link", regime=_BASE, change="multiplied", meets=False),
    Mechanism(name="misassessed factors", regime=_BASE, change="misread", meets=False),
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
    """

    casemix: Casemix
    norm: FloatArray
    need: FloatArray


def draw(mechanism: Mechanism, seed: int) -> Region:
    """One region of a mechanism."""
    data = simulate(mechanism.regime, seed=seed, n_providers=mechanism.n_providers, n_clients=mechanism.n_clients)
    casemix, truth = casemix_of(data), data.to_frame()
    order = truth.set_index("episode").loc[casemix.to_frame()["episode"]]
    norm = order["norm_minutes"].to_numpy()
    need = order["need_minutes"].to_numpy() - order["provider_effect"].to_numpy()
    random = np.random.default_rng([seed, 7])
    return _CHANGES[mechanism.change](Region(casemix=casemix, norm=norm, need=need), order, random)


def _multiplied(region: Region, order: pd.DataFrame, random: np.random.Generator) -> Region:
    """Minutes grow by per cents instead of minutes, with the same ijkclient and about the same spread."""
    start = 150.0
    norm = start * np.exp((region.norm - start) / start)
    factor = norm / region.norm
    frame = region.casemix.to_frame()
    frame["minutes_per_week"] *= factor
    weeks = region.casemix.weeks_frame()
    weeks["minutes"] *= pd.Series(factor, index=frame["episode"]).reindex(weeks["episode"]).to_numpy()
    return Region(casemix=replace(region.casemix, _rows=frame, _weeks=weeks), norm=norm, need=region.need * factor)


def _misread(region: Region, order: pd.DataFrame, random: np.random.Generator) -> Region:
    frame = region.casemix.to_frame()
    for factor in region.casemix.study.factors:
        if not factor.is_ordered:
            continue
        codes = frame[factor.name].map(list(factor.levels).index).to_numpy()
        wrong = random.random(len(frame)) < MISREAD
        moved = np.clip(codes + random.choice([-1, 1], len(frame)), 0, len(factor.levels) - 1)
        frame[factor.name] = np.array(factor.levels, dtype=object)[np.where(wrong, moved, codes)]
    return replace(region, casemix=replace(region.casemix, _rows=frame))


def _missing(region: Region, order: pd.DataFrame, random: np.random.Generator) -> Region:
    frame = region.casemix.to_frame()
    more = frame["minutes_per_week"].to_numpy() > region.norm + order["provider_effect"].to_numpy()
    kept = ~(more & (random.random(len(frame)) < MISSING))
    episodes = set(frame["episode"][kept])
    weeks = region.casemix.weeks_frame()
    casemix = replace(region.casemix, _rows=frame[kept], _weeks=weeks[weeks["episode"].isin(episodes)])
    return Region(casemix=casemix, norm=region.norm[kept], need=region.need[kept])


_CHANGES = {
    "none": lambda region, order, random: region, "multiplied": _multiplied, "misread": _misread, "missing": _missing,
}  # fmt: skip
