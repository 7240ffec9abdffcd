"""The norm table: the model in whole steps of minutes. It, not the regression, is what a municipality applies."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from normenkader.model.design import Design
from normenkader.model.outcomes import Outcomes
from normenkader.model.replaced import NONE_REPLACED, Replaced, ReplacedTerm
from normenkader.model.restriction import order_constraints, restrict
from normenkader.model.results import MinutesModel, TermEstimate
from normenkader.model.rounding import RoundingPlan, round_terms, rounding_plan
from normenkader.provenance import Receipt, canonical_json, sha256_of_bytes
from normenkader.remembered import Kept

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormTerm:
    """A term of the norm table.

    Attributes
    ----------
    term : TermEstimate
    restricted : float or None
        Minutes under the directions that the study declares; the estimate itself where these ask nothing of it.
    published : int or None
        Minutes per week in whole steps; None when the data cannot carry a norm here.
    replaced : ReplacedTerm or None
        What another source says, where the study's rule on conflict puts that in the place of the estimate.
    """

    term: TermEstimate
    restricted: float | None
    published: int | None
    replaced: ReplacedTerm | None = None

    @property
    def source(self) -> str:
        """Whose minutes these are: ``data``, or the source that took their place."""
        return self.replaced.source if self.replaced else "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundingLoss:
    """What whole steps cost.

    Attributes
    ----------
    explained_unrounded, explained_published : float
        Share of the variation of minutes explained by the unrounded and the published sums, over the same clients.
    share_below : float
        Share of clients whose published sum is below the unrounded one.
    mean_minutes_below, most_minutes_below : float
        By how much for those clients, on average and at most.
    mean_difference : float
        Published less unrounded sum, over all clients: above zero the table gives more than what it was made from.
    share_below_zero : float
        Share of clients whose published sum is below zero and counts as zero.
    share_without_norm : float
        Share of clients with a level that carries no norm.

    All are nan where providers sent sums in place of clients.
    """

    explained_unrounded: float
    explained_published: float
    share_below: float
    mean_minutes_below: float
    most_minutes_below: float
    mean_difference: float
    share_below_zero: float
    share_without_norm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NormTable:
    """The norm in whole steps: ijkclient minutes plus signed factor minutes.

    Attributes
    ----------
    model : MinutesModel
        What it was made from.
    step : int
        Minutes.
    ijkclient_minutes : int
        Published minutes of the ijkclient, rounded up.
    terms : tuple of NormTerm
    loss : RoundingLoss
    replaced : Replaced
        Terms that another source decides, by the study's rule on conflict.
    receipt : Receipt
    """

    model: MinutesModel
    step: int
    ijkclient_minutes: int
    terms: tuple[NormTerm, ...]
    loss: RoundingLoss
    replaced: Replaced
    receipt: Receipt
    _published: IntArray = field(repr=False)
    _plan: RoundingPlan = field(repr=False)
    _kept: Kept = field(init=False, repr=False, compare=False, default_factory=Kept)

    def norm_minutes(self) -> FloatArray:
        """Published minutes of every row of the model's design, at least zero; nan where the norm is silent."""
        return norm_minutes(self.model.design(), self._published, self.ijkclient_minutes)

    def published(self) -> IntArray:
        """Published minutes of every design column."""
        return self._published

    def plan(self) -> RoundingPlan:
        """Which columns hang together when they are rounded."""
        return self._plan


def make_norm_table(model: MinutesModel, *, replaced: Replaced = NONE_REPLACED) -> NormTable:
    """Bring a model to whole steps: terms under the declared directions to the nearest step, the ijkclient up.

    Parameters
    ----------
    model : MinutesModel
    replaced : Replaced, optional
        Terms in which another source takes the place of the data, before directions and rounding; the other terms
        stay as they were estimated.

    Returns
    -------
    NormTable

    References
    ----------
    CRvB 18 May 2016 (Utrecht): necessary minutes are not rounded down; hence the ijkclient goes up, and for how many
    clients the published sum lies below the unrounded one is part of the result.
    """
    step, plan = model.study.model.step, rounding_plan(model.design())
    weights = model.design().rows_by_column()[None, :]
    metric = replaced.holding(model.design(), model.moments().xx.sum(axis=0)[None])
    values = replaced.in_columns(model.design(), model.coefficients())
    level = replaced.in_level(np.array(model.ijkclient.value))
    restricted = restrict(values[None, :], metric, order_constraints(plan, len(values)))
    published = round_terms(restricted, weights, plan, step)[0] * step
    ijkclient = int(round_up(level, step))
    others = replaced.columns(model.design())
    terms = tuple(_norm_term(term, restricted[0], published, others.get(term.column)) for term in model.terms)
    published.setflags(write=False)
    content = canonical_json([step, ijkclient, [term.published for term in terms]])
    return NormTable(
        model=model, step=step, ijkclient_minutes=ijkclient, terms=terms,
        loss=_loss(model, values, float(level), published, ijkclient), replaced=replaced,
        receipt=Receipt(stage="norms", sha256=sha256_of_bytes(content.encode()), made_from=(model.receipt,)),
        _published=published, _plan=plan,
    )  # fmt: skip


def round_up(minutes: FloatArray, step: int) -> IntArray:
    """Minutes rounded up to whole steps; a millionth above a step is noise of arithmetic, not need."""
    return (np.ceil(minutes / step - 1e-6) * step).astype(np.int64)


def norm_minutes(design: Design, published: IntArray, ijkclient_minutes: int) -> FloatArray:
    """Plain sum of published minutes by row, at least zero; nan where a level carries no norm."""
    total = ijkclient_minutes + design.matrix() @ np.where(design.in_force(), published, 0).astype(np.float64)
    return np.where(design.has_norm(), np.maximum(total, 0.0), np.nan)


def _norm_term(
    term: TermEstimate, restricted: FloatArray, published: IntArray, replaced: ReplacedTerm | None
) -> NormTerm:
    if term.column >= 0:
        return NormTerm(
            term=term, restricted=float(restricted[term.column]), published=int(published[term.column]),
            replaced=replaced,
        )  # fmt: skip
    carried = 0 if term.merged_with else None
    return NormTerm(term=term, restricted=carried, published=carried)


def _loss(model: MinutesModel, values: FloatArray, level: float, published: IntArray, ijkclient: int) -> RoundingLoss:
    design, known = model.design(), model.design().has_norm()
    if not len(known):
        return RoundingLoss(**dict.fromkeys(RoundingLoss.__slots__, float("nan")))
    matrix = design.matrix()[known] * design.in_force()
    unrounded = np.maximum(level + matrix @ values, 0.0)
    plain_sum = ijkclient + matrix @ published.astype(np.float64)
    rounded = np.maximum(plain_sum, 0.0)
    outcomes, short = model.outcomes().among(known), np.maximum(unrounded - rounded, 0.0)
    below = short > 1e-9
    return RoundingLoss(
        explained_unrounded=explained_share(outcomes, unrounded),
        explained_published=explained_share(outcomes, rounded),
        share_below=_mean(below), mean_minutes_below=_mean(short[below]),
        most_minutes_below=float(short.max(initial=0.0)), mean_difference=_mean(rounded - unrounded),
        share_below_zero=_mean(plain_sum < 0), share_without_norm=float(1 - known.mean()),
    )  # fmt: skip


def explained_share(outcomes: Outcomes, predicted: FloatArray) -> float:
    """One minus the ratio of squared error to squared deviation from the mean; nan without variation."""
    mean = np.full(len(predicted), outcomes.expected.mean() if len(predicted) else 0.0)
    spread = float(outcomes.squared_error(mean, mean).sum())
    return 1.0 - float(outcomes.squared_error(predicted, mean).sum()) / spread if spread > 0 else float("nan")


def _mean(values: npt.NDArray[np.float64 | np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0
