"""Soundness as documents of validation.json: names, rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from normenkader.bands.checks import FIELD_RANGE
from normenkader.bands.fairness import GroupFairness, Grouping
from normenkader.bands.gameability import FactorMoved
from normenkader.bands.loss_map import LossMap
from normenkader.bands.soundness import Soundness
from normenkader.disclosure import coarse_share, published_clients, published_providers, withheld_levels
from normenkader.dossier.withheld import Withheld
from normenkader.model.additivity import Additivity, SlopeTest
from normenkader.model.grouped import Figure
from normenkader.model.leakage import AssignedByFactor
from normenkader.model.unseen_figures import Tenth, UnseenFigures
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]


def soundness_documents(found: Soundness, floor: DisclosureSettings, hidden: Withheld) -> Document:
    """Keys ``unseen``, ``loss_map``, ``additivity``, ``fairness`` and ``gameability`` of validation.json."""
    return {
        "unseen": _unseen(found, floor),
        "loss_map": None if found.loss_map is None else _loss_map(found.loss_map),
        "additivity": _additivity(found.additivity),
        "fairness": [_grouping(grouping, floor, hidden) for grouping in found.fairness],
        "gameability": [_moved(moved, floor, hidden.n_clients) for moved in found.gameability],
    }


def _unseen(found: Soundness, floor: DisclosureSettings) -> Document:
    other = found.unseen_municipality
    return {
        "field_range": list(FIELD_RANGE),
        "provider": _figures(found.unseen, floor),
        "municipality": None if other is None else _figures(other, floor),
        "assigned_minutes": [_assigned(one, floor) for one in found.assigned],
    }


def _figures(found: UnseenFigures, floor: DisclosureSettings) -> Document:
    return {
        "n_left_out": found.n_left_out,
        "error_8_of_10": figure(found.error, 1),
        "error_8_of_10_of_mean": rounded(found.error_of_mean, 1),
        "calibration_in_the_large": figure(found.bias, 1),
        "calibration_slope": figure(found.slope, 3),
        "explained": figure(found.explained, 3),
        "explained_absolute": figure(found.explained_absolute, 3),
        "optimism": rounded(found.optimism, 3),
        "tenths": _tenths(found.tenths, floor),
    }


def _tenths(tenths: Sequence[Tenth], floor: DisclosureSettings) -> list[Document]:
    counts = {k: tenth.n_clients for k, tenth in enumerate(tenths)}
    few = [k for k, tenth in enumerate(tenths) if not tenth.shown]
    hidden = withheld_levels(counts, floor, few_providers=few)
    return [_tenth(tenth, floor, k in hidden) for k, tenth in enumerate(tenths)]


def _tenth(tenth: Tenth, floor: DisclosureSettings, left_out: bool) -> Document:
    enough, shown = tenth.n_clients >= floor.min_clients, tenth.shown
    return {
        "n_clients": None if left_out else published_clients(tenth.n_clients, floor),
        "n_providers": published_providers(tenth.n_providers, floor) if enough else None,
        "predicted": rounded(tenth.predicted, 1) if shown else None,
        "observed": rounded(tenth.observed, 1) if shown else None,
        "difference": figure(tenth.difference if shown else None, 1),
    }


def _assigned(one: AssignedByFactor, floor: DisclosureSettings) -> Document:
    return {
        "factor": one.factor, "explained": rounded(one.explained, 3), "same_order": rounded(one.same_order, 3),
        "n_episodes": published_clients(one.n_rows, floor),
    }  # fmt: skip


def _loss_map(found: LossMap) -> Document:
    steps = [
        {"step": s.step, "explained": figure(s.explained, 3), "kept": figure(s.kept, 3)} for s in found.steps
    ]  # fmt: skip
    return {"n_folds": found.n_folds, "steps": steps}


def _additivity(found: Additivity) -> Document:
    names = ("interactions", "overlap", "bending", "directions")
    return {name: [_test(test) for test in getattr(found, name)] for name in names}


def _test(test: SlopeTest) -> Document:
    return {
        "about": list(test.name), "value": rounded(test.value, 4), "standard_error": rounded(test.standard_error, 4),
        "degrees_of_freedom": rounded(test.degrees, 1), "p_value": rounded(test.p_value, 4),
        "adjusted": rounded(test.adjusted, 4),
    }  # fmt: skip


def _grouping(grouping: Grouping, floor: DisclosureSettings, hidden: Withheld) -> Document:
    counts = {group.group: group.n_clients for group in grouping.groups}
    few = [group.group for group in grouping.groups if group.n_providers < floor.min_providers]
    left_out = withheld_levels(counts, floor, few_providers=few, unlisted=hidden.of(grouping.name))
    return {"grouping": grouping.name, "in_norm": grouping.in_norm,
            "groups": [_group(group, floor, group.group in left_out) for group in grouping.groups]}  # fmt: skip


def _group(group: GroupFairness, floor: DisclosureSettings, left_out: bool) -> Document:
    shown = group.error is not None
    return {
        "group": group.group,
        "n_clients": None if left_out else published_clients(group.n_clients, floor),
        "n_providers": published_providers(group.n_providers, floor) if shown else None,
        "error": figure(group.error, 1),
        "too_low": rounded(group.too_low, 2),
        "too_high": rounded(group.too_high, 2),
        "extra_too_low": figure(group.extra_too_low, 2),
        "told_from_providers": group.apart,
        "level_of_providers": figure(group.level, 1),
    }


def _moved(moved: FactorMoved, floor: DisclosureSettings, n_clients: int) -> Document:
    return {
        "factor": moved.factor, "share_movable": coarse_share(moved.share_movable, n_clients, floor),
        "share_to_higher_band": coarse_share(moved.share_to_higher_band, n_clients, floor),
        "mean_minutes": rounded(moved.mean_minutes, 1),
    }  # fmt: skip


def figure(found: Figure | None, digits: int) -> Document:
    """A figure with its 95 % interval; empty where it may not be shown or cannot be had."""
    if found is None:
        return {"value": None, "interval": None}
    interval = found.interval
    bounds = None if interval is None else [rounded(bound, digits) for bound in interval]
    return {"value": rounded(found.value, digits), "interval": bounds}
