"""Checks on the chain from fit to bands; the answers stand in validation.json and a failure is a reservation."""

from __future__ import annotations

import math

from normenkader.bands.stability import Stability
from normenkader.bands.table import Explained
from normenkader.evidence import NOT_SHOWN, Check
from normenkader.model.fit import CENSOR_FROM_SHARE
from normenkader.model.norm_table import NormTable
from normenkader.model.results import MinutesModel, SpecificationTest

# Ontario's weekly-hours algorithm 30.8 %, RUG-III/HC 20.5 %; the field's replications lie between 14 and 37 %.
FIELD_RANGE = (0.14, 0.37)
LEAKAGE_ALARM = 0.45
SIGNIFICANCE = 0.05
LEAST_FEASIBLE_SHARE = 0.95
AS_LOWER_LIMIT = "Minder dan 0,05; vanaf dat deel telt een levering aan het maximum als ondergrens van de behoefte."
NONE_ASSIGNED = "Geen enkel traject draagt toegekende minuten."


def band_checks(norms: NormTable, explained: Explained, held: Stability) -> tuple[Check, ...]:
    """Checks in a fixed order."""
    signal, leakage, style = checks_of_sums(norms, explained)
    return signal, leakage, _bands_keep(explained), style, _capped(norms.model), _feasible(held)


def checks_of_sums(norms: NormTable, explained: Explained) -> tuple[Check, Check, Check]:
    """Those of them that sums in place of records can make."""
    return _signal(explained), _leakage(explained), _casemix_and_style(norms.model)


def _signal(explained: Explained) -> Check:
    value, (low, high) = _known(explained.norm_table), explained.interval
    known = value is not None and math.isfinite(low)
    return Check(
        code="signal_at_unseen_providers",
        question="Voorspelt de normtabel minuten bij een aanbieder die niet meedeed?",
        value=value, unit="share", interval=(low, high) if known else None,
        limit="De ondergrens van het interval ligt boven 0: beter dan voor iedereen het gemiddelde nemen.",
        passed=low > 0 if known else None,
        reason="" if known else "Niet te berekenen met deze aanbieders.",
    )  # fmt: skip


def _leakage(explained: Explained) -> Check:
    value = _known(explained.model)
    low, high = (f"{100 * v:.0f}" for v in FIELD_RANGE)
    return Check(
        code="leakage_alarm",
        question="Is het verklaarde deel niet verdacht hoog?",
        value=value, unit="share",
        limit=f"Ten hoogste 45%. Vergelijkbare systemen verklaren {low} tot {high}%; veel meer wijst op een factor "
              "die de toegekende minuten zelf bevat.",
        passed=None if value is None else value <= LEAKAGE_ALARM,
        reason="" if value is not None else "Niet te berekenen met deze aanbieders.",
    )  # fmt: skip


def _bands_keep(explained: Explained) -> Check:
    model, bands = _known(explained.norm_table), _known(explained.bands)
    applies = model is not None and bands is not None and model > 0
    value = bands / model if applies and bands is not None and model is not None else None
    return Check(
        code="bands_keep_explained",
        question="Hoeveel van wat de normtabel verklaart, blijft in de klassen over?",
        value=value, unit="share",
        limit="Ten minste 0,8. Deze grens is een keuze van dit onderzoek, geen norm uit wet of rechtspraak.",
        passed=None if value is None else value >= 0.8,
        reason="" if applies else "De normtabel verklaart niets bij nieuwe aanbieders.",
    )  # fmt: skip


def _casemix_and_style(model: MinutesModel) -> Check:
    test = model.specification
    return Check(
        code="style_follows_casemix",
        question="Leveren aanbieders met zwaardere cliënten ook los van die zwaarte meer of minder?",
        value=None if test is None else test.p_value, unit="p-value",
        limit="Ten minste 0,05: dan is geen afwijking aangetoond. Lager betekent: een schatting die geen rekening "
              "houdt met aanbieders, of hen als toevallig ziet, is vertekend.",
        passed=None if test is None else test.p_value >= SIGNIFICANCE,
        reason=_said(test),
    )  # fmt: skip


def _said(test: SpecificationTest | None) -> str:
    if test is None:
        return "Met minder dan vier aanbieders niet te toetsen."
    return NOT_SHOWN if test.p_value >= SIGNIFICANCE else ""


def _capped(model: MinutesModel) -> Check:
    choice = model.censoring
    if choice.share_assigned > 0:
        return capped_check(choice.share_at_cap, passed=choice.share_at_cap < CENSOR_FROM_SHARE)
    return capped_check(None, passed=None, reason=NONE_ASSIGNED)


def capped_check(
    share: float | None, *, passed: bool | None, interval: tuple[float, float] | None = None, reason: str = "",
    limit: str = AS_LOWER_LIMIT,
) -> Check:  # fmt: skip
    """The check on deliveries at their maximum, for a share from rows or from what providers may tell."""
    return Check(
        code="share_at_cap",
        question="Hoeveel trajecten zitten aan het toegekende maximum, zodat de behoefte hoger kan zijn?",
        value=share, unit="share", interval=interval,
        limit=limit, passed=passed, reason=reason,
    )  # fmt: skip


def _feasible(held: Stability) -> Check:
    return Check(
        code="bands_possible_in_resamples",
        question="Blijft dit aantal klassen mogelijk als andere aanbieders waren getrokken?",
        value=held.feasible_share, unit="share",
        limit="Ten minste 0,95 van de trekkingen. Deze grens is een keuze van dit onderzoek. Ook een trekking met "
              "normen die meer dan tien keer zo hoog zijn als nu, telt als niet mogelijk.",
        passed=held.feasible_share >= LEAST_FEASIBLE_SHARE,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
