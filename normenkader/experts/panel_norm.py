"""The experts' norm: the additive model fitted to what they judge, so that sources are compared term by term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from normenkader.experts.arrays import Floats
from normenkader.experts.crossed import CrossedFit, fit_crossed
from normenkader.experts.judgements import Judgements, refuse_one_expert
from normenkader.experts.source_values import SourceEstimate, SourceValue, value_of
from normenkader.model.design import indicator
from normenkader.model.factors import DesignFactor, IntArray, design_factors, level_codes
from normenkader.model.layout import Column
from normenkader.model.replaced import IJKCLIENT, TermKey

NOT_JUDGED = "no vignette that was judged has this level"
NOT_IDENTIFIED = "the judged vignettes cannot tell this level apart from others"
ONE_EXPERT = "rests on one expert: without that expert it cannot be estimated"
NO_SPARE = "there are not more judged vignettes than terms, so how certain this is cannot be said"
LEFT_OUT = "left out of the experts' model, because the judged vignettes cannot carry it beside the factors themselves"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelNorm:
    """The experts' norm: every expert weighs the same.

    Attributes
    ----------
    ijkclient : SourceValue
        Level of the ijkclient at the average expert.
    terms : tuple of SourceValue
        Every level but the ijkclient's own, and every declared pair, in the study's order.
    n_experts, n_vignettes, n_estimates : int
        With an estimate that counts.
    expert_sd, vignette_sd, residual_sd : float
        Minutes; see `CrossedFit`.
    shared_variance, expert_degrees : float
        Of the ijkclient's level; see `CrossedFit`.
    left_out : tuple of str
        Overlap factors and interactions (``a x b``) that the vignettes cannot carry beside the factors.
    """

    ijkclient: SourceValue
    terms: tuple[SourceValue, ...]
    n_experts: int
    n_vignettes: int
    n_estimates: int
    expert_sd: float
    vignette_sd: float
    residual_sd: float
    shared_variance: float
    expert_degrees: float
    left_out: tuple[str, ...]

    def estimates(self) -> dict[TermKey, SourceValue]:
        """Every term by its key, the ijkclient's first."""
        return {term.key: term for term in (self.ijkclient, *self.terms)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Columns that stand or fall together: all main terms, one overlap factor, or one interaction."""

    name: str
    columns: tuple[Column, ...]


def fit_panel_norm(panel: Judgements) -> PanelNorm:
    """Fit the study's additive model to the panel's best estimates of the last round.

    ``minutes_best = expert's level + terms + interactions + overlap + vignette``, experts and vignettes both drawn at
    random; see `fit_crossed` for the intervals and why. Where the vignettes cannot tell the factors' own levels apart
    with all interactions and overlap classes in the model, these are left out, the last declared first, until they can;
    that is said in `left_out`.

    Parameters
    ----------
    panel : Judgements

    Returns
    -------
    PanelNorm

    Raises
    ------
    InputRefused
        With fewer than two experts.
    """
    frame, factors = panel.to_frame(), design_factors(panel.study)
    refuse_one_expert(panel)
    codes = level_codes(frame, panel.study)
    y = frame["minutes_best"].to_numpy(dtype=np.float64)
    who, what = frame["expert"].to_numpy(dtype=str), frame["vignette"].to_numpy(dtype=str)
    blocks, left_out = _blocks(factors), []
    fit, columns = _fit(y, blocks, codes, who, what)
    while len(blocks) > 1 and not _carries(blocks[0], columns, fit):
        left_out.append(blocks[-1])
        blocks = blocks[:-1]
        fit, columns = _fit(y, blocks, codes, who, what)
    terms = tuple(_terms(factors, columns, fit, tuple(c for block in left_out for c in block.columns)))
    return PanelNorm(
        ijkclient=_term((IJKCLIENT, "", "", ""), fit, len(columns)), terms=terms, n_experts=len(np.unique(who)),
        n_vignettes=len(np.unique(what)), n_estimates=len(y), expert_sd=fit.expert_sd, vignette_sd=fit.vignette_sd,
        residual_sd=fit.residual_sd, shared_variance=float(fit.shared_variance[-1]),
        expert_degrees=float(fit.expert_degrees[-1]), left_out=tuple(block.name for block in left_out[::-1]),
    )  # fmt: skip


def _blocks(factors: tuple[DesignFactor, ...]) -> list[_Block]:
    """The factors' own levels, then overlap classes, then interactions: what is given up first stands last."""
    own = tuple(column for factor in factors if not factor.group for column in _mains(factor))
    overlap = [_Block(name=f.name, columns=_mains(f)) for f in factors if f.group]
    pairs = [
        _Block(name=f"{f.name} x {other}", columns=_pairs(f, next(o for o in factors if o.name == other)))
        for f in factors for other in f.partners
    ]  # fmt: skip
    return [_Block(name="", columns=own), *overlap, *pairs]


def _mains(factor: DesignFactor) -> tuple[Column, ...]:
    return tuple(
        Column(factor=factor.name, levels=(level,)) for level in range(len(factor.levels)) if level != factor.reference
    )


def _pairs(factor: DesignFactor, other: DesignFactor) -> tuple[Column, ...]:
    return tuple(
        Column(factor=factor.name, levels=(own,), with_factor=other.name, with_levels=(their,))
        for own in range(len(factor.levels)) if own != factor.reference
        for their in range(len(other.levels)) if their != other.reference
    )  # fmt: skip


def _fit(
    y: Floats, blocks: list[_Block], codes: dict[str, IntArray], who: object, what: object
) -> tuple[CrossedFit, tuple[Column, ...]]:
    """Fit on the columns that some judged vignette has."""
    found = [(column, indicator(column, codes)) for block in blocks for column in block.columns]
    used = [(column, values) for column, values in found if values.any()]
    matrix = np.column_stack([values for _, values in used]) if used else np.zeros((len(y), 0))
    return fit_crossed(y, matrix, who, what), tuple(column for column, _ in used)  # type: ignore[arg-type]


def _carries(own: _Block, columns: tuple[Column, ...], fit: CrossedFit) -> bool:
    """Whether the ijkclient and the factors' own levels are told apart, with vignettes to spare."""
    at = [*(columns.index(column) for column in own.columns if column in columns), len(columns)]
    return fit.spare_vignettes > 0 and bool(fit.identified[at].all())


def _terms(
    factors: tuple[DesignFactor, ...], columns: tuple[Column, ...], fit: CrossedFit, left_out: tuple[Column, ...]
) -> Iterator[SourceValue]:
    by_name = {factor.name: factor for factor in factors}
    for factor in factors:
        wanted = [*_mains(factor), *(c for other in factor.partners for c in _pairs(factor, by_name[other]))]
        for column in wanted:
            key = _key(column, by_name)
            if column in columns:
                yield _term(key, fit, columns.index(column))
            else:
                yield _none(key, LEFT_OUT if column in left_out else NOT_JUDGED)


def _key(column: Column, by_name: dict[str, DesignFactor]) -> TermKey:
    level = by_name[column.factor].levels[column.levels[0]]
    partner = by_name[column.with_factor].levels[column.with_levels[0]] if column.with_factor else ""
    return column.factor, level, column.with_factor, partner


def _term(key: TermKey, fit: CrossedFit, at: int) -> SourceValue:
    if not fit.identified[at]:
        return _none(key, NOT_IDENTIFIED)
    error = float(fit.standard_errors[at])
    reason = ONE_EXPERT if fit.rests_on_one[at] else NO_SPARE if np.isnan(error) else ""
    estimate = SourceEstimate(
        value=float(fit.values[at]), standard_error=None if reason else error,
        degrees_of_freedom=float("nan") if reason else float(fit.degrees_of_freedom[at]),
    )  # fmt: skip
    return value_of(key, estimate, reason)


def _none(key: TermKey, reason: str) -> SourceValue:
    return value_of(key, None, reason)
