"""Counts of clients and of providers as they may be published, and what a published count leaves possible."""

from __future__ import annotations

from collections.abc import Mapping

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


def published_rows(rows: Mapping[str, int], settings: DisclosureSettings) -> dict[str, int]:
    """Rows ``read``, ``used`` and ``set_aside`` of a file, without those that may not be shown; none is none.

    Read is used and set aside together: with few set aside, or few used, what was read would tell how many.
    """
    shown = {name: 0 if n == 0 else published_clients(n, settings) for name, n in rows.items()}
    parts = [shown[name] for name in ("used", "set_aside") if name in shown]
    if None in parts:
        shown["read"] = None
    return {name: n for name, n in shown.items() if n is not None and name in rows}


def count_bounds(published: int, settings: DisclosureSettings) -> tuple[int, int]:
    """Smallest and largest exact count that `published_clients` turns into `published`."""
    half = settings.round_to // 2
    lowest = published - half
    return max(lowest, settings.min_clients), lowest + settings.round_to - 1
