"""Check texts in the study's own unit: a study in hours or days must not read of minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from normenkader.evidence import Check, Reservation

_DUTCH = {"minutes": "minuten", "hours": "uren", "days": "dagen", "weeks": "weken"}
_NO_WORD = "eenheden"
_MINUTES = re.compile(r"\b([Mm])inuten\b")


def counted_in(unit: str) -> str:
    """Dutch word for what the study counts: ``hours per week`` gives ``uren``, a unit of its own ``eenheden``."""
    return _DUTCH.get(unit.strip().lower().partition(" ")[0], _NO_WORD)


def checks_in(unit: str, checks: Iterable[Check]) -> tuple[Check, ...]:
    """Checks whose question, limit, reason and reservation name what the study counts in place of minutes."""
    found = tuple(checks)
    if counted_in(unit) == "minuten":
        return found
    return tuple(
        replace(c, question=_in(unit, c.question), limit=_in(unit, c.limit), reason=_in(unit, c.reason),
                reservation=_in(unit, c.reservation))
        for c in found
    )  # fmt: skip


def reservations_in(unit: str, reservations: Iterable[Reservation]) -> tuple[Reservation, ...]:
    """Reservations in the same words."""
    found = tuple(reservations)
    return found if counted_in(unit) == "minuten" else tuple(replace(r, text=_in(unit, r.text)) for r in found)


def _in(unit: str, text: str) -> str:
    word = counted_in(unit)
    return _MINUTES.sub(lambda match: word.capitalize() if match[1] == "M" else word, text)
