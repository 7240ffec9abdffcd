"""Checks that every array function of this room shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def as_floats(values: ArrayLike, *, dimensions: int) -> Floats:
    """`values` as float64 with `dimensions` axes; missing is NaN, infinite is refused.

    Raises
    ------
    ValueError
        If the number of axes is another one, or a value is infinite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dimensions:
        raise ValueError(f"expected an array with {dimensions} axes, got {array.ndim}")
    if np.isinf(array).any():
        raise ValueError("values must be finite; missing is NaN")
    return array


def as_complete(values: ArrayLike, *, dimensions: int) -> Floats:
    """`values` as `as_floats` gives them, refusing missing values as well."""
    array = as_floats(values, dimensions=dimensions)
    if np.isnan(array).any():
        raise ValueError("missing values are not allowed here")
    return array


def codes_of(labels: ArrayLike) -> Ints:
    """Labels as codes 0, 1, … in sorted order of the labels."""
    return np.unique(np.asarray(labels), return_inverse=True)[1].reshape(-1).astype(np.int64)
