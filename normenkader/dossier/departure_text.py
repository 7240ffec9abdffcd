"""Departures from the norm as Dutch text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from normenkader.dossier.choice_words import DEVIATION_WORDS
from normenkader.dossier.numbers import MISSING, dutch_unit, exact, percent, signed_decimal
from normenkader.register.departure_summary import BandDepartures, Departures
from normenkader.register.departures import Entry

_KINDS = {"decision": "besluit", "deviation": "afwijking", "retraction": "intrekking"}
_DIRECTIONS = {"up": "meer", "down": "minder"}
_COUNTED = {
    "given": "De aantallen besluiten zijn opgegeven.",
    "logged": "Geteld zijn de vastgelegde besluiten. Is niet elk besluit vastgelegd, dan zijn de aandelen te hoog.",
    "": "Het aantal besluiten is niet bekend.",
}
_CHOICE = (
    "Dat {share} de grens is, is een keuze van dit onderzoek. Geen wet of uitspraak noemt een grens. Het is een "
    "signaal, geen bewijs: toeval is niet getoetst."
)
_HIDDEN = "Een streepje betekent: niet bekend, of te weinig om te tonen."


def reason_in_words(code: str) -> str:
    """A reason to depart from the norm; a code of the study's own stands as it is."""
    return DEVIATION_WORDS.get(code, code.replace("_", " "))


def entry_text(entry: Entry) -> str:
    """What was logged of one departure, or of taking one back."""
    if entry.kind == "retraction":
        return f"Vastgelegd: regel {entry.corrects} telt niet meer mee. De regel blijft staan."
    granted, norm = exact(entry.granted_minutes), exact(entry.norm_minutes)
    return (
        f"Vastgelegd: klasse {entry.band}, {granted} in plaats van {norm} {dutch_unit(entry.unit)} "
        f"({_DIRECTIONS[entry.direction or 'up']}), maand {entry.month}.\nReden: {reason_in_words(entry.reason)}."
        + (f"\nDit telt in de plaats van regel {entry.corrects}, die blijft staan." if entry.corrects else "")
    )


def history_text(entries: Sequence[Entry]) -> str:
    """Every line of the log, with what became of it; exact, so not for publication."""
    by = {entry.corrects: k for k, entry in enumerate(entries, start=1)}
    rows = [(str(k), entry.month, entry.calibration_number[:8], str(entry.band), _KINDS[entry.kind],
             _became(entry, by.get(k), entries)) for k, entry in enumerate(entries, start=1)]  # fmt: skip
    table = "\n".join(_table(("regel", "maand", "kalibratie", "klasse", "soort", "wat ervan werd"), rows))
    return f"Regels van het bestand (precies; niet voor publicatie)\n{table}"


def _became(entry: Entry, by: int | None, entries: Sequence[Entry]) -> str:
    if entry.kind == "retraction":
        return f"trekt regel {entry.corrects} in"
    if by is None:
        return "telt mee" if entry.corrects is None else f"telt mee, in plaats van regel {entry.corrects}"
    return f"{'ingetrokken' if entries[by - 1].kind == 'retraction' else 'vervangen'} door regel {by}"


def departures_text(found: Departures, unit: str) -> str:
    """The summary: the answer first, then the bands and the reasons."""
    blocks = (_answer(found), _bands(found, unit), _verdicts(found), _reasons(found), _remarks(found))
    return "\n\n".join(text for block in blocks if (text := "\n".join(block)))


def _answer(found: Departures) -> Iterator[str]:
    yield f"Opnieuw kalibreren: {found.verdict}"
    months = f"Maanden {found.first} t/m {found.last}. " if found.first else "Er is niets vastgelegd. "
    yield f"{months}Kalibratienummer {found.calibration_number}."


def _bands(found: Departures, unit: str) -> Iterator[str]:
    head = ("klasse", "besluiten", "meer", "deel", "gemiddeld", "minder", "deel", "gemiddeld", "andere klasse")
    yield f"Afwijkingen per klasse, in {dutch_unit(unit)}"
    yield from _table(head, [_row(band) for band in found.bands])


def _row(band: BandDepartures) -> tuple[str, ...]:
    return (str(band.band), _count(band.n_decisions), _count(band.n_up), percent(band.share_up),
            signed_decimal(band.mean_up), _count(band.n_down), percent(band.share_down),
            signed_decimal(band.mean_down), _count(band.n_other_band))  # fmt: skip


def _verdicts(found: Departures) -> Iterator[str]:
    for band in found.bands:
        yield f"Klasse {band.band}: {band.verdict}. {band.reason}"


def _reasons(found: Departures) -> Iterator[str]:
    shown = [(reason_in_words(code), number) for code, number in found.reasons if number is not None]
    if shown:
        yield "Redenen, over alle klassen samen"
        yield from (f"  {number:>5}  {words}" for words, number in shown)
        if len(shown) < len(found.reasons):
            yield "  Redenen die weinig voorkomen staan hier niet."


def _remarks(found: Departures) -> Iterator[str]:
    yield _COUNTED[found.counted]
    yield _CHOICE.format(share=percent(found.trigger_share))
    if found.n_other_calibrations is not None:
        yield f"Onder andere kalibraties zijn er {found.n_other_calibrations} afwijkingen; die tellen hier niet mee."
    yield _HIDDEN


def _count(value: int | None) -> str:
    return MISSING if value is None else exact(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    widths = [max(len(str(line[i])) for line in [head, *rows]) for i in range(len(head))]
    for line in [head, *rows]:
        yield ("  " + "  ".join(str(cell).rjust(width) for cell, width in zip(line, widths, strict=True))).rstrip()
