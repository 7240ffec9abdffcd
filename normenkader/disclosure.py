"""What may be published: counts of clients and of providers under the study's ``[disclosure]`` settings.

Refusal of personal data in what comes in stands in `normenkader.casemix.personal_data`.
"""

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
