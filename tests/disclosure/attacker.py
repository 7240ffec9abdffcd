"""Who knows every published figure and every rule, and computes what a count that was left out can still be.

Bounds by linear programming over all published linear relations at once, where the product only looks at one line of a
table at a time: Fischetti & Salazar-Gonzalez (2001), Management Science 47(7), the attacker's subproblems.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import numpy as np
from scipy.optimize import linprog

Name = Hashable


class Attacker:
    """Unknown counts, what is known of each, and how they add up."""

    def __init__(self, *, least: int = 10, step: int = 5) -> None:
        self.least, self.step = least, step
        self.place: dict[Name, int] = {}
        self.bounds: list[tuple[float, float | None]] = []
        self.upper: list[tuple[dict[int, float], float]] = []

    def count(self, name: Name, published: int | None) -> None:
        """A count as it was published; None says nothing, a number says what was rounded to it."""
        if published is None:
            self.between(name, 0, None)
        else:
            self.between(name, max(published - self.step // 2, self.least), published - self.step // 2 + self.step - 1)

    def between(self, name: Name, low: float, high: float | None) -> None:
        k = self._of(name)
        old_low, old_high = self.bounds[k]
        highs = [h for h in (old_high, high) if h is not None]
        self.bounds[k] = max(old_low, low), min(highs) if highs else None

    def sums(self, parts: Mapping[Name, float] | Iterable[Name], total: Name, *, slack: float = 0.0) -> None:
        """The parts, each with its weight, add up to the total, give or take `slack` of the total."""
        weights = dict(parts) if isinstance(parts, Mapping) else dict.fromkeys(parts, 1.0)
        row = {self._of(name): float(w) for name, w in weights.items()}
        t = self._of(total)
        self.upper.append(({**row, t: row.get(t, 0.0) - 1 - slack}, 0.0))
        self.upper.append(({**{k: -w for k, w in row.items()}, t: 1 - slack - row.get(t, 0.0)}, 0.0))

    def share(self, part: Name, total: Name, share: float | None, *, half: float = 0.005) -> None:
        """A rounded share of the total."""
        if share is not None:
            self.sums({part: 1.0, total: 1.0 - share}, total, slack=half + 1e-9)

    def at_most(self, part: Name, whole: Name) -> None:
        self.upper.append(({self._of(part): 1.0, self._of(whole): -1.0}, 0.0))

    def interval(self, name: Name) -> tuple[float, float]:
        """Smallest and largest value of a count that all that was published leaves possible."""
        found = [self._solve(name, sign) for sign in (1.0, -1.0)]
        return found[0], found[1]

    def allows(self, truth: Mapping[Name, float]) -> bool:
        """Whether the true counts meet every relation: an attacker who is wrong proves nothing."""
        x = np.array([truth[name] for name in self.place], dtype=float)
        inside = all(low - 1e-6 <= v and (high is None or v <= high + 1e-6)
                     for v, (low, high) in zip(x, self.bounds, strict=True))  # fmt: skip
        return inside and all(sum(w * x[k] for k, w in row.items()) <= b + 1e-6 for row, b in self.upper)

    def broken(self, truth: Mapping[Name, float]) -> list[str]:
        """The relations that the true counts do not meet, in words."""
        names = list(self.place)
        out = [f"{n}: {truth[n]} not in {b}" for n, b in zip(names, self.bounds, strict=True)
               if truth[n] < b[0] - 1e-6 or (b[1] is not None and truth[n] > b[1] + 1e-6)]  # fmt: skip
        return out + [str({names[k]: w for k, w in row.items()}) for row, b in self.upper
                      if sum(w * truth[names[k]] for k, w in row.items()) > b + 1e-6]  # fmt: skip

    def _of(self, name: Name) -> int:
        if name not in self.place:
            self.place[name] = len(self.place)
            self.bounds.append((0.0, None))
        return self.place[name]

    def _solve(self, name: Name, sign: float) -> float:
        a, b = np.zeros((len(self.upper), len(self.place))), np.array([limit for _, limit in self.upper])
        for k, (row, _) in enumerate(self.upper):
            a[k, list(row)] = list(row.values())
        cost = np.zeros(len(self.place))
        cost[self.place[name]] = sign
        found = linprog(cost, A_ub=a, b_ub=b, bounds=self.bounds, method="highs")
        if found.status == 3:
            return float("inf") * sign * -1
        assert found.status == 0, found.message
        return sign * float(found.fun)


def learns(interval: tuple[float, float], least: int) -> bool:
    """Whether an interval says more of a small count than that it lies under the threshold.

    The rule: of a count that was left out, everything from 1 to ``min_clients`` - 1 must remain possible.
    """
    return interval[0] > 1 + 1e-6 or interval[1] < least - 1 - 1e-6
