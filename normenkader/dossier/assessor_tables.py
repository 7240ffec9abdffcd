"""What assessors agree on as documents: names, rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from normenkader.bands.assessed import Assessed, SameBand
from normenkader.bands.candidates import Candidate
from normenkader.disclosure import published_clients
from normenkader.experts.assessor_agreement import FactorAgreement
from normenkader.experts.reliability import Reliability
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]


def same_band_document(chance: SameBand) -> Document:
    """``same_band`` of bands.json: the value in force, and beside it what normal measurement error implies."""
    return {
        "value": rounded(chance.value, 3), "interval": _pair(chance.interval), "modelled": rounded(chance.modelled, 3),
        "method": chance.method or None, "reason": chance.reason or None,
    }  # fmt: skip


def candidate_document(candidate: Candidate) -> Document:
    """One number of bands of ``candidates`` in bands.json; why a value is in force stands with ``same_band`` itself."""
    chance = same_band_document(candidate.same_band)
    chance["reason"] = chance["reason"] if chance["value"] is None else None
    return {
        "n": candidate.n_bands, "edges": None if candidate.edges is None else list(candidate.edges),
        "explained": rounded(candidate.explained_of_norm, 3), "same_band": chance,
    }  # fmt: skip


def assessors_document(assessed: Assessed, floor: DisclosureSettings) -> Document:
    """``assessors`` of validation.json."""
    agreement = assessed.agreement
    return {
        "n_episodes": published_clients(agreement.n_episodes, floor),
        "n_episodes_with_sum": published_clients(assessed.n_episodes, floor),
        "n_assessors": agreement.n_assessors,
        "factors": [_factor(factor, floor) for factor in agreement.factors],
        "weakest": agreement.weakest or None,
        "reliability": None if assessed.reliability is None else _reliability(assessed.reliability),
        "reason": assessed.reason or None,
    }


def _factor(found: FactorAgreement, floor: DisclosureSettings) -> Document:
    kappa, gwet = found.kappa, found.gwet
    return {
        "factor": found.factor, "weights": found.weights, "kappa": None if kappa is None else rounded(kappa.value, 3),
        "interval": None if kappa is None else _pair((kappa.lower, kappa.upper)),
        "gwet": None if gwet is None else rounded(gwet.value, 3),
        "gwet_interval": None if gwet is None else _pair((gwet.lower, gwet.upper)),
        "same_level": rounded(found.same_level, 3), "n_episodes": published_clients(found.n_episodes, floor),
        "reason": found.reason or None,
    }  # fmt: skip


def _reliability(found: Reliability) -> Document:
    return {
        "coefficient": "ICC(A,1)" if found.n_assessors else "ICC(1)",
        "value": rounded(found.value, 3),
        "interval": _pair((found.lower, found.upper)),
        "standard_error_of_measurement": rounded(found.standard_error_of_measurement, 1),
        "client_variance": rounded(found.client_variance, 1),
        "assessor_variance": rounded(found.assessor_variance, 1),
        "residual_variance": rounded(found.residual_variance, 1),
    }


def _pair(interval: Sequence[float] | None) -> list[float | None] | None:
    return None if interval is None else [rounded(bound, 3) for bound in interval]
