"""Output of a calibration on summaries: the same files and names, and null with a reason where records are needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from normenkader.bands.checks import checks_of_sums
from normenkader.bands.optimum import RULE
from normenkader.disclosure import published_clients, published_providers
from normenkader.disclosure.cells import withheld_levels
from normenkader.dossier.withheld import Withheld
from normenkader.evidence import Reservation
from normenkader.federated.bands import SummedBand, SummedBands, explained_of_sums
from normenkader.federated.calibrate import RoundOne
from normenkader.federated.pooled import SummedSupport
from normenkader.model.factors import design_factors
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings
from normenkader.study import Study

Document = dict[str, Any]

NO_RECORDS = "Hiervoor zijn gegevens per cliënt nodig. Aanbieders gaven sommen."
NEEDS_ROUNDS = (
    "Hoe vast de grenzen liggen bij andere aanbieders vraagt een nieuwe telling bij elke aanbieder voor elke trekking. "
    "Dat is niet gevraagd."
)
#: Checks of a calibration on records that sums cannot make.
NOT_MADE = (
    "bands_keep_explained", "share_at_cap", "bands_possible_in_resamples", "promise_kept", "fits_below_upper",
    "promise_at_worst_provider", "observed_limit_band", "reliability_of_minutes", "same_band", "prmse_panel",
    "error_unseen", "calibration_in_the_large", "calibration_slope", "calibration_by_tenth",
    "explained_absolute_unseen", "optimism", "signal_at_unseen_municipalities", "error_unseen_municipality",
    "factor_is_assigned_minutes", "provider_share", "sum_keeps_ceiling", "undeclared_interactions", "domains_add_up",
    "sum_does_not_bend", "declared_directions", "fair_error", "fair_class", "one_level_too_heavy",
    "delivered_against_neutral", "provider_effects", "under_delivery_overall", "under_delivery_capped",
    "front_loading", "periods_in_band", "weeks_in_band", "fortnightly_delivery", "peak_weeks",
    "band_survives_choices", "choices_within_stability", "losers_above_20_percent", "intervals_bear_misreading",
)  # fmt: skip
_FROM_SUMS = (
    "De norm rust op sommen die aanbieders gaven, niet op gegevens per cliënt. Elk traject telt even zwaar, en "
    "leveringen aan het maximum tellen als geleverd. Niveaus die bij een aanbieder te weinig cliënten hadden, tellen "
    "daar als het buurniveau."
)
_ROUND_TWO = "Er zijn nog geen klassen. Daarvoor telt elke aanbieder zijn cliënten onder deze normtabel (tweede ronde)."


def withheld_of_sums(study: Study, support: SummedSupport, n_rows: int) -> Withheld:
    """What is left out of the counts of levels; of pairs nothing is shown, for their margins are not all known."""
    levels: list[tuple[str, str]] = []
    pairs: list[tuple[str, str, str, str]] = []
    for factor in design_factors(study):
        counts = {level: support.counts(factor.name, (k,)) for k, level in enumerate(factor.levels)}
        few = [level for level, (_, providers) in counts.items() if providers < study.disclosure.min_providers]
        hidden = withheld_levels({k: n for k, (n, _) in counts.items()}, study.disclosure, few_providers=few)
        levels += [(factor.name, level) for level in factor.levels if level in hidden]
        partners = [other for other in study.factors if other.name in factor.partners]
        pairs += [(factor.name, a, o.name, b) for o in partners for a in factor.levels for b in o.levels]
    return Withheld(levels=frozenset(levels), pairs=frozenset(pairs), n_rows=n_rows)


def summed_bands_document(found: RoundOne, bands: SummedBands | None) -> Document:
    """bands.json: the optimum, and what of each band sums tell."""
    explained = explained_of_sums(found.norms)
    return {
        "n_bands": 0 if bands is None else len(bands.bands), "rule": RULE,
        "bands": [] if bands is None else _bands(bands, found.study.disclosure),
        "explained": {"model": rounded(explained.model, 3), "norm_table": rounded(explained.norm_table, 3),
                      "bands": None},
        "explained_interval": [rounded(bound, 3) for bound in explained.interval],
        "same_band": None, "reservations": [{"code": r.code, "text": r.text} for r in _reservations(found, bands)],
        "candidates": [], "in_doubt": found.study.bands.in_doubt,
        "ijkclient_band": None if bands is None else bands.ijkclient_band,
        "explained_of_norm": None if bands is None else rounded(bands.found.explained, 3),
        "stability": {"resamples": None, "feasible_share": None, "reason": NEEDS_ROUNDS},
        "rivals": [], "edges_under": [], "edges_by_source": [],
    }  # fmt: skip


def summed_validation_document(found: RoundOne) -> Document:
    """validation.json: the checks that sums can make, and those they cannot, each with the reason."""
    made = checks_of_sums(found.norms, explained_of_sums(found.norms))
    return {
        "checks": [
            {"code": c.code, "question": c.question, "value": rounded(c.value, 4), "unit": c.unit,
             "interval": None if c.interval is None else [rounded(bound, 4) for bound in c.interval],
             "limit": c.limit, "passed": c.passed, "reason": c.reason or None}
            for c in made
        ],
        "not_made": [{"code": code, "reason": NO_RECORDS} for code in NOT_MADE],
        "data_quality": [], "assessors": None,
    }  # fmt: skip


def _reservations(found: RoundOne, bands: SummedBands | None) -> Iterable[Reservation]:
    yield Reservation(code="from_summaries", text=_FROM_SUMS)
    if bands is None:
        yield Reservation(code="round_two_open", text=_ROUND_TWO)
    elif bands.infeasible is not None:
        text = f"Met {bands.infeasible.n_bands} klassen is niet aan alle eisen te voldoen; het zijn er minder geworden."
        yield Reservation(code="fewer_bands", text=text)
    if found.too_small:
        text = "Een of meer aanbieders hebben te weinig cliënten voor eigen sommen. Zij tellen niet mee."
        yield Reservation(code="provider_too_small", text=text)
    yield Reservation(code="stability_not_known", text=NEEDS_ROUNDS)


def _bands(found: SummedBands, floor: DisclosureSettings) -> list[Document]:
    few = [b.band for b in found.bands if b.n_clients < floor.min_clients or b.n_providers < floor.min_providers]
    hidden = withheld_levels({b.band: b.n_clients for b in found.bands}, floor, few_providers=few)
    return [_band(band, band.band in few, band.band in hidden, floor) for band in found.bands]


def _band(band: SummedBand, suppressed: bool, left_out: bool, floor: DisclosureSettings) -> Document:
    silent, veiled = {"value": None, "reason": NO_RECORDS}, suppressed or band.dominated
    return {
        "band": band.band, "label": band.label, "lower": band.lower, "upper": band.upper, "lower_interval": None,
        "doubt_zone": None, "n_clients": None if left_out else published_clients(band.n_clients, floor),
        "n_providers": None if suppressed else published_providers(band.n_providers, floor),
        "mean_minutes": None if veiled else rounded(band.mean_minutes, 1), "median_minutes": None, "p10": None,
        "p90": None, "promise_kept": silent, "fits_below_upper": silent, "promise_lower": None,
        "minutes_above_lower": None if veiled else rounded(band.mean_minutes - band.lower, 1),
        "suppressed": suppressed,
    }  # fmt: skip
