"""Cells of text as numbers and dates: what can be read two ways is decided by a stated rule, never cell by cell."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]
Mask = npt.NDArray[np.bool_]

_SPACE = "[ \u00a0\u2009\u202f]"
_SIGN = "[+\u2212-]?"
_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
_TIME = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([-/])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ORDER_NAMES = {"-": "dd-mm-yyyy", "/": "dd/mm/yyyy", ".": "dd.mm.yyyy"}


def _number_pattern(decimal: str) -> re.Pattern[str]:
    mark, group = re.escape(decimal), re.escape("." if decimal == "," else ",")
    grouped = rf"[1-9][0-9]{{0,2}}(?:(?:{group}[0-9]{{3}})+|(?:{_SPACE}[0-9]{{3}})+)"
    return re.compile(rf"{_SIGN}(?:{grouped}|[0-9]+)?(?:{mark}[0-9]+)?{_EXPONENT}")


def _decisive_pattern(decimal: str) -> re.Pattern[str]:
    """Texts that are a number under this decimal mark only."""
    mark, group = re.escape(decimal), re.escape("." if decimal == "," else ",")
    whole = rf"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+"
    twice = rf"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}}){{2,}}"
    short = rf"[0-9]*{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})"
    long = rf"(?:[0-9]{{4,}}|0[0-9]*|){mark}[0-9]{{3}}"
    spaced = rf"[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}})+{mark}[0-9]+"
    return re.compile(rf"{_SIGN}(?:{whole}{mark}[0-9]+|{twice}|{short}|{long}|{spaced}){_EXPONENT}")


_NUMBER = {mark: _number_pattern(mark) for mark in (",", ".")}
_DECISIVE = {mark: _decisive_pattern(mark) for mark in (",", ".")}
_PLAIN = {mark: rf"^-?[0-9]{{1,15}}(?:{re.escape(mark)}[0-9]{{1,15}})?$" for mark in (",", ".")}
_AMBIGUOUS = re.compile(rf"{_SIGN}[1-9][0-9]{{0,2}}[.,][0-9]{{3}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalEvidence:
    """How many distinct texts are numbers with a decimal comma only, with a point only, or with either (1.250)."""

    comma: int = 0
    point: int = 0
    either: int = 0

    def __add__(self, other: DecimalEvidence) -> DecimalEvidence:
        return DecimalEvidence(
            comma=self.comma + other.comma, point=self.point + other.point, either=self.either + other.either
        )

    @property
    def mark(self) -> str:
        """The mark with most texts behind it; empty when none or as many speak for the other."""
        if self.comma == self.point:
            return ""
        return "," if self.comma > self.point else "."

    @property
    def minority_share(self) -> float:
        """Share of the decisive texts that contradict the mark."""
        decisive = self.comma + self.point
        return min(self.comma, self.point) / decisive if decisive else 0.0


def decimal_evidence(distinct: Any) -> DecimalEvidence:
    """Weigh the distinct texts of a column (any array of text); see `DecimalEvidence`."""
    texts = distinct if isinstance(distinct, pa.Array) else pa.array(distinct, pa.string())
    marked = texts.filter(pc.match_substring_regex(texts, "[,.]"))
    return DecimalEvidence(
        comma=_count(marked, _DECISIVE[","]), point=_count(marked, _DECISIVE["."]), either=_count(marked, _AMBIGUOUS)
    )


def _count(texts: Any, pattern: re.Pattern[str]) -> int:
    return int(pc.sum(pc.match_substring_regex(texts, f"^(?:{pattern.pattern})$")).as_py() or 0)


def read_only_with(texts: npt.NDArray[np.object_], mark: str) -> Mask:
    """Texts that are a number under this decimal mark and under no other."""
    return np.array([_DECISIVE[mark].fullmatch(text) is not None for text in texts], dtype=bool)


def is_number(text: str, decimal: str) -> bool:
    """Whether `text` is a number written with this decimal mark."""
    return _NUMBER[decimal].fullmatch(text) is not None and any(c.isdigit() for c in text)


def number_of(text: str, decimal: str) -> float:
    """The number in `text` under a decimal mark (thousands by the other mark or a space), or nan.

    ``1.250,75`` and ``1250,75`` under a comma; ``1,250.75`` and ``1250.75`` under a point; ``12.5`` under a comma is
    not a number, because a thousands mark stands before three figures only.
    """
    if not is_number(text, decimal):
        return math.nan
    plain = re.sub(_SPACE, "", text).replace("\u2212", "-").replace("." if decimal == "," else ",", "")
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def date_of(text: str) -> date | None:
    """The day in `text`, or None: year first, day first, or yyyymmdd, with a time of day or without.

    Month first is never read: ``09/13/2025`` is no date, and `is_month_first` tells why.
    """
    try:
        return _calendar_day(text)
    except ValueError:
        return None


def _calendar_day(text: str) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[3]), int(found[4]))
    if found := _DAY_FIRST.fullmatch(text):
        return date(int(found[4]), int(found[3]), int(found[1]))
    if (found := _COMPACT.fullmatch(text)) and text >= "1800":
        return date(int(found[1]), int(found[2]), int(found[3]))
    return None


def date_order(text: str) -> str:
    """Name of the order in which `text` writes a date that exists; empty otherwise."""
    if date_of(text) is None:
        return ""
    if found := _DAY_FIRST.fullmatch(text):
        return _ORDER_NAMES[found[2]]
    return "yyyymmdd" if _COMPACT.fullmatch(text) else "yyyy-mm-dd" if "-" in text[:6] else "yyyy/mm/dd"


def is_month_first(text: str) -> bool:
    """Whether `text` is a date only when the month comes first, as in ``09/13/2025``."""
    found = _DAY_FIRST.fullmatch(text)
    return found is not None and int(found[1]) <= 12 < int(found[3]) <= 31


def parse_numbers(texts: npt.NDArray[np.object_], *, decimal: str) -> tuple[Floats, Mask]:
    """Numbers of an array of texts, ``nan`` where empty or bad, and the mask of filled cells that are no number."""
    values = np.full(len(texts), np.nan)
    given = pa.array(texts, pa.string())
    plain = np.asarray(pc.match_substring_regex(given, _PLAIN[decimal]), dtype=bool)
    values[plain] = pc.replace_substring(given.filter(pa.array(plain)), decimal, ".").cast(pa.float64())
    for i in np.flatnonzero(~plain):
        values[i] = number_of(texts[i], decimal)
    return values, np.asarray(np.isnan(values) & (texts != ""), dtype=bool)


def parse_dates(texts: npt.NDArray[np.object_]) -> tuple[Days, Mask]:
    """Days of an array of texts, ``NaT`` where empty or bad, and the mask of filled cells that are no date."""
    days = np.array([np.datetime64("NaT") if (d := date_of(t)) is None else d for t in texts], dtype="datetime64[D]")
    return days, np.isnat(days) & (texts != "")
