"""What a study counts, in Dutch: a study in hours or days must not read of minutes."""

from __future__ import annotations

import re

_UNITS = {
    "minutes": "minuten", "hours": "uren", "days": "dagen", "weeks": "weken", "half-days": "dagdelen",
    "visits": "bezoeken", "nights": "etmalen",
}  # fmt: skip
_PERIODS = {
    "day": "dag", "week": "week", "two weeks": "twee weken", "four weeks": "vier weken", "month": "maand",
    "year": "jaar",
}  # fmt: skip
SINGULAR = {
    "minuten": "minuut", "uren": "uur", "dagen": "dag", "weken": "week", "dagdelen": "dagdeel", "bezoeken": "bezoek",
    "etmalen": "etmaal", "eenheden": "eenheid",
}  # fmt: skip
_NO_WORD = "eenheden"
_MINUTES = re.compile(r"\b(?:([Mm])inuten|([Mm])inuut)\b")
_BEFORE = re.compile(r"\b(norm|begin)minuten\b")


def dutch_unit(unit: str) -> str:
    """The study's unit in Dutch where we know it, else as the study says it."""
    plain = unit.strip().lower()
    word, _, period = plain.partition(" per ")
    if word in _UNITS and period in _PERIODS:
        return f"{_UNITS[word]} per {_PERIODS[period]}"
    return _UNITS.get(plain, unit)


def counted_in(unit: str) -> str:
    """Dutch word for what the study counts: ``hours per week`` gives ``uren``, a unit of its own ``eenheden``."""
    return _UNITS.get(unit.strip().lower().partition(" ")[0], _NO_WORD)


def in_unit(unit: str, text: str) -> str:
    """`text` of ours, which speaks of minutes, with what the study counts in their place."""
    return with_word(counted_in(unit), text)


def with_word(word: str, text: str) -> str:
    """`text` with one of the words of `counted_in` in the place of minutes."""
    if word == "minuten":
        return text
    return _BEFORE.sub(rf"\1{word}", _MINUTES.sub(lambda found: _in_place(found, word), text))


def _in_place(found: re.Match[str], word: str) -> str:
    told = word if found[1] else SINGULAR[word]
    return told.capitalize() if (found[1] or found[2]) == "M" else told
