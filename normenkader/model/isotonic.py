"""Weighted isotonic regression for many rows at once, with some values held fixed."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Direction = Literal["up", "down", "free"]


def isotonic(values: FloatArray, weights: FloatArray, fixed: FloatArray, direction: Direction) -> FloatArray:
    """Weighted isotonic regression along the last axis with some values held fixed.

    Between fixed values the free ones are regressed by themselves and kept within them, which is the constrained
    optimum. Weights of zero count as very small.

    Parameters
    ----------
    values, weights : (B, L)
    fixed : (B or 1, L)
        The value held, nan where free; fixed values are themselves in order.
    direction : {"up", "down"}
    """
    sign = 1.0 if direction == "up" else -1.0
    held = np.broadcast_to(sign * fixed, values.shape)
    result = np.where(np.isnan(held), sign * values, held)
    is_fixed = ~np.isnan(fixed).any(axis=0)
    bounds = [-1, *np.flatnonzero(is_fixed), values.shape[1]]
    for before, after in pairwise(bounds):
        part = slice(before + 1, after)
        if after - before <= 1:
            continue
        free = min_max(result[:, part], np.maximum(weights[:, part], 1e-6))
        low = held[:, before, None] if before >= 0 else -np.inf
        high = held[:, after, None] if after < values.shape[1] else np.inf
        result[:, part] = np.clip(free, low, high)
    return sign * result


def min_max(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Nondecreasing weighted least squares by the min-max formula: short chains, many at once, no loop over rows."""
    length = values.shape[1]
    mass = np.concatenate([np.zeros((len(values), 1)), np.cumsum(weights, axis=1)], axis=1)
    area = np.concatenate([np.zeros((len(values), 1)), np.cumsum(weights * values, axis=1)], axis=1)
    mean = np.full((len(values), length, length), np.inf)
    for i in range(length):
        for k in range(i, length):
            mean[:, i, k] = (area[:, k + 1] - area[:, i]) / (mass[:, k + 1] - mass[:, i])
    result = np.empty_like(values)
    for j in range(length):
        result[:, j] = mean[:, : j + 1, j:].min(axis=2).max(axis=1)
    return result
