"""The results as documents: names of CONTRACT, rounding, and disclosure. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from normenkader.bands.source_edges import SourceEdges
from normenkader.bands.table import Band, BandTable
from normenkader.disclosure import published_clients, published_providers, share_of_all
from normenkader.dossier.assessor_tables import assessors_document, candidate_document, same_band_document
from normenkader.dossier.check_tables import FITS, KEPT, checks_document, promise_document
from normenkader.dossier.delivery_tables import delivery_documents
from normenkader.dossier.robustness_tables import robustness_documents
from normenkader.dossier.soundness_tables import soundness_documents
from normenkader.dossier.withheld import Withheld, withheld_bands, withheld_of
from normenkader.experts.corrected_terms import CorrectedTerms
from normenkader.model.inference import ALIASED, HANGING
from normenkader.model.layout import REFERENCE_TOO_FEW, TOO_FEW
from normenkader.model.norm_table import NormTable, NormTerm
from normenkader.model.replaced import ReplacedTerm
from normenkader.model.results import Estimate, MinutesModel
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]

_REASONS = {
    "": "",
    TOO_FEW: "te weinig cliënten of aanbieders",
    REFERENCE_TOO_FEW: "samengevoegd met het niveau van de ijkcliënt, dat zelf te weinig cliënten of aanbieders heeft",
    ALIASED: "binnen aanbieders niet te onderscheiden van andere factoren",
    HANGING: "rust op één aanbieder",
}


def norms_document(
    table: NormTable, corrected: CorrectedTerms | None = None, *, hidden: Withheld | None = None
) -> Document:
    """norms.json: with it and bands.json alone, a client's norm can be summed by hand.

    What is left out of the counts is decided over the model's rows, unless `hidden` says it.
    """
    model = table.model
    hidden = hidden or withheld_of(model.casemix.to_frame(), model.study)
    return {
        "name": model.study.info.name,
        "unit": model.study.info.unit,
        "ijkclient_minutes": {
            **_ijkclient(table),
            "corrected": None if corrected is None else rounded(corrected.ijkclient),
        },
        "step": table.step,
        "terms": [_term(term, model.study.disclosure, corrected, hidden) for term in table.terms],
        "factors": [_factor(f) for f in model.study.settings()["factor"]],
        "overlap": [_overlap(table, group) for group in model.study.overlap_groups()],
        "loss": _loss(table),
        "model": _model(model),
    }


def bands_document(bands: BandTable) -> Document:
    """bands.json."""
    explained, hidden = bands.explained, withheld_bands(bands)
    steps = {"model": explained.model, "norm_table": explained.norm_table, "bands": explained.bands}
    return {
        "n_bands": len(bands.bands),
        "rule": bands.rule,
        "bands": [_band(band, bands, band.band in hidden) for band in bands.bands],
        "explained": {step: rounded(value, 3) for step, value in steps.items()},
        "explained_interval": [rounded(bound, 3) for bound in explained.interval],
        "same_band": same_band_document(bands.same_band),
        "reservations": [{"code": r.code, "text": r.text} for r in bands.reservations],
        "candidates": [candidate_document(candidate) for candidate in bands.candidates],
        "in_doubt": bands.study.bands.in_doubt,
        "deviation": {
            **bands.study.deviation.model_dump(mode="json"), "min_clients": bands.study.disclosure.min_clients,
            "round_to": bands.study.disclosure.round_to,
        },
        "ijkclient_band": bands.ijkclient_band,
        "explained_of_norm": rounded(bands.explained_of_norm, 3),
        "stability": {
            "resamples": bands.stability.n_resamples,
            "feasible_share": rounded(bands.stability.feasible_share, 3),
        },
        "rivals": [
            {"rule": r.rule, "edges": list(r.edges), "explained": rounded(r.explained, 3),
             "keeps_constraints": not r.broken, "broken": list(r.broken)}
            for r in bands.rivals
        ],
        "edges_under": [
            {"choice": e.choice, "edges": None if e.edges is None else list(e.edges), "reason": e.reason or None}
            for e in bands.edges_under
        ],
        "edges_by_source": [_source_edges(found) for found in bands.edges_by_source],
    }  # fmt: skip


def validation_document(bands: BandTable) -> Document:
    """validation.json."""
    casemix, floor = bands.norms.model.casemix, bands.study.disclosure
    hidden = withheld_of(casemix.to_frame(), bands.study)
    return {
        "checks": checks_document(bands), "data_quality": quality_rows(casemix.quality),
        "assessors": None if bands.assessed is None else assessors_document(bands.assessed, floor),
        **soundness_documents(bands.soundness, floor, hidden),
        **delivery_documents(bands.delivery, floor, hidden.n_rows),
        **({} if bands.robustness is None else robustness_documents(bands.robustness, floor, hidden)),
    }  # fmt: skip


def ledger_document(bands: BandTable) -> Document:
    """ledger.json: exact, with line numbers, and not for publication."""
    ledger = bands.norms.model.casemix.ledger
    rows = [{"file": r.file, "line": r.line, "column": r.column, "code": r.code} for r in ledger.rows]
    more = [{"file": u.file, "column": u.column, "code": u.code, "n": u.n} for u in ledger.unlisted]
    unlisted = {"unlisted": more} if more else {}
    return {"for_publication": False, "rows": rows, "files": ledger_files(bands), **unlisted}


def ledger_files(bands: BandTable) -> list[Document]:
    """Counts of every file: read = used + set aside."""
    files = bands.norms.model.casemix.ledger.files
    return [{"file": f.file, "read": f.read, "used": f.used, "set_aside": f.set_aside} for f in files]


def ledger_codes(bands: BandTable) -> dict[str, int]:
    """Rows set aside by code, in alphabetical order."""
    return bands.norms.model.casemix.ledger.codes()


def quality_rows(findings: Any) -> list[Document]:
    """Findings over all providers together; a provider's own stay with the provider."""
    return [
        {"code": f.code, "provider": "", "value": rounded(f.value, 4), "unit": f.unit, "reason": f.reason or None,
         "expected": rounded(f.expected, 4)}
        for f in findings if not f.provider
    ]  # fmt: skip


def _estimate(estimate: Estimate | None) -> Document:
    if estimate is None:
        return {"estimate": None, "interval": None}
    return {"estimate": rounded(estimate.value), "interval": [rounded(bound) for bound in estimate.interval]}


def _term(norm: NormTerm, floor: DisclosureSettings, corrected: CorrectedTerms | None, hidden: Withheld) -> Document:
    term = norm.term
    left_out = hidden.term(term.factor, term.level, term.with_factor, term.with_level)
    partner = {"factor": term.with_factor, "level": term.with_level} if term.with_factor else None
    return {
        "factor": term.factor,
        "level": term.level,
        "with": partner,
        **_in_force(norm),
        "published": norm.published,
        "n_clients": None if left_out else published_clients(term.n_clients, floor),
        "n_providers": published_providers(term.n_providers, floor),
        "supported": term.supported,
        "merged_with": term.merged_with or None,
        "source": norm.source,
        "data_estimate": rounded(term.estimate.value) if norm.replaced and term.estimate else None,
        "reason": _REASONS[term.reason] or None,
        "under_direction": rounded(norm.restricted) if term.supported else None,
        "random_intercept": rounded(term.mixed) if term.supported else None,
        "corrected": rounded(corrected.by_column[term.column]) if corrected and term.supported else None,
    }


def _in_force(norm: NormTerm) -> Document:
    """Estimate and interval of the source in force; the data's own stand beside where another source decides."""
    if norm.replaced is None or not norm.term.supported:
        return _estimate(norm.term.estimate)
    return _replaced(norm.replaced)


def _replaced(term: ReplacedTerm) -> Document:
    return {"estimate": rounded(term.minutes),
            "interval": None if term.interval is None else [rounded(bound) for bound in term.interval]}  # fmt: skip


def _ijkclient(table: NormTable) -> Document:
    own, other = table.model.ijkclient, table.replaced.ijkclient
    figures = _estimate(own) if other is None else _replaced(other)
    return {
        **figures, "published": table.ijkclient_minutes, "source": "data" if other is None else other.source,
        "data_estimate": None if other is None else rounded(own.value),
    }  # fmt: skip


def _factor(settings: Mapping[str, Any]) -> Document:
    names = ("name", "kind", "levels", "breaks", "ijkclient", "group", "direction", "interacts_with")
    return {name: settings[name] for name in names}


def _overlap(table: NormTable, group: str) -> Document:
    factor = next(f for f in table.model.design().factors if f.group == group)
    return {
        "group": group, "factor": factor.name, "breaks": list(table.model.study.model.breaks_of(group)),
        "classes": list(factor.levels), "ijkclient": factor.levels[factor.reference],
    }  # fmt: skip


def _loss(table: NormTable) -> Document:
    loss, n, floor = table.loss, table.model.n_rows, table.model.study.disclosure
    few = 0 < loss.share_below * n < floor.min_clients
    return {
        "explained_unrounded": rounded(loss.explained_unrounded, 3),
        "explained_published": rounded(loss.explained_published, 3),
        "share_below": share_of_all(loss.share_below, n, floor),
        "mean_minutes_below": None if few else rounded(loss.mean_minutes_below, 1),
        "share_below_zero": share_of_all(loss.share_below_zero, n, floor),
        "share_without_norm": share_of_all(loss.share_without_norm, n, floor),
    }


def _model(model: MinutesModel) -> Document:
    floor, test = model.study.disclosure, model.specification
    return {
        "variance_rule": model.variance.rule,
        "variance_reason": "stated in the study" if model.variance.stated else "modified Park test",
        "variance_power": rounded(model.variance.power, 2),
        "share_of_variance_beyond_exposure": rounded(model.variance.share_between, 2),
        "censoring": {
            "applied": model.censoring.applied,
            "reason": model.censoring.reason,
            "share_at_cap": share_of_all(model.censoring.share_at_cap, model.n_rows, floor)
            if model.censoring.share_assigned else None,
        },
        "reml": {
            "ijkclient": rounded(model.mixed.ijkclient),
            "provider_sd": rounded(model.mixed.provider_sd),
            "residual_sd": rounded(model.mixed.residual_sd),
            "provider_share": rounded(model.mixed.provider_share, 3),
        },
        "specification_test": None if test is None else {
            "statistic": rounded(test.t), "p_value": rounded(test.p_value, 4), "slope": rounded(test.slope),
            "degrees_of_freedom": test.degrees_of_freedom,
            "largest_difference": rounded(test.largest_difference),
        },
        "n_clients": published_clients(model.n_clients, floor),
        "n_providers": published_providers(model.n_providers, floor),
        "n_episodes": published_clients(model.n_rows, floor),
    }  # fmt: skip


def _band(band: Band, table: BandTable, left_out: bool) -> Document:
    floor = table.study.disclosure
    return {
        "band": band.band,
        "label": band.label,
        "lower": band.lower,
        "upper": band.upper,
        "lower_interval": None if band.lower_interval is None else list(band.lower_interval),
        "doubt_zone": None if band.doubt_zone is None else list(band.doubt_zone),
        "n_clients": None if left_out else published_clients(band.n_clients, floor),
        "n_providers": None if band.suppressed else published_providers(band.n_providers, floor),
        "mean_minutes": rounded(band.mean_minutes, 1),
        "mean_interval": _mean_interval(band),
        "median_minutes": rounded(band.median_minutes, 1),
        "p10": rounded(band.p10, 1),
        "p90": rounded(band.p90, 1),
        "promise_kept": promise_document(band.promise.kept, KEPT, band.n_clients, floor),
        "fits_below_upper": promise_document(band.promise.fits, FITS, band.n_clients, floor),
        "promise_lower": band.promise.lower,
        "promise_kept_at_worst_provider": rounded(band.promise.worst, 2),
        "minutes_above_lower": rounded(band.minutes_above_lower, 1),
        "suppressed": band.suppressed,
        "withheld": _why_withheld(band, left_out),
    }


def _mean_interval(band: Band) -> list[float | None] | None:
    """Where the mean itself is left out, so is its interval."""
    if band.mean_minutes is None or band.mean_interval is None:
        return None
    return [rounded(bound, 1) for bound in band.mean_interval]


def _why_withheld(band: Band, left_out: bool) -> str | None:
    """Why a figure of the band is left out, where that is no want of data."""
    if band.suppressed:
        return "Te weinig cliënten of aanbieders."
    if band.dominated:
        return "Enkele aanbieders leveren bijna alle minuten."
    return "Met dit aantal zou een kleiner aantal te berekenen zijn." if left_out else None


def _source_edges(found: SourceEdges) -> Document:
    return {
        "source": found.source, "edges": None if found.edges is None else list(found.edges),
        "reason": found.reason or None, "weight_that_moves_an_edge": found.weight,
        "edges_at_weight": None if found.edges_at_weight is None else list(found.edges_at_weight),
        "moved": list(found.moved),
    }  # fmt: skip
