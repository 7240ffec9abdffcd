"""The data-quality report: what a reader of the data must know. It reports; it never repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from normenkader.casemix.measuring import Ints
from normenkader.casemix.quality_words import QUALITY_MEASURES, TOO_FEW, TOO_FEW_ON_A_SIDE, TOO_FEW_ROWS
from normenkader.disclosure import Line, published_clients, withheld
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings
from normenkader.study import Study

# A share is in whole percents, and hidden where few clients have, or lack, what is measured: whoever knows how many
# clients there are could work out their number. How times were written tells of who wrote them, not of clients: that
# share may rest on a few rows, and for all together has a digit more.
_DIGITS, _DIGITS_OF_WRITING, _OF_WRITING = 2, 3, "heaping_"
# What minutes rest on: one answer an episode, so that these shares add up to the whole.
_PARTS = "basis_"
_OVERALL = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFinding:
    """One measure for one provider (or all, when `provider` is empty).

    Attributes
    ----------
    code : str
        Such as ``heaping_15``; `QUALITY_MEASURES` says in a sentence what it is.
    provider : str
        Provider as the data name it; empty for all together.
    value : float or None
        None when it cannot be had or may not be shown.
    unit : str
        Unit of the value: ``share``, ``minutes``, ``rows``.
    reason : str
        Why there is no value; empty otherwise.
    expected : float or None
        The value that chance alone would give, where that means something.
    """

    code: str
    provider: str
    value: float | None
    unit: str
    reason: str = ""
    expected: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Every pair of a provider and one of its clients, numbered, so that clients are counted without sorting rows.

    Attributes
    ----------
    providers : tuple of str
        Names, in the order of the report.
    provider, client : array of int, one entry a pair
        Codes.
    """

    providers: tuple[str, ...]
    provider: Ints = field(repr=False)
    client: Ints = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The rows on which one measure was taken.

    Attributes
    ----------
    code : str
        Key of `QUALITY_MEASURES`.
    pair : array of int
        Pair of provider and client each row is about; -1 is unknown and counts in the whole only.
    hit : array of bool
        Whether the row has what is measured.
    reason : str
        Why it could not be measured at all; empty otherwise.
    overall_only : bool
        Whether it means something for all providers together only.
    weight : array of int, optional
        How many rows each entry stands for; one by default.
    """

    code: str
    pair: Ints = field(repr=False)
    hit: NDArray[np.bool_] = field(repr=False)
    reason: str = ""
    overall_only: bool = False
    weight: Ints | None = field(repr=False, default=None)


def report(observed: Sequence[Observed], pairs: Pairs, study: Study) -> tuple[QualityFinding, ...]:
    """Findings of every measure: all providers together first, then each provider in order.

    A share is shown from ``[disclosure] min_clients`` clients, in whole percents, and only if none or as many clients
    have what is measured, and none or as many lack it, unless it is about the way times are written. A number of rows
    is shown from as many rows and clients, rounded to ``round_to``. The exact counts are in the ledger.
    """
    tables = [_of_measure(measure, pairs, study) for measure in observed]
    parts = [table for measure, table in zip(observed, tables, strict=True) if measure.code.startswith(_PARTS)]
    if parts:
        _parts_veiled(parts, study.disclosure)
    return tuple(
        _finding(table, place, name, measure)
        for place, name in enumerate([_OVERALL, *pairs.providers])
        for measure, table in zip(observed, tables, strict=True)
        if place == 0 or not measure.overall_only
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """Value and reason for all together (place 0) and for each provider (place 1 and on), with the rows behind it."""

    value: list[float | None]
    reason: list[str]
    hits: list[int]


@dataclass(frozen=True, slots=True)
class _Counts:
    """Rows with what is measured, all rows, and clients: all, with such a row, and with another row."""

    hits: int
    rows: int
    clients: int
    clients_with: int
    clients_without: int


def _of_measure(measure: Observed, pairs: Pairs, study: Study) -> _Values:
    if measure.reason:
        n = len(pairs.providers) + 1
        return _Values([None] * n, [measure.reason] * n, [0] * n)
    counts = _counts(measure, pairs)
    shown = _shown_rows if QUALITY_MEASURES[measure.code].unit == "rows" else _shown_share
    writing = measure.code.startswith(_OF_WRITING)
    cells = [shown(count, study.disclosure, writing=writing) for count in counts]
    digits = [_DIGITS_OF_WRITING if writing else _DIGITS] + [_DIGITS] * len(pairs.providers)
    values = [rounded(value, n) for (value, _), n in zip(cells, digits, strict=True)]
    return _Values(values, [reason for _, reason in cells], [count.hits for count in counts])


def _counts(measure: Observed, pairs: Pairs) -> list[_Counts]:
    weight = measure.weight
    rows = _by_pair(measure.pair, pairs, weight)
    hits = _by_pair(measure.pair[measure.hit], pairs, None if weight is None else weight[measure.hit])
    found = zip(
        _by_provider(hits, pairs), _by_provider(rows, pairs), _clients_by_provider(rows > 0, pairs),
        _clients_by_provider(hits > 0, pairs), _clients_by_provider(rows > hits, pairs), strict=True,
    )  # fmt: skip
    return [_Counts(*count) for count in found]


def _shown_share(count: _Counts, floor: DisclosureSettings, *, writing: bool) -> tuple[float | None, str]:
    """A share, unless some have what is measured, or lack it, but too few to be shown; none and all may be shown."""
    if count.clients < floor.min_clients:
        return None, TOO_FEW
    few = 0 < count.clients_with < floor.min_clients or 0 < count.clients_without < floor.min_clients
    if few and not writing:
        return None, TOO_FEW_ON_A_SIDE
    return count.hits / count.rows, ""


def _shown_rows(count: _Counts, floor: DisclosureSettings, *, writing: bool) -> tuple[float | None, str]:
    del writing
    if count.clients < floor.min_clients:
        return None, TOO_FEW
    if 0 < count.hits < floor.min_clients:
        return None, TOO_FEW_ROWS
    return float(published_clients(count.hits, floor) or 0), ""


def _parts_veiled(tables: Sequence[_Values], floor: DisclosureSettings) -> None:
    """Shares that together are the whole: with one veiled, the smallest of the others is veiled too.

    Nothing is said of what nobody has: that it is nought may be known.
    """
    for place in range(len(tables[0].value)):
        parts = [table for table in tables if table.hits[place]]
        hidden = withheld(
            [part.hits[place] for part in parts], [Line(cells=tuple(range(len(parts))))],
            primary=[part.value[place] is None for part in parts], settings=floor,
        )  # fmt: skip
        for part, hide in zip(parts, hidden, strict=True):
            if hide and part.value[place] is not None:
                part.value[place], part.reason[place] = None, TOO_FEW_ON_A_SIDE


def _finding(table: _Values, place: int, name: str, measure: Observed) -> QualityFinding:
    about = QUALITY_MEASURES[measure.code]
    value, reason = table.value[place], table.reason[place]
    return QualityFinding(
        code=measure.code, provider=name, value=value, unit=about.unit, reason=reason, expected=about.expected
    )


def _by_pair(pair: Ints, pairs: Pairs, weight: Ints | None) -> Ints:
    """Rows of each pair, and last those of no known pair."""
    n = len(pairs.provider)
    return np.bincount(np.where(pair < 0, n, pair), weights=weight, minlength=n + 1).astype(np.int64)


def _by_provider(of_pair: Ints, pairs: Pairs) -> list[int]:
    each = np.zeros(len(pairs.providers), dtype=np.int64)
    np.add.at(each, pairs.provider, of_pair[:-1])
    return [int(of_pair.sum()), *each.tolist()]


def _clients_by_provider(present: NDArray[np.bool_], pairs: Pairs) -> list[int]:
    here = present[:-1]
    each = np.bincount(pairs.provider[here], minlength=len(pairs.providers))
    return [int(np.count_nonzero(np.bincount(pairs.client[here]))), *each.tolist()]
