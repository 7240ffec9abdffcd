"""Names of levels that follow from breaks: of a numeric factor, and of a count."""

from __future__ import annotations

from itertools import pairwise
from typing import Any


def level_names(breaks: Any) -> tuple[str, ...]:
    """Names of the intervals (a, b] between `breaks`: ``<=13``, ``14-26``, ``>26``; for fractions ``>0.5-1.5``."""
    edges = [float(b) for b in breaks]
    inner = tuple(_interval_name(a, b) for a, b in pairwise(edges))
    return (f"<={edges[0]:g}", *inner, f">{edges[-1]:g}")


def count_level_names(breaks: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the classes of a count from zero: ``0-2``, ``3-4``, ``5-6``, ``>6``."""
    first = f"0-{breaks[0]}" if breaks[0] > 0 else "0"
    return (first, *level_names(breaks)[1:])


def _interval_name(a: float, b: float) -> str:
    if not (a.is_integer() and b.is_integer()):
        return f">{a:g}-{b:g}"
    return f"{b:g}" if b == a + 1 else f"{a + 1:g}-{b:g}"
