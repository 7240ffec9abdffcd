"""Checks on a fixed draw of clients: the norm table in force, held against fewer rows than it was made from.

Norms, edges and resamples use every row. What redoes models by fold, by provider or by choice grows faster than the
rows, or holds many copies of them; with very many rows it looks at a draw, and says so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.draws import client_ranks
from normenkader.evidence import Check
from normenkader.model.norm_table import NormTable
from normenkader.remembered import remembered

BoolArray = npt.NDArray[np.bool_]

MOST_ROWS_CHECKED = 25_000
"""With more rows than these the checks work on a draw."""

DRAWN_ROWS = 22_000
"""Rows of the draw, about: a share in it has a standard error of at most 0.0034, had clients been drawn one by one."""

LEAST_ROWS_OF_PROVIDER = 30


def is_sampled(norms: NormTable) -> bool:
    """Whether there are more rows than the checks look at."""
    return norms.model.n_rows > MOST_ROWS_CHECKED and not norms.model.casemix.to_frame().empty


def on_sample(norms: NormTable) -> NormTable:
    """The same norm table with the rows of a draw, all providers kept; the same value where there are few rows.

    Terms, provider moments and resamples stay those of all rows; rows, outcomes and weights are those of the draw.

    Parameters
    ----------
    norms : NormTable
    """
    if not is_sampled(norms) or len(norms.model.casemix.to_frame()) != len(norms.model.outcome()):
        return norms
    return _on_draw(norms)


@remembered
def _on_draw(norms: NormTable) -> NormTable:
    model, frame = norms.model, norms.model.casemix.to_frame()
    rows = drawn_rows(frame, DRAWN_ROWS / len(frame), model.study.info.seed)
    design, casemix = model.design(), _casemix_of(model.casemix, frame, rows)
    thin = replace(
        design, _matrix=_frozen(design.matrix()[rows]), _provider=_frozen(design.provider_codes()[rows]),
        _client=_frozen(design.client_codes()[rows]),
        _codes={name: codes[rows] for name, codes in design.codes().items()},
        _rows_by_column=None,
    )  # fmt: skip
    return replace(
        norms,
        model=replace(
            model, casemix=casemix, n_rows=int(rows.sum()), n_clients=int(frame["client"][rows].nunique()),
            _design=thin, _outcome=_frozen(model.outcome()[rows]), _weights=_frozen(model.weights()[rows]),
            _behind_caps=None if model._behind_caps is None else model._behind_caps.among(rows),
        ),
    )  # fmt: skip


def drawn_rows(frame: pd.DataFrame, share: float, seed: int) -> BoolArray:
    """Rows of the clients with the lowest hashes at every provider: `share` of them, and at least 30 where there are.

    Parameters
    ----------
    frame : DataFrame
        With ``client`` and ``provider``.
    share : float
    seed : int
        Part of the hash.
    """
    rank = client_ranks(frame["client"].to_numpy(dtype=object), seed)
    provider = pd.factorize(frame["provider"])[0]
    order = np.lexsort((rank, provider))
    n = np.bincount(provider)
    place = np.arange(len(frame)) - np.repeat(np.cumsum(n) - n, n)
    wanted = np.minimum(np.maximum(np.floor(share * n), LEAST_ROWS_OF_PROVIDER), n)
    chosen = np.zeros(len(frame), dtype=bool)
    chosen[order] = place < np.repeat(wanted, n)
    return chosen


def told(checks: tuple[Check, ...], norms: NormTable) -> tuple[Check, ...]:
    """The same checks; each says that it looked at a draw, where it did."""
    if not is_sampled(norms):
        return checks
    return tuple(replace(check, limit=f"{check.limit} {SAMPLE_DUTCH}") for check in checks)


SAMPLE_DUTCH = f"Nagegaan bij een vaste trekking van ongeveer {DRAWN_ROWS // 1000}.000 trajecten, van alle aanbieders."


def _casemix_of(casemix: Casemix, frame: pd.DataFrame, rows: BoolArray) -> Casemix:
    kept = frame[rows].reset_index(drop=True)
    weeks, starts, without = casemix.weeks_frame(), casemix.starts_frame(), casemix._unregistered
    share = len(kept) / max(len(frame), 1)
    zero = drawn_rows(without, share, casemix.study.info.seed) if len(without) else np.zeros(0, dtype=bool)
    return replace(
        casemix, _rows=kept, _weeks=weeks[weeks["episode"].isin(kept["episode"])].reset_index(drop=True),
        _starts=starts[starts["episode"].isin(kept["episode"])].reset_index(drop=True),
        _unregistered=without[zero].reset_index(drop=True),
    )  # fmt: skip


def _frozen(array: npt.NDArray) -> npt.NDArray:  # type: ignore[type-arg]
    array.setflags(write=False)
    return array
