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


def cell_sums(
    norm_minutes: ArrayLike, *, step: int, n_cells: int, weights: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Weight of clients and sum of norm minutes per cell, for many resamples at once.

    Parameters
    ----------
    norm_minutes : array (resamples, rows)
        Norm minutes of each row under each resample's norm table.
    step, n_cells : int
        Width and number of cells; `n_cells` must hold the highest norm.
    weights : array (resamples, rows) or (rows,), optional
        Clients a row stands for.

    Returns
    -------
    n, total : array (resamples, cells)
    """
    minutes = np.asarray(norm_minutes, dtype=np.float64)
    flat, shape = _flat_index(minutes, step, n_cells)
    mass = None if weights is None else np.broadcast_to(np.asarray(weights, dtype=np.float64), minutes.shape).ravel()
    value = minutes.ravel() if mass is None else minutes.ravel() * mass
    size = shape[0] * shape[1]
    return sums(flat, mass, size).reshape(shape), sums(flat, value, size).reshape(shape)


def cell_presence(
    norm_minutes: ArrayLike, providers: ArrayLike, *, step: int, n_cells: int, n_providers: int, weights: ArrayLike
) -> NDArray[np.bool_]:
    """Which providers have a client in which cell, for many resamples at once.

    Parameters
    ----------
    norm_minutes : array (resamples, rows)
    providers : array (rows,) of int
        Place of the row's provider in the list of providers.
    weights : array (resamples, rows) or (rows,)
        Rows with weight zero are not there.

    Returns
    -------
    array (resamples, cells, providers) of bool
    """
    minutes = np.asarray(norm_minutes, dtype=np.float64)
    flat, shape = _flat_index(minutes, step, n_cells)
    there = np.broadcast_to(np.asarray(weights) > 0, minutes.shape).ravel()
    codes = np.broadcast_to(np.asarray(providers), minutes.shape).ravel()
    present = np.zeros((shape[0] * shape[1], n_providers), dtype=np.bool_)
    present[flat[there], codes[there]] = True
    return present.reshape(*shape, n_providers)


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


def _flat_index(minutes: Floats, step: int, n_cells: int) -> tuple[NDArray[np.intp], tuple[int, int]]:
    index, _ = place(minutes.ravel(), step)
    if index.size and index.max() >= n_cells:
        raise ValueError("the last cell must hold the highest norm")
    resamples = np.repeat(np.arange(minutes.shape[0], dtype=np.intp), minutes.shape[1])
    return resamples * n_cells + index, (minutes.shape[0], n_cells)
