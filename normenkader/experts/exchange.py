"""D-optimal choice of rows: the set whose terms can be told apart best, by exchange from a greedy start.

References
----------
Fedorov (1972), Theory of Optimal Experiments. Cook & Nachtsheim (1980), A comparison of algorithms for constructing
exact D-optimal designs, Technometrics 22, 315-324.
"""

from __future__ import annotations

import numpy as np

from normenkader.experts.arrays import Floats, Ints

_RIDGE = 1e-6
_GAIN = 1e-6


def d_optimal_rows(candidates: Floats, n: int, *, fixed: Floats) -> Ints:
    """Places of `n` different candidates that, with the fixed rows, have the largest determinant of X'X.

    Deterministic; ties go to the first candidate. An exchange never makes the determinant smaller, and the best single
    exchange is made until none helps: a local optimum.

    Parameters
    ----------
    candidates : array (candidates, terms)
        Model matrix of the rows to choose from.
    n : int
    fixed : array (rows, terms)
        Rows that are in the set whatever is chosen.

    Returns
    -------
    array (n,)
        Rising.

    Raises
    ------
    ValueError
        If there are fewer than `n` candidates.
    """
    if len(candidates) < n:
        raise ValueError("there are fewer candidates than rows to choose")
    chosen = _greedy(candidates, n, fixed)
    for _ in range(20 * n):
        swap = _best_swap(candidates, chosen, fixed)
        if swap is None:
            break
        chosen[swap[0]] = swap[1]
    return np.sort(chosen)


def information(rows: Floats) -> float:
    """Logarithm of the determinant of X'X; minus infinity when terms cannot be told apart."""
    sign, value = np.linalg.slogdet(rows.T @ rows)
    return float(value) if sign > 0 and np.linalg.matrix_rank(rows) == rows.shape[1] else float("-inf")


def independent_columns(matrix: Floats) -> Ints:
    """Places of the columns that are no combination of columns before them."""
    kept: list[int] = []
    basis = np.zeros((len(matrix), 0))
    for at in range(matrix.shape[1]):
        rest = matrix[:, at] - basis @ (basis.T @ matrix[:, at])
        rest = rest - basis @ (basis.T @ rest)
        size = np.linalg.norm(rest)
        if size > 1e-8 * max(1.0, float(np.linalg.norm(matrix[:, at]))):
            kept.append(at)
            basis = np.column_stack([basis, rest / size])
    return np.array(kept, dtype=np.int64)


def _greedy(candidates: Floats, n: int, fixed: Floats) -> Ints:
    """Add the row that is least known so far; a little is known of every term from the start, so that it can begin."""
    inverse = np.linalg.inv(fixed.T @ fixed + _RIDGE * np.eye(candidates.shape[1]))
    chosen: list[int] = []
    for _ in range(n):
        spread = np.einsum("ij,jk,ik->i", candidates, inverse, candidates)
        spread[chosen] = -np.inf
        best = _first_largest(spread)
        chosen.append(best)
        step = inverse @ candidates[best]
        inverse = inverse - np.outer(step, step) / (1.0 + candidates[best] @ step)
    return np.array(chosen, dtype=np.int64)


def _best_swap(candidates: Floats, chosen: Ints, fixed: Floats) -> tuple[int, int] | None:
    rows = candidates[chosen]
    inverse = np.linalg.inv(rows.T @ rows + fixed.T @ fixed + _RIDGE * np.eye(rows.shape[1]))
    cross = rows @ inverse @ candidates.T
    incoming = np.einsum("ij,jk,ik->i", candidates, inverse, candidates)
    leaving = np.einsum("ij,jk,ik->i", rows, inverse, rows)
    ratio = (1.0 - leaving)[:, None] * (1.0 + incoming)[None] + cross**2
    ratio[:, chosen] = 0.0
    best = _first_largest(ratio.ravel())
    if ratio.ravel()[best] <= 1.0 + _GAIN:
        return None
    return best // len(candidates), best % len(candidates)


def _first_largest(values: Floats) -> int:
    # What differs by noise of arithmetic is a tie.
    return int(np.flatnonzero(values >= values.max() * (1.0 - 1e-9))[0])
