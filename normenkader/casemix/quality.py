"""The data-quality report: what a reader of the data must know. It reports; it never repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from normenkader.casemix.measuring import Floats, Ints
from normenkader.casemix.quality_words import QUALITY_MEASURES, TOO_FEW, TOO_FEW_ROWS
from normenkader.provenance import rounded
from normenkader.study import Study

_DIGITS = 4
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
class Observed:
    """The rows on which one measure was taken.

    Attributes
    ----------
    code : str
        Key of `QUALITY_MEASURES`.
    provider, client : array of int
        Codes; a provider of -1 is unknown and counts in the whole only.
    hit : array of float
        1 where the row has what is measured, else 0.
    reason : str
        Why it could not be measured at all; empty otherwise.
    overall_only : bool
        Whether it means something for all providers together only.
    """

    code: str
    provider: Ints = field(repr=False)
    client: Ints = field(repr=False)
    hit: Floats = field(repr=False)
    reason: str = ""
    overall_only: bool = False


def report(observed: Sequence[Observed], providers: Sequence[str], study: Study) -> tuple[QualityFinding, ...]:
    """Findings of every measure: all providers together first, then each provider in the order given.

    A share is shown from ``[disclosure] min_clients`` clients; a number of rows from as many rows and clients, rounded
    to ``round_to``. The exact counts are in the ledger.
    """
    tables = [_of_measure(measure, len(providers), study) for measure in observed]
    names = [_OVERALL, *providers]
    return tuple(
        _finding(table, place, name, measure)
        for place, name in enumerate(names)
        for measure, table in zip(observed, tables, strict=True)
        if place == 0 or not measure.overall_only
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """Value and reason for all together (place 0) and for each provider (place 1 and on)."""

    value: list[float | None]
    reason: list[str]


def _of_measure(measure: Observed, n_providers: int, study: Study) -> _Values:
    if measure.reason:
        return _Values([None] * (n_providers + 1), [measure.reason] * (n_providers + 1))
    rows = _by_provider(measure.provider, np.ones(len(measure.hit)), n_providers)
    hits = _by_provider(measure.provider, measure.hit, n_providers)
    clients = _clients_by_provider(measure.provider, measure.client, n_providers)
    shown = _shown_rows if QUALITY_MEASURES[measure.code].unit == "rows" else _shown_share
    cells = [shown(*cell, study) for cell in zip(hits.tolist(), rows.tolist(), clients.tolist(), strict=True)]
    return _Values([value for value, _ in cells], [reason for _, reason in cells])


def _shown_share(hits: float, rows: float, clients: int, study: Study) -> tuple[float | None, str]:
    if clients < study.disclosure.min_clients:
        return None, TOO_FEW
    return rounded(hits / rows, _DIGITS), ""


def _shown_rows(hits: float, rows: float, clients: int, study: Study) -> tuple[float | None, str]:
    if clients < study.disclosure.min_clients:
        return None, TOO_FEW
    if 0 < hits < study.disclosure.min_clients:
        return None, TOO_FEW_ROWS
    step = study.disclosure.round_to
    return float(np.floor(hits / step + 0.5) * step), ""


def _finding(table: _Values, place: int, name: str, measure: Observed) -> QualityFinding:
    about = QUALITY_MEASURES[measure.code]
    value, reason = table.value[place], table.reason[place]
    return QualityFinding(
        code=measure.code, provider=name, value=value, unit=about.unit, reason=reason, expected=about.expected
    )


def _by_provider(provider: Ints, weights: Floats, n_providers: int) -> Floats:
    known = provider >= 0
    each = np.bincount(provider[known], weights=weights[known], minlength=n_providers)
    return np.concatenate([[weights.sum()], each]).astype(np.float64)


def _clients_by_provider(provider: Ints, client: Ints, n_providers: int) -> NDArray[np.int64]:
    known = (provider >= 0) & (client >= 0)
    pairs = pd.DataFrame({"provider": provider[known], "client": client[known]}).drop_duplicates()
    each = np.bincount(pairs["provider"], minlength=n_providers)
    return np.concatenate([[len(np.unique(client[client >= 0]))], each]).astype(np.int64)
