"""The target group of a client in coarse categories: for whom the norm is as good, never a ground for minutes."""

from __future__ import annotations

import pandas as pd

TARGET_GROUPS = ("LVB", "GGZ", "ouderen", "NAH", "overig")
OTHER = TARGET_GROUPS[-1]

_WORDS = {
    "LVB": ("lvb", "lvg", "vg", "licht verstandelijke beperking", "licht verstandelijk beperkt",
            "verstandelijke beperking"),
    "GGZ": ("ggz", "psychiatrie", "psychische problematiek", "psychische aandoening"),
    "ouderen": ("ouderen", "oudere", "senioren", "ouderenzorg"),
    "NAH": ("nah", "niet-aangeboren hersenletsel", "niet aangeboren hersenletsel"),
    OTHER: ("overig", "overige", "anders"),
    "": ("", "onbekend"),
}  # fmt: skip
_BY_WORD = {word: group for group, words in _WORDS.items() for word in words}


def coarse_groups(told: pd.Series[str]) -> tuple[pd.Series[str], pd.Series[bool]]:
    """Coarse target group of every row, and where a provider's own word fell outside the list.

    No word is refused and none is passed on as it stands: a word outside the list counts as ``overig``, so that a
    narrow or free description of a client never reaches a result. Missing stays missing.

    Parameters
    ----------
    told : Series of str
        As the files say it; empty where missing.

    Returns
    -------
    groups : Series of str
        One of `TARGET_GROUPS`, empty where missing or unknown.
    outside : Series of bool
        Where the word is none of the list.
    """
    found = told.str.strip().str.casefold().map(_BY_WORD)
    outside = found.isna()
    return found.where(~outside, OTHER).astype("str"), outside
