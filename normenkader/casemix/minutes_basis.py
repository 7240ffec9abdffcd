"""What minutes rest on, in the words of the contract or in Dutch, as files carry them."""

from __future__ import annotations

import pandas as pd

from normenkader.settings import MINUTES_BASES

_DUTCH = {
    "gemeten": "measured", "geregistreerd": "registered", "gedeclareerd": "declared", "gepland": "planned",
    "geschat": "estimated",
}  # fmt: skip
_BY_WORD = {**_DUTCH, **{basis: basis for basis in MINUTES_BASES}}


def bases(told: pd.Series[str]) -> pd.Series[str]:
    """Basis of every row: one of `MINUTES_BASES` where the word is known, else the word as it stands.

    A word outside the list is no basis, so no study accepts it and its row is set aside.
    """
    found = told.str.strip().str.casefold().map(_BY_WORD)
    return found.where(found.notna(), told).astype("str")
