"""What is true in a synthetic study: the ijkclient's minutes, the terms, and any client's norm from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normenkader.casemix.synthetic import factors as known
from normenkader.casemix.synthetic.regimes import Regime
from normenkader.settings import DEFAULT_OVERLAP_BREAKS

Codes = NDArray[np.int64]
Minutes = NDArray[np.float64]

_GROUP_AT = [i for i, factor in enumerate(known.FACTORS) if factor.setting.group == known.GROUP]
_ORIENTATION_AT, _DURATION_AT = known.FACTORS.index(known.ORIENTATION), known.FACTORS.index(known.DURATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueTerm:
    """Minutes per week on top of the ijkclient's for one level, or for one pair of levels of an interaction."""

    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    minutes: float

    def to_json(self) -> dict[str, Any]:
        """The term in the shape of norms.json; ``minutes`` repeats ``estimate``, as source norms call it."""
        partner = {"factor": self.with_factor, "level": self.with_level} if self.with_factor else None
        value = self.minutes + 0.0
        return {"factor": self.factor, "level": self.level, "with": partner, "estimate": value, "minutes": value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The ijkclient's minutes per week at the average provider, and every term relative to it."""

    ijkclient_minutes: float
    terms: tuple[TrueTerm, ...]

    def minutes_of(self, factor: str, level: str, with_level: str = "") -> float:
        """True minutes of one term; zero for the ijkclient's own level."""
        found = (t.minutes for t in self.terms if (t.factor, t.level, t.with_level) == (factor, level, with_level))
        return next(found, 0.0)


def truth_of(regime: Regime) -> Truth:
    """The truth of a regime, the same for every seed.

    Parameters
    ----------
    regime : Regime

    Returns
    -------
    Truth
        Terms in the order of the factors, an interaction after the mains of the factor that declares it, the
        overlap factor last (zero except in regime ``overlap``).
    """
    scale = 1.0 if regime.signal else 0.0
    terms: list[TrueTerm] = []
    for factor in known.FACTORS:
        terms += _main_terms(factor, scale)
        terms += _interaction_terms(scale) if factor is known.ORIENTATION else []
    terms += _overlap_terms(regime)
    return Truth(ijkclient_minutes=known.IJKCLIENT_MINUTES, terms=tuple(terms))


def norm_minutes(codes: Codes, regime: Regime) -> Minutes:
    """True norm of each client at the average provider.

    Parameters
    ----------
    codes : (n, f) int array
        Position of each client's level, in the order of ``factors.FACTORS``.
    regime : Regime

    Returns
    -------
    (n,) float array
        Minutes per week.
    """
    total: Minutes = np.full(len(codes), known.IJKCLIENT_MINUTES)
    if regime.signal:
        for at, factor in enumerate(known.FACTORS):
            worth = np.asarray(factor.minutes) - factor.minutes[factor.ijkclient_code]
            total += worth[codes[:, at]]
        total += codes[:, _ORIENTATION_AT] * np.asarray(known.INTERACTION_MINUTES)[codes[:, _DURATION_AT]]
    total += np.asarray(regime.overlap_minutes)[overlap_codes(codes)]
    return total


def overlap_codes(codes: Codes) -> Codes:
    """Class of the number of leefgebieden above ``geen``, per client."""
    count = (codes[:, _GROUP_AT] > 0).sum(axis=1)
    classes: Codes = np.searchsorted(np.asarray(DEFAULT_OVERLAP_BREAKS), count, side="left").astype(np.int64)
    return classes


def ijkclient_codes() -> Codes:
    """The ijkclient as a (1, f) array of level positions."""
    return np.array([[factor.ijkclient_code for factor in known.FACTORS]], dtype=np.int64)


def _main_terms(factor: known.SyntheticFactor, scale: float) -> list[TrueTerm]:
    base = factor.minutes[factor.ijkclient_code]
    return [
        TrueTerm(factor=factor.setting.name, level=level, minutes=scale * (worth - base))
        for level, worth in zip(factor.setting.levels, factor.minutes, strict=True)
        if level != factor.setting.ijkclient
    ]


def _interaction_terms(scale: float) -> list[TrueTerm]:
    duration = known.DURATION.setting
    return [
        TrueTerm(
            factor=known.ORIENTATION.setting.name, level=known.ORIENTATION.setting.levels[1],
            with_factor=duration.name, with_level=level, minutes=scale * worth,
        )
        for level, worth in zip(duration.levels, known.INTERACTION_MINUTES, strict=True)
        if level != duration.ijkclient
    ]  # fmt: skip


def _overlap_terms(regime: Regime) -> list[TrueTerm]:
    own = int(overlap_codes(ijkclient_codes())[0])
    return [
        TrueTerm(factor=known.OVERLAP_FACTOR, level=level, minutes=worth)
        for at, (level, worth) in enumerate(zip(known.OVERLAP_LEVELS, regime.overlap_minutes, strict=True))
        if at != own
    ]
