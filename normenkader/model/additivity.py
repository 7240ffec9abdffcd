"""Is the norm a plain sum? Interactions nobody declared, domains that count less together, and declared directions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from normenkader.model.added_term import SlopeTests, added_terms, contrasts, holm
from normenkader.model.design import Design
from normenkader.model.intervals import leave_one_out
from normenkader.model.norm_table import NormTable
from normenkader.model.restriction import order_constraints
from normenkader.model.results import MinutesModel

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopeTest:
    """One test.

    Attributes
    ----------
    name : tuple of str
        What it is about: two factors, a group, or a factor and its neighbouring levels.
    value, standard_error, degrees : float
        Nan where the test is not possible.
    p_value, adjusted : float
        Adjusted for all tests of the same kind (Holm).
    """

    name: tuple[str, ...]
    value: float
    standard_error: float
    degrees: float
    p_value: float
    adjusted: float

    @property
    def possible(self) -> bool:
        """Whether enough providers carry it."""
        return bool(np.isfinite(self.p_value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Additivity:
    """Tests of the plain sum; every tuple in a fixed order.

    Attributes
    ----------
    interactions : tuple of SlopeTest
        For every pair of factors without a declared interaction: minutes for each minute by minute of their product.
    overlap : tuple of SlopeTest
        For every group of factors: minutes that a step to the next class of the number of factors adds (overlap
        classes in the model), negative when domains count less together.
    bending : tuple of SlopeTest
        For every group: slope on the square of the group's summed minutes; negative when the sum saturates.
    directions : tuple of SlopeTest
        For every declared order of two neighbouring levels: minutes in the declared direction; one-sided.
    """

    interactions: tuple[SlopeTest, ...]
    overlap: tuple[SlopeTest, ...]
    bending: tuple[SlopeTest, ...]
    directions: tuple[SlopeTest, ...]


def additivity_of(table: NormTable) -> Additivity:
    """All tests of the plain sum.

    Interactions and bending: Tukey's one degree of freedom. The product (square) of fitted minutes is a function of
    the fitted sums, so that under a plain sum it says nothing of what is left. Standard errors leave each provider
    out; p-values of one kind are adjusted by Holm.

    References
    ----------
    Tukey (1949), One degree of freedom for non-additivity, Biometrics 5(3), 232-242.
    """
    model = table.model
    scores = factor_scores(model)
    return Additivity(
        interactions=_interactions(model, scores), overlap=_overlap(model), bending=_bending(model, scores),
        directions=_directions(table),
    )  # fmt: skip


def factor_scores(model: MinutesModel) -> dict[str, FloatArray]:
    """Fitted minutes of every row by factor, main terms only, less their mean."""
    design, matrix = model.design(), model.design().matrix()
    result = {}
    for factor in design.factors:
        at = _main_columns(design, factor.name)
        score = matrix[:, at] @ model.coefficients()[at]
        result[factor.name] = score - score.mean()
    return result


def _main_columns(design: Design, factor: str) -> list[int]:
    return [j for j, c in enumerate(design.columns) if c.factor == factor and not c.with_factor]


def _interactions(model: MinutesModel, scores: dict[str, FloatArray]) -> tuple[SlopeTest, ...]:
    declared = {frozenset((f.name, other)) for f in model.design().factors for other in f.partners}
    own = [f.name for f in model.design().factors if not f.group]
    pairs = [pair for pair in combinations(own, 2) if frozenset(pair) not in declared]
    if not pairs:
        return ()
    products = np.column_stack([scores[a] * scores[b] for a, b in pairs])
    return _named(pairs, _added(model, products))


def _bending(model: MinutesModel, scores: dict[str, FloatArray]) -> tuple[SlopeTest, ...]:
    groups = groups_of(model)
    if not groups:
        return ()
    sums = [sum((scores[f.name] for f in model.study.members(group)), np.zeros(1)) for group in groups]
    return _named([(group,) for group in groups], _added(model, np.column_stack([s**2 for s in sums])))


def _added(model: MinutesModel, columns: FloatArray) -> SlopeTests:
    design = model.design()
    seen = model.outcomes()
    weights = model.weights() * seen.information
    return added_terms(design.matrix(), columns, seen.response, weights, design.provider_codes())


def groups_of(model: MinutesModel) -> tuple[str, ...]:
    """Groups of two or more factors, in the study's order."""
    names = dict.fromkeys(f.group for f in model.study.factors if f.group)
    return tuple(name for name in names if len(model.study.members(name)) > 1)


def _overlap(model: MinutesModel) -> tuple[SlopeTest, ...]:
    """Slope of the fitted overlap classes on their order, by clients."""
    rows, names = [], []
    for factor in (f for f in model.design().factors if f.group):
        row = _slope_row(model, factor.name)
        if row is not None:
            rows.append(row)
            names.append((factor.group,))
    if not rows:
        return ()
    return _named(names, _contrasts(model, np.array(rows)))


def _slope_row(model: MinutesModel, factor: str) -> FloatArray | None:
    """Weights that turn the terms of an ordered factor into its least-squares slope over all clients."""
    design, at = model.design(), _main_columns(model.design(), factor)
    codes = model.design().codes()[factor].astype(float)
    centred = codes - codes.mean()
    row = np.zeros(len(design.columns))
    row[at] = centred @ design.matrix()[:, at]
    spread = float((centred**2).sum())
    return row / spread if at and spread > 0 else None


def _contrasts(model: MinutesModel, rows: FloatArray) -> SlopeTests:
    left, _ = leave_one_out(model.profile())
    return contrasts(model.profile(), rows, model.coefficients(), left)


def _directions(table: NormTable) -> tuple[SlopeTest, ...]:
    design, p = table.model.design(), len(table.model.coefficients())
    rows = order_constraints(table.plan(), p)
    used = rows[:, design.in_force()].any(axis=1) if len(rows) else np.zeros(0, bool)
    rows = rows[used]
    if not len(rows):
        return ()
    tests = _contrasts(table.model, rows)
    return _named([_factors_of(design, row) for row in rows], tests, p_values=tests.below_zero())


def _factors_of(design: Design, row: FloatArray) -> tuple[str, ...]:
    found = [design.columns[j] for j in np.flatnonzero(row)]
    pairs = [c for c in found if c.with_factor]
    chosen = pairs[:1] or found[:1]
    return tuple(name for c in chosen for name in (c.factor, c.with_factor) if name)


def _named(
    names: Iterable[tuple[str, ...]], tests: SlopeTests, *, p_values: FloatArray | None = None
) -> tuple[SlopeTest, ...]:
    p = tests.two_sided() if p_values is None else p_values
    adjusted = holm(p)
    return tuple(
        SlopeTest(
            name=tuple(name), value=float(tests.value[i]), standard_error=float(tests.standard_error[i]),
            degrees=float(tests.degrees[i]), p_value=float(p[i]), adjusted=float(adjusted[i]),
        )
        for i, name in enumerate(names)
    )  # fmt: skip
