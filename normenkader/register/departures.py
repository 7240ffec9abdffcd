"""Decisions that depart from the norm, with a reason from a closed list; `departure_log` keeps them.

An entry holds a month, a calibration, a band, minutes and a code; never a client, a profile or free text, because those
would be health data. Whoever wants the words finds them in the decision itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from normenkader.errors import InputRefused

MOST_MINUTES = 10_080

Kind = Literal["decision", "deviation", "retraction"]
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision under the norm.

    Attributes
    ----------
    kind : {"decision", "deviation", "retraction"}
        A decision that follows the norm is logged only to be counted, so it holds no minutes. A retraction says that
        the entry it corrects should not have been logged, and counts for nothing itself.
    month : str
        Month of the decision, ``2026-03``; a day could point at a person.
    calibration_number : str
        Of the version under which it was taken.
    band : int
        Band that applies to the client.
    orientation : str
        The client's level of the factor ``orientation``; empty where the study has none.
    unit : str
    norm_minutes, granted_minutes : float or None
        What the norm gives and what was granted, of a deviation.
    granted_band : int or None
        Band that holds the granted minutes, by the table.
    direction : {"up", "down"} or None
    reason : str
        Code; empty for a decision that follows the norm.
    corrects : int or None
        Number of the entry in whose place this comes; that one stays where it is, and no longer counts.
    """

    kind: Kind
    month: str
    calibration_number: str
    band: int
    orientation: str = ""
    unit: str = ""
    norm_minutes: float | None = None
    granted_minutes: float | None = None
    granted_band: int | None = None
    direction: Direction | None = None
    reason: str = ""
    corrects: int | None = None


def deviation_of(
    decided: Mapping[str, Any], granted: float, *, reason: str, allowed: Sequence[str], month: str,
    calibration_number: str, bands: Sequence[Mapping[str, Any]], orientation: str = "", corrects: int | None = None,
) -> Entry:  # fmt: skip
    """The entry of a decision that grants `granted` in place of the norm.

    Parameters
    ----------
    decided : mapping
        ``band``, ``norm_minutes`` and ``unit`` of the client's decision.
    granted : float
        In the unit of the norms.
    reason : str
        One of `allowed`.
    month, calibration_number, orientation, corrects
        As in `Entry`.
    bands : sequence of mapping
        ``bands`` of bands.json.

    Raises
    ------
    InputRefused
        If the reason is not on the list, the amount is impossible or is the norm itself, or the client has no norm.

    References
    ----------
    Art. 4:84 Algemene wet bestuursrecht.
    """
    if reason not in allowed:
        raise InputRefused(f"this is no reason of this study; its reasons are {', '.join(allowed)}", column="--reason")
    norm, unit = decided["norm_minutes"], str(decided["unit"])
    if norm is None:
        raise InputRefused("this client has no norm, so nothing departs from it; reason the extent by itself")
    _refuse_amount(granted, norm, unit)
    inside = [int(band["band"]) for band in bands if band["lower"] <= granted]
    return Entry(
        kind="deviation", month=month, calibration_number=calibration_number, band=int(decided["band"]),
        orientation=orientation, unit=unit, norm_minutes=norm, granted_minutes=granted, granted_band=max(inside),
        direction="up" if granted > norm else "down", reason=reason,
        corrects=corrects,
    )  # fmt: skip


def retraction_of(number: int, entries: Sequence[Entry], calibration_number: str) -> Entry:
    """The entry that takes back entry `number`: nothing comes in its place.

    Raises
    ------
    InputRefused
        As `refuse_wrong_target`, or if it was logged under another calibration.
    """
    refuse_wrong_target(number, entries)
    target = entries[number - 1]
    if target.calibration_number != calibration_number:
        raise InputRefused(f"line {number} was logged under another calibration; name that one as MODEL",
                           column="--retracts")  # fmt: skip
    return Entry(kind="retraction", month=target.month, calibration_number=calibration_number, band=target.band,
                 corrects=number)  # fmt: skip


def refuse_wrong_target(number: int, entries: Sequence[Entry]) -> None:
    """Refuse to correct an entry that is not there, is a retraction, or was corrected before."""
    if not 1 <= number <= len(entries):
        raise InputRefused(f"the log has no line {number}; it has {len(entries)}")
    if entries[number - 1].kind == "retraction":
        raise InputRefused(f"line {number} retracts another one; log the decision again in place of that")
    by = next((k for k, entry in enumerate(entries, start=1) if entry.corrects == number), None)
    if by is not None:
        raise InputRefused(f"line {number} was corrected already, by line {by}; correct that one")


def counting(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries that count: without retractions, and without what a later entry corrects."""
    corrected = {entry.corrects for entry in entries}
    return tuple(e for k, e in enumerate(entries, start=1) if e.kind != "retraction" and k not in corrected)


def _refuse_amount(granted: float, norm: float, unit: str) -> None:
    most = MOST_MINUTES if unit == "minutes per week" else float("inf")
    if not (math.isfinite(granted) and 0 <= granted <= most):
        raise InputRefused("the granted amount is below zero, or more than a week holds", column="--granted")
    if granted == norm:
        raise InputRefused("this is the norm itself: the decision follows it", column="--granted")
