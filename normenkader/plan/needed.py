"""The reverse question: how many providers it takes before every edge is known to within one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from normenkader.plan.assumptions import Assumptions
from normenkader.plan.expected import Expected, expect
from normenkader.study import Study

#: Numbers of providers that are tried; beyond 60 no Dutch region is known to have more.
PROVIDERS = (5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 50, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """The least that brings every edge within a step.

    Attributes
    ----------
    n_providers, n_clients : int or None
        None when even the most that was tried does not.
    within : float
        What half of each edge's interval was to be at most.
    tried : tuple of Expected
        By number of providers.
    """

    n_providers: int | None
    n_clients: int | None
    within: float
    tried: tuple[Expected, ...]


def needed(
    study: Study, assumed: Assumptions, *, clients_per_provider: float, weeks: float | None = None,
    within: float | None = None, told: Callable[[Expected], None] = lambda found: None,
) -> Needed:  # fmt: skip
    """Search the number of providers, each with so many clients, by halving.

    More providers make edges surer, so halving finds the least; near the limit chance in the made-up studies may move
    it by one number up or down.

    Parameters
    ----------
    study : Study
    assumed : Assumptions
    clients_per_provider : float
    weeks : float, optional
    within : float, optional
        Half the interval of every edge at most; the study's band step by default.
    told : callable, optional
        Hears of every number tried, to show progress.
    """
    limit = float(study.bands.step if within is None else within)
    tried: dict[int, Expected] = {}

    def enough(at: int) -> bool:
        g = PROVIDERS[at]
        found = expect(study, assumed, n_providers=g, n_clients=round(g * clients_per_provider), weeks=weeks)
        tried[g] = found
        told(found)
        return bool(found.edges) and max(width for width, _ in found.edges) <= limit

    low, high = 0, len(PROVIDERS)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    least = PROVIDERS[low] if low < len(PROVIDERS) else None
    return Needed(
        n_providers=least, n_clients=None if least is None else round(least * clients_per_provider), within=limit,
        tried=tuple(tried[g] for g in sorted(tried)),
    )  # fmt: skip
