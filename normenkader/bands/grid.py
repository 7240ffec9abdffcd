"""Places on the grid of minutes: plain array functions, for one calibration or for many resamples at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64] | NDArray[np.float64]


def band_numbers(norm_minutes: ArrayLike, edges: Sequence[float]) -> NDArray[np.int64]:
    """Band (1, 2, ...) of each norm: the lower bound belongs to the band, the upper does not."""
    return np.searchsorted(np.asarray(edges), np.asarray(norm_minutes), side="right").astype(np.int64)


def place(minutes: Floats, step: int) -> tuple[NDArray[np.intp], Floats]:
    """Cell of each norm, and its minutes above the cell's lower bound.

    Raises
    ------
    ValueError
        If a norm is negative or missing.
    """
    if minutes.ndim != 1 or step <= 0:
        raise ValueError("norm minutes form one column and the step is a whole number above zero")
    if not (minutes >= 0).all() or np.isinf(minutes.max(initial=0)):
        raise ValueError("norm minutes are numbers from zero; a missing norm has no cell")
    index = (minutes / step).astype(np.intp)
    # Division by a whole step never rounds a norm below an edge up to it: floats near the edge lie further apart.
    return index, minutes - index * np.float64(step)


def sums(index: NDArray[np.integer[Any]], values: Counts | None, size: int) -> Floats:
    """Sum of `values` (or the number) per index."""
    return np.bincount(index, values, size).astype(np.float64, copy=False)
