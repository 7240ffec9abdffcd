"""Terms in whole steps, monotone where the study declares it: exact for one factor, for many resamples at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.model.design import Design
from normenkader.model.factors import DesignFactor
from normenkader.model.isotonic import Direction, isotonic
from normenkader.model.layout import Column

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_DYKSTRA_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Columns of one factor in level order; the ijkclient's own level, with minutes 0, stands before `n_below`."""

    columns: tuple[int, ...]
    n_below: int
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Interaction columns by rows of `first` and columns of `second`; -1 where a pair has no column of its own."""

    first: Chain
    second: Chain
    table: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundingPlan:
    """Which columns hang together when they are rounded."""

    chains: tuple[Chain, ...]
    pairs: tuple[Pair, ...]


def rounding_plan(design: Design) -> RoundingPlan:
    """Chains and pairs of the columns that are part of the norm."""
    chains = {factor.name: _chain(design, factor) for factor in design.factors}
    pairs = tuple(_pair(design, factor.name, other, chains) for factor in design.factors for other in factor.partners)
    return RoundingPlan(chains=tuple(chains.values()), pairs=pairs)


def round_terms(terms: FloatArray, weights: FloatArray, plan: RoundingPlan, step: int) -> IntArray:
    """Terms as whole numbers of steps that lose least under the declared directions.

    Main terms: weighted least squares under the order, then each to its nearest step, which is the best whole-step
    solution under an order. An interaction goes to its nearest step unless a direction forbids it; then it is moved
    so that the sum of main term and interaction keeps the order at every level of the other factor.

    Parameters
    ----------
    terms : (B, p) minutes
    weights : (B, p) clients at each column
    plan : RoundingPlan
    step : int
        Minutes.

    Returns
    -------
    (B, p) int
        Steps; multiply by `step` for minutes.

    References
    ----------
    Robertson, Wright & Dykstra (1988), Order Restricted Statistical Inference. Dykstra & Robertson (1982), An
    algorithm for isotonic regression for two or more independent variables, Annals of Statistics 10(3).
    """
    values = terms / step
    published = np.zeros(values.shape, dtype=np.int64)
    for chain in plan.chains:
        at = list(chain.columns)
        published[:, at] = nearest(anchored_isotonic(values[:, at], weights[:, at], chain))
    for pair in plan.pairs:
        _round_pair(values, weights, published, pair)
    return published


def nearest(values: FloatArray) -> IntArray:
    """Nearest whole number; a half goes up, in the client's favour."""
    # The nudge keeps 2.4999999999 from a sum of tenths on the side of 2.5.
    return np.floor(values + 0.5 + 1e-9).astype(np.int64)


def anchored_isotonic(values: FloatArray, weights: FloatArray, chain: Chain) -> FloatArray:
    """Values in the declared order around the ijkclient's zero; see `isotonic`."""
    if chain.direction == "free":
        return values
    fixed = np.full(values.shape[1] + 1, np.nan)
    fixed[chain.n_below] = 0.0
    with_zero = np.insert(values, chain.n_below, 0.0, axis=1)
    result = isotonic(with_zero, np.insert(weights, chain.n_below, 1.0, axis=1), fixed[None, :], chain.direction)
    return np.delete(result, chain.n_below, axis=1)


def _chain(design: Design, factor: DesignFactor) -> Chain:
    ordered = sorted((c.levels[0], j) for j, c in _in_force(design) if c.factor == factor.name and not c.with_factor)
    return Chain(
        columns=tuple(j for _, j in ordered), n_below=sum(level < factor.reference for level, _ in ordered),
        direction=factor.direction,
    )  # fmt: skip


def _in_force(design: Design) -> list[tuple[int, Column]]:
    used = design.in_force()
    return [(j, column) for j, column in enumerate(design.columns) if used[j]]


def _pair(design: Design, first: str, second: str, chains: dict[str, Chain]) -> Pair:
    index = {
        (c.levels, c.with_levels): j
        for j, c in _in_force(design) if c.factor == first and c.with_factor == second
    }  # fmt: skip
    columns = design.columns
    table = tuple(
        tuple(index.get((columns[a].levels, columns[b].levels), -1) for b in chains[second].columns)
        for a in chains[first].columns
    )
    return Pair(first=chains[first], second=chains[second], table=table)


def _round_pair(values: FloatArray, weights: FloatArray, published: IntArray, pair: Pair) -> None:
    table = np.array(pair.table, dtype=np.int64).reshape(len(pair.first.columns), len(pair.second.columns))
    known = table >= 0
    if not known.any():
        return
    own, their = published[:, list(pair.first.columns)], published[:, list(pair.second.columns)]
    main = own[:, :, None] + their[:, None, :]
    at = np.where(known, table, 0)
    cells = main + np.where(known, values[:, at], 0.0)
    grid = _Grid(own=own, their=their, main=main, known=known, mass=np.where(known, weights[:, at], 0.0), pair=pair)
    rounded = nearest(grid.ordered(cells.astype(np.float64)))
    for _ in range(_DYKSTRA_ROUNDS):
        repaired = nearest(grid.along_second(grid.along_first(rounded.astype(np.float64))))
        if (repaired == rounded).all():
            break
        rounded = repaired
    published[:, table[known]] = (rounded - main)[:, known]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Grid:
    """Sums of two main terms and their interaction, in steps: (B, rows of first, columns of second)."""

    own: IntArray
    their: IntArray
    main: IntArray
    known: npt.NDArray[np.bool_]
    mass: FloatArray
    pair: Pair

    def ordered(self, cells: FloatArray) -> FloatArray:
        """Nearest cells in the declared order; where both factors have one, by alternating projections."""
        if "free" in (self.pair.first.direction, self.pair.second.direction):
            return self.along_second(self.along_first(cells))
        result, left_first, left_second = cells, np.zeros_like(cells), np.zeros_like(cells)
        for _ in range(_DYKSTRA_ROUNDS):
            step = self.along_first(result + left_first)
            left_first = result + left_first - step
            result = self.along_second(step + left_second)
            left_second = step + left_second - result
        return result

    def along_first(self, cells: FloatArray) -> FloatArray:
        if self.pair.first.direction == "free":
            return cells
        result = cells.astype(float)
        for j in range(cells.shape[2]):
            result[:, :, j] = self._line(cells[:, :, j], self.mass[:, :, j], self.main[:, :, j], self.known[:, j],
                                         self.their[:, j], self.pair.first)  # fmt: skip
        return result

    def along_second(self, cells: FloatArray) -> FloatArray:
        if self.pair.second.direction == "free":
            return cells
        result = cells.astype(float)
        for i in range(cells.shape[1]):
            result[:, i] = self._line(cells[:, i], self.mass[:, i], self.main[:, i], self.known[i],
                                      self.own[:, i], self.pair.second)  # fmt: skip
        return result

    @staticmethod
    def _line(
        cells: FloatArray,
        mass: FloatArray,
        main: IntArray,
        known: npt.NDArray[np.bool_],
        anchor: IntArray,
        chain: Chain,
    ) -> FloatArray:
        """One factor's levels at one level of the other: held at the ijkclient's level and where no pair is fitted."""
        fixed = np.insert(np.where(known, np.nan, main), chain.n_below, anchor, axis=1)
        values = np.insert(cells, chain.n_below, anchor, axis=1)
        result = isotonic(values, np.insert(mass, chain.n_below, 1.0, axis=1), fixed, chain.direction)
        return np.delete(result, chain.n_below, axis=1)
