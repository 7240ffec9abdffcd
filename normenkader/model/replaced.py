"""Minutes of another source in the place of the data's, term by term, where the study's rule on conflict says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from normenkader.model.design import Design

FloatArray = npt.NDArray[np.float64]
IJKCLIENT = "ijkclient"
_HOLD = 1e3
TermKey = tuple[str, str, str, str]
"""Factor, level, and for an interaction the other factor and its level (else empty)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedTerm:
    """One term by another source.

    Attributes
    ----------
    factor, level, with_factor, with_level : str
        The term; factor ``ijkclient`` for the level.
    minutes : float
        Minutes per week, before directions and rounding.
    interval : (low, high) or None
        95 % interval of that source.
    source : str
    """

    factor: str
    level: str = ""
    with_factor: str = ""
    with_level: str = ""
    minutes: float
    interval: tuple[float, float] | None = None
    source: Literal["experts", "source_norms"] = "experts"

    @property
    def key(self) -> TermKey:
        """What identifies the term in every source."""
        return self.factor, self.level, self.with_factor, self.with_level


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """Terms that another source decides; they stay as they are when providers are drawn again.

    Attributes
    ----------
    terms : tuple of ReplacedTerm
    """

    terms: tuple[ReplacedTerm, ...] = ()

    def columns(self, design: Design) -> dict[int, ReplacedTerm]:
        """The replaced terms by the design column that carries them; a level joined with its neighbour follows it."""
        by_key = {term.key: term for term in self.terms}
        return {column: by_key[key] for column, key in leading_terms(design).items() if key in by_key}

    def in_columns(self, design: Design, values: FloatArray) -> FloatArray:
        """Values of the design columns, (..., p), with the replaced ones in their place."""
        found = self.columns(design)
        if not found:
            return values
        result = values.copy()
        for column, term in found.items():
            result[..., column] = term.minutes
        return result

    def holding(self, design: Design, metric: FloatArray) -> FloatArray:
        """The metric, (..., p, p), under which directions move the replaced terms only where nothing else helps.

        They are no estimates that hang together with the others, so an order that two other terms break is no reason
        to change them.
        """
        found = list(self.columns(design))
        if not found:
            return metric
        weight = np.ones(metric.shape[-1])
        weight[found] = _HOLD
        return np.asarray(metric * np.outer(weight, weight))

    def in_level(self, level: FloatArray) -> FloatArray:
        """Minutes of the ijkclient, of any shape, replaced where a term says so."""
        own = self.ijkclient
        return level if own is None else np.full_like(np.asarray(level, dtype=np.float64), own.minutes)

    @property
    def ijkclient(self) -> ReplacedTerm | None:
        """The term that stands in for the minutes of the ijkclient; None when the data decide."""
        return next((term for term in self.terms if term.factor == IJKCLIENT), None)


NONE_REPLACED = Replaced()


def leading_terms(design: Design) -> dict[int, TermKey]:
    """By design column, the term that speaks for it: the supported one, or the first of levels joined."""
    found: dict[int, TermKey] = {}
    for cell in sorted(design.cells, key=lambda cell: not cell.supported):
        if cell.column >= 0:
            found.setdefault(cell.column, (cell.factor, cell.level, cell.with_factor, cell.with_level))
    return dict(sorted(found.items()))
