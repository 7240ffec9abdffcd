"""Figures over clusters with intervals: sums by cluster, each cluster left out in turn, and verdicts on several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Verdict = Literal["within", "beyond", "silent"]

LEAST_CLUSTERS = 3
SIGNIFICANCE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with its standard error over clusters.

    Attributes
    ----------
    value : float
        Nan where it cannot be had.
    standard_error : float
        By leaving each cluster out; nan with fewer than three clusters.
    degrees : float
    """

    value: float
    standard_error: float = float("nan")
    degrees: float = 1.0

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval; None where the clusters are too few."""
        return self.interval_at(1 - SIGNIFICANCE)

    def interval_at(self, confidence: float) -> tuple[float, float] | None:
        """Two-sided t interval."""
        if not np.isfinite(self.standard_error):
            return None
        half = float(stats.t.ppf(0.5 + confidence / 2, self.degrees)) * self.standard_error
        return self.value - half, self.value + half


def ratio_of_sums(numerator: FloatArray, denominator: FloatArray) -> Figure:
    """Sum over sum, with the jackknife over clusters.

    Parameters
    ----------
    numerator, denominator : (G,)
        Sums by cluster. Clusters whose denominator is zero take no part.

    Notes
    -----
    Degrees of freedom: the effective number of clusters ``(sum d)^2 / sum d^2`` less one, at least one. Where few
    clusters hold nearly all rows, the others add clusters but no information.
    """
    top, bottom = numerator[denominator > 0], denominator[denominator > 0]
    total = bottom.sum()
    if not len(bottom):
        return Figure(value=float("nan"))
    value = float(top.sum() / total)
    if len(bottom) < LEAST_CLUSTERS:
        return Figure(value=value)
    left = (top.sum() - top) / (total - bottom)
    return jackknifed(value, left, degrees=effective_clusters(bottom) - 1)


def jackknifed(value: float, left_out: FloatArray, *, degrees: float | None = None) -> Figure:
    """A figure from its values with each cluster left out, centred on the full value (CV3)."""
    g = len(left_out)
    error = float(np.sqrt((g - 1) / g * ((left_out - value) ** 2).sum()))
    own = g - 1.0 if degrees is None else min(max(degrees, 1.0), g - 1.0)
    return Figure(value=value, standard_error=error, degrees=own)


def effective_clusters(mass: FloatArray) -> float:
    """How many equal clusters carry as much information as these (Kish's effective number)."""
    squares = float((mass**2).sum())
    return float(mass.sum()) ** 2 / squares if squares > 0 else 0.0


def sums_by(cluster: IntArray, values: FloatArray, n_clusters: int) -> FloatArray:
    """Sum of `values` by cluster, (G,)."""
    return np.asarray(np.bincount(cluster, values, n_clusters), dtype=np.float64)


def quantile_figure(values: FloatArray, cluster: IntArray, q: float) -> Figure:
    """Quantile of `values`, with the delete-one-cluster jackknife."""
    present = np.unique(cluster)
    value = float(np.quantile(values, q))
    if len(present) < LEAST_CLUSTERS:
        return Figure(value=value)
    left = np.array([np.quantile(values[cluster != g], q) for g in present])
    return jackknifed(value, left)


def within(values: FloatArray, cluster: IntArray) -> FloatArray:
    """Values less the mean of their own cluster."""
    n = np.maximum(np.bincount(cluster), 1)
    return np.asarray(values - (np.bincount(cluster, values) / n)[cluster])


def verdict(figures: Sequence[Figure], limit: float) -> Verdict:
    """Whether figures lie within plus or minus `limit`, all of them at once at 95 %.

    ``beyond`` when the interval of some figure lies wholly outside, ``within`` when all lie inside, else ``silent``.
    The intervals share the error of 5 % (Bonferroni), so that many groups do not make a false alarm likely.

    Parameters
    ----------
    figures : sequence of Figure
    limit : float
        In the unit of the figures.
    """
    known = [f.interval_at(1 - SIGNIFICANCE / len(figures)) for f in figures]
    bounds = [interval for interval in known if interval is not None]
    if any(low > limit or high < -limit for low, high in bounds):
        return "beyond"
    inside = all(-limit <= low and high <= limit for low, high in bounds)
    return "within" if inside and bounds and len(bounds) == len(figures) else "silent"


def largest(figures: Sequence[Figure]) -> int:
    """Position of the figure farthest from zero."""
    return int(np.argmax([abs(f.value) if np.isfinite(f.value) else -1.0 for f in figures]))
