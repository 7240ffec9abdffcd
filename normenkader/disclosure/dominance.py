"""Dominance: a mean or total in which one or two providers weigh so much that it tells what they deliver."""

from __future__ import annotations

from collections.abc import Iterable

from normenkader.settings import DisclosureSettings


def is_dominated(by_provider: Iterable[float], settings: DisclosureSettings) -> bool:
    """Whether the largest providers together have more than the stated share of a total.

    Parameters
    ----------
    by_provider : iterable of float
        What each provider contributes to the total behind the figure (minutes), none below zero.
    settings : DisclosureSettings
        ``dominant_providers`` and ``dominant_share``.

    Notes
    -----
    With two providers and 90 % this holds the p% rule at 10 % as well: the others together, above a tenth of the
    total, are above a tenth of the largest, so that the second largest cannot come within 10 % of it.

    References
    ----------
    Hundepool et al. (2012), ch. 4: (n, k) rule and p% rule. ACRO, default.yaml: n = 2, k = 90 %, p = 10 %.
    """
    largest = sorted((float(amount) for amount in by_provider), reverse=True)
    total = sum(largest)
    return total > 0 and sum(largest[: settings.dominant_providers]) > settings.dominant_share * total
