"""How help was delivered: beside what is needed, over providers, and over the weeks of an episode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from normenkader.bands.delivered import DeliveredAndNeeded, delivered_and_needed, delivered_checks
from normenkader.bands.time_checks import time_checks, weeks_within_bands
from normenkader.evidence import Check
from normenkader.experts.triangulation import Triangulation
from normenkader.model.norm_table import NormTable
from normenkader.model.sampled import on_sample
from normenkader.model.time_in_episode import TimeCurve, time_curves
from normenkader.model.within_client import WithinClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Delivered against needed, time in the episode, weeks within the band, and the checks on them.

    Attributes
    ----------
    needed : DeliveredAndNeeded
    curves : tuple of TimeCurve
        Empty without weekly rows.
    weeks : WithinClient or None
    checks : tuple of Check
    """

    needed: DeliveredAndNeeded
    curves: tuple[TimeCurve, ...]
    weeks: WithinClient | None
    checks: tuple[Check, ...]


def delivery_of(norms: NormTable, agreed: Triangulation, edges: Sequence[int]) -> Delivery:
    """Everything about delivery, with its checks in a fixed order."""
    study = norms.model.study
    norms = on_sample(norms)
    needed = delivered_and_needed(norms, agreed, edges)
    curves, weeks = time_curves(norms.model), weeks_within_bands(norms, edges)
    checks = delivered_checks(needed, edges, study.info.unit, study.bands.step, study.disclosure)
    return Delivery(needed=needed, curves=curves, weeks=weeks, checks=checks + time_checks(curves, weeks))
