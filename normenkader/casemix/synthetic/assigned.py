"""Products and assigned maxima: from levels and independent noise only, so that censoring tells nothing more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from normenkader.casemix.synthetic.clients import Floats
from normenkader.casemix.synthetic.regimes import Regime
from normenkader.casemix.synthetic.truth import Codes

_PRODUCT_EDGES = (145.0, 205.0)
_PRODUCT_NOISE = 15.0
_CAP_OF_PRODUCT = (140.0, 200.0, 295.0)
_CAP_NOISE = (-15.0, 0.0, 15.0, 30.0)
_ROOMY_STEP = 30.0
_ROOMY_TIMES = 2.6


def draw_product(rng: np.random.Generator, norm: Floats) -> Codes:
    """Product of every client (0 = IB1): a coarse and noisy class of its norm."""
    seen = norm + _PRODUCT_NOISE * rng.standard_normal(len(norm))
    return np.searchsorted(_PRODUCT_EDGES, seen).astype(np.int64)


def draw_assigned(rng: np.random.Generator, regime: Regime, norm: Floats, product: Codes, provider: Codes) -> Floats:
    """Assigned minutes per week; nan where the provider does not tell.

    In a capped regime the amount of the product give or take, in fifteens; otherwise so roomy that hardly anyone
    reaches it, and delivery does not stop at it.
    """
    if regime.capped:
        noise = np.asarray(_CAP_NOISE)[rng.integers(0, len(_CAP_NOISE), len(norm))]
        tight: Floats = np.asarray(_CAP_OF_PRODUCT)[product] + noise
        return tight
    roomy: Floats = _ROOMY_STEP * np.ceil(_ROOMY_TIMES * norm / _ROOMY_STEP)
    return np.where(tells_more(provider), roomy, np.nan)


def tells_more(provider: Codes) -> NDArray[np.bool_]:
    """Whether a provider fills in the optional columns: every other one does."""
    told: NDArray[np.bool_] = provider % 2 == 0
    return told
