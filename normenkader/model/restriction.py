"""The fit under the directions a study declares: the nearest terms in clients' minutes that keep every order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import optimize

from normenkader.model.rounding import Chain, Pair, RoundingPlan

FloatArray = npt.NDArray[np.float64]
_TOLERANCE = 1e-9
_RELATIVE_RIDGE = 1e-10
_BLOCK = 500


def order_constraints(plan: RoundingPlan, n_columns: int) -> FloatArray:
    """One row a demand: row @ terms >= 0 when the next level asks no fewer (no more) minutes than the one before.

    For a factor that interacts, the order holds at every level of the other factor.
    """
    rows: list[FloatArray] = []
    for chain in plan.chains:
        rows += _steps(chain, [_unit([j], n_columns) for j in chain.columns], n_columns)
    for pair in plan.pairs:
        rows += _pair_steps(pair, n_columns)
    return np.array(rows).reshape(len(rows), n_columns)


def restrict(terms: FloatArray, metric: FloatArray, constraints: FloatArray) -> FloatArray:
    """Terms in the declared order that change clients' sums least.

    Minimises ``(b - terms)' metric (b - terms)`` under ``constraints @ b >= 0`` for each set of terms; with the cross
    products of the design as metric that is the summed squared change of clients' minutes, the ijkclient held where
    it is. Terms that keep every order come back untouched.

    Parameters
    ----------
    terms : (B, p)
    metric : (B, p, p) weighted cross products of the design, or (1, p, p) for all
    constraints : (m, p)

    References
    ----------
    Lawson & Hanson (1974), Solving Least Squares Problems, chapter 23 (least distance programming by non-negative
    least squares). Robertson, Wright & Dykstra (1988), Order Restricted Statistical Inference.
    """
    result = terms.copy()
    if not len(constraints):
        return result
    broken = np.flatnonzero((terms @ constraints.T < -_TOLERANCE).any(axis=1))
    for start in range(0, len(broken), _BLOCK):
        at = broken[start : start + _BLOCK]
        result[at] = _restrict_block(terms[at], metric[at] if len(metric) > 1 else metric, constraints)
    return result


def _restrict_block(terms: FloatArray, metric: FloatArray, constraints: FloatArray) -> FloatArray:
    """Least distance programming: with metric = L L', non-negative least squares on L^-1 C' gives the multipliers."""
    diagonal = np.einsum("bii->bi", metric)
    scale = np.sqrt(np.maximum(diagonal, diagonal.max(axis=1, keepdims=True) * 1e-9))
    scaled = metric / (scale[:, :, None] * scale[:, None, :]) + _RELATIVE_RIDGE * np.eye(terms.shape[1])
    root = np.linalg.cholesky(scaled)
    inverse = np.linalg.inv(root)
    lifted = inverse @ np.swapaxes(constraints / scale[:, None, :], 1, 2)
    aim = -np.einsum("bij,bi->bj", root, scale * terms)
    lifted, inverse = (np.broadcast_to(part, (len(terms), *part.shape[1:])) for part in (lifted, inverse))
    limit = 30 * len(constraints)
    multipliers = np.array([optimize.nnls(one, b, maxiter=limit)[0] for one, b in zip(lifted, aim, strict=True)])
    shift = np.einsum("bij,bi->bj", inverse, np.einsum("bij,bj->bi", lifted, multipliers))
    return np.asarray(terms + shift / scale)


def _unit(columns: list[int], n_columns: int) -> FloatArray:
    row = np.zeros(n_columns)
    row[columns] = 1.0
    return row


def _steps(chain: Chain, sums: list[FloatArray], n_columns: int) -> list[FloatArray]:
    """Differences between neighbouring levels, the ijkclient's own level in its place with nothing added."""
    if chain.direction == "free":
        return []
    sign = 1.0 if chain.direction == "up" else -1.0
    line = [*sums[: chain.n_below], np.zeros(n_columns), *sums[chain.n_below :]]
    return [sign * (after - before) for before, after in pairwise(line)]


def _pair_steps(pair: Pair, n_columns: int) -> list[FloatArray]:
    rows: list[FloatArray] = []
    for j in range(len(pair.second.columns)):
        cells = [(column, line[j]) for column, line in zip(pair.first.columns, pair.table, strict=True)]
        rows += _steps(pair.first, [_unit([c for c in cell if c >= 0], n_columns) for cell in cells], n_columns)
    for line in pair.table:
        cells = list(zip(pair.second.columns, line, strict=True))
        rows += _steps(pair.second, [_unit([c for c in cell if c >= 0], n_columns) for cell in cells], n_columns)
    return rows
