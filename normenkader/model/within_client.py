"""How the weeks of one client differ: periods within a band, fortnightly delivery, peaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import week_rows
from normenkader.model.results import MinutesModel

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WEEKS_PER_PERIOD = 4
PEAK = 2.0
# Fortnightly: nearly all minutes fall in the even, or nearly all in the odd weeks of at least so many.
LEAST_WEEKS = 6
FORTNIGHTLY_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinClient:
    """Differences between the weeks of one client; shares over all clients.

    Attributes
    ----------
    weeks_in_band, periods_in_band : float or None
        Share of weeks, and of four-week periods, with minutes per week within the bounds of the client's band.
    fortnightly : float or None
        Share of episodes delivered every other week.
    peaks : float or None
        Share of weeks above twice the client's own mean.
    """

    weeks_in_band: float | None
    periods_in_band: float | None
    fortnightly: float | None
    peaks: float | None


def within_client(model: MinutesModel, lower: FloatArray, upper: FloatArray) -> WithinClient | None:
    """Figures over all whole weeks; None without weekly rows.

    Parameters
    ----------
    model : MinutesModel
    lower, upper : (n,) bounds of the band of every row of the design, nan without a norm
    """
    weeks, row = model.casemix.weeks_frame(), week_rows(model.casemix)
    known = row >= 0
    if not known.any():
        return None
    row, week = row[known], weeks["week"].to_numpy(np.int64)[known]
    minutes = weeks["minutes"].to_numpy(float)[known]
    period_row, period = period_means(row, week, minutes)
    return WithinClient(
        weeks_in_band=_share_inside(minutes, lower[row], upper[row]),
        periods_in_band=_share_inside(period, lower[period_row], upper[period_row]),
        fortnightly=fortnightly_share(row, week, minutes), peaks=peak_share(row, minutes),
    )  # fmt: skip


def period_means(row: IntArray, week: IntArray, minutes: FloatArray) -> tuple[IntArray, FloatArray]:
    """Row and mean minutes of every whole period of four weeks of the window."""
    frame = pd.DataFrame({"row": row, "period": week // WEEKS_PER_PERIOD, "minutes": minutes})
    found = frame.groupby(["row", "period"], sort=True)["minutes"].agg(["mean", "size"]).reset_index()
    found = found[found["size"] == WEEKS_PER_PERIOD]
    return found["row"].to_numpy(np.int64), found["mean"].to_numpy(float)


def fortnightly_share(row: IntArray, week: IntArray, minutes: FloatArray) -> float | None:
    """Share of episodes of at least six weeks with nine tenths of their minutes in the even, or in the odd weeks."""
    n = np.bincount(row)
    total, odd = np.bincount(row, minutes), np.bincount(row, minutes * (week % 2))
    judged = (n >= LEAST_WEEKS) & (total > 0)
    if not judged.any():
        return None
    share = odd[judged] / total[judged]
    return float((np.maximum(share, 1 - share) >= FORTNIGHTLY_SHARE).mean())


def peak_share(row: IntArray, minutes: FloatArray) -> float | None:
    """Share of weeks above twice the mean of the same episode."""
    mean = np.bincount(row, minutes) / np.maximum(np.bincount(row), 1)
    return float((minutes > PEAK * mean[row]).mean()) if len(row) else None


def _share_inside(minutes: FloatArray, lower: FloatArray, upper: FloatArray) -> float | None:
    known = ~np.isnan(lower)
    inside = (minutes >= lower) & (minutes < upper)
    return float(inside[known].mean()) if known.any() else None
