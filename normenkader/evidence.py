"""Checks and reservations: what was asked of the evidence, and what stands wherever the bands stand."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Something a reader must know before relying on the bands.

    Attributes
    ----------
    code : str
        Stable, English.
    text : str
        Plain Dutch: it is printed in the dossier beside the bands.
    """

    code: str
    text: str


UNSURE = "Te onzeker om te zeggen: de marge ligt deels binnen en deels buiten de grens."
NO_MARGIN = "Met zo weinig groepen is er geen marge, en zonder marge is dit niet te zeggen."
NOT_SHOWN = "Een afwijking is niet aangetoond. Dat zij er niet is, volgt daar niet uit."


def three_way(interval: tuple[float, float] | None, *, least: float = -inf, most: float = inf) -> bool | None:
    """Whether an interval lies wholly within limits (True), wholly beyond one of them (False), or neither (None)."""
    if interval is None or not all(isfinite(bound) for bound in interval):
        return None
    low, high = interval
    if least <= low and high <= most:
        return True
    return False if high < least or low > most else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question to the evidence, with its answer in figures.

    One rule gives every verdict. A figure with an interval passes only when its whole interval keeps to the limit,
    fails only when all of it lies beyond, and else it is too uncertain to say (`three_way`); a limit that speaks of the
    lower bound puts the burden of proof on the norm and fails as well where nothing is certain. A figure without an
    interval is held against the limit as it is. A test fails at p < 0.05; else nothing was shown, which is not that
    nothing is there, and its reason says so.

    Attributes
    ----------
    code : str
        Stable, English.
    question : str
        Plain Dutch.
    value : float or None
    unit : str
    interval : (low, high) or None
    limit : str
        What counts as passing, and where that comes from; plain Dutch.
    passed : bool or None
        None when it does not apply, with `reason`.
    reason : str
        Why it does not apply, or what the answer means; plain Dutch.
    reservation : str
        What a reader must know when it fails; plain Dutch.
    """

    code: str
    question: str
    value: float | None
    unit: str
    interval: tuple[float, float] | None = None
    limit: str
    passed: bool | None
    reason: str = ""
    reservation: str = ""
