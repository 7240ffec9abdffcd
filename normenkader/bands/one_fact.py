"""How often one fact that changes by one level gives a client another band: the load of assessing anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from normenkader.bands.grid import band_numbers
from normenkader.model.norm_table import NormTable
from normenkader.model.profiles import norm_minutes_with
from normenkader.model.sampled import on_sample
from normenkader.remembered import remembered
from normenkader.settings import Factor

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def share_moved_by_one_fact(norms: NormTable, many_edges: Sequence[tuple[int, ...]]) -> tuple[float | None, ...]:
    """Share of changes of one factor by one level, over clients and factors, that give another band.

    A nominal factor changes to each of its other levels; an ordered one to its neighbours.

    Parameters
    ----------
    norms : NormTable
    many_edges : sequence of tuple of int
        Lower bounds, one answer each; None when no change can be made.
    """
    before, after = changes_of_one_fact(norms)
    if not len(before):
        return (None,) * len(many_edges)
    return tuple(float((band_numbers(before, e) != band_numbers(after, e)).mean()) for e in many_edges)


def changes_of_one_fact(norms: NormTable) -> tuple[FloatArray, FloatArray]:
    """Norm minutes before and after every change of one factor by one level that gives a norm, over all clients."""
    return _changes(on_sample(norms))


@remembered
def _changes(norms: NormTable) -> tuple[FloatArray, FloatArray]:
    own, codes = norms.norm_minutes(), norms.model.design().codes()
    has_norm = ~np.isnan(own)
    pairs = [(np.zeros(0), np.zeros(0))]
    for factor in norms.model.study.factors:
        for changed, possible in one_level_away(codes[factor.name], factor):
            rows = possible & has_norm
            new = norm_minutes_with(norms, rows, factor.name, changed[rows])
            known = ~np.isnan(new)
            pairs.append((own[rows][known], new[known]))
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


def one_level_away(codes: IntArray, factor: Factor) -> Iterator[tuple[IntArray, BoolArray]]:
    """Codes that differ by one level, each time with the rows for which there is such a level."""
    levels = len(factor.levels)
    for step in (-1, 1) if factor.is_ordered else range(1, levels):
        new = codes + step if factor.is_ordered else (codes + step) % levels
        yield new, (new >= 0) & (new < levels)
