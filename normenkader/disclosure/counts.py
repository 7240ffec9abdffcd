"""Counts of clients and of providers as they may be published, and what a published count leaves possible."""

from __future__ import annotations

from normenkader.settings import DisclosureSettings


def published_clients(n: int, settings: DisclosureSettings) -> int | None:
    """A count of clients as it may be published.

    Parameters
    ----------
    n : int
        Exact number of clients (or of client-episodes, or rows of clients).
    settings : DisclosureSettings
        ``min_clients`` and ``round_to``.

    Returns
    -------
    int or None
        None under ``min_clients``, zero included: that a cell is empty can disclose as much as that it holds one.
        Otherwise the nearest multiple of ``round_to``, halves up.

    References
    ----------
    Hundepool et al., Statistical Disclosure Control (Wiley, 2012), ch. 5: threshold rule and deterministic rounding.
    """
    if n < settings.min_clients:
        return None
    return (2 * n + settings.round_to) // (2 * settings.round_to) * settings.round_to


def published_providers(n: int, settings: DisclosureSettings) -> int | None:
    """A count of providers as it may be published: exact, or None under ``min_providers``."""
    return n if n >= settings.min_providers else None


def count_bounds(published: int, settings: DisclosureSettings) -> tuple[int, int]:
    """Smallest and largest exact count that `published_clients` turns into `published`."""
    half = settings.round_to // 2
    lowest = published - half
    return max(lowest, settings.min_clients), lowest + settings.round_to - 1
