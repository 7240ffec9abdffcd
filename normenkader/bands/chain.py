"""The whole chain, from fit to edges, under any draw of providers: one place for resamples and for leaving one out."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
import numpy.typing as npt

from normenkader.bands.batch import edges_under
from normenkader.bands.demands import Demands
from normenkader.model.intervals import resampled
from normenkader.model.moments import average_level
from normenkader.model.norm_table import NormTable, round_up
from normenkader.model.restriction import order_constraints, restrict
from normenkader.model.rounding import round_terms

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# Rows x resamples held at once: about 80 MB.
_BLOCK_VALUES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainDraws:
    """What each draw of providers makes of the chain; all arrays read-only.

    Attributes
    ----------
    published : (B, p) minutes of every design column, zero for a column nobody takes
    ijkclient_minutes : (B,)
    edges : (B, n_bands) lower bounds; -1 where the demands allow no such bands
    feasible : (B,) bool
    """

    published: IntArray
    ijkclient_minutes: IntArray
    edges: IntArray
    feasible: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name in self.__slots__:
            getattr(self, name).setflags(write=False)


def run_chain(table: NormTable, draws: FloatArray, *, n_bands: int, demands: Demands) -> ChainDraws:
    """Fit, norm table and optimal edges for every draw, from provider moments and the design rows.

    Parameters
    ----------
    table : NormTable
    draws : (B, G) how often each provider takes part
    n_bands : int
    demands : Demands
        Its minutes of the ijkclient are replaced by each draw's own.
    """
    published, ijkclient = _tables(table, draws)
    n, total, present = _cells(table, draws, published, ijkclient)
    step = table.model.study.bands.step
    edges, feasible = edges_under(
        n, total, present, step=step, n_bands=n_bands, demands=demands, ijkclient=ijkclient.astype(np.float64)
    )
    return ChainDraws(published=published, ijkclient_minutes=ijkclient, edges=edges, feasible=feasible)


def _tables(table: NormTable, draws: FloatArray) -> tuple[IntArray, IntArray]:
    """Published minutes and ijkclient of every draw."""
    model, plan = table.model, table.plan()
    p = len(model.coefficients())
    terms, _ = resampled(model.profile(), draws)
    level = average_level(model.profile(), terms, draws)
    metric = np.tensordot(draws, model.moments().xx, axes=1)
    restricted = restrict(terms[:, :p], metric, order_constraints(plan, p))
    weights = draws @ _rows_by_provider(table)
    published = round_terms(restricted, weights, plan, table.step) * table.step
    used = np.zeros(p, dtype=bool)
    used[[cell.column for cell in model.design().cells if cell.column >= 0]] = True
    return np.where(used, published, 0), round_up(level, table.step)


def _rows_by_provider(table: NormTable) -> FloatArray:
    design = table.model.design()
    matrix, provider = design.matrix(), design.provider_codes()
    starts = np.searchsorted(provider, np.arange(len(design.providers)))
    return np.add.reduceat(matrix, starts, axis=0) if matrix.shape[1] else np.zeros((len(starts), 0))


def _cells(
    table: NormTable, draws: FloatArray, published: IntArray, ijkclient: IntArray
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
    """Clients, sums of norm minutes and providers present, per band cell of every draw.

    Norms are whole steps, so counting rows on a fine grid loses nothing: every sum below is a sum of whole numbers.
    """
    step = table.model.study.bands.step
    fine = gcd(table.step, step)
    per_cell = step // fine
    highest = int((ijkclient + np.maximum(published, 0).sum(axis=1)).max(initial=0))
    n_cells = highest // step + 1
    counts = _counts(table, published, ijkclient, fine, n_cells * per_cell)
    last = np.flatnonzero(counts.any(axis=(0, 1)))[-1] // per_cell + 1
    counts = counts[:, :, : last * per_cell]
    present = (counts.reshape(*counts.shape[:2], last, per_cell).any(axis=3)) & (draws > 0)[:, :, None]
    weighted = np.einsum("bg,bgc->bc", draws, counts)
    minutes = fine * np.arange(last * per_cell)
    by_band = weighted.reshape(len(draws), last, per_cell)
    return by_band.sum(axis=2), (by_band * minutes.reshape(last, per_cell)).sum(axis=2), present.transpose(0, 2, 1)


def _counts(
    table: NormTable, published: IntArray, ijkclient: IntArray, fine: int, n_fine: int
) -> npt.NDArray[np.int32]:
    """Rows by draw, provider and fine cell; float32 holds whole minutes far beyond any norm exactly."""
    design, known = table.model.design(), table.model.design().has_norm()
    matrix = design.matrix()[known].astype(np.float32)
    offset = design.provider_codes()[known] * n_fine
    size = len(design.providers) * n_fine
    counts = np.empty((len(published), size), dtype=np.int32)
    block = max(1, _BLOCK_VALUES // max(len(matrix), 1))
    for start in range(0, len(published), block):
        rows = slice(start, start + block)
        sums = published[rows].astype(np.float32) @ matrix.T + ijkclient[rows, None].astype(np.float32)
        cells = (np.maximum(sums, 0.0) / fine).astype(np.int64) + offset
        for at, line in enumerate(cells, start=start):
            counts[at] = np.bincount(line, minlength=size)
    return counts.reshape(len(published), len(design.providers), n_fine)
