"""Check texts in the study's own unit: a study in hours or days must not read of minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from normenkader.evidence import Check, Reservation
from normenkader.terms.units import counted_in, in_unit


def checks_in(unit: str, checks: Iterable[Check]) -> tuple[Check, ...]:
    """Checks whose question, limit, reason and reservation name what the study counts in place of minutes."""
    found = tuple(checks)
    if counted_in(unit) == "minuten":
        return found
    return tuple(
        replace(c, question=in_unit(unit, c.question), limit=in_unit(unit, c.limit), reason=in_unit(unit, c.reason),
                reservation=in_unit(unit, c.reservation))
        for c in found
    )  # fmt: skip


def reservations_in(unit: str, reservations: Iterable[Reservation]) -> tuple[Reservation, ...]:
    """Reservations in the same words."""
    found = tuple(reservations)
    return found if counted_in(unit) == "minuten" else tuple(replace(r, text=in_unit(unit, r.text)) for r in found)
