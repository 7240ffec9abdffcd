"""Checks where some deliveries are lower limits of need: what is found equals what is found without maxima."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from capped_studies import TARGET_GROUP, Capped, capped, casemix_of_rows

from normenkader.bands.explained import explained_at_unseen_providers
from normenkader.bands.fairness import Grouping, fairness
from normenkader.bands.fairness_checks import fairness_checks
from normenkader.bands.loss_map import loss_map
from normenkader.bands.norm_bands import demands_of
from normenkader.bands.reservations import _data
from normenkader.model.fit import UNBOUNDED, fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.unseen import predict_unseen

EDGES = (0, 300, 330, 360)
SEEDS = range(6)


@cache
def _groups(share: float, seed: int) -> Grouping:
    norms = capped(share, seed=seed, target_group=True).norms
    return next(g for g in fairness(norms, EDGES) if g.name == "target_group")


def _gap(grouping: Grouping) -> float:
    young, old = (group.error for group in grouping.groups)
    assert young is not None
    assert old is not None
    return young.value - old.value


def test_a_group_that_gets_too_little_is_missed_by_as_much_as_without_maxima() -> None:
    gaps = np.array([_gap(_groups(0.6, seed)) for seed in SEEDS])
    error = gaps.std(ddof=1) / np.sqrt(len(gaps))
    assert abs(gaps.mean() - TARGET_GROUP) < 3 * error + 1.0


def test_in_which_class_minutes_fall_is_not_said_of_lower_limits() -> None:
    capped_groups, free = _groups(0.6, 0), _groups(0, 0)
    assert not capped_groups.classes_known
    assert free.classes_known
    assert {(g.too_low, g.too_high, g.extra_too_low, g.exact_extra_too_low) for g in capped_groups.groups} == {
        (None, None, None, None)
    }
    assert all(g.too_low is not None for g in free.groups)
    by_code = {check.code: check for check in fairness_checks((capped_groups,), 30, "minutes per week")}
    assert by_code["fair_class_target_group"].passed is None
    assert "ten minste het toegekende maximum" in by_code["fair_class_target_group"].reason
    assert by_code["fair_error_target_group"].value is not None


def _explained_of_bands(study: Capped) -> tuple[float, float]:
    """Printed, and against the needs themselves."""
    norms = study.norms
    printed = explained_at_unseen_providers(norms, n_bands=4, demands=demands_of(norms), edges=EDGES)
    model = replace(norms.model, _behind_caps=None, _outcome=study.need.copy())
    true = explained_at_unseen_providers(
        replace(norms, model=model), n_bands=4, demands=demands_of(norms), edges=EDGES
    )  # fmt: skip
    assert predict_unseen(norms).norm_table == pytest.approx(predict_unseen(replace(norms, model=model)).norm_table)
    return printed.bands, true.bands


def test_what_bands_explain_is_what_they_explain_of_need() -> None:
    found = np.array([_explained_of_bands(capped(0.6, seed=seed)) for seed in SEEDS])
    off = found[:, 0] - found[:, 1]
    assert abs(off.mean()) < 3 * off.std(ddof=1) / np.sqrt(len(off)) + 0.003
    assert off.std(ddof=1) < 0.04


def _steps(share: float, seed: int) -> list[float]:
    norms = capped(share, seed=seed, n=3000, together=True).norms
    found = loss_map(norms, n_bands=4, demands=demands_of(norms), n_folds=2)
    assert found is not None
    return [step.explained.value for step in found.steps]


def test_no_step_of_the_map_explains_more_because_of_maxima() -> None:
    free, most = (np.array([_steps(share, seed) for seed in range(3)]) for share in (0, 0.6))
    off = most - free
    assert (np.abs(off.mean(axis=0)) < 3 * off.std(axis=0, ddof=1) / np.sqrt(len(off)) + 0.01).all()
    assert (np.abs(off) < 0.1).all()


def _share_at_cap(share: float) -> NormTable:
    """A study in which a part of the providers, or all, have every delivery at its maximum."""
    rows = capped(0.3, seed=3, n=900, providers=8).norms.model.casemix.to_frame()
    names = sorted(rows["provider"].unique())
    whole = rows["provider"].isin(names[: round(share * len(names))])
    rows = rows.assign(
        at_cap=rows["at_cap"] | whole,
        assigned_minutes_per_week=rows["assigned_minutes_per_week"].where(~whole, rows["minutes_per_week"]),
    )
    return make_norm_table(fit_minutes(casemix_of_rows(rows)))


def test_with_everything_at_the_maximum_nothing_is_said_to_be_a_lower_limit() -> None:
    norms = _share_at_cap(1.0)
    choice = norms.model.censoring
    assert (choice.applied, choice.reason, choice.share_at_cap, choice.share_as_delivered) == (False, UNBOUNDED, 1, 1)
    told = {r.code: r.text for r in _data(norms)}
    assert "censored_need" not in told
    assert told["cap_counted_as_delivered"].startswith("100%")


def test_the_share_told_is_that_which_counts_as_a_lower_limit() -> None:
    norms = _share_at_cap(0.5)
    counts = norms.model.outcomes().lower_limit.mean()
    assert 0.05 < counts < norms.model.censoring.share_at_cap - 0.2
    told = {r.code: r.text for r in _data(norms)}
    assert abs(int(told["censored_need"].split("%")[0]) - 100 * counts) < 5
    assert "cap_counted_as_delivered" in told
