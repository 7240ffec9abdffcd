"""Checks on places that the norm table has not seen, and on factors that give the assignment away."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from normenkader.evidence import NO_MARGIN, UNSURE, Check, three_way
from normenkader.model.grouped import Figure, largest, verdict
from normenkader.model.leakage import AssignedByFactor
from normenkader.model.results import MinutesModel
from normenkader.model.unseen_figures import UnseenFigures
from normenkader.terms.dutch_numbers import decimal
from normenkader.terms.names import factor_name

SLOPE_RANGE = (0.8, 1.2)
MOST_OPTIMISM = 0.1
ASSIGNED_ALARM = 0.9
MOST_PROVIDER_SHARE = 0.5
OWN_CHOICE = "Deze grens is een keuze van dit onderzoek."
WITHOUT_FAULT = (
    "Deze grens is een keuze van dit onderzoek: van oefenstudies zonder enige fout blijven ongeveer 95 van de 100 "
    "erbinnen."
)
_ALIKE = "Niet te berekenen: de minuten, of de normen, zijn voor iedereen gelijk."
_FEW_ASSIGNED = "Te weinig trajecten dragen toegekende minuten."
_FEW_MUNICIPALITIES = "Er zijn minder dan drie gemeenten."
_WHERE = {"provider": "een aanbieder die niet meedeed", "municipality": "een gemeente die niet meedeed"}


def unseen_checks(found: UnseenFigures, band_step: int, unit: str) -> tuple[Check, ...]:
    """Checks on providers left out, in a fixed order."""
    return (
        _error(found, unit), _bias(found, band_step, unit), _slope(found), _tenths(found, band_step, unit),
        _explained(found, "explained_absolute_unseen", found.explained_absolute), _optimism(found),
    )  # fmt: skip


def municipality_checks(found: UnseenFigures | None, unit: str) -> tuple[Check, ...]:
    """Checks on municipalities left out; not applicable with fewer than three."""
    if found is None:
        return (
            Check(
                code="signal_at_unseen_municipalities", question=_signal_question("municipality"), value=None,
                unit="share", limit=_ABOVE_ZERO, passed=None, reason=_FEW_MUNICIPALITIES,
            ),
        )  # fmt: skip
    return (_explained(found, "signal_at_unseen_municipalities", found.explained), _error(found, unit))


def provider_share_check(model: MinutesModel) -> Check:
    """Do delivered minutes follow the provider rather than the client?"""
    share = model.mixed.provider_share
    follows = "vooral de aanbieder" if share >= MOST_PROVIDER_SHARE else "meer de cliënt dan de aanbieder"
    return Check(
        code="provider_share",
        question="Welk deel van wat de factoren niet verklaren, hangt aan de aanbieder?",
        value=share, unit="share",
        limit=f"Minder dan 0,5: anders volgt wat geleverd is meer de aanbieder dan de cliënt. {OWN_CHOICE}",
        passed=share < MOST_PROVIDER_SHARE, reason=f"De geleverde minuten volgen {follows}.",
        reservation="De geleverde minuten volgen vooral de aanbieder en niet de cliënt. Wat geleverd is, zegt hier "
                    "weinig over wat nodig is.",
    )  # fmt: skip


def assigned_check(found: Sequence[AssignedByFactor]) -> Check:
    """Is some factor nearly the assigned minutes?"""
    worst = max(found, key=lambda one: one.strength, default=None)
    return Check(
        code="factor_is_assigned_minutes",
        question="Is een factor bijna hetzelfde als de toegekende minuten?",
        value=None if worst is None else worst.strength, unit="share",
        limit="Ten hoogste 0,9, zowel voor het deel van de toegekende minuten dat één factor verklaart als voor de "
              f"kans dat een hoger niveau ook meer minuten toegekend kreeg. {OWN_CHOICE}",
        passed=None if worst is None else worst.strength <= ASSIGNED_ALARM,
        reason=f"Het sterkst: {factor_name(worst.factor)}." if worst else _FEW_ASSIGNED,
        reservation="Een factor is bijna hetzelfde als de toegekende minuten. De normtabel verklaart dan vooral de "
                    "toekenning zelf.",
    )  # fmt: skip


def three_ways(figures: Sequence[Figure], limit: float) -> tuple[bool | None, Figure | None]:
    """Passed, failed or too uncertain to say, and the figure farthest from zero."""
    if not figures:
        return None, None
    found = verdict(figures, limit)
    return {"within": True, "beyond": False, "silent": None}[found], figures[largest(figures)]


TOO_UNCERTAIN = (
    "Te onzeker om te zeggen: het interval van ten minste één groep ligt deels binnen en deels buiten de grens."
)
_ABOVE_ZERO = "De ondergrens van het interval ligt boven 0: beter dan voor iedereen hetzelfde getal nemen."


def _signal_question(left_out: str) -> str:
    return f"Voorspelt de normtabel minuten bij {_WHERE[left_out]}?"


def _error(found: UnseenFigures, unit: str) -> Check:
    suffix = "" if found.left_out == "provider" else "_municipality"
    # A norm that does no better on the very data has nothing to be uncertain about.
    worse = found.error.value >= found.error_of_mean
    passed = False if worse else three_way(found.error.interval, most=found.error_of_mean)
    return Check(
        code=f"error_unseen{suffix}",
        question=f"Binnen hoeveel minuten klopt de norm in 8 van de 10 gevallen bij {_WHERE[found.left_out]}?",
        value=found.error.value, unit=unit, interval=found.error.interval,
        limit=f"Minder dan met het gemiddelde voor iedereen: {_number(found.error_of_mean)}. Ligt de uitkomst zelf "
              "daar niet onder, dan is het niet gehaald.",
        passed=passed,
        reason=f"In 8 van de 10 gevallen binnen {_number(found.error.value)}{_minutes(unit)}."
               + _unsure(passed, found.error),
        reservation=f"Bij {_WHERE[found.left_out]} zit de normtabel er in 8 van de 10 gevallen niet minder ver naast "
                    "dan het gemiddelde voor iedereen.",
    )  # fmt: skip


def _bias(found: UnseenFigures, band_step: int, unit: str) -> Check:
    limit = band_step / 2
    passed = three_way(found.bias.interval, least=-limit, most=limit)
    return Check(
        code="calibration_in_the_large",
        question="Ligt de norm bij aanbieders die niet meededen gemiddeld te hoog of te laag?",
        value=found.bias.value, unit=unit, interval=found.bias.interval,
        limit=f"Gemiddeld niet meer dan {_number(limit)} ernaast, een halve stap van de klassen. {OWN_CHOICE}",
        passed=passed,
        reason="Gemeten min voorspeld: boven nul is de norm te laag." + _unsure(passed, found.bias),
        reservation="Bij aanbieders die niet meededen ligt de norm gemiddeld meer dan een halve stap van de klassen "
                    "ernaast.",
    )  # fmt: skip


def _slope(found: UnseenFigures) -> Check:
    low, high = SLOPE_RANGE
    passed = three_way(found.slope.interval, least=low, most=high)
    return Check(
        code="calibration_slope",
        question="Zijn de verschillen tussen normen even groot als de verschillen in geleverde minuten?",
        value=_known(found.slope.value), unit="slope", interval=found.slope.interval,
        limit=f"Tussen {_number(low)} en {_number(high)}; 1 is goed, lager is te uitgesproken. {OWN_CHOICE}",
        passed=passed, reason=_unsure(passed, found.slope).strip() if isfinite(found.slope.value) else _ALIKE,
        reservation="De normtabel maakt de verschillen tussen cliënten te groot of te klein bij aanbieders die niet "
                    "meededen.",
    )  # fmt: skip


def _tenths(found: UnseenFigures, band_step: int, unit: str) -> Check:
    passed, _ = three_ways([tenth.difference for tenth in found.tenths], float(band_step))
    # Every tenth counts for the answer; the figure beside it may not be that of one that is not shown.
    _, worst = three_ways([tenth.difference for tenth in found.tenths if tenth.shown], float(band_step))
    return Check(
        code="calibration_by_tenth",
        question="Klopt de norm van laag tot hoog, per tiende deel van de cliënten?",
        value=None if worst is None else worst.value, unit=unit, interval=None if worst is None else worst.interval,
        limit=f"In elk tiende deel minder dan {band_step} ernaast, één stap van de klassen, alle tegelijk met 95% "
              f"zekerheid. {OWN_CHOICE}",
        passed=passed, reason=TOO_UNCERTAIN if passed is None else "",
        reservation="In ten minste één tiende deel van de cliënten ligt de norm meer dan een stap van de klassen naast "
                    "wat geleverd is.",
    )  # fmt: skip


def _explained(found: UnseenFigures, code: str, figure: Figure) -> Check:
    absolute = code == "explained_absolute_unseen"
    measure = " in gewone minuten fout, niet in kwadraten" if absolute else ""
    interval = figure.interval
    return Check(
        code=code, question=_signal_question(found.left_out)[:-1] + measure + "?",
        value=_known(figure.value), unit="share", interval=interval, limit=_ABOVE_ZERO,
        passed=None if interval is None else interval[0] > 0,
        reason="Niet te berekenen met zo weinig groepen." if interval is None else "",
        reservation=f"Het staat niet vast dat de normtabel bij {_WHERE[found.left_out]} beter voorspelt dan één getal "
                    "voor iedereen.",
    )  # fmt: skip


def _optimism(found: UnseenFigures) -> Check:
    return Check(
        code="optimism",
        question="Hoeveel beter lijkt de normtabel op de eigen gegevens dan bij een nieuwe aanbieder?",
        value=_known(found.optimism), unit="share",
        limit=f"Ten hoogste 0,1 van de verschillen. {OWN_CHOICE}",
        passed=found.optimism <= MOST_OPTIMISM if isfinite(found.optimism) else None,
        reason="" if isfinite(found.optimism) else _ALIKE,
        reservation="De normtabel lijkt op de eigen gegevens veel beter dan zij bij een nieuwe aanbieder is.",
    )  # fmt: skip


def _unsure(passed: bool | None, figure: Figure) -> str:
    if passed is not None:
        return ""
    return f" {NO_MARGIN}" if figure.interval is None else f" {UNSURE}"


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _minutes(unit: str) -> str:
    """The usual unit in Dutch; another one stands with the value."""
    return " minuten per week" if unit == "minutes per week" else ""


def _number(value: float) -> str:
    return decimal(value).removesuffix(",0")
