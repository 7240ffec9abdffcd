"""Ratings in categories as counts, and the weights that say how much a near miss still agrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normenkader.experts.arrays import Floats, Ints

WeightScheme = Literal["identity", "linear", "quadratic", "ordinal"]
MISSING_CODE = -1


def rating_codes(ratings: ArrayLike, *, categories: Sequence[Any] | None = None) -> tuple[tuple[Any, ...], Ints]:
    """Categories in order, and each rating as its place among them (-1 where missing: None, NaN or an empty text).

    Parameters
    ----------
    ratings : array (units, raters)
        Labels or numbers.
    categories : sequence, optional
        All possible categories in order, used or not; by default those that occur, sorted.

    Raises
    ------
    ValueError
        If a rating is not among `categories`, or the array has not two axes.
    """
    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise ValueError("ratings must have two axes, units and raters")
    flat = [None if _is_missing(value) else value for value in table.ravel()]
    known = tuple(sorted({v for v in flat if v is not None})) if categories is None else tuple(categories)
    place = {value: code for code, value in enumerate(known)}
    if any(value is not None and value not in place for value in flat):
        raise ValueError("a rating is not among the categories")
    codes = [MISSING_CODE if value is None else place[value] for value in flat]
    return known, np.array(codes, dtype=np.int64).reshape(table.shape)


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or bool(value != value)


def category_counts(codes: Ints, n_categories: int) -> Floats:
    """(units, categories): how many raters chose each category."""
    return np.stack([(codes == c).sum(axis=1) for c in range(n_categories)], axis=1).astype(float)


def agreement_weights(scheme: WeightScheme, categories: Sequence[Any]) -> Floats:
    """(categories, categories): 1 on the diagonal, less the further two categories lie apart.

    ``linear`` and ``quadratic`` use the values of numeric categories and the places of others. ``ordinal`` is Gwet's:
    ``1 - C(d + 1, 2) / C(q, 2)`` with d the distance in places; it is not Krippendorff's ordinal metric, which uses
    how often categories occur (`krippendorff_alpha`).

    References
    ----------
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 3.
    """
    q = len(categories)
    if scheme == "identity" or q == 1:
        return np.eye(q)
    if scheme == "ordinal":
        apart = np.abs(np.subtract.outer(np.arange(q), np.arange(q)))
        return np.asarray(1.0 - (apart + 1) * apart / (q * (q - 1.0)))
    distance = np.abs(np.subtract.outer(_scores(categories), _scores(categories)))
    relative = distance / distance.max()
    return np.asarray(1.0 - (relative if scheme == "linear" else relative**2))


def _scores(categories: Sequence[Any]) -> NDArray[np.float64]:
    numeric = all(isinstance(c, int | float | np.number) and not isinstance(c, bool) for c in categories)
    return np.asarray(categories if numeric else np.arange(len(categories)), dtype=np.float64)
