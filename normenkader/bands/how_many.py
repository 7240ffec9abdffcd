"""Every number of bands side by side: what each explains, promises, leaves in doubt and costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.assessed import SameBand
from normenkader.bands.candidates import Candidate
from normenkader.bands.chain import DrawnTables
from normenkader.bands.explained import explained_at_unseen_providers
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import demands_of
from normenkader.bands.one_fact import share_moved_by_one_fact
from normenkader.bands.promises import BandPromise, band_promises
from normenkader.bands.stability import Stability, stability
from normenkader.casemix.casemix import Casemix, week_rows
from normenkader.disclosure import contributions
from normenkader.model.norm_table import NormTable
from normenkader.remembered import remembered

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PERIOD_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOfBands:
    """One number of bands; figures are None where they cannot be had, and all of them when the demands forbid it.

    Attributes
    ----------
    n_bands : int
    in_force : bool
    edges : tuple of int or None
    explained_of_norm, explained_unseen : float or None
        Share of the variation of norm minutes between bands; of delivered minutes at providers not seen.
    same_band : SameBand
    mean_doubt_width : float or None
        Mean width of the doubt zones in minutes, an edge without one counted as zero.
    share_in_doubt : float or None
        Share of clients whose norm lies in a doubt zone.
    promise_kept : float or None
        Lowest share, over the bands above the first, of clients who need at least the lower bound.
    bands_keeping_promise : int or None
        Bands above the first in which that share reaches the study's promise.
    fits_below_upper : float or None
        Lowest share, over the bands below the last, of clients who need less than the upper bound.
    mean_minutes : tuple of float or None
        Mean delivered minutes of each band; None for a band too small to show.
    mean_width : float or None
        Mean width of the bounded bands in minutes.
    sd_within : float or None
        Standard deviation of norm minutes within bands.
    cost_of_doubt : float or None
        Norm minutes when everybody in doubt has the higher band, over those by the table; a client is counted at the
        mean norm of the band.
    guaranteed : float or None
        Lower bounds over norm minutes, summed over clients: the part that is sure before there is a plan.
    periods_within : float or None
        Share of periods of four weeks whose delivered minutes per week lie within the client's own band.
    moved_by_one_fact : float or None
        Share of changes of one fact by one level that give the client another band.
    """

    n_bands: int
    in_force: bool
    edges: tuple[int, ...] | None
    explained_of_norm: float | None = None
    explained_unseen: float | None = None
    same_band: SameBand
    mean_doubt_width: float | None = None
    share_in_doubt: float | None = None
    promise_kept: float | None = None
    bands_keeping_promise: int | None = None
    fits_below_upper: float | None = None
    mean_minutes: tuple[float | None, ...] = ()
    mean_width: float | None = None
    sd_within: float | None = None
    cost_of_doubt: float | None = None
    guaranteed: float | None = None
    periods_within: float | None = None
    moved_by_one_fact: float | None = None


def numbers_of_bands(
    norms: NormTable, candidates: Sequence[Candidate], *, edges: tuple[int, ...], drawn: DrawnTables
) -> tuple[NumberOfBands, ...]:
    """The figures of every candidate number, rising.

    Parameters
    ----------
    norms : NormTable
    candidates : sequence of Candidate
    edges : tuple of int
        Lower bounds in force.
    drawn : DrawnTables
        Resamples of providers; the same for every number.
    """
    possible = [c.edges for c in candidates if c.edges is not None]
    moved = dict(zip(possible, share_moved_by_one_fact(norms, possible), strict=True))
    periods = period_minutes(norms.model.casemix)
    return tuple(_number(norms, c, edges, drawn, moved, periods) for c in candidates)


@remembered
def period_minutes(casemix: Casemix) -> tuple[IntArray, FloatArray]:
    """Delivered minutes per week of every whole period of four weeks: row of the casemix, and minutes."""
    weeks, row = casemix.weeks_frame(), week_rows(casemix)
    period = weeks["week"].to_numpy() // PERIOD_WEEKS
    # Weeks stand by episode and week, so that those of one period stand together.
    first = np.ones(len(row), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (period[1:] != period[:-1])
    found = weeks["minutes"].groupby(np.cumsum(first)).agg(["mean", "size"])
    whole = (found["size"].to_numpy() == PERIOD_WEEKS) & (row[first] >= 0)
    return row[first][whole], found["mean"].to_numpy(dtype=np.float64)[whole]


def _number(
    norms: NormTable, candidate: Candidate, in_force: tuple[int, ...], drawn: DrawnTables,
    moved: dict[tuple[int, ...], float | None], periods: tuple[IntArray, FloatArray],
) -> NumberOfBands:  # fmt: skip
    edges, n_bands, demands = candidate.edges, candidate.n_bands, demands_of(norms)
    # Doubt and promises here are those of the rule, which moves its edges; edges that people chose do not move.
    own = edges == in_force and norms.model.study.bands.edges is None
    if edges is None:
        return NumberOfBands(n_bands=n_bands, in_force=own, edges=None, same_band=candidate.same_band)
    held = stability(edges, drawn.edges(n_bands=n_bands, demands=demands), norm_step=norms.step)
    unseen = explained_at_unseen_providers(norms, n_bands=n_bands, demands=demands).bands
    promises, minutes = band_promises(norms, edges), norms.norm_minutes()
    known = ~np.isnan(minutes)
    doubt = in_doubt(minutes[known], held)
    return NumberOfBands(
        n_bands=n_bands, in_force=own, edges=edges, explained_of_norm=candidate.explained_of_norm,
        explained_unseen=unseen if np.isfinite(unseen) else None, same_band=candidate.same_band,
        mean_doubt_width=_doubt_width(held), share_in_doubt=float((doubt > 0).mean()),
        promise_kept=_least([p.kept.value for p in promises[1:]]),
        bands_keeping_promise=_keeping(promises[1:], norms.model.study.bands.promise),
        fits_below_upper=_least([p.fits.value for p in promises[:-1]]),
        mean_minutes=_mean_minutes(norms, edges), mean_width=_mean_width(edges),
        sd_within=_sd_within(minutes[known], edges), cost_of_doubt=cost_of_doubt(minutes[known], edges, doubt),
        guaranteed=_guaranteed(minutes[known], edges), periods_within=_periods_within(minutes, edges, periods),
        moved_by_one_fact=moved[edges],
    )  # fmt: skip


def in_doubt(minutes: FloatArray, held: Stability) -> IntArray:
    """For each client the higher of the two bands that its doubt zone lies between; 0 outside every zone."""
    found = np.zeros(len(minutes), dtype=np.int64)
    for k, zone in enumerate(held.doubt_zones):
        if zone is not None:
            found[(minutes >= zone[0]) & (minutes <= zone[1])] = k + 1
    return found


def cost_of_doubt(minutes: FloatArray, edges: tuple[int, ...], doubt: IntArray) -> float | None:
    """Mean band norms summed with everybody in doubt in the higher band, over the sum by the table.

    Parameters
    ----------
    minutes : (n,) norm minutes
    edges : tuple of int
    doubt : (n,) higher band of the doubt zone, 0 for none
    """
    band = band_numbers(minutes, edges)
    n, total = (np.bincount(band, w, len(edges) + 1)[1:] for w in (None, minutes))
    price = np.where(n > 0, total / np.maximum(n, 1), np.asarray(edges, dtype=np.float64))
    by_table = price[band - 1].sum()
    return float(price[np.maximum(band, doubt) - 1].sum() / by_table) if by_table > 0 else None


def _doubt_width(held: Stability) -> float | None:
    zones = held.doubt_zones[1:]
    return float(np.mean([0 if zone is None else zone[1] - zone[0] for zone in zones])) if zones else None


def _least(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return min(known) if len(known) == len(values) and known else None


def _keeping(promises: Sequence[BandPromise], promise: float) -> int | None:
    values = [p.kept.value for p in promises]
    return None if any(v is None for v in values) else sum(v is not None and v >= promise for v in values)


def _mean_minutes(norms: NormTable, edges: tuple[int, ...]) -> tuple[float | None, ...]:
    frame, floor = norms.model.casemix.to_frame(), norms.model.study.disclosure
    band = band_numbers(np.nan_to_num(norms.norm_minutes(), nan=-1.0), edges)
    of_few = contributions(frame).left_out(band - 1, len(edges), floor)
    found: list[float | None] = []
    for k in range(1, len(edges) + 1):
        inside = frame[band == k]
        small = inside["client"].nunique() < floor.min_clients or inside["provider"].nunique() < floor.min_providers
        found.append(None if small or of_few[k - 1] else float(inside["minutes_per_week"].mean()))
    return tuple(found)


def _mean_width(edges: tuple[int, ...]) -> float | None:
    return float(np.diff(edges).mean()) if len(edges) > 1 else None


def _sd_within(minutes: FloatArray, edges: tuple[int, ...]) -> float:
    band = band_numbers(minutes, edges)
    n, total = (np.bincount(band, w, len(edges) + 1) for w in (None, minutes))
    return float(np.sqrt(np.mean((minutes - (total / np.maximum(n, 1))[band]) ** 2)))


def _guaranteed(minutes: FloatArray, edges: tuple[int, ...]) -> float | None:
    lower = np.asarray(edges, dtype=np.float64)[band_numbers(minutes, edges) - 1]
    return float(lower.sum() / minutes.sum()) if minutes.sum() > 0 else None


def _periods_within(minutes: FloatArray, edges: tuple[int, ...], periods: tuple[IntArray, FloatArray]) -> float | None:
    row, delivered = periods
    known = ~np.isnan(minutes[row])
    if not known.any():
        return None
    own = band_numbers(minutes[row[known]], edges)
    return float((band_numbers(delivered[known], edges) == own).mean())
