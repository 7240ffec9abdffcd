"""Krippendorff's alpha in closed form, for panels of any size.

The metric sums have a closed form for nominal, ordinal and interval values, so that time and memory grow with the
number of ratings and not with the square of the number of distinct values. The ratio metric has none; it goes in
blocks.

References
----------
Krippendorff (2019), Content Analysis, 4th ed. Sage, chapter 12.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from normenkader.experts.arrays import Floats, as_floats

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alpha:
    """Krippendorff's alpha: 1 - observed / expected disagreement.

    Attributes
    ----------
    metric : str
        ``ordinal`` is Krippendorff's own rank metric (Gwet's ordinal weights give another figure, see
        `agreement_weights`).
    value : float
        NaN when all values are equal: then there is no disagreement to explain.
    observed, expected : float
        Mean squared metric difference between values of one unit, and between any two values.
    n_units, n_values : int
        Units with at least two values, and their values.
    """

    metric: str
    value: float
    observed: float
    expected: float
    n_units: int
    n_values: int


def krippendorff_alpha(values: ArrayLike, *, metric: Metric) -> Alpha:
    """Alpha of a (units, raters) table of numbers; NaN is missing, and units with one value do not count.

    Raises
    ------
    ValueError
        If no unit has two values, or a value is negative under the ratio metric.
    """
    table = as_floats(values, dimensions=2)
    table = table[(~np.isnan(table)).sum(axis=1) >= 2]
    if len(table) == 0:
        raise ValueError("no unit has two values")
    there = ~np.isnan(table)
    if metric == "ratio" and (table[there] < 0).any():
        raise ValueError("the ratio metric needs values of zero or above")
    unit, raw = np.nonzero(there)[0], table[there]
    sizes = there.sum(axis=1).astype(float)
    within, between = _DISAGREEMENTS[metric](raw, unit, sizes)
    n = float(raw.size)
    observed, expected = within / n, between / (n * (n - 1.0))
    return Alpha(
        metric=metric, value=1.0 - observed / expected if expected > 0 else float("nan"), observed=observed,
        expected=expected, n_units=len(table), n_values=raw.size,
    )  # fmt: skip


def _nominal(values: Floats, unit: Floats, sizes: Floats) -> tuple[float, float]:
    code = np.unique(values, return_inverse=True)[1]
    total = np.bincount(code).astype(float)
    key, count = np.unique(unit * (int(code.max()) + 1) + code, return_counts=True)
    same = np.bincount(key // (int(code.max()) + 1), weights=count.astype(float) ** 2, minlength=sizes.size)
    return float(((sizes**2 - same) / (sizes - 1.0)).sum()), float(values.size**2 - (total**2).sum())


def _interval(values: Floats, unit: Floats, sizes: Floats) -> tuple[float, float]:
    # Sum over ordered pairs of (x - y)^2 is 2 m times the sum of squares around the unit's mean.
    means = np.bincount(unit, weights=values) / sizes
    inside = np.bincount(unit, weights=(values - means[unit]) ** 2)
    within = float((2.0 * sizes * inside / (sizes - 1.0)).sum())
    return within, float(2.0 * values.size * ((values - values.mean()) ** 2).sum())


def _ordinal(values: Floats, unit: Floats, sizes: Floats) -> tuple[float, float]:
    # Krippendorff's ordinal difference of two values is the difference of their mid-ranks.
    return _interval(stats.rankdata(values), unit, sizes)


def _ratio(values: Floats, unit: Floats, sizes: Floats) -> tuple[float, float]:
    distinct, count = np.unique(values, return_counts=True)
    rows = max(1, _BLOCK // distinct.size)
    between = sum(
        float(count[a : a + rows] @ _ratio_squares(distinct[a : a + rows, None], distinct[None]) @ count)
        for a in range(0, distinct.size, rows)
    )
    order = np.argsort(unit, kind="stable")
    pieces = np.split(values[order], np.cumsum(sizes).astype(int)[:-1])
    within = sum(float(_ratio_squares(p[:, None], p[None]).sum()) / (p.size - 1.0) for p in pieces)
    return within, between


def _ratio_squares(a: Floats, b: Floats) -> Floats:
    total = a + b
    return np.asarray(np.divide(a - b, total, out=np.zeros(np.broadcast(a, b).shape), where=total > 0) ** 2)


_DISAGREEMENTS: dict[str, Callable[..., tuple[float, float]]] = {
    "nominal": _nominal, "ordinal": _ordinal, "interval": _interval, "ratio": _ratio,
}  # fmt: skip
