"""From a validated model and the triangulation to bands: bands without evidence cannot be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from normenkader.bands.alternatives import edges_under_other_choices
from normenkader.bands.assessed import NO_ASSESSMENTS, Assessed, SameBand, assess, without_value
from normenkader.bands.assessor_checks import assessor_checks
from normenkader.bands.band_figures import bands_of
from normenkader.bands.candidates import choose_number, list_candidates
from normenkader.bands.chain import DrawnTables, draw_tables
from normenkader.bands.checks import band_checks
from normenkader.bands.chosen import (
    CHOSEN_RULE,
    chosen_reservations,
    edges_in_force,
    edges_of_rule,
    stability_of_chosen,
)
from normenkader.bands.delivery import Delivery, delivery_of
from normenkader.bands.explained import explained_at_unseen_providers
from normenkader.bands.grid import band_numbers
from normenkader.bands.loss_map import N_FOLDS, Waits, begin_loss_map
from normenkader.bands.misreading import expected_coverage, misreading_check
from normenkader.bands.norm_bands import demands_of, norm_cells, options
from normenkader.bands.optimum import RULE, Infeasible, Partition
from normenkader.bands.prices import read_prices
from normenkader.bands.promise_checks import promise_checks
from normenkader.bands.reservations import gather_reservations
from normenkader.bands.rivals import rivals
from normenkader.bands.robustness import Robustness, examine, robustness_checks, robustness_reservations
from normenkader.bands.soundness import Soundness, soundness_of
from normenkader.bands.source_edges import SourceEdges, edges_by_source
from normenkader.bands.stability import N_RESAMPLES, Stability, stability
from normenkader.bands.table import Band, BandTable, EdgesUnder, Explained, RivalRule
from normenkader.bands.unit_words import checks_in, reservations_in
from normenkader.bands.volumes import volumes
from normenkader.evidence import Check, Reservation
from normenkader.experts.assessments import Assessments, read_assessments
from normenkader.experts.corrected_terms import CorrectedTerms, corrected_terms
from normenkader.experts.judgements import Judgements, read_judgements
from normenkader.experts.panel_prmse import panel_prmse
from normenkader.experts.triangulation import Triangulation
from normenkader.model.intervals import provider_draws
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.results import MinutesModel
from normenkader.model.sampled import on_sample
from normenkader.provenance import Receipt, canonical_json, sha256_of_bytes


def derive_bands(
    model: MinutesModel, agreed: Triangulation, *, assessments: Assessments | None = None,
    panel: Judgements | None = None, n_resamples: int = N_RESAMPLES, n_folds: int = N_FOLDS,
    with_robustness: bool = True,
) -> BandTable:  # fmt: skip
    """Bands of minutes per week on the norm table of `model`.

    The edges are the exact optimum of the stated rule under the study's demands, or those that the study states as
    chosen; providers are drawn again `n_resamples` times and the whole chain redone for intervals and doubt zones.

    Parameters
    ----------
    model : MinutesModel
    agreed : Triangulation
        What experts and existing norms say of the model; the terms that its rule on conflict gives to the experts
        stay theirs in every resample, and its reservations stand with the bands.
    assessments : Assessments, optional
        Double assessments, for the chance of the same band; by default read from the files that the study names.
    panel : Judgements, optional
        The expert panel, for how well the norm predicts what it finds needed; by default read in the same way.
    n_resamples : int
        Draws of providers.
    n_folds : int
        Folds of providers for the map of what is lost between a free model and the bands; 0 leaves it out.
    with_robustness : bool
        Redo the chain under other choices, exclusions and numbers of bands as well.

    Returns
    -------
    BandTable

    Raises
    ------
    InputRefused
        If the study asks for ``n = "auto"`` without enough double assessments, no client has a norm, or a file of
        assessments or judgements cannot be read.

    References
    ----------
    Wang & Song (2011), Ckmeans.1d.dp: optimal k-means clustering in one dimension by dynamic programming, R Journal
    3(2): the unconstrained problem.
    """
    prices = read_prices(model.study)
    norms = make_norm_table(model, replaced=agreed.replaced)
    assessed, judged = _assessed(norms, assessments), panel or read_judgements(model.study)
    candidates = list_candidates(norms, assessed)
    n_bands = choose_number(norms, candidates, assessed)
    # The free models know nothing of the bands: where there are processes for it, they are fitted beside what follows.
    begun = begin_loss_map(on_sample(norms), n_folds)
    found, infeasible = edges_in_force(norms, n_bands)
    drawn = draw_tables(norms, provider_draws(model.n_providers, n_resamples, model.study.info.seed))
    held = _stability(norms, drawn, found.edges)
    own = int(band_numbers([norms.ijkclient_minutes], found.edges)[0])
    bands = tuple(bands_of(norms, found.edges, held, own))
    robust = examine(norms, found.edges, held, candidates=candidates, drawn=drawn) if with_robustness else None
    evidence = _evidence(norms, agreed, found, bands, held, assessed, judged, n_folds, begun)
    checks, others = evidence.checks, edges_under_other_choices(norms, n_bands)
    if robust is not None:
        checks += robustness_checks(robust, held, model.study)
        others += robust.edges_under()
    checks = checks_in(model.study.info.unit, checks)
    return BandTable(
        study=model.study, norms=norms, triangulation=agreed, bands=bands, ijkclient_band=own, stability=held,
        rule=_rule(model), explained_of_norm=found.explained, explained=evidence.explained,
        assessed=assessed, same_band=evidence.same_band, candidates=candidates, corrected=evidence.corrected,
        rivals=_rivals(norms, found), edges_under=others, edges_by_source=_by_source(norms, agreed, found),
        soundness=evidence.soundness, robustness=robust, delivery=evidence.delivery,
        volumes=volumes(norms, found.edges, held), prices=prices, checks=checks,
        reservations=_reservations(norms, agreed, bands, infeasible, others, checks, assessed, robust),
        receipt=_receipt(norms, agreed, found, assessed),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What is asked of the edges in force, apart from redoing the chain under other choices."""

    explained: Explained
    same_band: SameBand
    corrected: CorrectedTerms | None
    soundness: Soundness
    delivery: Delivery
    checks: tuple[Check, ...]


def _evidence(
    norms: NormTable, agreed: Triangulation, found: Partition, bands: Sequence[Band], held: Stability,
    assessed: Assessed | None, judged: Judgements | None, n_folds: int, begun: Waits | None,
) -> _Evidence:  # fmt: skip
    study, demands = norms.model.study, demands_of(norms)
    explained = explained_at_unseen_providers(norms, n_bands=found.n_bands, demands=demands, edges=study.bands.edges)
    same_band = without_value(NO_ASSESSMENTS) if assessed is None else assessed.same_band(found.edges)
    prmse = None if judged is None else panel_prmse(norms, judged)
    corrected = _corrected(norms.model, assessed)
    soundness = soundness_of(norms, found.edges, demands, n_folds=n_folds, begun=begun)
    delivery = delivery_of(norms, agreed, found.edges)
    checks = (
        *band_checks(norms, explained, held), *promise_checks(study, found.edges, [band.promise for band in bands]),
        *assessor_checks(study, assessed, same_band, prmse), _misread(norms.model, assessed, corrected),
        *soundness.checks, *delivery.checks,
    )  # fmt: skip
    return _Evidence(
        explained=explained, same_band=same_band, corrected=corrected, soundness=soundness, delivery=delivery,
        checks=checks,
    )  # fmt: skip


def _assessed(norms: NormTable, given: Assessments | None) -> Assessed | None:
    assessments = given or read_assessments(norms.model.study)
    return None if assessments is None else assess(norms, assessments)


def _stability(norms: NormTable, drawn: DrawnTables, edges: tuple[int, ...]) -> Stability:
    if norms.model.study.bands.edges is not None:
        return stability_of_chosen(norms, drawn, edges)
    return stability(edges, drawn.edges(n_bands=len(edges), demands=demands_of(norms)), norm_step=norms.step)


def _corrected(model: MinutesModel, assessed: Assessed | None) -> CorrectedTerms | None:
    enough = assessed is not None and assessed.reliability is not None
    return corrected_terms(model, assessed.assessments) if assessed is not None and enough else None


def _misread(model: MinutesModel, assessed: Assessed | None, corrected: CorrectedTerms | None) -> Check:
    return misreading_check(assessed, None if corrected is None else expected_coverage(model, corrected))


def _rivals(norms: NormTable, found: Partition) -> tuple[RivalRule, ...]:
    """Other rules; the study's own rule among them where its edges were chosen."""
    chosen = norms.model.study.bands.edges is not None
    given = {"optimal": edges_of_rule(norms, found.edges)} if chosen else None
    return tuple(
        RivalRule(rule=r.rule, edges=r.partition.edges, explained=r.partition.explained, broken=r.broken)
        for r in rivals(norm_cells(norms), n_bands=found.n_bands, given=given, **options(demands_of(norms)))
    )


def _by_source(norms: NormTable, agreed: Triangulation, found: Partition) -> tuple[SourceEdges, ...]:
    return edges_by_source(norms, agreed, n_bands=found.n_bands, demands=demands_of(norms))


def _reservations(
    norms: NormTable, agreed: Triangulation, bands: Sequence[Band], infeasible: Infeasible | None,
    others: Sequence[EdgesUnder], checks: Sequence[Check], assessed: Assessed | None, robust: Robustness | None,
) -> tuple[Reservation, ...]:  # fmt: skip
    """In the study's own unit: the edges, all that the chain says, and what other choices say."""
    study = norms.model.study
    found = (
        *chosen_reservations(norms), *gather_reservations(norms, agreed, bands, infeasible, others, checks, assessed),
        *robustness_reservations(robust, study.disclosure),
    )  # fmt: skip
    return reservations_in(study.info.unit, found)


def _rule(model: MinutesModel) -> str:
    return RULE if model.study.bands.edges is None else CHOSEN_RULE


def _receipt(norms: NormTable, agreed: Triangulation, found: Partition, assessed: Assessed | None) -> Receipt:
    content = canonical_json([_rule(norms.model), list(found.edges)])
    sources = (norms.receipt, agreed.receipt, *(() if assessed is None else (assessed.assessments.receipt,)))
    return Receipt(stage="bands", sha256=sha256_of_bytes(content.encode()), made_from=sources)
