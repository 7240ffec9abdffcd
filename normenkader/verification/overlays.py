"""The calibrated tables with one departure in them, or with all: what `effects` counts clients under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from normenkader.verification.applied_table import AppliedBand, AppliedTable
from normenkader.verification.departures import AppliedDeparture
from normenkader.verification.effects import Tables
from normenkader.verification.tied import TermKey, tied_bands

Document = Mapping[str, Any]
NO_EFFECT = {
    "premise": "a premise has no minutes",
    "in_doubt": "clients are counted by the table alone, without the rule for doubt zones",
}
_UPPER = "an upper edge alone moves no lower bound; who falls between two bands is not counted"
_UNKNOWN = "the study's clients have no such factor or level, so nobody can be counted"


def calibrated_tables(norms: Document, bands: Document) -> Tables:
    """Norms and edges as calibrated."""
    return Tables(norms=norms, edges=tuple((float(b["lower"]), float(b["band"])) for b in bands["bands"]))


def one_departure(base: Tables, departure: AppliedDeparture, table: AppliedTable, bands: Document) -> Tables | str:
    """The calibrated tables with this departure alone; or why that moves nobody that can be counted."""
    if departure.part in NO_EFFECT:
        return NO_EFFECT[departure.part]
    if departure.part == "band":
        if departure.key is None:
            return _UPPER
        return Tables(norms=base.norms, edges=_edges_with(base, departure, applied_edges(table.bands, bands)))
    changed = _norms_with(base.norms, departure)
    return changed if isinstance(changed, str) else Tables(norms=changed, edges=base.edges)


def all_departures(
    base: Tables, departures: Iterable[AppliedDeparture], table: AppliedTable, bands: Document
) -> Tables:
    """The tables as they are applied, as far as the study's clients can be placed in them."""
    norms = base.norms
    for departure in departures:
        if departure.part in ("ijkclient", "term"):
            changed = _norms_with(norms, departure)
            norms = norms if isinstance(changed, str) else changed
    return Tables(norms=norms, edges=applied_edges(table.bands, bands) if table.bands else base.edges)


def applied_edges(applied: Sequence[AppliedBand], bands: Document) -> tuple[tuple[float, float], ...]:
    """Lower edges in the order of the table, each with its place among the calibrated bands."""
    edges: list[tuple[float, float]] = []
    last = 0.0
    for band, number in zip(applied, tied_bands(tuple(applied), bands) or (), strict=True):
        # A band that was not calibrated lies halfway the one before it and the next that was.
        last = (last + int(last) + 1) / 2 if number is None else float(number)
        edges.append((band.lower, last))
    return tuple(edges)


def _edges_with(
    base: Tables, departure: AppliedDeparture, applied: tuple[tuple[float, float], ...]
) -> tuple[tuple[float, float], ...]:
    if departure.kind == "absent":
        return tuple(edge for edge in base.edges if edge[1] != departure.key)
    here = applied[departure.key]
    return tuple(sorted([edge for edge in base.edges if edge[1] != here[1]] + [here], key=lambda edge: edge[1]))


def _norms_with(norms: Document, departure: AppliedDeparture) -> Document | str:
    """Norms with the applied minutes of one term; a term that the table leaves out counts for nothing."""
    minutes = departure.applied if departure.kind != "absent" else 0
    if departure.part == "ijkclient":
        return {**norms, "ijkclient_minutes": {**norms["ijkclient_minutes"], "published": minutes}}
    key: TermKey = departure.key
    known = _levels(norms)
    pairs = [key[:2], key[2:]] if key[2] else [key[:2]]
    if any(level not in known.get(factor, ()) for factor, level in pairs):
        return _UNKNOWN
    beside = {"factor": key[2], "level": key[3]} if key[2] else None
    same = [t["factor"] == key[0] and t["level"] == key[1] and t["with"] == beside for t in norms["terms"]]
    terms = [{**t, "published": minutes} if hit else t for t, hit in zip(norms["terms"], same, strict=True)]
    if not any(same):
        terms.append({"factor": key[0], "level": key[1], "with": beside, "published": minutes})
    return {**norms, "terms": terms}


def _levels(norms: Document) -> dict[str, Sequence[str]]:
    return {f["name"]: f["levels"] for f in norms["factors"]} | {o["factor"]: o["classes"] for o in norms["overlap"]}
