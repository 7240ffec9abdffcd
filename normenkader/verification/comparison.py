"""The verdict on an applied table: does the calibration support it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from normenkader.study import Study
from normenkader.verification.applied_table import AppliedTable
from normenkader.verification.departures import AppliedDeparture, departures_of
from normenkader.verification.effects import Effect, Tables, effect_between, effect_in_cells, placed
from normenkader.verification.overlays import all_departures, calibrated_tables, one_departure
from normenkader.verification.tied import calibrated_terms, has_inclusive_uppers, key_of, tied_bands

Document = Mapping[str, Any]
SUPPORTED, DEPARTING, UNSUPPORTED = "onderbouwd", "afwijkend", "niet onderbouwd"
_UNITS = {"minuten per week": "minutes per week"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedComparison:
    """An applied table against the calibrated one.

    Attributes
    ----------
    file, name : str
        The applied table.
    verdict : str
        ``onderbouwd``, ``afwijkend`` or ``niet onderbouwd``.
    reasons : tuple of str
        Why it is not supported; empty otherwise.
    compared, not_compared : tuple of str
        Parts that the table has, and parts that it leaves out.
    departures : tuple of (AppliedDeparture, Effect)
        Each departure, and what it alone does to clients.
    together : Effect
        What all of them do.
    notes : tuple of str
        How the table was read.
    """

    file: str
    name: str
    verdict: str
    reasons: tuple[str, ...]
    compared: tuple[str, ...]
    not_compared: tuple[str, ...]
    departures: tuple[tuple[AppliedDeparture, Effect], ...]
    together: Effect
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What the table is compared with.

    Attributes
    ----------
    norms, bands : mapping
        Content of norms.json and bands.json.
    calibration_number : str
    study : Study
        Settings kept in the output folder.
    frame : DataFrame or None
        The study's clients; None when the inputs are not to be had.
    no_clients : str
        Why there are none.
    cells : mapping or None
        Content of cells.json: published counts by norm minutes, for when the clients are not to be had.
    faults : tuple of str
        Why the calibration itself does not stand: a broken folder, figures that do not recompute.
    """

    norms: Document
    bands: Document
    calibration_number: str
    study: Study
    frame: pd.DataFrame | None = None
    no_clients: str = ""
    cells: Document | None = None
    faults: tuple[str, ...] = ()


def compare_applied(table: AppliedTable, calibrated: Calibrated) -> AppliedComparison:
    """Compare an applied table with a calibration, value by value.

    Parameters
    ----------
    table : AppliedTable
    calibrated : Calibrated

    Returns
    -------
    AppliedComparison
        ``niet onderbouwd`` when the table cannot be tied to this calibration, or the calibration does not stand;
        then what can be compared is still listed.

    References
    ----------
    CRvB 10 December 2018, ECLI:NL:CRVB:2018:3835: policy that departs from its own research is not supported by it.
    """
    norms, bands = calibrated.norms, calibrated.bands
    premises = {premise.id: premise.text for premise in calibrated.study.premises}
    found = tuple(departures_of(table, norms, bands, premises))
    reasons = (*calibrated.faults, *_not_tied(table, calibrated))
    effects, together = _effects(table, calibrated, found)
    parts = {"ijkclient": table.ijkclient_minutes is not None, "terms": bool(table.terms), "bands": bool(table.bands),
             "premises": bool(table.premises)}  # fmt: skip
    return AppliedComparison(
        file=table.file, name=table.name,
        verdict=UNSUPPORTED if reasons else DEPARTING if found else SUPPORTED, reasons=reasons,
        compared=tuple(part for part, there in parts.items() if there),
        not_compared=tuple(part for part, there in parts.items() if not there),
        departures=tuple(zip(found, effects, strict=True)), together=together, notes=tuple(_notes(table, bands)),
    )  # fmt: skip


def _not_tied(table: AppliedTable, calibrated: Calibrated) -> Sequence[str]:
    """Why the table is not one of this calibration."""
    norms, info = calibrated.norms, calibrated.study.info
    terms, unit = calibrated_terms(norms), (table.unit or norms["unit"]).strip().casefold()
    other_number = not calibrated.calibration_number.startswith(table.calibration_number or "")
    other_unit = _UNITS.get(unit, unit) != str(norms["unit"]).casefold()
    other_time = table.time_definition not in (None, info.time_definition)
    no_term = bool(table.terms) and not any(key_of(term, terms) in terms for term in table.terms)
    no_band = bool(table.bands) and tied_bands(table.bands, calibrated.bands) is None
    ties = (
        (other_number, "the table names another calibration"),
        (other_unit, f"the table's unit is not the calibration's, {norms['unit']}"),
        (other_time, f"the table's definition of time is not the calibration's, {info.time_definition}"),
        (no_term, "no factor and level of the table was calibrated"),
        (no_band, "no band of the table was calibrated: neither the labels nor the number of bands is the same"),
    )
    return [reason for holds, reason in ties if holds]


def _effects(
    table: AppliedTable, calibrated: Calibrated, found: tuple[AppliedDeparture, ...]
) -> tuple[list[Effect], Effect]:
    """What each departure does alone, and all together."""
    if not found:
        return [], Effect(reason="no departures")
    base = calibrated_tables(calibrated.norms, calibrated.bands)
    alone = [_effect(calibrated, base, one_departure(base, d, table, calibrated.bands)) for d in found]
    if table.bands and tied_bands(table.bands, calibrated.bands) is None:
        return alone, Effect(reason="the bands of the table cannot be tied to the calibrated ones")
    return alone, _effect(calibrated, base, all_departures(base, found, table, calibrated.bands))


def _effect(calibrated: Calibrated, base: Tables, applied: Tables | str) -> Effect:
    """From the clients where they are to be had, else for edges from the counts in the folder, else a reason."""
    if isinstance(applied, str) or applied.fault():
        return Effect(reason=applied if isinstance(applied, str) else applied.fault())
    floor, frame = calibrated.study.disclosure, calibrated.frame
    if frame is not None:
        return effect_between(frame, placed(base, frame), placed(applied, frame), floor)
    if calibrated.cells is not None and applied.norms is base.norms:
        return effect_in_cells(calibrated.cells, base, applied, floor)
    return Effect(reason=calibrated.no_clients)


def _notes(table: AppliedTable, bands: Document) -> Sequence[str]:
    labels = {str(band["label"]).casefold() for band in bands["bands"]}
    own_names = len(table.bands) == len(bands["bands"]) and not any(b.label.casefold() in labels for b in table.bands)
    noted = (
        (own_names, "no label of the table is a calibrated one: bands were compared by their order"),
        (has_inclusive_uppers(table.bands), "upper edges were read as included: the next band starts one higher"),
        (bool(table.terms), "a term that the table leaves out counts for nothing"),
        (bool(table.bands), "clients are counted by the table alone, without the rule for doubt zones"),
    )
    return [text for holds, text in noted if holds]
