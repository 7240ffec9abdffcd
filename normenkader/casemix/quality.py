"""The data-quality report: what a reader of the data must know. It reports; it never repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from normenkader.casemix.measuring import Ints
from normenkader.casemix.quality_words import QUALITY_MEASURES, TOO_FEW, TOO_FEW_ROWS
from normenkader.provenance import rounded
from normenkader.study import Study

# A share is in whole percents, so that the number of clients behind it cannot be worked out. For all together the
# number of clients is published, so there a share of a few rows is hidden. How times were written tells of who wrote
# them, not of clients: that share may rest on a few rows, and for all together has a digit more.
_DIGITS, _DIGITS_OF_WRITING, _OF_WRITING = 2, 3, "heaping_"
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
    """

    code: str
    pair: Ints = field(repr=False)
    hit: NDArray[np.bool_] = field(repr=False)
    reason: str = ""
    overall_only: bool = False


def report(observed: Sequence[Observed], pairs: Pairs, study: Study) -> tuple[QualityFinding, ...]:
    """Findings of every measure: all providers together first, then each provider in order.

    A share is shown from ``[disclosure] min_clients`` clients, in whole percents; for all together only if none or as
    many rows have what is measured, unless it is about the way times are written. A number of rows is shown from as
    many rows and clients, rounded to ``round_to``. The exact counts are in the ledger.
    """
    tables = [_of_measure(measure, pairs, study) for measure in observed]
    return tuple(
        _finding(table, place, name, measure)
        for place, name in enumerate([_OVERALL, *pairs.providers])
        for measure, table in zip(observed, tables, strict=True)
        if place == 0 or not measure.overall_only
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """Value and reason for all together (place 0) and for each provider (place 1 and on)."""

    value: list[float | None]
    reason: list[str]


def _of_measure(measure: Observed, pairs: Pairs, study: Study) -> _Values:
    if measure.reason:
        n = len(pairs.providers) + 1
        return _Values([None] * n, [measure.reason] * n)
    rows = _by_pair(measure.pair, pairs)
    hits = _by_provider(_by_pair(measure.pair[measure.hit], pairs), pairs)
    counts = zip(hits, _by_provider(rows, pairs), _clients_by_provider(rows > 0, pairs), strict=True)
    shown = _shown_rows if QUALITY_MEASURES[measure.code].unit == "rows" else _shown_share
    cells = [shown(*count, study) for count in counts]
    writing = measure.code.startswith(_OF_WRITING)
    cells[0] = cells[0] if writing else _without_few(cells[0], hits[0], study)
    digits = [_DIGITS_OF_WRITING if writing else _DIGITS] + [_DIGITS] * len(pairs.providers)
    values = [rounded(value, n) for (value, _), n in zip(cells, digits, strict=True)]
    return _Values(values, [reason for _, reason in cells])


def _shown_share(hits: int, rows: int, clients: int, study: Study) -> tuple[float | None, str]:
    if clients < study.disclosure.min_clients:
        return None, TOO_FEW
    return hits / rows, ""


def _without_few(cell: tuple[float | None, str], hits: int, study: Study) -> tuple[float | None, str]:
    """Hide a share whose numerator is a count that may not be shown; that there are none may be."""
    few = cell[0] is not None and 0 < hits < study.disclosure.min_clients
    return (None, TOO_FEW_ROWS) if few else cell


def _shown_rows(hits: int, rows: int, clients: int, study: Study) -> tuple[float | None, str]:
    if clients < study.disclosure.min_clients:
        return None, TOO_FEW
    if 0 < hits < study.disclosure.min_clients:
        return None, TOO_FEW_ROWS
    step = study.disclosure.round_to
    return float(step * ((2 * hits + step) // (2 * step))), ""


def _finding(table: _Values, place: int, name: str, measure: Observed) -> QualityFinding:
    about = QUALITY_MEASURES[measure.code]
    value, reason = table.value[place], table.reason[place]
    return QualityFinding(
        code=measure.code, provider=name, value=value, unit=about.unit, reason=reason, expected=about.expected
    )


def _by_pair(pair: Ints, pairs: Pairs) -> Ints:
    """Rows of each pair, and last those of no known pair."""
    n = len(pairs.provider)
    return np.bincount(np.where(pair < 0, n, pair), minlength=n + 1)


def _by_provider(of_pair: Ints, pairs: Pairs) -> list[int]:
    each = np.zeros(len(pairs.providers), dtype=np.int64)
    np.add.at(each, pairs.provider, of_pair[:-1])
    return [int(of_pair.sum()), *each.tolist()]


def _clients_by_provider(present: NDArray[np.bool_], pairs: Pairs) -> list[int]:
    here = present[:-1]
    each = np.bincount(pairs.provider[here], minlength=len(pairs.providers))
    return [int(np.count_nonzero(np.bincount(pairs.client[here]))), *each.tolist()]
