"""Grid cells: all that edges need to know of the clients, a few numbers for every step of minutes.

Sums are kept about each cell's own lower bound, so that a million clients near 10^6 minutes lose no digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normenkader.bands.grid import Counts, Floats, band_numbers, place, sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Clients counted on a grid of minutes: cell c covers [c * step, (c + 1) * step).

    Cells are additive: providers, files or rounds may each make their own, in any order.

    Attributes
    ----------
    step : int
        Width of a cell in minutes.
    names : tuple of str
        Providers, in the order of the columns of `providers`.
    providers : array (cells, providers), read-only
        Weight of clients (their number, without weights).
    above, above_squares : array (cells,), read-only
        Sum and sum of squares of the minutes above the cell's lower bound.
    """

    step: int
    names: tuple[str, ...]
    providers: Counts
    above: Floats
    above_squares: Floats

    def __post_init__(self) -> None:
        for values in (self.providers, self.above, self.above_squares):
            values.flags.writeable = False

    def __len__(self) -> int:
        return len(self.above)

    def __add__(self, other: Cells) -> Cells:
        if self.step != other.step:
            raise ValueError(f"cells of {self.step} and of {other.step} minutes do not add up")
        names = self.names if self.names == other.names else tuple(sorted({*self.names, *other.names}))
        size = max(len(self), len(other))
        return Cells(
            step=self.step,
            names=names,
            providers=_spread(self, names, size) + _spread(other, names, size),
            above=_longer(self.above, size) + _longer(other.above, size),
            above_squares=_longer(self.above_squares, size) + _longer(other.above_squares, size),
        )

    @property
    def lower(self) -> NDArray[np.int64]:
        """Lower bounds of the cells in minutes."""
        return np.arange(len(self), dtype=np.int64) * self.step

    @property
    def n(self) -> Counts:
        """Weight of clients per cell."""
        return _read_only(self.providers.sum(axis=1))

    @property
    def total(self) -> Floats:
        """Sum of norm minutes per cell; exact for whole minutes below 2^53."""
        return _read_only(self.above + self.lower * self.n)

    @property
    def squares(self) -> Floats:
        """Sum of squares of norm minutes per cell; for sums of squares about a mean use `within_squares`."""
        lower = self.lower.astype(np.float64)
        return _read_only(self.above_squares + 2 * lower * self.above + lower**2 * self.n)


def make_cells(
    norm_minutes: ArrayLike,
    providers: ArrayLike | None = None,
    *,
    step: int,
    weights: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> Cells:
    """Count clients on the grid of `step` minutes.

    Parameters
    ----------
    norm_minutes : array (clients,)
        Norm minutes, at least zero.
    providers : array (clients,), optional
        Provider of each client: names, or with `names` the places in that list. Without it all are of one provider.
    step : int
        Width of a cell in minutes.
    weights : array (clients,), optional
        Weight of each client, at least zero; whole numbers stay whole.
    names : sequence of str, optional
        All providers, also those without a client.

    Returns
    -------
    Cells
        The last cell holds the highest norm minutes.

    Raises
    ------
    ValueError
        If a norm is negative or missing, a weight is negative, or lengths differ.
    """
    minutes = np.asarray(norm_minutes, dtype=np.float64)
    index, above = place(minutes, step)
    codes, axis = _provider_codes(providers, names, len(minutes))
    mass = None if weights is None else _checked_weights(weights, len(minutes))
    size = int(index.max(initial=-1)) + 1
    square = above * above
    return Cells(
        step=step,
        names=axis,
        providers=_count(index * len(axis) + codes, mass, size * len(axis)).reshape(size, len(axis)),
        above=sums(index, above if mass is None else above * mass, size),
        above_squares=sums(index, square if mass is None else square * mass, size),
    )


def within_squares(cells: Cells, edges: Sequence[int]) -> Floats:
    """Sum of squares of norm minutes about the band's mean, per band, by client weight.

    Within and between the cells of a band are added up, both of them sums of squares, so nothing cancels.

    Raises
    ------
    ValueError
        If an edge lies off the grid.
    """
    if any(edge % cells.step for edge in edges):
        raise ValueError(f"edges must be multiples of {cells.step} minutes; make cells of a step that divides them")
    held = cells.n > 0
    n, above, band = cells.n[held], cells.above[held], band_numbers(cells.lower[held], edges) - 1
    centre = int(cells.lower[held][len(n) // 2]) if len(n) else 0
    mean = (cells.lower[held] - centre) + above / n
    weight = sums(band, n, len(edges))
    band_mean = sums(band, n * mean, len(edges)) / np.where(weight > 0, weight, 1)
    in_cells = np.maximum(cells.above_squares[held] - above**2 / n, 0)
    return sums(band, in_cells + n * (mean - band_mean[band]) ** 2, len(edges))


def _provider_codes(
    providers: ArrayLike | None, names: Sequence[str] | None, rows: int
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    if providers is None:
        return np.zeros(rows, dtype=np.intp), ("",) if names is None else tuple(names)
    given = np.asarray(providers)
    if len(given) != rows:
        raise ValueError("every norm needs its provider")
    if names is None:
        found, codes = np.unique(given.astype(str), return_inverse=True)
        return codes.astype(np.intp), tuple(str(name) for name in found)
    if given.size and (given.min() < 0 or given.max() >= len(names)):
        raise ValueError("a provider's place lies outside the list of names")
    return given.astype(np.intp), tuple(names)


def _checked_weights(weights: ArrayLike, rows: int) -> Counts:
    mass = np.asarray(weights)
    if mass.shape != (rows,) or not (mass >= 0).all():
        raise ValueError("every norm needs a weight of at least zero")
    return mass if np.issubdtype(mass.dtype, np.integer) else mass.astype(np.float64)


def _count(index: NDArray[np.intp], mass: Counts | None, size: int) -> Counts:
    counted = np.bincount(index, mass, size)
    whole = mass is None or np.issubdtype(mass.dtype, np.integer)
    return counted.astype(np.int64) if whole else counted.astype(np.float64)


def _spread(cells: Cells, names: tuple[str, ...], size: int) -> Counts:
    table = np.zeros((size, len(names)), dtype=cells.providers.dtype)
    table[: len(cells), [names.index(name) for name in cells.names]] = cells.providers
    return cast(Counts, table)


def _longer(values: Floats, size: int) -> Floats:
    return np.pad(values, (0, size - len(values)))


def _read_only(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values
