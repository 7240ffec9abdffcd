"""The applied table against the calibrated one, value by value, and what each departure leaves of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from normenkader.verification.applied_table import AppliedBand, AppliedTable, AppliedTerm
from normenkader.verification.tied import (
    calibrated_terms,
    estimates_of,
    has_inclusive_uppers,
    is_own_level,
    key_of,
    place_of,
    tied_bands,
)

Document = Mapping[str, Any]

ROUNDING_RULING = (
    "necessary minutes may not be rounded down to whole or half hours (CRvB 18 May 2016, among them "
    "ECLI:NL:CRVB:2016:1402)"
)
PREMISE_RULING = "policy that makes other choices than its research assumed loses that research's support "\
                 "(ECLI:NL:CRVB:2018:3835)"  # fmt: skip
_ROUND_STEPS = (60, 30, 15, 10, 5, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedDeparture:
    """One value that is applied otherwise than it was calibrated.

    Attributes
    ----------
    part : str
        ``ijkclient``, ``term``, ``band`` or ``premise``, or ``in_doubt`` for the rule in doubt zones.
    kind : str
        ``value`` (another value), ``absent`` (calibrated, not in the table) or ``extra`` (in the table, not
        calibrated).
    place : str
        Which one, such as ``meer, lower``.
    calibrated, applied : float, str or None
        Both values; None where one side has none.
    difference : float or None
        Applied - calibrated.
    rounded_down_to : int or None
        The multiple that the applied value is the calibrated one rounded down to; None when it is not.
    text : str
        The departure in a sentence.
    """

    part: str
    kind: str
    place: str
    calibrated: float | str | None
    applied: float | str | None
    difference: float | None
    rounded_down_to: int | None
    text: str
    key: Any = None


def departures_of(
    table: AppliedTable, norms: Document, bands: Document, premises: Mapping[str, str]
) -> Iterator[AppliedDeparture]:
    """Every departure of the parts that the table has: the ijkclient, terms, bands, rule in doubt, premises.

    Parameters
    ----------
    table : AppliedTable
    norms, bands : mapping
        Content of norms.json and bands.json.
    premises : mapping
        The study's premises, id to text.
    """
    if table.ijkclient_minutes is not None:
        start = norms["ijkclient_minutes"]
        yield from _compared("ijkclient", "ijkclient", start["published"], table.ijkclient_minutes, start["estimate"])
    if table.terms:
        yield from _of_terms(table.terms, norms)
    if table.bands:
        yield from _of_bands(table.bands, bands)
    if table.in_doubt and table.in_doubt != bands.get("in_doubt", "higher"):
        text = "another rule applies in doubt zones"
        yield _departure("in_doubt", "value", "in doubt zones", bands.get("in_doubt"), table.in_doubt, text)
    if table.premises:
        yield from _of_premises(dict(table.premises), premises)


def _of_terms(terms: tuple[AppliedTerm, ...], norms: Document) -> Iterator[AppliedDeparture]:
    calibrated, estimates, seen = calibrated_terms(norms), estimates_of(norms), set()
    for term in terms:
        key = key_of(term, calibrated)
        place = place_of(key)
        seen.add(key)
        if key in calibrated:
            yield from _compared("term", place, calibrated[key], term.minutes, estimates.get(key), key)
        else:
            text = "this is applied and was not calibrated"
            yield _departure("term", "extra", place, None, term.minutes, text, key)
    for key, minutes in calibrated.items():
        if key not in seen and not is_own_level(key, norms) and minutes is not None:
            text = "this was calibrated and the table does not have it"
            yield _departure("term", "absent", place_of(key), minutes, None, text, key)


def _of_bands(applied: tuple[AppliedBand, ...], bands: Document) -> Iterator[AppliedDeparture]:
    tied = tied_bands(applied, bands)
    if tied is None:
        return
    calibrated = {int(band["band"]): band for band in bands["bands"]}
    plus = 1.0 if has_inclusive_uppers(applied) else 0.0
    for at, (band, number) in enumerate(zip(applied, tied, strict=True)):
        if number is None:
            text = "this band is applied and was not calibrated"
            yield _departure("band", "extra", f"{band.label}, lower", None, band.lower, text, at)
            continue
        known = calibrated[number]
        yield from _compared("band", f"{known['label']}, lower", known["lower"], band.lower, None, at)
        after = applied[at + 1].lower if at + 1 < len(applied) else None
        yield from _of_upper(known, None if band.upper is None else band.upper + plus, after)
    for number in [n for n in calibrated if n not in tied]:
        text = "this band was calibrated and the table does not have it"
        yield _departure("band", "absent", f"{calibrated[number]['label']}, lower",
                         calibrated[number]["lower"], None, text, number)  # fmt: skip


def _of_upper(known: Document, upper: float | None, after: float | None) -> Iterator[AppliedDeparture]:
    """An upper edge that is not stated, or is the next band's lower edge, says nothing of its own."""
    if upper is None or upper == after:
        return
    text = "the upper edge is not where the next band starts" if after is not None else "the highest band ends"
    if upper != known["upper"] or after is not None:
        yield _departure("band", "value", f"{known['label']}, upper", known["upper"], upper, text)


def _of_premises(applied: Mapping[str, str], premises: Mapping[str, str]) -> Iterator[AppliedDeparture]:
    for key in [*applied, *(key for key in premises if key not in applied)]:
        ours, theirs = premises.get(key), applied.get(key)
        if ours is None or theirs is None or ours.split() != theirs.split():
            kind = "extra" if ours is None else "absent" if theirs is None else "value"
            yield _departure("premise", kind, key, ours, theirs, PREMISE_RULING)


def _compared(
    part: str, place: str, calibrated: float | None, applied: float | None, estimate: float | None, key: Any = None
) -> Iterator[AppliedDeparture]:
    """A departure when two values differ; rounding down is looked for from the published and the unrounded value."""
    if calibrated == applied:
        return
    down = None if calibrated is None or applied is None else _rounded_down_to(calibrated, applied, part)
    text = "another value is applied"
    if down is not None:
        text = f"the calibrated value rounded down to a multiple of {down}; {ROUNDING_RULING}"
    elif _is_rounded_down_estimate(estimate, applied, calibrated):
        text = f"the unrounded estimate rounded down; {ROUNDING_RULING}"
    yield _departure(part, "value", place, calibrated, applied, text, key, down)


def _rounded_down_to(calibrated: float, applied: float, part: str) -> int | None:
    if part == "term" and calibrated <= 0:
        return None
    return next((step for step in _ROUND_STEPS if calibrated // step * step == applied < calibrated), None)


def _is_rounded_down_estimate(estimate: float | None, applied: float | None, calibrated: float | None) -> bool:
    if estimate is None or applied is None or calibrated is None or estimate <= 0:
        return False
    return applied < calibrated and any(estimate // step * step == applied for step in _ROUND_STEPS)


def _departure(
    part: str, kind: str, place: str, calibrated: Any, applied: Any, text: str, key: Any = None, down: int | None = None
) -> AppliedDeparture:
    numbers = all(isinstance(side, int | float) for side in (calibrated, applied))
    return AppliedDeparture(
        part=part, kind=kind, place=place, calibrated=calibrated, applied=applied,
        difference=round(applied - calibrated, 6) + 0.0 if numbers else None, rounded_down_to=down, text=text, key=key,
    )  # fmt: skip
