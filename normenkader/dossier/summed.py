"""Output of a calibration on summaries: the same files and names, and null with a reason where records are needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from normenkader.bands.optimum import RULE
from normenkader.disclosure import coarse_share, published_clients, published_providers, withheld_levels
from normenkader.dossier.assessor_tables import assessors_document, candidate_document, same_band_document
from normenkader.dossier.check_tables import check_document, of_all_clients
from normenkader.dossier.summed_parts import sums_document
from normenkader.dossier.volume_tables import volumes_document
from normenkader.dossier.withheld import Withheld
from normenkader.evidence import Check
from normenkader.federated.bands import SummedBand, SummedBands, explained_of_sums
from normenkader.federated.calibrate import RoundOne
from normenkader.federated.evidence import (
    NEEDS_ROUNDS,
    checks_from_sums,
    reservations_from_sums,
    same_band_of,
    share_without_norm,
)
from normenkader.federated.pooled import SummedSupport
from normenkader.federated.volumes import volumes_of_sums
from normenkader.model.factors import design_factors
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings
from normenkader.study import Study
from normenkader.terms.check_codes import CHECK_CODES

Document = dict[str, Any]

NO_RECORDS = "Hiervoor zijn gegevens per cliënt nodig. Aanbieders gaven sommen."
NEEDS_A_COUNT = "Grenzen volgens een andere bron vragen een nieuwe telling bij elke aanbieder. Dat is niet gevraagd."
#: Checks of a calibration on records that sums cannot make.
NOT_MADE = (
    "bands_keep_explained", "bands_possible_in_resamples", "promise_kept", "fits_below_upper",
    "promise_at_worst_provider", "observed_limit_band", "error_unseen", "calibration_in_the_large",
    "calibration_slope", "calibration_by_tenth", "explained_absolute_unseen", "optimism",
    "signal_at_unseen_municipalities", "error_unseen_municipality", "factor_is_assigned_minutes", "provider_share",
    "sum_keeps_ceiling", "undeclared_interactions", "domains_add_up", "sum_does_not_bend", "declared_directions",
    "fair_error", "fair_class", "one_level_too_heavy", "delivered_against_neutral", "provider_effects",
    "under_delivery_overall", "under_delivery_capped", "front_loading", "periods_in_band", "weeks_in_band",
    "fortnightly_delivery", "peak_weeks", "band_survives_choices", "choices_within_stability",
    "losers_above_20_percent", "intervals_bear_misreading",
)  # fmt: skip

# A code that goes on with the name of a group or a band stands for all of them; what its name says, is not asked.
_QUESTIONS = {term.name.removesuffix("_*"): re.split(r"(?<=[.?]) ", term.meaning_nl)[0] for term in CHECK_CODES}


def withheld_of_sums(study: Study, support: SummedSupport, n_clients: int) -> Withheld:
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
    return Withheld(levels=frozenset(levels), pairs=frozenset(pairs), n_clients=n_clients)


def summed_documents(found: RoundOne, bands: SummedBands | None) -> tuple[Document, Document]:
    """bands.json and validation.json, as far as sums go."""
    checks = checks_from_sums(found, bands)
    return _bands_document(found, bands, checks), _validation_document(found, bands, checks)


def _bands_document(found: RoundOne, bands: SummedBands | None, checks: Sequence[Check]) -> Document:
    """The optimum, and what of each band sums tell."""
    explained, study = explained_of_sums(found.norms), found.study
    reservations = reservations_from_sums(found, bands, checks)
    return {
        "n_bands": 0 if bands is None else len(bands.bands), "rule": RULE,
        "bands": [] if bands is None else _bands(bands, study.disclosure),
        "explained": {"model": rounded(explained.model, 3), "norm_table": rounded(explained.norm_table, 3),
                      "bands": None},
        "explained_interval": [rounded(bound, 3) for bound in explained.interval],
        "same_band": same_band_document(same_band_of(found, bands)),
        "reservations": [{"code": r.code, "text": r.text} for r in reservations],
        "candidates": [] if bands is None else [candidate_document(c) for c in bands.candidates],
        "in_doubt": study.bands.in_doubt,
        "deviation": {**study.deviation.model_dump(mode="json"), "min_clients": study.disclosure.min_clients,
                      "round_to": study.disclosure.round_to},
        "ijkclient_band": None if bands is None else bands.ijkclient_band,
        "explained_of_norm": None if bands is None else rounded(bands.found.explained, 3),
        "stability": {"resamples": None, "feasible_share": None, "reason": NEEDS_ROUNDS},
        "rivals": [] if bands is None else list(_rivals(bands)), "edges_under": [],
        "edges_by_source": [] if bands is None else list(_by_source(found)),
    }  # fmt: skip


def _validation_document(found: RoundOne, bands: SummedBands | None, checks: Sequence[Check]) -> Document:
    """The checks that sums can make, those they cannot, each with the reason, and what was done to the sums."""
    floor, n = found.study.disclosure, found.norms.model.clients_of_shares()
    silent = None if bands is None else share_without_norm(found, bands)
    return {
        "checks": [check_document(_shown(check, n, floor)) for check in checks],
        "not_made": [{"code": code, "question": _QUESTIONS[code], "reason": NO_RECORDS} for code in NOT_MADE],
        "data_quality": [],
        "assessors": None if found.assessed is None else assessors_document(found.assessed, floor),
        "sums": {**sums_document(found.summaries, floor), "share_without_norm": silent},
        **({} if bands is None else {"volumes": volumes_document(volumes_of_sums(bands), found.study)}),
    }  # fmt: skip


def _shown(check: Check, n_clients: int, floor: DisclosureSettings) -> Check:
    if check.code != "share_at_cap":
        return check
    bounds = [coarse_share(bound, n_clients, floor) for bound in check.interval or ()]
    known = [bound for bound in bounds if bound is not None]
    interval = (known[0], known[1]) if len(known) == 2 else None
    return replace(of_all_clients(check, n_clients, floor), interval=interval)


def _rivals(bands: SummedBands) -> Iterable[Document]:
    for rival in bands.rivals:
        yield {
            "rule": rival.rule, "edges": list(rival.partition.edges),
            "explained": rounded(rival.partition.explained, 3), "keeps_constraints": not rival.broken,
            "broken": list(rival.broken),
        }  # fmt: skip


def _by_source(found: RoundOne) -> Iterable[Document]:
    for source in found.agreed.in_place_of_data():
        yield {
            "source": source, "edges": None, "reason": NEEDS_A_COUNT, "weight_that_moves_an_edge": None,
            "edges_at_weight": None, "moved": [],
        }  # fmt: skip


def _bands(found: SummedBands, floor: DisclosureSettings) -> list[Document]:
    few = [band.band for band in found.bands if band.suppressed]
    hidden = withheld_levels({b.band: b.n_clients for b in found.bands}, floor, few_providers=few)
    return [_band(band, band.band in hidden, floor) for band in found.bands]


def _band(band: SummedBand, left_out: bool, floor: DisclosureSettings) -> Document:
    silent = {"value": None, "reason": NO_RECORDS}
    return {
        "band": band.band, "label": band.label, "lower": band.lower, "upper": band.upper, "lower_interval": None,
        "doubt_zone": None, "n_clients": None if left_out else published_clients(band.n_clients, floor),
        "n_providers": None if band.suppressed else published_providers(band.n_providers, floor),
        **_minutes(band), "median_minutes": None, "p10": None, "p90": None, "promise_kept": silent,
        "fits_below_upper": silent, "promise_lower": None, "promise_kept_at_worst_provider": None,
        "suppressed": band.suppressed,
    }  # fmt: skip


def _minutes(band: SummedBand) -> Document:
    """Means of delivered minutes, where neither few clients nor few providers are behind them."""
    if band.suppressed or band.dominated:
        return dict.fromkeys(("mean_minutes", "mean_interval", "minutes_above_lower"))
    interval = None if band.mean_interval is None else [rounded(bound, 1) for bound in band.mean_interval]
    return {"mean_minutes": rounded(band.mean_minutes, 1), "mean_interval": interval,
            "minutes_above_lower": rounded(band.mean_minutes - band.lower, 1)}  # fmt: skip
