"""Bands from the cells of providers who keep their records: the same optimum, and what of the rest can be known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.cells import Cells
from normenkader.bands.explained import interval_of_sums
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import demands_of, options
from normenkader.bands.optimum import Infeasible, Partition, optimal_or_fewer
from normenkader.bands.table import Explained, band_labels
from normenkader.disclosure import is_dominated
from normenkader.errors import InputRefused
from normenkader.federated.summary import CellSummary
from normenkader.model.norm_table import NormTable
from normenkader.model.unseen_sums import unseen_errors

FloatArray = npt.NDArray[np.float64]
NEEDS_A_NUMBER = (
    "the study asks for n = 'auto', which rests on double assessments of clients; with summaries in place of clients, "
    "state a number of bands"
)
NO_CHOSEN_EDGES = (
    "chosen edges are held against the rule's optimum with records of clients; with summaries leave them out, and the "
    "rule decides"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummedBand:
    """One class of minutes per week, as far as cells tell.

    Attributes
    ----------
    band, label, lower, upper
        As in `normenkader.bands.table.Band`.
    n_clients, n_providers : int
        Exact; only for publication through `disclosure`. A client of two providers counts at both.
    mean_minutes, mean_norm_minutes : float
        Over episodes: delivered, and by the norm table.
    dominated : bool
        Few providers deliver nearly all minutes. Whether few clients have them, sums do not tell.
    """

    band: int
    label: str
    lower: int
    upper: int | None
    n_clients: int
    n_providers: int
    mean_minutes: float
    mean_norm_minutes: float
    dominated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SummedBands:
    """Bands on a norm table, from summaries alone.

    Attributes
    ----------
    norms : NormTable
    ijkclient_band : int
    bands : tuple of SummedBand
    found : Partition
    infeasible : Infeasible or None
    n_without_norm : int or None
        Episodes for which the table is silent; None where some provider may not tell.
    """

    norms: NormTable
    ijkclient_band: int
    bands: tuple[SummedBand, ...]
    found: Partition
    infeasible: Infeasible | None
    n_without_norm: int | None


def bands_of_summaries(norms: NormTable, summaries: Sequence[CellSummary]) -> SummedBands:
    """The exact optimum of the stated rule on the cells that providers sent.

    Parameters
    ----------
    norms : NormTable
        The table under which every provider counted.
    summaries : sequence of CellSummary

    Raises
    ------
    InputRefused
        If the study asks for a number of bands that only records can give, or states edges of its own.
    """
    asked = norms.model.study.bands.n
    if asked == "auto":
        raise InputRefused(NEEDS_A_NUMBER, file="study.toml", column="[bands] n")
    if norms.model.study.bands.edges is not None:
        raise InputRefused(NO_CHOSEN_EDGES, file="study.toml", column="[bands] edges")
    found, infeasible = optimal_or_fewer(summed_cells(summaries), n_bands=asked, **options(demands_of(norms)))
    own = int(band_numbers([norms.ijkclient_minutes], found.edges)[0])
    silent = [summary.without_norm for summary in summaries]
    return SummedBands(
        norms=norms, ijkclient_band=own, bands=tuple(_bands(norms, found.edges, own, summaries)), found=found,
        infeasible=infeasible, n_without_norm=None if None in silent else sum(s for s in silent if s is not None),
    )  # fmt: skip


def summed_cells(summaries: Sequence[CellSummary]) -> Cells:
    """The cells of all providers on one grid."""
    ordered = sorted(summaries, key=lambda summary: summary.provider)
    step = ordered[0].step
    size = 1 + max(int(summary.lower.max()) // step for summary in ordered)
    counts, above, squares = np.zeros((size, len(ordered)), np.int64), np.zeros(size), np.zeros(size)
    for g, s in enumerate(ordered):
        at = s.lower // step
        counts[at, g] += s.n_episodes
        above[at] += s.norm_minutes - s.lower * s.n_episodes
        squares[at] += s.norm_squares - 2 * s.lower * s.norm_minutes + s.lower.astype(float) ** 2 * s.n_episodes
    return Cells(
        step=step, names=tuple(s.provider for s in ordered), providers=counts, above=above, above_squares=squares
    )


def _bands(
    norms: NormTable, edges: tuple[int, ...], own: int, summaries: Sequence[CellSummary]
) -> Iterable[SummedBand]:
    labels = band_labels(len(edges), own, norms.model.study.bands.labels)
    at = [band_numbers(summary.lower, edges) for summary in summaries]
    for k, lower in enumerate(edges):
        clients, episodes, minutes, norm = _sums([number == k + 1 for number in at], summaries)
        yield SummedBand(
            band=k + 1, label=labels[k], lower=lower, upper=edges[k + 1] if k + 1 < len(edges) else None,
            n_clients=int(clients.sum()), n_providers=int((clients > 0).sum()),
            mean_minutes=float(minutes.sum() / episodes.sum()), mean_norm_minutes=float(norm.sum() / episodes.sum()),
            dominated=is_dominated(minutes, norms.model.study.disclosure),
        )  # fmt: skip


def _sums(inside: list[npt.NDArray[np.bool_]], summaries: Sequence[CellSummary]) -> tuple[FloatArray, ...]:
    names = ("n_clients", "n_episodes", "minutes", "norm_minutes")
    return tuple(
        np.array([getattr(s, name)[rows].sum() for s, rows in zip(summaries, inside, strict=True)], dtype=np.float64)
        for name in names
    )


def explained_of_sums(norms: NormTable) -> Explained:
    """What model and norm table explain at providers not seen; nan for the bands, whose means need records.

    As `explained_at_unseen_providers`, but for predictions below zero, which count as they are.
    """
    baseline, model, norm_table = unseen_errors(norms)
    spread = float(baseline.sum())
    return Explained(
        model=1 - float(model.sum()) / spread, norm_table=1 - float(norm_table.sum()) / spread, bands=float("nan"),
        interval=interval_of_sums(norm_table, baseline),
    )  # fmt: skip
