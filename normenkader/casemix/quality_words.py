"""What every measure of the data-quality report is, in one English and one Dutch sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from normenkader.casemix.ledger import CODES
from normenkader.settings import MINUTES_BASES
from normenkader.terms.dutch_numbers import percent

HEAPING_MINUTES = (5, 15, 30, 60)

NO_CONTACTS = "the study has no minutes table"
NO_INDIRECT = "the minutes table has no column of indirect minutes"
NO_TARGET_GROUP = "no episode names a target group"
NO_ASSIGNED = "no episode says how many minutes were assigned"
NO_EXPOSURE = "no episode gives both its days open and its dates"
NOT_IN_MINUTES = "the outcome is not in minutes"
NOT_A_TOTAL = "the outcome is a rate, which nobody wrote down as a total of minutes"
TOO_FEW = "it rests on fewer clients than may be shown"
TOO_FEW_ROWS = "there are fewer such rows than may be shown; the ledger has them all"
TOO_FEW_ON_A_SIDE = "fewer clients than may be shown have it, or lack it, or it would tell how many have another"

#: Dutch for every reason a finding can have.
QUALITY_REASONS_DUTCH = {
    NO_CONTACTS: "de studie heeft geen bestand met tijdregistratie",
    NO_INDIRECT: "de tijdregistratie heeft geen kolom met indirecte minuten",
    NO_TARGET_GROUP: "bij geen traject is een doelgroep genoemd",
    NO_ASSIGNED: "bij geen traject is bekend hoeveel minuten er waren toegewezen",
    NO_EXPOSURE: "bij geen traject zijn zowel het aantal dagen als de begin- en einddatum bekend",
    NOT_IN_MINUTES: "de uitkomst is niet in minuten uitgedrukt",
    NOT_A_TOTAL: "de uitkomst is een gemiddelde, dat niemand als totaal van minuten heeft opgeschreven",
    TOO_FEW: "het berust op minder cliënten dan getoond mag worden",
    TOO_FEW_ON_A_SIDE: "het geldt voor minder cliënten dan getoond mag worden, of voor zo weinig cliënten niet",
    TOO_FEW_ROWS: "het zijn minder regels dan getoond mag worden; het uitvalregister noemt ze alle",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityMeasure:
    """One measure: its unit, what it says in English and in Dutch, and the value by chance where that has meaning."""

    unit: Literal["share", "rows"]
    english: str
    dutch: str
    expected: float | None = None


def _heaping(minutes: int) -> QualityMeasure:
    chance = 1.0 / minutes
    return QualityMeasure(
        unit="share",
        english=f"Share of the registered times that are a whole multiple of {minutes} minutes; where whole minutes "
        f"are spread evenly, chance alone gives {chance:.3f}.",
        dutch=f"Aandeel van de geregistreerde tijden dat een veelvoud van {minutes} minuten is; bij gelijk verdeelde "
        f"hele minuten geeft het toeval {percent(chance, 1)}.",
        expected=round(chance, 4),
    )


def _share(english: str, dutch: str) -> QualityMeasure:
    return QualityMeasure(unit="share", english=f"Share of {english}.", dutch=f"Aandeel van {dutch}.")


_BASIS_DUTCH = {
    "measured": "gemeten", "registered": "geregistreerd", "declared": "gedeclareerd", "planned": "gepland",
    "estimated": "geschat",
}  # fmt: skip


def _basis(basis: str) -> QualityMeasure:
    return _share(
        f"the episodes whose minutes are {basis}", f"de trajecten waarvan de minuten zijn {_BASIS_DUTCH[basis]}"
    )


_ASIDE = {
    "negative": ("a number is below zero", "een getal onder nul ligt"),
    "impossible": (
        "a number or date cannot be, or the minutes exceed 10,080 a week",
        "een getal of datum niet kan bestaan, of de minuten boven 10.080 per week liggen",
    ),
    "end_before_start": ("the end lies before the start", "het einde voor het begin ligt"),
    "missing_factor": (
        "the level of a factor, or the client, provider or episode, is missing",
        "het niveau van een factor ontbreekt, of de cliënt, de aanbieder of het traject",
    ),
    "missing_minutes": ("the minutes are missing", "de minuten ontbreken"),
    "outside_window": ("it lies outside the measurement period", "zij buiten de meetperiode vallen"),
    "duplicate": ("the same row was there already", "dezelfde regel er al stond"),
    "orphan": (
        "the minutes belong to an unknown episode or one set aside",
        "de minuten horen bij een onbekend of terzijde gelegd traject",
    ),
    "no_registration": (
        "the episode has no registered contact at all",
        "bij het traject geen enkel contact is geregistreerd",
    ),
    "concurrent_conflict": (
        "one client's episodes at the same time have different factors",
        "gelijktijdige trajecten van een cliënt verschillende factoren hebben",
    ),
    "basis_not_accepted": (
        "the study does not accept the basis of the minutes",
        "de studie de herkomst van de minuten niet aanvaardt",
    ),
}


def _set_aside(code: str) -> QualityMeasure:
    english, dutch = _ASIDE[code]
    return QualityMeasure(
        unit="rows",
        english=f"Number of rows set aside because {english}.",
        dutch=f"Aantal regels dat terzijde is gelegd omdat {dutch}.",
    )


#: Every measure by its code, in the order of the report.
QUALITY_MEASURES: dict[str, QualityMeasure] = {
    **{f"heaping_{minutes}": _heaping(minutes) for minutes in HEAPING_MINUTES},
    "planned_copied": _share(
        "the episodes that deliver, within 1 minute a week, exactly what was assigned: planned time may have been "
        "copied to realised time",
        "de trajecten waarin precies is geleverd wat was toegewezen, met hooguit 1 minuut per week verschil: mogelijk "
        "is geplande tijd overgenomen als geleverde tijd",
    ),
    "identical_weeks": _share(
        "the rows with two or more whole weeks whose minutes are the same in every week",
        "de regels met twee of meer hele weken waarvan de minuten in elke week gelijk zijn",
    ),
    "at_cap": _share(
        "the episodes that reach the assigned minutes, within 1 minute a week, or exceed them: more may have been "
        "needed than was delivered",
        "de trajecten waarin alle toegewezen minuten zijn geleverd, op hooguit 1 minuut per week na, of meer: er kan "
        "meer nodig zijn geweest dan is geleverd",
    ),
    "missing_indirect": _share(
        "the contacts without indirect minutes, missing or zero",
        "de contacten zonder indirecte minuten: niet ingevuld of nul",
    ),
    "other_target_group": _share(
        "the episodes with a target group whose word is not on the list (LVB, GGZ, ouderen, NAH, overig); they count "
        "as 'overig'",
        "de trajecten met een doelgroep waarvan het woord niet op de lijst staat (LVB, GGZ, ouderen, NAH, overig); zij "
        "tellen als ‘overig’",
    ),
    "overlapping_episodes": _share(
        "the episodes that overlap in time with another episode of the same client",
        "de trajecten die in de tijd samenvallen met een ander traject van dezelfde cliënt",
    ),
    "sums_across_providers": QualityMeasure(
        unit="rows",
        english="Number of rows that are the sum of one client's episodes at more than one provider.",
        dutch="Aantal regels dat de som is van trajecten van een cliënt bij meer dan een aanbieder.",
    ),
    **{f"basis_{basis}": _basis(basis) for basis in MINUTES_BASES},
    "basis_unknown": _share(
        "the episodes that do not say what their minutes rest on",
        "de trajecten waarvan de herkomst van de minuten niet bekend is",
    ),
    "exposure_disagreement": _share(
        "the episodes whose given days open differ from those their dates give",
        "de trajecten waarvan het opgegeven aantal dagen afwijkt van wat begin en einde geven",
    ),
    "contacts_outside_episode": _share(
        "the contacts in the measurement period that fall before the start or after the end of their episode; they "
        "count",
        "de contacten in de meetperiode die voor het begin of na het einde van hun traject vallen; zij tellen mee",
    ),
    "weeks_without_contact": _share(
        "the whole weeks with an open episode in which no minutes were registered",
        "de hele weken met een lopend traject waarin geen minuten zijn geregistreerd",
    ),
    **{f"set_aside_{code}": _set_aside(code) for code in CODES},
    "weeks_sampled": _share(
        "the episodes whose minutes by week were kept: with more clients than can be held by week, a fixed draw of "
        "whole clients serves every figure about weeks (same weeks, empty weeks, noise of weeks, course over time)",
        "de trajecten waarvan de minuten per week zijn bewaard: bij meer cliënten dan per week zijn te bewaren dient "
        "een vaste trekking van hele cliënten voor elk cijfer over weken (gelijke weken, lege weken, schommeling van "
        "week tot week, verloop in de tijd)",
    ),
}
