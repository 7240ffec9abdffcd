"""A lower bound in other periods than the week, never rounded down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

Period = Literal["week", "two_weeks", "four_weeks", "month"]

PERIODS: tuple[Period, ...] = get_args(Period)
_WEEKS = {
    "week": Fraction(1), "two_weeks": Fraction(2), "four_weeks": Fraction(4), "month": Fraction(52, 12),
}  # fmt: skip
_PER_WEEK = " per week"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodAmount:
    """A lower bound over one period, in whole units rounded up."""

    period: Period
    amount: int


def round_up(amount: float) -> int:
    """The least whole number not below `amount`, taken as the decimal that it is printed as.

    What a client is told is never rounded down.

    References
    ----------
    CRvB 18 May 2016, ECLI:NL:CRVB:2016:1402, 1403 and 1404, as summarised by Schulinck, which does not say which of
    them carries the rule.
    """
    return math.ceil(Fraction(repr(float(amount))))


def is_weekly(unit: str) -> bool:
    """Whether an amount in this unit has an equivalent over other periods."""
    return unit.endswith(_PER_WEEK)


def unit_over(unit: str, period: Period) -> str:
    """A unit per week, over another period: ``minutes per two weeks``."""
    return unit.removesuffix(_PER_WEEK) + f" per {period.replace('_', ' ')}"


def equivalents(lower_bound: int, unit: str) -> tuple[PeriodAmount, ...]:
    """`lower_bound` a week over every period, each rounded up by itself; empty when the unit is not per week.

    Parameters
    ----------
    lower_bound : int
        Whole units a week, as the client is told.
    unit : str
        The study's unit, such as ``minutes per week``. A month is 52/12 weeks.
    """
    if not is_weekly(unit):
        return ()
    return tuple(PeriodAmount(period=p, amount=math.ceil(lower_bound * _WEEKS[p])) for p in PERIODS)
