"""Checks on what the bands promise to their clients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from normenkader.bands.promises import BandPromise, Promise
from normenkader.evidence import Check
from normenkader.study import Study
from normenkader.terms.dutch_numbers import decimal, percent

MOST_BELOW_ALL = 0.2
_DESCRIPTIVE = "Het onderzoek stelt hiervoor geen grens."


def promise_checks(study: Study, edges: Sequence[int], promises: Sequence[BandPromise]) -> tuple[Check, ...]:
    """Checks in a fixed order: need at the lower and upper bounds, the worst provider, observed minutes per band."""
    return (
        _kept(study, edges, promises), _fits(promises), _worst(promises),
        *(_observed(study, k, edges[k], one.observed_limit) for k, one in enumerate(promises)),
    )  # fmt: skip


def _kept(study: Study, edges: Sequence[int], promises: Sequence[BandPromise]) -> Check:
    p = study.bands.promise
    band, least = _lowest((k, one.kept) for k, one in enumerate(promises) if k)
    kept = [one.lower >= edge for edge, one in zip(edges[1:], promises[1:], strict=True) if one.lower is not None]
    return Check(
        code="promise_kept",
        question="Welk deel van de cliënten heeft ten minste de ondergrens van de eigen klasse nodig? (de klasse "
                 "waar dat het minst is; de eerste begint bij nul en haalt het altijd)",
        value=least.value, unit="share", interval=least.interval,
        limit=f"Ten minste {decimal(p, 2)}, ook als de onzekerheid over een nieuwe aanbieder meetelt; de belofte staat "
              "in de onderzoeksopzet.",
        passed=all(kept) if least.value is not None else None,
        reason=least.reason or _where(band, promises[band].noise_share),
        reservation=f"Niet in elke klasse heeft {percent(p)} van de cliënten ten minste de ondergrens nodig. Een "
                    "lagere grens waarvoor dat wel geldt, staat bij elke klasse.",
    )  # fmt: skip


def _fits(promises: Sequence[BandPromise]) -> Check:
    band, least = _lowest((k, one.fits) for k, one in enumerate(promises[:-1]))
    return Check(
        code="fits_below_upper",
        question="Welk deel van de cliënten heeft minder nodig dan de bovengrens van de eigen klasse? (de klasse "
                 "waar dat het minst is; de laatste heeft geen bovengrens)",
        value=least.value, unit="share", interval=least.interval, limit="Geen.", passed=None,
        reason=least.reason or f"Gevonden in klasse {band + 1}. {_DESCRIPTIVE}",
    )  # fmt: skip


def _worst(promises: Sequence[BandPromise]) -> Check:
    found = [(one.worst, one.kept.value) for one in promises if one.worst is not None and one.kept.value is not None]
    reason = next((one.kept.reason for one in promises[1:] if one.kept.reason), "")
    return Check(
        code="promise_at_worst_provider",
        question="Welk deel heeft ten minste de ondergrens nodig in de klasse en bij de aanbieder waar dat het "
                 "minst is?",
        value=min((worst for worst, _ in found), default=None), unit="share",
        limit="In elke klasse ten hoogste 0,2 onder het deel bij alle aanbieders samen; alleen aanbieders met genoeg "
              "cliënten in de klasse tellen mee. Deze grens is een keuze van dit onderzoek.",
        passed=all(kept - worst <= MOST_BELOW_ALL for worst, kept in found) if found else None,
        reason="" if found else reason or "Te weinig aanbieders hebben genoeg cliënten in één klasse.",
        reservation="Bij ten minste één aanbieder hebben duidelijk minder cliënten van een klasse de ondergrens nodig "
                    "dan bij de andere aanbieders.",
    )  # fmt: skip


def _observed(study: Study, k: int, lower: int, found: Promise) -> Check:
    p = study.bands.promise
    return Check(
        code=f"observed_limit_band_{k + 1}",
        question=f"Hoeveel minuten worden in klasse {k + 1} (vanaf {lower}) bij een nieuwe aanbieder ten minste "
                 f"geleverd met een kans van {percent(p)}?",
        value=found.value, unit=study.info.unit, limit="Geen.", passed=None,
        reason=found.reason or "Dit gaat over geleverde minuten en niet over behoefte. Het geldt zonder aanname over "
                               f"de verdeling, als de nieuwe aanbieder op de onderzochte lijkt. {_DESCRIPTIVE}",
    )  # fmt: skip


def _lowest(promises: Iterable[tuple[int, Promise]]) -> tuple[int, Promise]:
    """Number and promise of the band with the lowest share; the first without value when none has one."""
    listed = list(promises)
    known = [(k, one) for k, one in listed if one.value is not None]
    if not known:
        return listed[0] if listed else (0, Promise(value=None, reason="Er is maar één klasse."))
    return min(known, key=lambda entry: entry[1].value or 0.0)


def _where(band: int, noise_share: float | None) -> str:
    noise = "" if noise_share is None else (
        f" Van de verschillen binnen klassen is {percent(noise_share)} schommeling van weken; die telt niet mee."
    )  # fmt: skip
    return f"Gevonden in klasse {band + 1}.{noise}"
