"""Shares of clients as they may be published: a share times a total is a count."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from normenkader.disclosure.attacker import Line
from normenkader.disclosure.cells import withheld
from normenkader.settings import DisclosureSettings

#: Steps that a share can be rounded to.
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MOST_COARSE = 0.05
_HALF = 0.005


def coarse_share(share: float | None, n_of: int, settings: DisclosureSettings) -> float | None:
    """A share of `n_of` clients, rounded so that no count under the threshold can be told from it.

    For a share whose numerator is not known, or that stands beside the same share under other choices: the difference
    of two such shares tells no small count either.

    Parameters
    ----------
    share : float or None
        None and nan: unknown.
    n_of : int
        Clients that it is a share of; for a share of rows `rows_as_clients`.
    settings : DisclosureSettings

    Returns
    -------
    float or None
        The nearest multiple of the finest of `STEPS` that is at least 2 x ``min_clients`` of `n_of` clients: every
        number from zero to ``min_clients`` then gives 0, every lack of as many gives 1. None where no step is.
    """
    step = coarse_step(n_of, settings)
    if share is None or math.isnan(share) or step is None:
        return None
    return round(step * int(share / step + 0.5), 2)


def rows_as_clients(client: npt.NDArray[np.int64], settings: DisclosureSettings) -> int:
    """How many clients rows may be taken for where a share of rows is published.

    One client may have many rows, so that a share of rows that looks large can be of few clients. Taken of so many,
    no share that the rows of fewer than ``min_clients`` clients can make passes for one of more. Where every client
    has one row it is their number.

    Parameters
    ----------
    client : (n,) codes of the rows
    settings : DisclosureSettings
    """
    rows = np.bincount(client)
    rows = np.sort(rows[rows > 0])[::-1]
    few = min(settings.min_clients, len(rows))
    return int(rows.sum() * few // rows[:few].sum()) if few else 0


def share_of_all(share: float | None, n_of: int, settings: DisclosureSettings) -> float | None:
    """`coarse_share` where nought means none: None when some have it, but fewer than ``min_clients``."""
    few = share is not None and 0 < share * n_of < settings.min_clients - 1e-6
    return None if few else coarse_share(share, n_of, settings)


def coarse_step(n_of: int, settings: DisclosureSettings) -> float | None:
    """The finest step of a share of `n_of` clients that hides every count under the threshold."""
    return next((step for step in STEPS if step * n_of >= 2 * settings.min_clients - 1e-9), None)


def published_share(n_with: int, n_of: int, settings: DisclosureSettings) -> float | None:
    """A share in whole percents, where both who have it and who lack it reach ``min_clients``.

    Otherwise, that all or none have it being as telling as that few do, the share of a large group is rounded to 1, 2
    or 5 percent (`coarse_share`), and that of another group is None.

    References
    ----------
    Hundepool et al. (2012), ch. 5, on full and empty cells (group disclosure).
    """
    share, rest = published_parts((n_with, n_of - n_with), settings)
    return round(1 - rest, 2) if share is None and rest is not None else share


def published_parts(counts: Sequence[int], settings: DisclosureSettings) -> tuple[float | None, ...]:
    """Shares of classes that together are the whole group, so that none can be had from the others.

    Parameters
    ----------
    counts : sequence of int
        Exact number of clients of each class; every client in one.
    settings : DisclosureSettings

    Returns
    -------
    tuple of float or None
        Whole percents; a class under the threshold is None, and so is the next smallest where it would follow from
        the others. Where nothing could be shown of a large group, the share of its largest class is shown coarsely.
    """
    n_of = sum(counts)
    if n_of < settings.min_clients:
        return (None,) * len(counts)
    small = [n < settings.min_clients for n in counts]

    def same_percent(n: int) -> tuple[float, float]:
        return n_of * (round(n / n_of, 2) - _HALF), n_of * (round(n / n_of, 2) + _HALF)

    line = Line(cells=tuple(range(len(counts))))
    hidden = withheld(counts, [line], primary=small, settings=settings, bounds=same_percent)
    if not all(hidden):
        return tuple(None if hide else round(n / n_of, 2) for n, hide in zip(counts, hidden, strict=True))
    step, largest = coarse_step(n_of, settings), list(counts).index(max(counts))
    shown = coarse_share(counts[largest] / n_of, n_of, settings) if step and step <= _MOST_COARSE else None
    return tuple(shown if k == largest else None for k in range(len(counts)))
