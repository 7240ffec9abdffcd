"""Checks and reservations: what was asked of the evidence, and what stands wherever the bands stand."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question to the evidence, with its answer in figures.

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
