"""A distribution-free limit on observed minutes at a provider not seen: conformal prediction over providers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def lower_limit(minutes: FloatArray, provider: IntArray, promise: float) -> float | None:
    """Limit that one client of one new provider reaches with a chance of at least `promise`, whatever the distribution.

    Every provider seen has weight 1 / (G + 1), shared equally by its clients, and the new one has the same weight at
    the worst end. That holds as long as providers are exchangeable, and clients within providers; nothing else is
    assumed. The statement is about minutes as they were observed, and on average over new providers.

    Parameters
    ----------
    minutes : (n,) observed minutes per week
    provider : (n,) codes
    promise : float

    Returns
    -------
    float or None
        None with fewer than p / (1 - p) providers: the new provider's own weight is then more than may be missed.

    References
    ----------
    Lee, Barber & Willett (2023), Distribution-free inference with hierarchical data, arXiv 2306.06342. Dunn, Wasserman
    & Ramdas (2023), Distribution-free prediction sets for two-layer hierarchical models, JASA 118(544).
    """
    _, code, size = np.unique(provider, return_inverse=True, return_counts=True)
    may_be_missed = 1 - promise - 1 / (len(size) + 1)
    if may_be_missed < -1e-12:
        return None
    order = np.argsort(minutes, kind="stable")
    below = np.cumsum(1 / ((len(size) + 1) * size[code[order]]))
    # The first client with whom more than may be missed would lie at or below the limit is the limit itself.
    at = int(np.searchsorted(below, may_be_missed + 1e-12, side="right"))
    return float(minutes[order][min(at, len(minutes) - 1)])
