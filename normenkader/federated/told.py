"""A number of episodes that leaves a provider: exact where enough clients are behind it, else between two bounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from normenkader.federated.safe_rows import BoolArray, n_clients


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Bounds of a number of episodes; equal where it is told exactly.

    Attributes
    ----------
    low, high : int
    """

    low: int
    high: int

    @property
    def exact(self) -> int | None:
        """The number itself; None where only its bounds are known."""
        return self.low if self.low == self.high else None

    def holds(self, n: int) -> bool:
        """Whether the number may be `n`."""
        return self.low <= n <= self.high


def told(frame: pd.DataFrame, inside: BoolArray, least: int) -> Told:
    """How many episodes are inside, coarsely where fewer than `least` clients have one, or fewer do not.

    None at all is told. Bounds lie a multiple of `least` from the end, so that they say no more than that it is few.

    Parameters
    ----------
    frame : DataFrame
        Rows of one provider.
    inside : (n,) bool
    least : int
        Clients.
    """
    n, of = int(inside.sum()), len(frame)
    if n == 0:
        return Told(low=0, high=0)
    few, few_others = n_clients(frame, inside) < least, n_clients(frame, ~inside) < least
    low = max(of - _up(of - n, least), 0) if few_others else n
    high = min(_up(n, least), of) if few else of if few_others else n
    return Told(low=1 if few else low, high=high)


def together(parts: Iterable[Told]) -> Told:
    """Bounds of the sum."""
    listed = tuple(parts)
    return Told(low=sum(part.low for part in listed), high=sum(part.high for part in listed))


def _up(n: int, least: int) -> int:
    """The next multiple of `least`, itself at the least: none and few look alike."""
    return max(-(-n // least), 1) * least
