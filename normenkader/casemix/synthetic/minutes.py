"""From a true norm to registered weekly minutes: need, weeks, cap, rounding. Each step keeps the mean exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from normenkader.casemix.synthetic.clients import WINDOW_DAYS, Floats, bounded
from normenkader.casemix.synthetic.regimes import Regime
from normenkader.casemix.synthetic.truth import Codes

N_WEEKS = WINDOW_DAYS // 7
EMPTY_WEEK_CHANCE = 0.06
REGISTRATION_STEP = 5
_NORMAL_LIMIT = 2.5
# The heavy mixture: most clients a little under the mean, a few far above it.
_HEAVY_SHARE, _HEAVY_RATIO = 0.06, 2.4


def draw_need_factor(rng: np.random.Generator, regime: Regime, n: int) -> Floats:
    """A client's long-run need as a multiple of its mean: mean one exactly, never negative, cv `regime.cv_client`."""
    if regime.residual == "normal":
        return 1 + regime.cv_client * bounded(rng.standard_normal(n), limit=_NORMAL_LIMIT)
    if regime.residual == "gamma":
        shape = regime.cv_client**-2
        return rng.gamma(shape, 1 / shape, n)
    return _heavy(rng, regime.cv_client, n)


def draw_weekly_minutes(rng: np.random.Generator, regime: Regime, need: Floats, open_days: Codes) -> Floats:
    """Minutes of every week, unrounded: need, times the days open, times a multiplier with mean one.

    Parameters
    ----------
    rng : Generator
    regime : Regime
    need : (n,) float array
        Long-run minutes per week.
    open_days : (n, 8) int array
        Days of each week in which the episode was open.

    Returns
    -------
    (n, 8) float array
        Weeks are independent given the client. About one open week in sixteen has no contact; never all of them,
        with the mean corrected for that, so that no client vanishes for want of rows.
    """
    has_contact = _contact_weeks(rng, open_days > 0)
    kept = 1 - EMPTY_WEEK_CHANCE
    shape = 1 / ((1 + regime.cv_week**2) * kept - 1)
    multiplier = has_contact * rng.gamma(shape, 1 / shape, open_days.shape) / kept
    never_all = 1 - EMPTY_WEEK_CHANCE ** (open_days > 0).sum(axis=1)
    minutes: Floats = (need * never_all)[:, None] * multiplier * open_days / 7
    return minutes


def spread_total(rng: np.random.Generator, regime: Regime, total: Floats, open_days: Codes) -> Floats:
    """Split the window's `total` over weeks at random, so that the total is kept exactly; shape (n, 8)."""
    shape = regime.cv_week**-2
    weight = rng.gamma(shape, 1 / shape, open_days.shape) * open_days
    share: Floats = weight / weight.sum(axis=1, keepdims=True)
    return total[:, None] * share


def register(rng: np.random.Generator, weekly: Floats, step: Floats) -> Floats:
    """Round weekly minutes to whole steps, at random but unbiased, and the running total by less than a step.

    One uniform number a client shifts the grid on which the running total is rounded down; every week's expected
    registration is then its true value, and errors of weeks cancel instead of adding up.
    """
    running = np.cumsum(weekly, axis=1) / step[:, None] + rng.random(len(weekly))[:, None]
    # An hour's worth of float noise must not turn a whole number of steps into one less.
    whole = np.floor(running + 1e-9)
    registered: Floats = np.diff(whole, axis=1, prepend=0.0) * step[:, None]
    return registered


def days_open(first: Codes, last: Codes) -> Codes:
    """Days of each week of the window in which an episode from day `first` to day `last` was open; shape (n, 8)."""
    monday = 7 * np.arange(N_WEEKS)
    days = np.minimum(last[:, None], monday + 6) - np.maximum(first[:, None], monday) + 1
    held: Codes = np.clip(days, 0, 7)
    return held


def window_variance(regime: Regime, mean: Floats, open_days: Codes) -> Floats:
    """True variance of an episode's minutes per week, given its levels and provider; shape (n,).

    With m the mean, c the cv between clients, w the cv between weeks and d the days open of each week: m² (c² + (1 +
    c²) w² Σd² / (Σd)²); with a cap, where week-to-week variation is normal and apart from need, m² (c² + w² / 8). The
    rounding of registrations adds less than 1 and is left out.
    """
    effective = (open_days**2).sum(axis=1) / open_days.sum(axis=1) ** 2
    week: Floats = regime.cv_week**2 * effective * (1 if regime.capped else 1 + regime.cv_client**2)
    return mean**2 * (regime.cv_client**2 + week)


def draw_capped_total(rng: np.random.Generator, regime: Regime, mean: Floats, need: Floats) -> Floats:
    """What would be delivered without a cap, per week over the whole window: need plus normal noise of the weeks."""
    noise = bounded(rng.standard_normal(len(mean)), limit=_NORMAL_LIMIT)
    latent: Floats = need + mean * regime.cv_week / np.sqrt(N_WEEKS) * noise
    return latent


def _heavy(rng: np.random.Generator, cv: float, n: int) -> Floats:
    low = 1 / (1 - _HEAVY_SHARE + _HEAVY_SHARE * _HEAVY_RATIO)
    mean = low * np.where(rng.random(n) < _HEAVY_SHARE, _HEAVY_RATIO, 1.0)
    second_moment = low**2 * (1 - _HEAVY_SHARE + _HEAVY_SHARE * _HEAVY_RATIO**2)
    log_variance = np.log((1 + cv**2) / second_moment)
    draw: NDArray[np.float64] = mean * np.exp(np.sqrt(log_variance) * rng.standard_normal(n) - log_variance / 2)
    return draw


def _contact_weeks(rng: np.random.Generator, is_open: NDArray[np.bool_]) -> NDArray[np.bool_]:
    contact: NDArray[np.bool_] = is_open & (rng.random(is_open.shape) >= EMPTY_WEEK_CHANCE)
    while (empty := ~contact.any(axis=1)).any():
        again = rng.random((int(empty.sum()), is_open.shape[1])) >= EMPTY_WEEK_CHANCE
        contact[empty] = is_open[empty] & again
    return contact
