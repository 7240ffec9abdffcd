"""From provider moments to estimates: which terms the data tell apart, and the intervals that few providers allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from normenkader.casemix.casemix import Casemix
from normenkader.errors import StudyRefused
from normenkader.model.intervals import degrees_of_freedom, jackknife_covariance, leave_one_out, t_interval
from normenkader.model.layout import Cell, Column
from normenkader.model.mixed import MixedFit, fit_mixed
from normenkader.model.moments import (
    Moments,
    Profile,
    aliased_columns,
    alike_columns,
    average_level,
    hanging_columns,
    null_relations,
)
from normenkader.model.results import Estimate, MixedSummary, SpecificationTest, TermEstimate
from normenkader.model.specification import specification_test
from normenkader.provenance import Receipt, canonical_json, sha256_of_bytes
from normenkader.study import FILE_NAME

FloatArray = npt.NDArray[np.float64]

ALIASED = "cannot be told apart from other factors within providers"
HANGING = "rests on one provider: without it the term cannot be estimated"
_SHIFT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """Every term with its interval, the ijkclient, and the random-intercept fit beside them."""

    ijkclient: Estimate
    terms: tuple[TermEstimate, ...]
    mixed: MixedSummary
    specification: SpecificationTest | None


def infer(
    profile: Profile,
    moments: Moments,
    mean_x: FloatArray,
    cells: tuple[Cell, ...],
    theta: FloatArray,
    *,
    n_terms: int,
    mean_variance: float = 1.0,
    working: Moments | None = None,
) -> Inference:
    """Estimates and jackknife intervals from moments.

    Parameters
    ----------
    profile : Profile
        Its `n` weighs the average provider.
    moments : Moments
        In the weights in force.
    mean_x : (G, p) unweighted mean of each provider's rows
    cells : tuple of Cell
    theta : (p or more,) solution of the profile's equations; beyond `n_terms` are no terms
    n_terms : int
    mean_variance : float
        Mean of one over the weights: the average row's residual variance relative to that of a row of weight 1.
    working : Moments, optional
        Of working responses, in place of `moments` for the random-intercept fit: see `Outcomes`.
    """
    left_terms, left_level = leave_one_out(profile)
    full = np.append(theta, average_level(profile, theta))
    errors = np.sqrt(np.diag(jackknife_covariance(np.column_stack([left_terms, left_level]), full)))
    intervals = t_interval(full, errors, degrees_of_freedom(profile))
    mixed = fit_mixed(moments if working is None else working)
    return Inference(
        ijkclient=_estimate(full, errors, intervals, -1), terms=tuple(_terms(cells, full, errors, intervals, mixed)),
        mixed=_mixed_summary(mixed, mean_variance),
        specification=specification_test(moments, mean_x, theta[:n_terms], left_terms, mixed),
    )  # fmt: skip


def told_apart(
    columns: tuple[Column, ...], cells: tuple[Cell, ...], profile: Profile
) -> tuple[list[int], tuple[Column, ...], tuple[Cell, ...]]:
    """Columns to fit, with their places, and the cells with their new places among these.

    Of levels that within providers cannot be told apart none has a norm: whichever is declared first would else take
    the effect of all. So many of their columns are fitted that they take nothing from the other terms; which of them
    makes no difference, since together they are the same in every row. Interactions that can only not be told from
    each other are not fitted: their mains are what is fallen back on.

    Parameters
    ----------
    columns : tuple of Column
    cells : tuple of Cell
    profile : Profile
        Unweighted.

    Raises
    ------
    InputRefused
        If the minutes of the ijkclient cannot be told apart from those of such levels.
    """
    a = profile.a.sum(axis=0)
    alike = alike_columns(a)
    _refuse_unknown_level(columns, profile, null_relations(a))
    reasons = {j: _alike_reason([columns[k] for k in group]) for group in alike for j in group}
    pairs = {j for group in alike if all(columns[k].with_factor for k in group) for j in group}
    aliased = {*aliased_columns(a), *pairs}
    kept = [j for j in range(len(columns)) if j not in aliased]
    new_index = {old: new for new, old in enumerate(kept)}
    fitted = tuple(columns[j] for j in kept)
    return kept, fitted, tuple(_renumbered(cell, new_index, reasons) for cell in cells)


def _refuse_unknown_level(columns: tuple[Column, ...], profile: Profile, relations: FloatArray) -> None:
    """Levels that together are all clients of some provider leave nobody there to see the ijkclient's minutes by."""
    for relation in relations[(relations != 0).sum(axis=1) > 1]:
        if np.abs(profile.slope @ relation).max() > _SHIFT:
            names = ", ".join(sorted(columns[j].name for j in np.flatnonzero(relation)))
            rule = (
                f"the minutes of the ijkclient cannot be told apart from those of these levels: {names}; at some "
                "provider every client has one of them. Choose another ijkclient, or leave one of the factors out"
            )
            raise StudyRefused(rule, file=FILE_NAME, column="[[factor]]")


def _alike_reason(columns: list[Column]) -> str:
    """Names every level of a group that cannot be told apart; in the order of the alphabet, not of the study."""
    if len(columns) == 1:
        return ALIASED
    return f"{ALIASED}: {', '.join(sorted(column.name for column in columns))}"


def without_hanging(cells: tuple[Cell, ...], profile: Profile) -> tuple[Cell, ...]:
    """Cells, without a norm where it would rest on one provider."""
    hanging = set(hanging_columns(profile))
    return tuple(
        replace(c, column=-1, supported=False, merged_with="", reason=HANGING) if c.column in hanging else c
        for c in cells
    )


def model_receipt(casemix: Casemix, ijkclient: Estimate, terms: tuple[TermEstimate, ...]) -> Receipt:
    """Receipt over every estimate with its interval."""
    content = [[ijkclient.value, *ijkclient.interval]]
    content += [[t.estimate.value, *t.estimate.interval] if t.estimate else [] for t in terms]
    text = canonical_json([casemix.study.sha256(), [[round(v, 6) for v in row] for row in content]])
    return Receipt(stage="model", sha256=sha256_of_bytes(text.encode()), made_from=(casemix.receipt,))


def _renumbered(cell: Cell, new_index: dict[int, int], reasons: dict[int, str]) -> Cell:
    if cell.column in reasons:
        return replace(cell, column=-1, supported=False, merged_with="", reason=reasons[cell.column])
    return replace(cell, column=new_index.get(cell.column, -1))


def _terms(
    cells: Iterable[Cell], full: FloatArray, errors: FloatArray, intervals: FloatArray, mixed: MixedFit
) -> Iterable[TermEstimate]:
    for cell in cells:
        known = cell.supported and cell.column >= 0
        yield TermEstimate(
            factor=cell.factor, level=cell.level, with_factor=cell.with_factor, with_level=cell.with_level,
            estimate=_estimate(full, errors, intervals, cell.column) if known else None,
            mixed=float(mixed.terms[1 + cell.column]) if known else None,
            n_clients=cell.n_clients, n_providers=cell.n_providers, column=cell.column, supported=known,
            merged_with=cell.merged_with, reason=cell.reason,
        )  # fmt: skip


def _estimate(full: FloatArray, errors: FloatArray, intervals: FloatArray, at: int) -> Estimate:
    low, high = intervals[at]
    return Estimate(value=float(full[at]), standard_error=float(errors[at]), interval=(float(low), float(high)))


def _mixed_summary(mixed: MixedFit, mean_variance: float) -> MixedSummary:
    total = mixed.provider_variance + mixed.residual_variance * mean_variance
    return MixedSummary(
        ijkclient=float(mixed.terms[0]), provider_sd=float(np.sqrt(mixed.provider_variance)),
        residual_sd=float(np.sqrt(mixed.residual_variance)), provider_share=mixed.provider_variance / total,
        log_likelihood=mixed.log_likelihood,
    )  # fmt: skip
