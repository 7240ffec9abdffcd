"""The checks and the reservations that sums, and what the municipality has itself, can give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from normenkader.bands.assessed import NO_ASSESSMENTS, SameBand, without_value
from normenkader.bands.assessor_checks import assessor_checks
from normenkader.bands.checks import checks_of_sums
from normenkader.bands.reservations import gather_reservations
from normenkader.bands.unit_words import checks_in, reservations_in
from normenkader.disclosure import share_of_all
from normenkader.evidence import Check, Reservation
from normenkader.federated.at_cap import check_at_cap
from normenkader.federated.bands import SummedBands, explained_of_sums
from normenkader.federated.calibrate import RoundOne
from normenkader.settings import Factor

NEEDS_ROUNDS = (
    "Hoe vast de grenzen liggen bij andere aanbieders vraagt een nieuwe telling bij elke aanbieder voor elke trekking. "
    "Dat is niet gevraagd."
)
NO_BANDS_YET = "Er zijn nog geen klassen."
_FROM_SUMS = (
    "De norm rust op sommen die aanbieders gaven, niet op gegevens per cliënt. Elk traject telt even zwaar, en "
    "leveringen aan het maximum tellen als geleverd. Niveaus die bij een aanbieder te weinig cliënten hadden, tellen "
    "daar als het buurniveau."
)
_ROUND_TWO = "Er zijn nog geen klassen. Daarvoor telt elke aanbieder zijn cliënten onder deze normtabel (tweede ronde)."


def checks_from_sums(found: RoundOne, bands: SummedBands | None) -> tuple[Check, ...]:
    """Checks in a fixed order, in the study's own unit.

    Parameters
    ----------
    found : RoundOne
    bands : SummedBands or None
        None before round 2.
    """
    signal, leakage, style = checks_of_sums(found.norms, explained_of_sums(found.norms))
    people = assessor_checks(found.study, found.assessed, same_band_of(found, bands), found.prmse)
    return checks_in(found.study.info.unit, (signal, leakage, style, check_at_cap(found.summaries), *people))


def same_band_of(found: RoundOne, bands: SummedBands | None) -> SameBand:
    """The chance that two assessors give one client the same band, or why it is not known."""
    if bands is not None:
        return bands.same_band
    return without_value(NO_ASSESSMENTS if found.assessed is None else NO_BANDS_YET)


def reservations_from_sums(
    found: RoundOne, bands: SummedBands | None, checks: Sequence[Check]
) -> tuple[Reservation, ...]:
    """What must be read beside the bands: first what it means that there are sums, then all that rows would say."""
    listed = () if bands is None else bands.bands
    shared = gather_reservations(
        found.norms, found.agreed, listed, None if bands is None else bands.infeasible, (), checks,
        None if bands is None else found.assessed, at_level=lambda factor: _at_level(found, factor),
    )  # fmt: skip
    return reservations_in(found.study.info.unit, (*_of_sums(found, bands), *shared))


def _of_sums(found: RoundOne, bands: SummedBands | None) -> Iterable[Reservation]:
    yield Reservation(code="from_summaries", text=_FROM_SUMS)
    if bands is None:
        yield Reservation(code="round_two_open", text=_ROUND_TWO)
    if found.too_small:
        text = "Een of meer aanbieders hebben te weinig cliënten voor eigen sommen. Zij tellen niet mee."
        yield Reservation(code="provider_too_small", text=text)
    yield Reservation(code="stability_not_known", text=NEEDS_ROUNDS)
    if bands is not None and bands.without_norm.high:
        yield Reservation(code="clients_without_norm", text=_without_norm(found, bands))


def _without_norm(found: RoundOne, bands: SummedBands) -> str:
    share = None if bands.without_norm.exact is None else share_without_norm(found, bands)
    who = "een deel" if share is None else f"{100 * share:.0f}%"
    return f"Voor {who} van de cliënten is er geen norm; zij tellen niet mee bij de grenzen."


def share_without_norm(found: RoundOne, bands: SummedBands) -> float | None:
    """The share of episodes for which the norm table is silent, as it may be published; the most that it can be."""
    n = found.norms.model.n_rows
    return share_of_all(bands.without_norm.high / n, found.norms.model.n_clients, found.study.disclosure)


def _at_level(found: RoundOne, factor: Factor) -> tuple[int, int]:
    return found.support.counts(factor.name, (factor.levels.index(factor.ijkclient),))
