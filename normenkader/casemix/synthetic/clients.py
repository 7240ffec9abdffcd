"""Providers and clients of a synthetic study: who is where, with which levels, open on which days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from normenkader.casemix.synthetic import factors as known
from normenkader.casemix.synthetic.regimes import RareLevel, Regime
from normenkader.casemix.synthetic.truth import Codes

Floats = NDArray[np.float64]

WINDOW_DAYS = 56
LEAST_DAYS_OPEN = 21
MUNICIPALITIES = (
    "Alblasserdam", "Dordrecht", "Hardinxveld-Giessendam", "Hendrik-Ido-Ambacht", "Papendrecht", "Sliedrecht",
    "Zwijndrecht",
)  # fmt: skip
_MUNICIPALITY_SHARES = (0.07, 0.45, 0.06, 0.08, 0.11, 0.09, 0.14)
_EFFECT_LIMIT = 2.0
_SIZE_SPREAD = 0.6
# Provider case mix moves the odds of an ontwikkelgericht goal by this much per unit of severity.
_ORIENTATION_PULL = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Providers:
    """Per provider: `effect` in minutes per week, `casemix` (shift of severity), `size` in clients."""

    effect: Floats
    casemix: Floats
    size: Codes


def bounded(normal: Floats, *, limit: float) -> Floats:
    """Standard normal draws made bounded, symmetric, and of variance one: the mean stays zero exactly.

    The distribution is the normal cut off at `limit` on both sides, rescaled.
    """
    tail = ndtr(-limit)
    density = np.exp(-(limit**2) / 2) / np.sqrt(2 * np.pi)
    spread = np.sqrt(1 - 2 * limit * density / (1 - 2 * tail))
    draw: Floats = ndtri(tail + (1 - 2 * tail) * ndtr(normal)) / spread
    return draw


def draw_providers(rng: np.random.Generator, regime: Regime, n_providers: int, n_clients: int) -> Providers:
    """Draw providers; effects come from a population with mean zero and are not centred afterwards."""
    casemix, own = rng.standard_normal((2, n_providers))
    rho = regime.style_correlation
    style = rho * casemix + np.sqrt(1 - rho**2) * own
    weight = np.exp(_SIZE_SPREAD * rng.standard_normal(n_providers))
    return Providers(
        effect=regime.provider_sd * bounded(style, limit=_EFFECT_LIMIT),
        casemix=regime.casemix_sd * bounded(casemix, limit=_EFFECT_LIMIT),
        size=allocate(n_clients, weight),
    )


def allocate(total: int, weight: Floats) -> Codes:
    """Whole numbers that add up to `total`, near to `weight`; none is under a third of an equal share."""
    least = max(1, total // (3 * len(weight)))
    ideal = (total - least * len(weight)) * weight / weight.sum()
    whole: Codes = np.floor(ideal).astype(np.int64)
    order = np.argsort(whole - ideal, kind="stable")
    whole[order[: total - least * len(weight) - int(whole.sum())]] += 1
    whole += least
    return whole


def draw_codes(rng: np.random.Generator, regime: Regime, providers: Providers, provider: Codes) -> Codes:
    """Levels of every client as positions, shape (n, f): leefgebieden, own strength and network hang together."""
    severity = providers.casemix[provider] + rng.standard_normal(len(provider))
    columns = [_draw_column(rng, factor, severity, providers.casemix[provider]) for factor in known.FACTORS]
    codes: Codes = np.column_stack(columns).astype(np.int64)
    for rare in regime.rare:
        _make_rare(rng, codes, provider, rare)
    return codes


def draw_weeks(rng: np.random.Generator, duration_code: Codes) -> Codes:
    """Whole weeks of indicated duration within each client's class."""
    low, high = np.asarray(known.DURATION_WEEKS_RANGES).T
    weeks: Codes = rng.integers(low[duration_code], high[duration_code] + 1)
    return weeks


def draw_days(rng: np.random.Generator, regime: Regime, weeks: Codes) -> tuple[Codes, Codes]:
    """First and last day of every episode, counted from the first day of the window.

    Every episode is open in at least `LEAST_DAYS_OPEN` days of the window, so that it has weekly rows. With a cap,
    all are open throughout: the window's total is then exactly the assigned maximum where that is reached.
    """
    if regime.capped:
        first = -rng.integers(0, 300, len(weeks))
        return first, first + 7 * np.maximum(weeks, 52) + WINDOW_DAYS
    length = 7 * weeks
    first = rng.integers(LEAST_DAYS_OPEN - length, WINDOW_DAYS - LEAST_DAYS_OPEN + 1)
    return first, first + length - 1


def draw_municipality(rng: np.random.Generator, n: int) -> Codes:
    """Municipality of every client, by size of municipality; it has no bearing on minutes."""
    return rng.choice(len(MUNICIPALITIES), size=n, p=_MUNICIPALITY_SHARES).astype(np.int64)


def _draw_column(rng: np.random.Generator, factor: known.SyntheticFactor, severity: Floats, casemix: Floats) -> Codes:
    if factor is known.ORIENTATION:
        chance = expit(logit(factor.shares[1]) + _ORIENTATION_PULL * casemix)
        develops: Codes = (rng.random(len(severity)) < chance).astype(np.int64)
        return develops
    own = rng.standard_normal(len(severity))
    latent = factor.loading * severity + np.sqrt(1 - factor.loading**2) * own
    codes: Codes = np.searchsorted(ndtri(np.cumsum(factor.shares)[:-1]), latent).astype(np.int64)
    return codes


def _make_rare(rng: np.random.Generator, codes: Codes, provider: Codes, rare: RareLevel) -> None:
    """Move all who have the level to the level below, then as many as asked, at a few providers, up again."""
    names = [factor.setting.name for factor in known.FACTORS]
    at = names.index(rare.factor)
    level = known.FACTORS[at].setting.levels.index(rare.level)
    codes[codes[:, at] == level, at] = level - 1
    allowed = rng.permutation(int(provider.max()) + 1)[: rare.n_providers]
    for turn, home in enumerate(allowed):
        share = len(range(turn, rare.n_clients, len(allowed)))
        candidates = np.flatnonzero(provider == home)
        codes[rng.permutation(candidates)[:share], at] = level
