"""Dominance: a mean or total in which a few providers or clients weigh so much that it tells what is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def is_dominated(amounts: Iterable[float] | FloatArray, settings: DisclosureSettings) -> bool:
    """Whether the largest contributors together have more than the stated share of a total.

    Parameters
    ----------
    amounts : iterable of float
        What each provider, or each client, contributes to the total behind the figure (minutes), none below zero.
    settings : DisclosureSettings
        ``dominant_providers`` and ``dominant_share``.

    Notes
    -----
    With two contributors and 90 % this holds the p% rule at 10 % as well: the others together, above a tenth of the
    total, are above a tenth of the largest, so that the second largest cannot come within 10 % of it.

    References
    ----------
    Hundepool et al. (2012), ch. 4: (n, k) rule and p% rule. ACRO, default.yaml: n = 2, k = 90 %, p = 10 %.
    """
    found = amounts if isinstance(amounts, np.ndarray) else np.array([float(amount) for amount in amounts])
    first = max(len(found) - settings.dominant_providers, 0)
    total = float(found.sum())
    largest = float(np.partition(found, first)[first:].sum()) if first else total
    return total > 0 and largest > settings.dominant_share * total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contributions:
    """Whose minutes the rows of a table of means are made of.

    Attributes
    ----------
    minutes : (n,)
        Minutes of each episode, none below zero.
    provider, client : (n,)
        Codes from zero.
    """

    minutes: FloatArray
    provider: IntArray
    client: IntArray

    def of_few(self, inside: BoolArray, settings: DisclosureSettings) -> bool:
        """Whether few providers, or few clients, have nearly all minutes of the chosen episodes."""
        minutes, whose = self.minutes[inside], (self.provider[inside], self.client[inside])
        return any(is_dominated(np.bincount(codes, minutes), settings) for codes in whose)

    def left_out(self, row: IntArray, n_rows: int, settings: DisclosureSettings) -> BoolArray:
        """Rows of one table whose means are left out for dominance: those of few, and as many others as hide them.

        The total of all rows can be had elsewhere, so what is left out together is a figure as well: the smallest row
        that still stands goes too, until few no longer have nearly all of what is left out. Rows with too few clients
        are out already: rounding hides what they hold, so that they ask for no others.

        Parameters
        ----------
        row : (n,) row of each episode, 0 to `n_rows` - 1; below zero for none
        n_rows : int
        settings : DisclosureSettings

        Returns
        -------
        (n_rows,) bool
            Rows with too few clients are never among them.

        References
        ----------
        Hundepool et al. (2012), ch. 4.4: a secondary cell must make the union with the primary one safe.
        """
        pairs = np.unique(np.stack([row, self.client])[:, row >= 0], axis=1)
        small = np.bincount(pairs[0], minlength=n_rows) < settings.min_clients
        hidden = np.array([not small[k] and self.of_few(row == k, settings) for k in range(n_rows)], dtype=np.bool_)
        totals = np.bincount(row[row >= 0], self.minutes[row >= 0], n_rows)
        while hidden.any() and not (hidden | small).all() and self.of_few((row >= 0) & hidden[row], settings):
            hidden[min(np.flatnonzero(~hidden & ~small), key=lambda k: (totals[k], k))] = True
        return hidden


def contributions(frame: pd.DataFrame, minutes: FloatArray | None = None) -> Contributions:
    """Contributions of the rows of a casemix.

    Parameters
    ----------
    frame : DataFrame
        With ``provider``, ``client`` and, without `minutes`, ``minutes_per_week``.
    minutes : (n,), optional
        Other minutes that the figures are means of.
    """
    provider, client = (pd.factorize(frame[name])[0].astype(np.int64) for name in ("provider", "client"))
    own = frame["minutes_per_week"].to_numpy(dtype=np.float64) if minutes is None else minutes
    return Contributions(minutes=np.maximum(own, 0.0), provider=provider, client=client)
