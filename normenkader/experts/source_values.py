"""What one source says of one term, and what two sources say of one another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from normenkader.experts.crossed import t_quantile
from normenkader.model.replaced import TermKey

Source = Literal["data", "experts", "source_norms"]
Verdict = Literal["agree", "conflict", "silent"]
CONFIDENCE = 0.90
NO_MARGIN = "the study states no margin, so nothing counts as a difference"
NO_ERROR = "how certain one of the two is cannot be said"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEstimate:
    """Minutes per week of one term by one source, as a comparison needs them.

    Attributes
    ----------
    value : float
    standard_error : float or None
        Zero for a source without uncertainty; None where it cannot be had.
    degrees_of_freedom : float
        Infinite for a fixed number.
    """

    value: float
    standard_error: float | None
    degrees_of_freedom: float = math.inf

    def interval(self, confidence: float = 0.95) -> tuple[float, float] | None:
        """Two-sided t interval; None without a standard error, and for a fixed number."""
        if not self.standard_error:
            return None
        half = t_quantile(confidence, self.degrees_of_freedom) * self.standard_error
        return self.value - half, self.value + half


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceValue:
    """One term by one source; `estimate` is None with a `reason`."""

    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    estimate: SourceEstimate | None
    reason: str = ""

    @property
    def key(self) -> TermKey:
        """What identifies the term in every source."""
        return self.factor, self.level, self.with_factor, self.with_level


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sources on one term.

    Attributes
    ----------
    sources : (str, str)
        The difference is the first minus the second.
    factor, level, with_factor, with_level : str
        The term; factor ``ijkclient`` for the level.
    difference : float
        Minutes per week.
    interval : (low, high) or None
        90 % interval; None where it cannot be had.
    verdict : {"agree", "conflict", "silent"} or None
        Agree: the interval lies within the margin; conflict: wholly outside it; else silent. None with a `reason`.
    reason : str
    """

    sources: tuple[Source, Source]
    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    difference: float
    interval: tuple[float, float] | None
    verdict: Verdict | None
    reason: str = ""

    @property
    def key(self) -> TermKey:
        """What identifies the term in every source."""
        return self.factor, self.level, self.with_factor, self.with_level


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """A term that two sources cannot be compared on, and why."""

    sources: tuple[Source, Source]
    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    reason: str


def value_of(key: TermKey, estimate: SourceEstimate | None, reason: str = "") -> SourceValue:
    """A source's value of the term with this key."""
    factor, level, with_factor, with_level = key
    return SourceValue(
        factor=factor, level=level, with_factor=with_factor, with_level=with_level, estimate=estimate, reason=reason
    )


def compare(
    sources: tuple[Source, Source],
    key: TermKey,
    first: SourceEstimate,
    second: SourceEstimate,
    *,
    margin: float | None,
) -> Comparison:
    """Difference of two independent sources with its 90 % interval, and the verdict against the margin.

    Two one-sided tests at 5 %: *agree* when both reject a difference beyond the margin, which is when the 90 % interval
    lies within it. Independent variances add; degrees of freedom by Welch and Satterthwaite. A fixed number adds none.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6). Welch (1947), Biometrika 34.
    """
    difference = first.value - second.value
    interval = _interval(difference, first, second)
    verdict = None if interval is None or margin is None else verdict_of(interval, margin)
    factor, level, with_factor, with_level = key
    return Comparison(
        sources=sources, factor=factor, level=level, with_factor=with_factor, with_level=with_level,
        difference=difference, interval=interval, verdict=verdict,
        reason=NO_ERROR if interval is None else NO_MARGIN if margin is None else "",
    )  # fmt: skip


def verdict_of(interval: tuple[float, float], margin: float) -> Verdict:
    """Agree, conflict or silent: where the interval of a difference lies against ``(-margin, margin)``."""
    low, high = interval
    if -margin <= low and high <= margin:
        return "agree"
    return "conflict" if low > margin or high < -margin else "silent"


def _interval(difference: float, first: SourceEstimate, second: SourceEstimate) -> tuple[float, float] | None:
    if first.standard_error is None or second.standard_error is None:
        return None
    parts = [(s.standard_error or 0.0) ** 2 for s in (first, second)]
    unsure = sum(v**2 / s.degrees_of_freedom for v, s in zip(parts, (first, second), strict=True) if v > 0)
    degrees = sum(parts) ** 2 / unsure if unsure > 0 else math.inf
    half = t_quantile(CONFIDENCE, degrees) * math.sqrt(sum(parts))
    return difference - half, difference + half
