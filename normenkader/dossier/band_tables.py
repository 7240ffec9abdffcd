"""bands.json: the bands as a document, with rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from typing import Any

from normenkader.bands.source_edges import SourceEdges
from normenkader.bands.table import Band, BandTable
from normenkader.disclosure import published_clients, published_providers
from normenkader.dossier.assessor_tables import candidate_document, same_band_document
from normenkader.dossier.check_tables import FITS, KEPT, promise_document
from normenkader.dossier.withheld import withheld_bands
from normenkader.provenance import rounded

Document = dict[str, Any]


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
        "promise_kept": promise_document(band.promise.kept, KEPT, band.n_of_shares, floor),
        "fits_below_upper": promise_document(band.promise.fits, FITS, band.n_of_shares, floor),
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
        return "Enkele aanbieders of cliënten hebben bijna alle minuten, of het cijfer zou verraden wat zij hebben."
    return "Met dit aantal zou een kleiner aantal te berekenen zijn." if left_out else None


def _source_edges(found: SourceEdges) -> Document:
    return {
        "source": found.source, "edges": None if found.edges is None else list(found.edges),
        "reason": found.reason or None, "weight_that_moves_an_edge": found.weight,
        "edges_at_weight": None if found.edges_at_weight is None else list(found.edges_at_weight),
        "moved": list(found.moved),
    }  # fmt: skip
