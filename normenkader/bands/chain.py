"""The whole chain, from fit to edges, under any draw of providers: one place for resamples and for leaving one out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import gcd

import numpy as np
import numpy.typing as npt
from joblib import delayed

from normenkader.bands.batch import edges_under
from normenkader.bands.demands import Demands
from normenkader.model.clients import client_shares
from normenkader.model.intervals import resampled
from normenkader.model.moments import average_level
from normenkader.model.norm_table import NormTable, round_up
from normenkader.model.restriction import order_constraints, restrict
from normenkader.model.rounding import round_terms
from normenkader.parallel import on_threads

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# A resample whose highest norm is so many times that of the study has lost the clients that tell its terms apart.
_RUNS_OFF = 10
# Resamples are worked through in blocks of so many rows, or counts by provider and cell: about 100 MB.
_BLOCK_VALUES = 5_000_000


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

    def held_at(self, edges: Sequence[int] | None) -> ChainDraws:
        """The same norm tables under `edges` that people chose, which no draw moves; as they are with None."""
        if edges is None:
            return self
        every = np.ones(len(self.edges), dtype=np.bool_)
        return replace(self, edges=np.tile(np.asarray(edges, dtype=np.int64), (len(every), 1)), feasible=every)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnTables:
    """The norm table of each draw of providers, and its clients on the grid: all that edges need, for any number.

    Attributes
    ----------
    published : (B, p), ijkclient_minutes : (B,)
        As in `ChainDraws`.
    n, total : (B, cells)
        Clients, and sums of norm minutes, by cell as wide as the band step.
    present : (B, cells, G) bool
        Providers with a client in the cell.
    lost : (B,) bool
        Draws whose norm runs off, for want of clients who tell its terms apart; they have no bands, and the figures
        above are those of the table itself.
    step : int
        Of the bands.
    """

    published: IntArray
    ijkclient_minutes: IntArray
    n: FloatArray
    total: FloatArray
    present: npt.NDArray[np.bool_]
    lost: npt.NDArray[np.bool_]
    step: int

    def __post_init__(self) -> None:
        for name in ("published", "ijkclient_minutes", "n", "total", "present", "lost"):
            getattr(self, name).setflags(write=False)

    def edges(self, *, n_bands: int, demands: Demands) -> ChainDraws:
        """The optimal edges of every draw; the minutes of the ijkclient in `demands` are replaced by its own."""
        edges, _ = edges_under(
            self.n, self.total, self.present, step=self.step, n_bands=n_bands, demands=demands,
            ijkclient=self.ijkclient_minutes.astype(np.float64),
        )  # fmt: skip
        edges = np.where(self.lost[:, None], -1, edges)
        return ChainDraws(
            published=self.published, ijkclient_minutes=self.ijkclient_minutes, edges=edges, feasible=edges[:, 0] == 0
        )


def draw_tables(table: NormTable, draws: FloatArray) -> DrawnTables:
    """Fit and norm table for every draw, from provider moments and the design rows.

    Terms that another source decides stay as they are in every draw.

    Parameters
    ----------
    table : NormTable
    draws : (B, G) how often each provider takes part
    """
    terms, level = _fitted(table, draws)
    return _on_grid(table, draws, terms, level)


def run_chain(table: NormTable, draws: FloatArray, *, n_bands: int, demands: Demands) -> ChainDraws:
    """Fit, norm table and optimal edges for every draw; `draw_tables` serves several numbers of bands at once.

    Terms that another source decides stay as they are in every draw.

    Parameters
    ----------
    table : NormTable
    draws : (B, G) how often each provider takes part
    n_bands : int
    demands : Demands
        Its minutes of the ijkclient are replaced by each draw's own.
    """
    return draw_tables(table, draws).edges(n_bands=n_bands, demands=demands)


def chain_of(
    table: NormTable, draws: FloatArray, terms: FloatArray, level: FloatArray, *, n_bands: int, demands: Demands
) -> ChainDraws:
    """Norm table and optimal edges from unrounded terms and level, one set a draw.

    Parameters
    ----------
    table : NormTable
        Its design, step and rounding plan are used.
    draws : (B, G) how often each provider takes part
    terms : (B, p), level : (B,)
        Minutes, before directions and rounding.
    n_bands, demands
        As in `run_chain`.
    """
    return _on_grid(table, draws, terms, level).edges(n_bands=n_bands, demands=demands)


def _on_grid(table: NormTable, draws: FloatArray, terms: FloatArray, level: FloatArray) -> DrawnTables:
    published, ijkclient = _tables(table, draws, terms, level)
    own = np.where(table.model.design().in_force(), table.published(), 0)
    lost = _runs_off(table, own, published, ijkclient)
    published = np.where(lost[:, None], own, published)
    ijkclient = np.where(lost, table.ijkclient_minutes, ijkclient)
    grid, g = _grid(table, published, ijkclient), table.model.n_providers
    rows = _rows(table)
    block = max(1, _BLOCK_VALUES // max(len(rows.provider), g * grid.n_fine))
    blocks = [slice(start, start + block) for start in range(0, len(draws), block)]
    parts = on_threads(delayed(_cells)(rows, grid, draws[b], published[b], ijkclient[b]) for b in blocks)
    n, total, present = (np.concatenate(part) for part in zip(*parts, strict=True))
    return DrawnTables(
        published=published, ijkclient_minutes=ijkclient, n=n, total=total, present=present, lost=lost,
        step=table.model.study.bands.step,
    )  # fmt: skip


def _runs_off(table: NormTable, own: IntArray, published: IntArray, ijkclient: IntArray) -> npt.NDArray[np.bool_]:
    usual = int(_highest(table, own[None, :], np.array([table.ijkclient_minutes]))[0])
    return np.asarray(_highest(table, published, ijkclient) > _RUNS_OFF * max(usual, table.step))


def _fitted(table: NormTable, draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Terms and level of every draw, those that another source decides in their place."""
    model, replaced = table.model, table.replaced
    terms, _ = resampled(model.profile(), draws)
    level = average_level(model.profile(), terms, draws)
    own = terms[:, : len(model.coefficients())]
    return replaced.in_columns(model.design(), own), replaced.in_level(level)


def _tables(table: NormTable, draws: FloatArray, terms: FloatArray, level: FloatArray) -> tuple[IntArray, IntArray]:
    """Published minutes and ijkclient of every draw."""
    model, plan = table.model, table.plan()
    metric = table.replaced.holding(model.design(), np.tensordot(draws, model.moments().xx, axes=1))
    restricted = restrict(terms, metric, order_constraints(plan, terms.shape[1]))
    weights = draws @ _rows_by_provider(table)
    published = round_terms(restricted, weights, plan, table.step) * table.step
    return np.where(model.design().in_force(), published, 0), round_up(level, table.step)


def _rows_by_provider(table: NormTable) -> FloatArray:
    design = table.model.design()
    matrix, provider = design.matrix(), design.provider_codes()
    starts = np.searchsorted(provider, np.arange(len(design.providers)))
    return np.add.reduceat(matrix, starts, axis=0) if matrix.shape[1] else np.zeros((len(starts), 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Cells as wide as the finest step, `per_band_cell` of them in a cell of the band step."""

    minutes: int
    per_band_cell: int
    n_fine: int


def _grid(table: NormTable, published: IntArray, ijkclient: IntArray) -> _Grid:
    """A grid that holds every norm of every draw: at most one level a factor, or pair of factors, counts for a row."""
    step = table.model.study.bands.step
    fine = gcd(table.step, step)
    n_cells = max(int(_highest(table, published, ijkclient).max(initial=0)), 0) // step + 1
    return _Grid(minutes=fine, per_band_cell=step // fine, n_fine=n_cells * (step // fine))


def _highest(table: NormTable, published: IntArray, ijkclient: IntArray) -> IntArray:
    """No norm of a draw is higher than this, (B,)."""
    parts: dict[tuple[str, str], list[int]] = {}
    for j, column in enumerate(table.model.design().columns):
        parts.setdefault((column.factor, column.with_factor), []).append(j)
    most = [np.maximum(published[:, at], 0).max(axis=1) for at in parts.values()]
    return np.asarray(ijkclient + sum(most, start=np.zeros(len(ijkclient), dtype=np.int64)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """Rows with a norm: all that a block of draws needs of them, so that little goes to another process."""

    matrix: npt.NDArray[np.float32]
    provider: IntArray
    share: FloatArray | None
    n_providers: int


def _rows(table: NormTable) -> _Rows:
    design = table.model.design()
    known = design.has_norm()
    # float32 holds whole minutes far beyond any norm exactly.
    return _Rows(
        matrix=design.matrix().astype(np.float32)[known], provider=design.provider_codes()[known],
        share=client_shares(design.client_codes()[known]), n_providers=len(design.providers),
    )  # fmt: skip


def _cells(
    rows: _Rows, grid: _Grid, draws: FloatArray, published: IntArray, ijkclient: IntArray
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
    """Clients, sums of norm minutes and providers present, per band cell of every draw.

    Norms are whole steps, so counting rows on a fine grid loses nothing: every sum below is a sum of whole numbers,
    but for clients with several episodes, who count once, shared between these.
    """
    counts = _counts(rows, grid, draws, published, ijkclient)
    by_cell = counts.reshape(*counts.shape[:2], -1, grid.per_band_cell)
    present = by_cell.any(axis=3) & (draws > 0)[:, :, None]
    weighted = (draws[:, None, :] @ counts)[:, 0, :].reshape(len(draws), -1, grid.per_band_cell)
    minutes = (grid.minutes * np.arange(grid.n_fine)).reshape(-1, grid.per_band_cell)
    return weighted.sum(axis=2), (weighted * minutes).sum(axis=2), present.transpose(0, 2, 1)


def _counts(rows: _Rows, grid: _Grid, draws: FloatArray, published: IntArray, ijkclient: IntArray) -> FloatArray:
    """Clients by draw, provider and fine cell; zero where a draw leaves the provider out.

    One provider at a time, for the draws that hold it: less than two thirds of them in a bootstrap, and rows few
    enough to stay near the processor. Whole steps and cells fit float32, so the places are exact.
    """
    counts = np.zeros((len(published), rows.n_providers, grid.n_fine))
    steps = (published // grid.minutes).astype(np.float32)
    start = (ijkclient // grid.minutes).astype(np.float32)[:, None]
    for g, (first, last) in enumerate(pairwise(np.searchsorted(rows.provider, np.arange(rows.n_providers + 1)))):
        drawn = np.flatnonzero(draws[:, g] > 0)
        cells = steps[drawn] @ rows.matrix[first:last].T + start[drawn]
        np.maximum(cells, 0.0, out=cells)
        cells += grid.n_fine * np.arange(len(drawn), dtype=np.float32)[:, None]
        weight = None if rows.share is None else np.tile(rows.share[first:last], len(drawn))
        flat = np.bincount(cells.ravel().astype(np.intp), weight, len(drawn) * grid.n_fine)
        counts[drawn, g] = flat.reshape(len(drawn), grid.n_fine)
    return counts
