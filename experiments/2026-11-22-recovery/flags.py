"""Which of the tool's own checks fail on a region: the quick ones, made exactly as a calibration makes them.

After a check was changed, `flags_again` makes them anew in stored rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from mechanisms import Region

from normenkader.bands.additivity_checks import additivity_checks
from normenkader.bands.assessed import assess
from normenkader.bands.assessor_checks import assessor_checks
from normenkader.bands.checks import checks_of_sums
from normenkader.bands.explained import explained_at_unseen_providers
from normenkader.bands.misreading import expected_coverage, misreading_check
from normenkader.bands.norm_bands import demands_of
from normenkader.bands.promises import needed_providers
from normenkader.bands.unseen_checks import provider_share_check, unseen_checks
from normenkader.evidence import Check
from normenkader.experts.assessments import Assessments
from normenkader.experts.corrected_terms import corrected_terms
from normenkader.model.additivity import additivity_of
from normenkader.model.norm_table import NormTable
from normenkader.model.unseen_figures import figures_without_provider
from normenkader.provenance import Receipt

# As `bands.checks` has it: from this share on, deliveries at the cap count as lower limits of need.
MOST_AT_CAP = 0.05


def failing(region: Region, norms: NormTable, edges: tuple[int, ...]) -> list[str]:
    """Codes of checks that fail, and ``few_providers`` where a calibration withholds statements on a new provider."""
    found = [check.code for check in _checks(region, norms, edges) if check.passed is False]
    capped = norms.model.censoring.share_at_cap >= MOST_AT_CAP
    few = norms.model.n_providers < needed_providers(norms.model.study.bands.promise)
    return found + ["share_at_cap"] * capped + ["few_providers"] * few


def _checks(region: Region, norms: NormTable, edges: tuple[int, ...]) -> Iterable[Check]:
    explained = explained_at_unseen_providers(norms, n_bands=len(edges), demands=demands_of(norms))
    yield from checks_of_sums(norms, explained)
    yield from unseen_checks(figures_without_provider(norms), norms.model.study.bands.step, norms.model.study.info.unit)
    yield provider_share_check(norms.model)
    yield from additivity_checks(additivity_of(norms))
    yield from _of_assessors(region, norms, edges)


def _of_assessors(region: Region, norms: NormTable, edges: tuple[int, ...]) -> Iterable[Check]:
    assessments = _assessments(region)
    if assessments is not None:
        found = assess(norms, assessments)
        yield from assessor_checks(region.casemix.study, found, found.same_band(edges), None)
        yield misreading_check(found, expected_coverage(norms.model, corrected_terms(norms.model, assessments)))


def _assessments(region: Region) -> Assessments | None:
    if region.assessments is None:
        return None
    receipt = Receipt(stage="assessments", sha256="0")
    return Assessments(study=region.casemix.study, files=(), receipt=receipt, _rows=region.assessments)
