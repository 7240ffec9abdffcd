"""norms.json: the norm table as a document, with rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from normenkader.disclosure import published_clients, published_providers, share_of_all
from normenkader.dossier.withheld import Withheld, withheld_of
from normenkader.experts.corrected_terms import CorrectedTerms
from normenkader.model.inference import ALIASED, HANGING
from normenkader.model.layout import REFERENCE_TOO_FEW, TOO_FEW
from normenkader.model.norm_table import NormTable, NormTerm
from normenkader.model.replaced import ReplacedTerm
from normenkader.model.results import Estimate, MinutesModel
from normenkader.model.variance import VarianceChoice
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


def _reason(english: str) -> str:
    """In Dutch; the names of levels that cannot be told apart stay as the study has them."""
    alike = english.startswith(f"{ALIASED}: ")
    return f"{_REASONS[ALIASED]}{english.removeprefix(ALIASED)}" if alike else _REASONS[english]


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
        "reason": _reason(term.reason) or None,
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
        **figures, "interval": not_below_zero(figures["interval"]), "published": table.ijkclient_minutes,
        "source": "data" if other is None else other.source,
        "data_estimate": None if other is None else rounded(own.value),
    }  # fmt: skip


def not_below_zero(interval: list[float | None] | None) -> list[float | None] | None:
    """Bounds of an interval of minutes themselves, not of a difference: nobody is given less than none."""
    return None if interval is None else [None if bound is None else max(bound, 0.0) for bound in interval]


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
    loss, n, floor = table.loss, table.model.clients_of_shares(), table.model.study.disclosure
    few = 0 < loss.share_below * n < floor.min_clients
    return {
        "explained_unrounded": rounded(loss.explained_unrounded, 3),
        "explained_published": rounded(loss.explained_published, 3),
        "share_below": share_of_all(loss.share_below, n, floor),
        "mean_minutes_below": None if few else rounded(loss.mean_minutes_below, 1),
        "mean_difference": rounded(loss.mean_difference, 1),
        "share_below_zero": share_of_all(loss.share_below_zero, n, floor),
        "share_without_norm": share_of_all(loss.share_without_norm, n, floor),
    }


def _model(model: MinutesModel) -> Document:
    floor, test = model.study.disclosure, model.specification
    return {
        "variance_rule": model.variance.rule,
        "variance_reason": _why_weighted(model.variance),
        "variance_power": rounded(model.variance.power, 2),
        "share_of_variance_beyond_exposure": rounded(model.variance.share_between, 2),
        "censoring": {
            "applied": model.censoring.applied,
            "reason": model.censoring.reason,
            "share_at_cap": share_of_all(model.censoring.share_at_cap, model.clients_of_shares(), floor)
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


def _why_weighted(choice: VarianceChoice) -> str:
    if not choice.weighted:
        return "every episode counts alike"
    return "stated in the study" if choice.stated else "modified Park test"
