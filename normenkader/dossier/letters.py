"""What one client is told: a paragraph in plain Dutch (B1) with the lower bound in a unit of time, and no more."""

from __future__ import annotations

from normenkader.bands.decision import Decision
from normenkader.bands.periods import Period, is_weekly, unit_over
from normenkader.dossier.numbers import amount_in_words, dutch_unit

_NO_NORM = "Voor uw situatie bestaat nog geen norm. De gemeente zoekt daarom zelf uit wat u nodig hebt."
_PLAN = "Hoeveel {amount} u precies krijgt, bespreekt de aanbieder met u. Dat staat daarna in uw ondersteuningsplan."
_MORE = "Is er in uw situatie meer nodig? Vertel dat dan. De gemeente kijkt altijd naar uw eigen situatie."


def client_paragraph(decision: Decision, period: Period = "week") -> str:
    """One paragraph for the client, at language level B1: the lower bound in units of time, and nothing else.

    No upper bound, band or factor stands in it. A lower bound of zero is no amount (CRVB:2021:1381 asks for one in
    units of time), so then the paragraph promises none.

    Parameters
    ----------
    decision : Decision
    period : {"week", "two_weeks", "four_weeks", "month"}
        Over which the amount is told; a unit that is not per week has one period only, its own.
    """
    unit = unit_over(decision.unit, period) if is_weekly(decision.unit) else decision.unit
    counted = dutch_unit(unit)
    plan = _PLAN.format(amount=counted)
    least = least_amount(decision, period)
    if least is None:
        return f"{_NO_NORM} {plan} {_MORE}"
    if least == 0:
        return f"Voor uw situatie is geen minimum aan {counted} vastgesteld. {plan} {_MORE}"
    told = f"{amount_in_words(least, unit)}{_in_hours(least, unit)}"
    return f"U krijgt minstens {told} ondersteuning. Minder mag niet. {plan} {_MORE}"


def least_amount(decision: Decision, period: Period = "week") -> int | None:
    """The lower bound over a period, rounded up; None without a norm."""
    return next((e.amount for e in decision.equivalents if e.period == period), decision.lower_bound)


def _in_hours(amount: int, unit: str) -> str:
    hours, minutes = divmod(amount, 60)
    if not unit.startswith("minutes") or hours == 0:
        return ""
    rest = f" en {minutes} {'minuut' if minutes == 1 else 'minuten'}" if minutes else ""
    return f" ({hours} uur{rest})"
