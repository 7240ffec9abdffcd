"""Checks on the people who judge: assessors of real clients, and the panel that judged vignettes."""

from __future__ import annotations

from collections.abc import Iterable

from normenkader.bands.assessed import NO_ASSESSMENTS, Assessed, SameBand
from normenkader.evidence import UNSURE, Check, Reservation, three_way
from normenkader.experts.panel_prmse import PanelPrmse
from normenkader.study import Study
from normenkader.terms.dutch_numbers import exact

LEAST_RELIABILITY = 0.8
_UNCERTAIN = (
    "Of twee beoordelaars vaak genoeg dezelfde klasse geven, is niet zeker: het interval ligt deels onder de grens die "
    "de studie stelt."
)
_NO_PANEL = "Er zijn geen oordelen van deskundigen."


def assessor_checks(
    study: Study, assessed: Assessed | None, same_band: SameBand, prmse: PanelPrmse | None
) -> tuple[Check, ...]:
    """Checks in a fixed order."""
    return (_reliability(assessed), _same_band(study, same_band), _prmse(prmse))


def assessor_reservations(assessed: Assessed | None, edges: tuple[int, ...], floor: float) -> Iterable[Reservation]:
    """What the checks do not say: too few double assessments, or too few to be sure that the floor is kept.

    That there are no double assessments at all is said elsewhere.
    """
    if assessed is not None and assessed.reason:
        yield Reservation(
            code="few_assessments",
            text=f"{assessed.reason} Hoe vaak twee beoordelaars dezelfde klasse geven, is daarom niet bekend.",
        )
    if assessed is not None and _is_unsure(assessed.same_band(edges), floor):
        yield Reservation(code="same_band_uncertain", text=_UNCERTAIN)


def _is_unsure(chance: SameBand, floor: float) -> bool:
    if chance.value is None or chance.interval is None:
        return False
    return chance.interval[0] < floor <= chance.interval[1]


def _reliability(assessed: Assessed | None) -> Check:
    found = None if assessed is None else assessed.reliability
    interval = None if found is None else (found.lower, found.upper)
    passed = three_way(interval, least=LEAST_RELIABILITY)
    none = NO_ASSESSMENTS if assessed is None else assessed.reason
    return Check(
        code="reliability_of_minutes",
        question="Komen twee beoordelaars voor dezelfde cliënt op dezelfde minuten uit?",
        value=None if found is None else found.value, unit="ICC(A,1)",
        interval=interval,
        limit="Ten minste 0,8. Deze grens is een keuze van dit onderzoek.",
        passed=passed, reason=none if found is None else UNSURE if passed is None else "",
    )  # fmt: skip


def _same_band(study: Study, same_band: SameBand) -> Check:
    floor, value = study.bands.same_band_floor, same_band.value
    passed = None if value is None else three_way(same_band.interval, least=floor)
    unsure = [UNSURE] if value is not None and passed is None else []
    return Check(
        code="same_band",
        question="Kiezen twee beoordelaars dezelfde klasse?",
        value=value, unit="share", interval=same_band.interval,
        limit=f"Ten minste {exact(floor)}, zoals de studie vooraf vaststelt (same_band_floor).",
        passed=passed, reason=" ".join([*unsure, same_band.reason]).strip(),
    )  # fmt: skip


def _prmse(found: PanelPrmse | None) -> Check:
    known = found is not None and found.interval is not None
    return Check(
        code="prmse_panel",
        question="Voorspelt de normtabel de minuten die deskundigen nodig vinden?",
        value=None if found is None else found.value, unit="PRMSE",
        interval=None if found is None else found.interval,
        limit="De ondergrens van het interval ligt boven 0: beter dan voor iedereen dezelfde minuten. 1 is zo goed als "
              "het panel zonder eigen fouten.",
        passed=found.interval[0] > 0 if known and found is not None and found.interval is not None else None,
        reason=_NO_PANEL if found is None else found.reason,
    )  # fmt: skip
