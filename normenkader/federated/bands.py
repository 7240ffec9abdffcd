"""Bands from the cells of providers who keep their records: the same optimum, and what of the rest can be known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.assessed import NO_ASSESSMENTS, Assessed, SameBand, without_value
from normenkader.bands.candidates import Candidate, choose_number, list_candidates
from normenkader.bands.cells import Cells
from normenkader.bands.explained import interval_of_sums
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import demands_of, optimum_of, options
from normenkader.bands.optimum import Infeasible, Partition
from normenkader.bands.rivals import Rival, rivals
from normenkader.bands.table import Explained, band_labels
from normenkader.bands.volumes import interval_of_totals
from normenkader.errors import StudyRefused
from normenkader.federated.by_band import BandSums, sums_by_band
from normenkader.federated.summary import CellSummary
from normenkader.federated.told import Told, together
from normenkader.model.norm_table import NormTable
from normenkader.model.unseen_sums import unseen_errors
from normenkader.study import FILE_NAME

FloatArray = npt.NDArray[np.float64]
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
    mean_interval : (low, high) or None
        95 % interval of `mean_minutes` over providers.
    suppressed : bool
        Too few clients or providers for publication.
    dominated : bool
        Few providers deliver nearly all minutes, of it or of such a band with it; see `BandSums.of_few`.
    """

    band: int
    label: str
    lower: int
    upper: int | None
    n_clients: int
    n_providers: int
    mean_minutes: float
    mean_norm_minutes: float
    mean_interval: tuple[float, float] | None
    suppressed: bool
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
    without_norm : Told
        Episodes for which the table is silent.
    same_band : SameBand
    candidates : tuple of Candidate
    rivals : tuple of Rival
        Other rules on the same cells.
    sums : BandSums
    """

    norms: NormTable
    ijkclient_band: int
    bands: tuple[SummedBand, ...]
    found: Partition
    infeasible: Infeasible | None
    without_norm: Told
    same_band: SameBand
    candidates: tuple[Candidate, ...]
    rivals: tuple[Rival, ...]
    sums: BandSums


def bands_of_summaries(
    norms: NormTable, summaries: Sequence[CellSummary], assessed: Assessed | None = None
) -> SummedBands:
    """The exact optimum of the stated rule on the cells that providers sent.

    Parameters
    ----------
    norms : NormTable
        The table under which every provider counted.
    summaries : sequence of CellSummary
    assessed : Assessed, optional
        Double assessments, for ``n = "auto"`` and the chance of the same band.

    Raises
    ------
    InputRefused
        If the study asks for ``n = "auto"`` without enough double assessments, or states edges of its own.
    """
    if norms.model.study.bands.edges is not None:
        raise StudyRefused(NO_CHOSEN_EDGES, file=FILE_NAME, column="[bands] edges")
    ordered = tuple(sorted(summaries, key=lambda summary: summary.provider))
    cells = summed_cells(ordered)
    candidates = list_candidates(norms, assessed, cells=cells)
    found, infeasible = optimum_of(norms, choose_number(norms, candidates, assessed), cells=cells)
    own, sums = int(band_numbers([norms.ijkclient_minutes], found.edges)[0]), sums_by_band(ordered, found.edges)
    silent = together(summary.without_norm for summary in ordered)
    return SummedBands(
        norms=norms, ijkclient_band=own, bands=tuple(_bands(norms, found.edges, own, sums)), found=found,
        infeasible=infeasible, without_norm=silent,
        same_band=without_value(NO_ASSESSMENTS) if assessed is None else assessed.same_band(found.edges),
        candidates=candidates, rivals=rivals(cells, n_bands=found.n_bands, **options(demands_of(norms))), sums=sums,
    )  # fmt: skip


def summed_cells(summaries: Sequence[CellSummary]) -> Cells:
    """The cells of all providers on one grid, each episode counting so that all of a cell count for its clients.

    A client with episodes in two cells counts in both: whose they are is not in the sums.
    """
    ordered = sorted(summaries, key=lambda summary: summary.provider)
    step = ordered[0].step
    size = 1 + max(int(summary.lower.max()) // step for summary in ordered)
    counts, above, squares = np.zeros((size, len(ordered)), np.int64), np.zeros(size), np.zeros(size)
    for g, s in enumerate(ordered):
        at = s.lower // step
        counts[at, g] += s.n_clients
        each = s.n_clients / s.n_episodes
        above[at] += each * (s.norm_minutes - s.lower * s.n_episodes)
        squares[at] += each * (
            s.norm_squares - 2 * s.lower * s.norm_minutes + s.lower.astype(float) ** 2 * s.n_episodes
        )
    return Cells(
        step=step, names=tuple(s.provider for s in ordered), providers=counts, above=above, above_squares=squares
    )


def _bands(norms: NormTable, edges: tuple[int, ...], own: int, sums: BandSums) -> Iterable[SummedBand]:
    study = norms.model.study
    labels = band_labels(len(edges), own, study.bands.labels)
    small, few = sums.small(study.disclosure), sums.of_few(study.disclosure)
    for k, lower in enumerate(edges):
        clients, episodes, there = sums.n_clients[k], sums.n_episodes[k].sum(), sums.n_episodes[k] > 0
        yield SummedBand(
            band=k + 1, label=labels[k], lower=lower, upper=edges[k + 1] if k + 1 < len(edges) else None,
            n_clients=int(clients.sum()), n_providers=int((clients > 0).sum()),
            mean_minutes=float(sums.minutes[k].sum() / episodes), suppressed=bool(small[k]), dominated=bool(few[k]),
            mean_norm_minutes=float(sums.norm_minutes[k].sum() / episodes),
            mean_interval=interval_of_totals(sums.n_episodes[k][there], sums.minutes[k][there]),
        )  # fmt: skip


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
