"""Is it sound and fair: unseen places, what is lost on the way, the plain sum, groups of clients, and gaming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from normenkader.bands.additivity_checks import additivity_checks
from normenkader.bands.demands import Demands
from normenkader.bands.fairness import Grouping, fairness
from normenkader.bands.fairness_checks import fairness_checks
from normenkader.bands.gameability import FactorMoved, gameability, gameability_checks
from normenkader.bands.loss_map import N_FOLDS, LossMap, Waits, loss_checks, loss_map
from normenkader.bands.unseen_checks import assigned_check, municipality_checks, provider_share_check, unseen_checks
from normenkader.evidence import Check
from normenkader.model.additivity import Additivity, additivity_of
from normenkader.model.leakage import AssignedByFactor, assigned_by_factor
from normenkader.model.norm_table import NormTable
from normenkader.model.sampled import on_sample, told
from normenkader.model.unseen_figures import UnseenFigures, figures_without_municipality, figures_without_provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundness:
    """What an opponent's statistician would ask of the model and of the bands.

    Attributes
    ----------
    unseen : UnseenFigures
        Every provider predicted from the others.
    unseen_municipality : UnseenFigures or None
        The same for municipalities; None with fewer than three.
    assigned : tuple of AssignedByFactor
    loss_map : LossMap or None
        None when it was left out.
    additivity : Additivity
    fairness : tuple of Grouping
    gameability : tuple of FactorMoved
    checks : tuple of Check
        In a fixed order.
    """

    unseen: UnseenFigures
    unseen_municipality: UnseenFigures | None
    assigned: tuple[AssignedByFactor, ...]
    loss_map: LossMap | None
    additivity: Additivity
    fairness: tuple[Grouping, ...]
    gameability: tuple[FactorMoved, ...]
    checks: tuple[Check, ...]


def soundness_of(
    norms: NormTable, edges: Sequence[int], demands: Demands, *, n_folds: int = N_FOLDS, begun: Waits | None = None
) -> Soundness:
    """All of it, for a norm table and the edges in force.

    Parameters
    ----------
    norms : NormTable
    edges : sequence of int
        Lower bounds of the bands.
    demands : Demands
    n_folds : int
        Folds of providers for the loss map; 0 leaves it out.
    begun : callable, optional
        What `begin_loss_map` gave for the rows that the checks look at.
    """
    whole, norms = norms, on_sample(norms)
    unseen, municipality = figures_without_provider(norms), figures_without_municipality(norms)
    assigned, additivity = assigned_by_factor(norms.model), additivity_of(norms)
    lost = loss_map(norms, n_bands=len(edges), demands=demands, n_folds=n_folds, begun=begun)
    fair, gamed = fairness(norms, edges), gameability(norms, edges)
    step, unit = norms.model.study.bands.step, norms.model.study.info.unit
    checks = (
        *unseen_checks(unseen, step, unit), *municipality_checks(municipality, unit), assigned_check(assigned),
        provider_share_check(norms.model), *loss_checks(lost), *additivity_checks(additivity),
        *fairness_checks(fair, step, unit), *gameability_checks(gamed),
    )  # fmt: skip
    return Soundness(
        unseen=unseen, unseen_municipality=municipality, assigned=assigned, loss_map=lost, additivity=additivity,
        fairness=fair, gameability=gamed, checks=told(checks, whole),
    )  # fmt: skip
