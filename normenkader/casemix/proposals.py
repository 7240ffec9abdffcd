"""A factor proposed from the values of a column, without showing any value that few rows hold."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from normenkader.casemix.export_names import SCALES, UNORDERED, factor_name, is_leefgebied, squeezed
from normenkader.settings import level_names

LEAST_ROWS = 10
"""A level is named, and a break placed, only where this many rows stand behind it."""
_MOST_LEVELS = 12
_MOST_SCORES = 6
_MOSTLY_NUMBERS = 0.95
_YEAR_PARTS = (13.0, 26.0, 52.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnValues:
    """What one local column holds, over all files: how often each text stands in it, and each number."""

    column: str
    texts: Counter[str] = field(repr=False)
    numbers: Counter[float] = field(repr=False)

    @property
    def filled(self) -> int:
        """Number of cells that hold something."""
        return self.texts.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorProposal:
    """A factor for study.toml.

    Attributes
    ----------
    name, column : str
        Name in the study; local column.
    kind : str
        ``nominal``, ``ordinal`` or ``numeric``.
    levels : tuple of str
        For a numeric factor those that follow from `breaks`.
    breaks : tuple of float
    ijkclient : str
        The most common level.
    group : str
        ``leefgebied``, or empty.
    questions : tuple of str
        What a person must still decide.
    """

    name: str
    column: str
    kind: str
    levels: tuple[str, ...]
    breaks: tuple[float, ...] = ()
    ijkclient: str
    group: str = ""
    questions: tuple[str, ...] = ()


def propose_factor(values: ColumnValues) -> FactorProposal | str:
    """A factor for a column, or the reason why it can be none."""
    if values.filled == 0:
        return "it is empty"
    if len(values.texts) == 1:
        return "it holds one value only"
    if _is_scale_of_numbers(values):
        return _numeric(values)
    return _scale(values) or _scores(values) or _words(values)


def _is_scale_of_numbers(values: ColumnValues) -> bool:
    return values.numbers.total() >= _MOSTLY_NUMBERS * values.filled and len(values.numbers) > _MOST_SCORES


def _scale(values: ColumnValues) -> FactorProposal | None:
    """Words of a known scale, in its order and in the file's own spelling."""
    seen = {squeezed(text) for text in values.texts}
    scale = next((s for s in sorted(SCALES, key=len) if seen <= set(s)), None)
    if scale is None:
        return None
    levels = tuple(_spelling(word, values) for word in scale)
    missing = ("Remove a level that your files never use.",) if len(seen) < len(scale) else ()
    kind = "nominal" if scale in UNORDERED else "ordinal"
    return _proposal(values, kind, levels, questions=(*_spellings(values, seen), *missing))


def _spelling(word: str, values: ColumnValues) -> str:
    used = [(count, text) for text, count in values.texts.items() if squeezed(text) == word and count >= LEAST_ROWS]
    return max(used)[1] if used else word


def _spellings(values: ColumnValues, seen: set[str]) -> tuple[str, ...]:
    if len(values.texts) == len(seen):
        return ()
    return ("The files spell a level in more than one way: make the spelling equal, `check` names the lines.",)


def _scores(values: ColumnValues) -> FactorProposal | None:
    """Few whole numbers, such as 1 to 5: a scale in order of number."""
    if values.numbers.total() < values.filled:
        return None
    levels = sorted(
        (t for t, n in values.texts.items() if n >= LEAST_ROWS), key=lambda t: (float(t.replace(",", ".")), t)
    )
    return _proposal(values, "ordinal", tuple(levels)) if len(levels) > 1 else None


def _words(values: ColumnValues) -> FactorProposal | str:
    if len(values.texts) > _MOST_LEVELS:
        return "it holds too many different values to be a factor"
    levels = sorted(text for text, count in values.texts.items() if count >= LEAST_ROWS)
    if len(levels) < 2:
        return f"fewer than two of its values stand in {LEAST_ROWS} rows or more"
    question = 'If these have an order, put them in it and write kind = "ordinal".'
    return _proposal(values, "nominal", tuple(levels), questions=(question,))


def _numeric(values: ColumnValues) -> FactorProposal | str:
    breaks = _breaks(values)
    if not breaks:
        return f"its numbers cannot be cut into levels of {LEAST_ROWS} rows or more"
    levels = level_names(breaks)
    counts = [
        sum(_between(values.numbers, low, high))
        for low, high in zip((-math.inf, *breaks), (*breaks, math.inf), strict=True)
    ]
    group = "leefgebied" if is_leefgebied(values.column) else ""
    return FactorProposal(
        name=factor_name(values.column), column=values.column, kind="numeric", levels=levels, breaks=breaks,
        ijkclient=levels[counts.index(max(counts))], group=group,
        questions=("Are these breaks the ones that policy uses? Intervals are (a, b].",),
    )  # fmt: skip


def _breaks(values: ColumnValues) -> tuple[float, ...]:
    """Parts of a year where the column counts weeks, else rounded quartiles; every interval holds enough rows."""
    if factor_name(values.column) == "duration_weeks":
        parts = _with_enough_rows(_YEAR_PARTS, values.numbers)
        if parts:
            return parts
    return _with_enough_rows(_rounded_quartiles(values.numbers), values.numbers)


def _rounded_quartiles(numbers: Counter[float]) -> tuple[float, ...]:
    quartiles = [_quantile(numbers, share) for share in (0.25, 0.5, 0.75)]
    spread = quartiles[2] - quartiles[0] or abs(quartiles[1]) or 1.0
    finest = spread / 20
    power = 10.0 ** math.floor(math.log10(finest))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= finest * (1 - 1e-9))
    if all(number.is_integer() for number in numbers):
        step = max(step, 1.0)
    return tuple(sorted({round(round(q / step) * step, 10) for q in quartiles}))


def _quantile(numbers: Counter[float], share: float) -> float:
    below, wanted = 0, share * numbers.total()
    for number in sorted(numbers):
        below += numbers[number]
        if below >= wanted:
            return number
    return max(numbers)


def _with_enough_rows(breaks: tuple[float, ...], numbers: Counter[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for edge in breaks:
        low = kept[-1] if kept else -math.inf
        if sum(_between(numbers, low, edge)) >= LEAST_ROWS and sum(_between(numbers, edge, math.inf)) >= LEAST_ROWS:
            kept.append(edge)
    return tuple(kept)


def _between(numbers: Counter[float], low: float, high: float) -> list[int]:
    return [count for number, count in numbers.items() if low < number <= high]


def _proposal(
    values: ColumnValues, kind: str, levels: tuple[str, ...], *, questions: tuple[str, ...] = ()
) -> FactorProposal:
    rare = any(squeezed(text) not in {squeezed(level) for level in levels} for text in values.texts)
    more = (
        (f"Values that stand in fewer than {LEAST_ROWS} rows are not shown here; `check` names their lines.",)
        if rare
        else ()
    )
    return FactorProposal(
        name=factor_name(values.column), column=values.column, kind=kind, levels=levels,
        ijkclient=max(levels, key=lambda level: (values.texts[level], -levels.index(level))),
        group="leefgebied" if kind == "ordinal" and is_leefgebied(values.column) else "",
        questions=(*questions, *more),
    )  # fmt: skip
