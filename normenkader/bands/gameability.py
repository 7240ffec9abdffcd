"""Which factor, recorded one level too heavy, moves most clients to a higher band, and most minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.grid import band_numbers
from normenkader.bands.unseen_checks import OWN_CHOICE
from normenkader.evidence import Check
from normenkader.model.norm_table import NormTable
from normenkader.model.profiles import norm_minutes_with
from normenkader.settings import Factor
from normenkader.terms.names import factor_name

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MOST_MOVED = 1 / 3
"""A plain choice. The share is an exact count on the table in force: terms and edges on whole steps may make it high
by chance, and the table can then be gamed all the same (tests/validity/README.md says how often that happens)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorMoved:
    """What one level too heavy on one factor does, over all clients with a norm.

    Attributes
    ----------
    factor : str
    share_movable : float
        Clients who get more minutes by it; the others have no heavier neighbouring level.
    share_to_higher_band : float
    mean_minutes : float
        Norm minutes gained, over all clients.
    """

    factor: str
    share_movable: float
    share_to_higher_band: float
    mean_minutes: float


def gameability(norms: NormTable, edges: Sequence[int]) -> tuple[FactorMoved, ...]:
    """Every factor, in the study's order, each client moved to the neighbouring level with the most minutes.

    Levels of a nominal factor are all each other's neighbours. Interactions and the number of domains follow from
    the changed profile. One factor at a time.

    Parameters
    ----------
    norms : NormTable
    edges : sequence of int
        Lower bounds of the bands.
    """
    known = ~np.isnan(norms.norm_minutes())
    return tuple(_moved(factor, norms, known, edges) for factor in norms.model.study.factors)


def gameability_checks(found: Sequence[FactorMoved]) -> tuple[Check, ...]:
    """Does one factor decide the band for too many?"""
    by_band = max(found, key=lambda one: one.share_to_higher_band, default=None)
    by_minutes = max(found, key=lambda one: one.mean_minutes, default=None)
    reason = ""
    if by_band is not None and by_minutes is not None:
        reason = (
            f"De meeste cliënten verschuift {factor_name(by_band.factor)}, de meeste minuten "
            f"{factor_name(by_minutes.factor)}."
        )
    return (
        Check(
            code="one_level_too_heavy",
            question="Hoeveel cliënten krijgen een hogere klasse als één factor één niveau te zwaar wordt genoteerd?",
            value=None if by_band is None else by_band.share_to_higher_band, unit="share",
            limit=f"Voor elke factor ten hoogste een derde van de cliënten. {OWN_CHOICE}",
            passed=None if by_band is None else by_band.share_to_higher_band <= MOST_MOVED, reason=reason,
            reservation="Eén factor, één niveau te zwaar genoteerd, geeft meer dan een derde van de cliënten een "
                        "hogere klasse.",
        ),
    )  # fmt: skip


def _moved(factor: Factor, norms: NormTable, known: BoolArray, edges: Sequence[int]) -> FactorMoved:
    own, codes = norms.norm_minutes()[known], norms.model.design().codes()[factor.name][known]
    gain = np.zeros(len(own))
    for level in _neighbours(factor, codes):
        other = norm_minutes_with(norms, known, factor.name, level)
        gain = np.maximum(gain, np.nan_to_num(other - own, nan=0.0))
    higher = band_numbers(own + gain, edges) > band_numbers(own, edges)
    return FactorMoved(
        factor=factor.name, share_movable=float((gain > 0).mean()), share_to_higher_band=float(higher.mean()),
        mean_minutes=float(gain.mean()),
    )  # fmt: skip


def _neighbours(factor: Factor, codes: IntArray) -> Iterable[IntArray]:
    """Codes by which every client has a neighbouring level; at the end of the scale the own one."""
    levels = len(factor.levels)
    if factor.is_ordered:
        yield from (np.clip(codes + shift, 0, levels - 1) for shift in (-1, 1))
    else:
        yield from ((codes + shift) % levels for shift in range(1, levels))
