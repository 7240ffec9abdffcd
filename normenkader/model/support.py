"""How many clients and providers a level has, or a pair of levels: counted from rows, or from what providers sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from normenkader.model.clients import distinct
from normenkader.model.factors import IntArray, at_levels


class Support(Protocol):
    """Where counts come from."""

    def counts(
        self, factor: str, levels: Sequence[int], with_factor: str = "", with_levels: Sequence[int] = ()
    ) -> tuple[int, int]:
        """Distinct clients and providers at any of `levels`, and at any of `with_levels` of the other factor."""


class RowSupport:
    """Counts distinct clients and providers among rows in provider order.

    Parameters
    ----------
    frame : DataFrame
        With ``client`` and ``provider``.
    codes : dict
        Index of the level of every row, by factor.

    Raises
    ------
    ValueError
        If the rows are not in provider order.
    """

    def __init__(self, frame: pd.DataFrame, codes: dict[str, IntArray]) -> None:
        self.codes = codes
        self.client = pd.factorize(frame["client"])[0].astype(np.int64)
        found, names = pd.factorize(frame["provider"], sort=True)
        self.provider = found.astype(np.int64)
        if (np.diff(self.provider) < 0).any():
            raise ValueError("the rows must be in provider order")
        self.provider_names = tuple(str(name) for name in names)

    def counts(
        self, factor: str, levels: Sequence[int], with_factor: str = "", with_levels: Sequence[int] = ()
    ) -> tuple[int, int]:
        inside = at_levels(self.codes[factor], levels)
        if with_factor:
            inside &= at_levels(self.codes[with_factor], with_levels)
        return distinct(self.client[inside]), distinct(self.provider[inside])
