"""Delivered against needed: three estimands side by side, what providers' styles do, what under-delivery would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from normenkader.bands.under_delivery import UnderDelivery, under_delivery
from normenkader.bands.unseen_checks import three_ways
from normenkader.evidence import Check
from normenkader.experts.triangulation import Triangulation
from normenkader.model.estimands import ProviderSpread, TwoEstimands, provider_spread, two_estimands
from normenkader.model.norm_table import NormTable
from normenkader.model.replaced import TermKey
from normenkader.settings import DisclosureSettings
from normenkader.terms.dutch_numbers import decimal
from normenkader.terms.names import term_name

LEAST_OF_CAPPED = 0.10
OWN_CHOICE = "Deze grens is een keuze van dit onderzoek."
_NO_CAPS = "Geen enkel traject draagt toegekende minuten."
_NONE_CAPPED = "Geen enkele levering zit aan het toegekende maximum."
_FEW_CAPPED = "Te weinig leveringen zitten aan het toegekende maximum om dit te tonen."
_UNSURE = "Of een aanbieder een hele klasse van het gemiddelde afwijkt, is te onzeker om te zeggen."
_NOT_MOVED = "Ook als de helft meer nodig is dan geleverd, verschuift geen grens."


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeEstimands:
    """One term: as delivered, provider-neutral, and as the experts find needed (None where they do not say)."""

    delivered_and_neutral: TwoEstimands
    needed_by_experts: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredAndNeeded:
    """What was delivered, beside what can be said of need.

    Attributes
    ----------
    terms : tuple of ThreeEstimands
        The ijkclient first.
    spread : ProviderSpread
    under_delivery : UnderDelivery
    """

    terms: tuple[ThreeEstimands, ...]
    spread: ProviderSpread
    under_delivery: UnderDelivery


def delivered_and_needed(norms: NormTable, agreed: Triangulation, edges: Sequence[int]) -> DeliveredAndNeeded:
    """Everything about delivery and need beside the norm itself."""
    experts = _of_experts(agreed)
    rows = two_estimands(norms.model)
    return DeliveredAndNeeded(
        terms=tuple(
            ThreeEstimands(
                delivered_and_neutral=row,
                needed_by_experts=experts.get((row.factor, row.level, row.with_factor, row.with_level)),
            )
            for row in rows
        ),
        spread=provider_spread(norms.model),
        under_delivery=under_delivery(norms, edges),
    )


def _of_experts(agreed: Triangulation) -> dict[TermKey, float]:
    values = [value for source, listed in agreed.values if source == "experts" for value in listed]
    return {value.key: value.estimate.value for value in values if value.estimate is not None}


def delivered_checks(
    found: DeliveredAndNeeded, edges: Sequence[int], unit: str, band_step: int, floor: DisclosureSettings
) -> tuple[Check, ...]:
    """Checks in a fixed order."""
    return (
        _style(found, band_step, unit), _spread(found.spread, edges, unit),
        _overall(found.under_delivery), _capped(found.under_delivery, floor),
    )  # fmt: skip


def _style(found: DeliveredAndNeeded, band_step: int, unit: str) -> Check:
    rows = [row.delivered_and_neutral for row in found.terms]
    largest = max(rows, key=lambda row: abs(row.delivered - row.neutral))
    value = abs(largest.delivered - largest.neutral)
    where = term_name(largest.factor, largest.level, largest.with_factor, largest.with_level)
    where = "de ijkcliënt" if largest.factor == "ijkclient" else where
    return Check(
        code="delivered_against_neutral",
        question="Hoeveel verschilt een norm hooguit tussen ‘zoals geleverd’ en ‘los van de stijl van aanbieders’?",
        value=value, unit=unit, limit=f"Minder dan {band_step}, de stap van de klassen. {OWN_CHOICE}",
        passed=value < band_step, reason=f"Het grootste verschil is bij {where}.",
        reservation="De stijl van aanbieders werkt door in wat geleverd is. De norm is daarom binnen aanbieders "
                    "bepaald en wijkt af van een gewoon gemiddelde.",
    )  # fmt: skip


def _spread(found: ProviderSpread, edges: Sequence[int], unit: str) -> Check:
    narrowest = min((b - a for a, b in pairwise(edges[1:])), default=None)
    shown = found.worst is not None and narrowest is not None
    passed, _ = three_ways(found.distances, float(narrowest)) if shown and narrowest is not None else (None, None)
    if found.median is None:
        reason = "Te weinig aanbieders hebben genoeg cliënten om dit te tonen."
    elif narrowest is None:
        reason = "Er is geen klasse met een onder- en een bovengrens."
    else:
        reason = (
            f"De middelste aanbieder wijkt {decimal(found.median, 0)} minuten af, de verste {decimal(found.worst, 0)}."
        )
    return Check(
        code="provider_effects",
        question="Hoeveel levert de aanbieder die het verst van het gemiddelde zit, meer of minder voor een gelijke "
                 "cliënt?",
        value=found.worst, unit=unit,
        limit=f"Minder dan de smalste klasse breed is ({narrowest} minuten), alle aanbieders tegelijk met 95% "
              f"zekerheid. {OWN_CHOICE}" if shown else OWN_CHOICE,
        passed=passed, reason=f"{reason} {_UNSURE}" if shown and passed is None else reason,
        reservation="De verste aanbieder levert voor een gelijke cliënt een hele klasse meer of minder dan de "
                    "gemiddelde.",
    )  # fmt: skip


def _overall(found: UnderDelivery) -> Check:
    return Check(
        code="under_delivery_overall",
        question="Hoeveel meer dan geleverd moet iedereen nodig hebben voordat een grens een stap verschuift?",
        value=found.overall, unit="share", limit="Geen.", passed=None,
        reason=_NOT_MOVED if found.overall is None else
        "Grenzen liggen op hele stappen; een klein verschil kan genoeg zijn. Het onderzoek stelt hiervoor geen grens.",
    )  # fmt: skip


def _capped(found: UnderDelivery, floor: DisclosureSettings) -> Check:
    if not found.knows_caps:
        reason, applies = _NO_CAPS, False
    elif found.n_capped < floor.min_clients:
        reason, applies = _NONE_CAPPED if not found.n_capped else _FEW_CAPPED, False
    else:
        reason, applies = (_NOT_MOVED if found.capped is None else ""), True
    return Check(
        code="under_delivery_capped",
        question="Hoeveel meer dan nu gerekend moeten cliënten aan hun maximum nodig hebben voordat een grens "
                 "verschuift?",
        value=found.capped if applies else None, unit="share", limit=f"Ten minste 0,10. {OWN_CHOICE}",
        passed=(found.capped is None or found.capped >= LEAST_OF_CAPPED) if applies else None, reason=reason,
        reservation="Als cliënten aan hun maximum minder dan 10% meer nodig hebben dan gerekend, verschuift al "
                    "een grens.",
    )  # fmt: skip
