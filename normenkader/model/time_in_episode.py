"""Time in the episode: minutes by week since the start, within episodes, and how a client's weeks differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from normenkader.casemix.casemix import week_rows
from normenkader.model.results import MinutesModel
from normenkader.settings import DisclosureSettings
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Classes of weeks since the start: narrow at first, wider where change is slow.
CLASS_STARTS = (0, 2, 4, 6, 8, 12, 16, 20, 26, 52)
FIRST_WEEKS = 6
LEAST_PROVIDERS = 3
_MOST_BEFORE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeClass:
    """Mean minutes per week in one class of weeks since the start; `to_week` is None for the last."""

    from_week: int
    to_week: int | None
    minutes: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCurve:
    """Minutes by time in the episode for the clients with one level (empty: all).

    Attributes
    ----------
    factor, level : str
    classes : tuple of TimeClass
        Only classes with enough clients and providers.
    front_loading : float or None
        Minutes in the first six weeks over those later in the same episodes.
    interval : (low, high) or None
    """

    factor: str
    level: str
    classes: tuple[TimeClass, ...]
    front_loading: float | None
    interval: tuple[float, float] | None


def time_curves(model: MinutesModel) -> tuple[TimeCurve, ...]:
    """Curves by level of the factor that the study lets interact with duration, or one for all; empty without weeks.

    Weeks are compared within one episode: every episode has a level of its own, so that who stays long, and who comes
    to whom, play no part. That minutes come down after a heavy start is in part regression to the mean, since help
    often begins at a bad moment; it is not called progress.

    References
    ----------
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, chapter 10. Barnett, van der Pols & Dobson
    (2005), Regression to the mean: what it is and how to deal with it, International Journal of Epidemiology 34(1).
    """
    weeks = weeks_since_start(model)
    if weeks.empty:
        return ()
    factor = curve_factor(model.study)
    if not factor:
        return (_curve(weeks, "", "", model.study.disclosure),)
    level = model.casemix.to_frame()[factor].to_numpy()[weeks["row"].to_numpy()]
    return tuple(
        _curve(weeks[level == name], factor, name, model.study.disclosure)
        for name in model.study.factor(factor).levels if (level == name).any()
    )  # fmt: skip


def curve_factor(study: Study) -> str:
    """The nominal factor that interacts with a factor of duration; empty when there is none."""
    numeric = {factor.name for factor in study.factors if factor.kind == "numeric"}
    for factor in study.factors:
        if factor.kind == "nominal" and numeric & set(factor.interacts_with):
            return factor.name
    return ""


def weeks_since_start(model: MinutesModel) -> pd.DataFrame:
    """Whole weeks of episodes with a known start: ``row`` (of the design), ``provider``, ``client``, ``since``,
    ``minutes``.

    ``since`` counts whole weeks from the start to the first day of the week of the window.
    """
    weeks, row = model.casemix.weeks_frame(), week_rows(model.casemix)
    starts = model.casemix.starts_frame().set_index("episode")["start_day"].astype(float)
    start = starts.reindex(model.casemix.to_frame()["episode"]).to_numpy(float)
    known = np.flatnonzero(row >= 0)
    known = known[~np.isnan(start[row[known]])]
    # By row; within one the weeks rise, and with them the weeks since its start.
    known = known[np.argsort(row[known], kind="stable")]
    at = row[known]
    since = (7 * weeks["week"].to_numpy()[known] - start[at]) // 7
    return pd.DataFrame({
        "row": at, "provider": model.design().provider_codes()[at], "client": model.design().client_codes()[at],
        "since": np.clip(since, 0, _MOST_BEFORE).astype(np.int64), "minutes": weeks["minutes"].to_numpy(float)[known],
    })  # fmt: skip


def _curve(weeks: pd.DataFrame, factor: str, level: str, floor: DisclosureSettings) -> TimeCurve:
    since, minutes = weeks["since"].to_numpy(), weeks["minutes"].to_numpy()
    row, provider = np.unique(weeks["row"], return_inverse=True)[1], weeks["provider"].to_numpy()
    client = weeks["client"].to_numpy()
    code = np.searchsorted(CLASS_STARTS, since, side="right") - 1
    means = class_means(code, minutes, row, provider, len(CLASS_STARTS))
    ends = [*CLASS_STARTS[1:], None]
    classes = tuple(
        TimeClass(from_week=CLASS_STARTS[k], to_week=ends[k], minutes=float(means[k, 0]),
                  interval=(float(means[k, 1]), float(means[k, 2])))
        for k in range(len(CLASS_STARTS)) if _enough(code == k, client, provider, floor) and np.isfinite(means[k]).all()
    )  # fmt: skip
    early = (since < FIRST_WEEKS).astype(np.int64)
    crossing = np.bincount(row, early) % np.bincount(row) > 0
    if not _enough(crossing[row], client, provider, floor):
        return TimeCurve(factor=factor, level=level, classes=classes, front_loading=None, interval=None)
    ratio, low, high = early_ratio(early[crossing[row]] == 1, minutes[crossing[row]],
                                   row[crossing[row]], provider[crossing[row]])  # fmt: skip
    known = bool(np.isfinite([ratio, low, high]).all())
    return TimeCurve(
        factor=factor, level=level, classes=classes, front_loading=ratio if known else None,
        interval=(low, high) if known else None,
    )  # fmt: skip


def _enough(inside: BoolArray, client: IntArray, provider: IntArray, floor: DisclosureSettings) -> bool:
    n_clients, n_providers = len(np.unique(client[inside])), len(np.unique(provider[inside]))
    return n_clients >= floor.min_clients and n_providers >= max(floor.min_providers, LEAST_PROVIDERS)


def class_means(code: IntArray, minutes: FloatArray, row: IntArray, provider: IntArray, n_classes: int) -> FloatArray:
    """Mean and 95 % interval of each class of weeks, episodes held equal, (n_classes, 3); nan where there is nothing.

    Least squares with a level for every episode; the curve is set so that its mean over weeks is that of all minutes.
    Intervals by leaving out providers, with t(G - 1).
    """
    n_providers = int(provider.max()) + 1
    home = np.zeros(int(row.max()) + 1, dtype=np.int64)
    home[row] = provider
    counts = np.zeros((len(home), n_classes))
    np.add.at(counts, (row, code), 1.0)
    sums = np.zeros((len(home), n_classes))
    np.add.at(sums, (row, code), minutes)
    n = counts.sum(axis=1)
    a, b = np.zeros((n_providers, n_classes, n_classes)), np.zeros((n_providers, n_classes))
    for g in range(n_providers):
        c, s = counts[home == g], sums[home == g]
        a[g] = np.diag(c.sum(axis=0)) - (c / n[home == g][:, None]).T @ c
        b[g] = s.sum(axis=0) - (c / n[home == g][:, None]).T @ s.sum(axis=1)
    weeks, total = _by_home(counts, home, n_providers), _by_home(sums, home, n_providers).sum(axis=1)

    def curve(keep: FloatArray) -> FloatArray:
        effect = np.linalg.pinv(np.tensordot(keep, a, axes=1), rcond=1e-9, hermitian=True) @ (keep @ b)
        size = keep @ weeks
        level = (keep @ total - size @ effect) / size.sum()
        return np.asarray(np.where(size > 0, level + effect, np.nan))

    return _jackknifed(curve, np.bincount(provider, minlength=n_providers) > 0)


def early_ratio(early: BoolArray, minutes: FloatArray, row: IntArray, provider: IntArray) -> tuple[float, float, float]:
    """Minutes per early week over minutes per later week of the same episodes, with its 95 % interval.

    Every episode counts by the harmonic mean of its early and later weeks, as in a fit with a level per episode.
    """
    first, later = np.bincount(row, early), np.bincount(row, ~early)
    ok = (first > 0) & (later > 0)
    weight = np.where(ok, first * later / np.maximum(first + later, 1), 0.0)
    home = np.zeros(len(first), dtype=np.int64)
    home[row] = provider
    top = weight * np.bincount(row, minutes * early) / np.maximum(first, 1)
    bottom = weight * np.bincount(row, minutes * ~early) / np.maximum(later, 1)
    n_providers = int(provider.max()) + 1
    above, below = np.bincount(home, top, n_providers), np.bincount(home, bottom, n_providers)

    def ratio(keep: FloatArray) -> FloatArray:
        total = keep @ below
        return np.asarray(np.log(np.array([keep @ above / total if total > 0 and keep @ above > 0 else np.nan])))

    found = np.exp(_jackknifed(ratio, np.bincount(home, weight, n_providers) > 0)[0])
    return float(found[0]), float(found[1]), float(found[2])


def _by_home(values: FloatArray, home: IntArray, n_providers: int) -> FloatArray:
    return np.stack([np.bincount(home, column, n_providers) for column in values.T], axis=1)


def _jackknifed(estimate: Callable[[FloatArray], FloatArray], present: BoolArray) -> FloatArray:
    """Estimate and 95 % interval, (k, 3), leaving out each provider with weeks; no interval with fewer than three."""
    keep = present.astype(np.float64)
    at = np.flatnonzero(present)
    full = estimate(keep)
    if len(at) < LEAST_PROVIDERS:
        return np.stack([full, np.full_like(full, np.nan), np.full_like(full, np.nan)], axis=1)
    left = np.stack([estimate(np.where(np.arange(len(keep)) == g, 0.0, keep)) for g in at])
    error = np.sqrt((len(at) - 1) / len(at) * ((left - full) ** 2).sum(axis=0))
    half = stats.t.ppf(0.975, len(at) - 1) * error
    return np.stack([full, full - half, full + half], axis=1)
