"""From a validated model and the triangulation to bands: bands without evidence cannot be written."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from normenkader.bands.alternatives import edges_under_other_choices
from normenkader.bands.assessed import NO_ASSESSMENTS, Assessed, assess, without_value
from normenkader.bands.assessor_checks import assessor_checks
from normenkader.bands.candidates import choose_number, list_candidates
from normenkader.bands.cells import Cells
from normenkader.bands.chain import DrawnTables, draw_tables
from normenkader.bands.checks import band_checks
from normenkader.bands.chosen import CHOSEN_RULE, chosen_reservations, edges_in_force, stability_of_chosen
from normenkader.bands.delivery import delivery_of
from normenkader.bands.demands import Demands
from normenkader.bands.explained import explained_at_unseen_providers
from normenkader.bands.grid import band_numbers
from normenkader.bands.loss_map import N_FOLDS
from normenkader.bands.norm_bands import demands_of, norm_cells, options
from normenkader.bands.optimum import RULE, Partition
from normenkader.bands.prices import read_prices
from normenkader.bands.promise_checks import promise_checks
from normenkader.bands.promises import band_promises
from normenkader.bands.reservations import gather_reservations
from normenkader.bands.rivals import rivals
from normenkader.bands.robustness import examine, robustness_checks, robustness_reservations
from normenkader.bands.soundness import soundness_of
from normenkader.bands.source_edges import edges_by_source
from normenkader.bands.stability import N_RESAMPLES, Stability, stability
from normenkader.bands.table import Band, BandTable, RivalRule, band_labels
from normenkader.bands.unit_words import checks_in, reservations_in
from normenkader.bands.volumes import mean_interval, volumes
from normenkader.disclosure import is_dominated
from normenkader.experts.assessments import Assessments, read_assessments
from normenkader.experts.corrected_terms import CorrectedTerms, corrected_terms
from normenkader.experts.judgements import Judgements, read_judgements
from normenkader.experts.panel_prmse import panel_prmse
from normenkader.experts.triangulation import Triangulation
from normenkader.model.intervals import provider_draws
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.results import MinutesModel
from normenkader.provenance import Receipt, canonical_json, sha256_of_bytes
from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]


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
    cells, demands = norm_cells(norms), demands_of(norms)
    found, infeasible = edges_in_force(norms, n_bands)
    chosen = model.study.bands.edges
    drawn = draw_tables(norms, provider_draws(model.n_providers, n_resamples, model.study.info.seed))
    held = _stability(norms, drawn, found.edges, demands)
    explained = explained_at_unseen_providers(norms, n_bands=found.n_bands, demands=demands, edges=chosen)
    own = int(band_numbers([norms.ijkclient_minutes], found.edges)[0])
    bands = tuple(_bands(norms, found, held, own))
    same_band = without_value(NO_ASSESSMENTS) if assessed is None else assessed.same_band(found.edges)
    prmse = None if judged is None else panel_prmse(norms, judged)
    promised = promise_checks(model.study, found.edges, [band.promise for band in bands])
    checks = band_checks(norms, explained, held) + promised + assessor_checks(model.study, assessed, same_band, prmse)
    sound = soundness_of(norms, found.edges, demands, n_folds=n_folds)
    checks += sound.checks
    delivery = delivery_of(norms, agreed, found.edges)
    checks += delivery.checks
    others, robust = edges_under_other_choices(norms, n_bands), None
    if with_robustness:
        robust = examine(norms, found.edges, held, candidates=candidates, drawn=drawn)
        checks += robustness_checks(robust, held, model.study)
        others += robust.edges_under()
    unit = model.study.info.unit
    checks = checks_in(unit, checks)
    reservations = (
        *chosen_reservations(norms), *gather_reservations(norms, agreed, bands, infeasible, others, checks, assessed)
    )  # fmt: skip
    return BandTable(
        study=model.study, norms=norms, triangulation=agreed, rule=RULE if chosen is None else CHOSEN_RULE, bands=bands,
        ijkclient_band=own,
        explained_of_norm=found.explained, explained=explained, stability=held, assessed=assessed, same_band=same_band,
        candidates=candidates, corrected=_corrected(model, assessed),
        rivals=_rivals(cells, found, demands), edges_under=others,
        edges_by_source=edges_by_source(norms, agreed, n_bands=found.n_bands, demands=demands), soundness=sound,
        robustness=robust, delivery=delivery, volumes=volumes(norms, found.edges, held), prices=prices,
        checks=checks,
        reservations=reservations_in(unit, reservations + robustness_reservations(robust, model.study.disclosure)),
        receipt=_receipt(norms, agreed, found, assessed),
    )  # fmt: skip


def _assessed(norms: NormTable, given: Assessments | None) -> Assessed | None:
    assessments = given or read_assessments(norms.model.study)
    return None if assessments is None else assess(norms, assessments)


def _stability(norms: NormTable, drawn: DrawnTables, edges: tuple[int, ...], demands: Demands) -> Stability:
    if norms.model.study.bands.edges is not None:
        return stability_of_chosen(norms, drawn, edges)
    return stability(edges, drawn.edges(n_bands=len(edges), demands=demands), norm_step=norms.step)


def _corrected(model: MinutesModel, assessed: Assessed | None) -> CorrectedTerms | None:
    enough = assessed is not None and assessed.reliability is not None
    return corrected_terms(model, assessed.assessments) if assessed is not None and enough else None


def _bands(norms: NormTable, found: Partition, held: Stability, ijkclient_band: int) -> Iterable[Band]:
    edges = found.edges
    promises = band_promises(norms, edges)
    labels = band_labels(len(edges), ijkclient_band, norms.model.study.bands.labels)
    frame, floor = norms.model.casemix.to_frame(), norms.model.study.disclosure
    number = band_numbers(np.nan_to_num(norms.norm_minutes(), nan=-1.0), edges)
    for k, lower in enumerate(edges):
        inside = frame[number == k + 1]
        n_clients, n_providers = inside["client"].nunique(), inside["provider"].nunique()
        small = _too_small(n_clients, n_providers, floor)
        dominated = is_dominated(inside.groupby("provider")["minutes_per_week"].sum(), floor)
        minutes = inside["minutes_per_week"].to_numpy(float)
        yield Band(
            band=k + 1, label=labels[k], lower=lower, upper=edges[k + 1] if k + 1 < len(edges) else None,
            lower_interval=held.intervals[k], doubt_zone=held.doubt_zones[k], n_clients=n_clients,
            n_providers=n_providers, suppressed=small, dominated=dominated and not small, promise=promises[k],
            **_figures(minutes, lower, n_clients, floor, shown=not (small or dominated)),
            mean_interval=None if small or dominated else mean_interval(minutes, inside["provider"].to_numpy()),
        )  # fmt: skip


def _too_small(n_clients: int, n_providers: int, floor: DisclosureSettings) -> bool:
    return n_clients < floor.min_clients or n_providers < floor.min_providers


def _figures(
    minutes: FloatArray, lower: int, n_clients: int, floor: DisclosureSettings, *, shown: bool
) -> dict[str, float | None]:
    """Figures of delivered minutes; a percentile only with enough clients on its rarer side."""
    if not shown:
        return dict.fromkeys(("mean_minutes", "median_minutes", "p10", "p90", "minutes_above_lower"))
    tails = n_clients * 0.1 >= floor.min_clients
    return {
        "mean_minutes": float(minutes.mean()),
        "median_minutes": float(np.median(minutes)) if n_clients >= 2 * floor.min_clients else None,
        "p10": float(np.quantile(minutes, 0.1)) if tails else None,
        "p90": float(np.quantile(minutes, 0.9)) if tails else None,
        "minutes_above_lower": float(minutes.mean()) - lower,
    }


def _rivals(cells: Cells, found: Partition, demands: Demands) -> tuple[RivalRule, ...]:
    return tuple(
        RivalRule(rule=r.rule, edges=r.partition.edges, explained=r.partition.explained, broken=r.broken)
        for r in rivals(cells, n_bands=found.n_bands, **options(demands))
    )


def _receipt(norms: NormTable, agreed: Triangulation, found: Partition, assessed: Assessed | None) -> Receipt:
    rule = RULE if norms.model.study.bands.edges is None else CHOSEN_RULE
    content = canonical_json([rule, list(found.edges)])
    sources = (norms.receipt, agreed.receipt, *(() if assessed is None else (assessed.assessments.receipt,)))
    return Receipt(stage="bands", sha256=sha256_of_bytes(content.encode()), made_from=sources)
