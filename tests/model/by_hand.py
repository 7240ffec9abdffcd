"""A client's sum as it is done on paper: terms looked up by name, no design matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.study import Study

Key = tuple[str, str, str, str]


@cache
def practice(seed: int = 1) -> Casemix:
    """A small synthetic case mix with an overlap group and an interaction."""
    return casemix_of(simulate("practice", seed=seed, n_providers=8, n_clients=900))


def keys_of(row: Mapping[str, Any], study: Study) -> list[Key]:
    """Every term that may count for a client: mains, interactions under their factor, overlap classes."""
    own = {f.name: f.ijkclient for f in study.factors}
    keys = [(f.name, row[f.name], "", "") for f in study.factors if row[f.name] != f.ijkclient]
    for f in study.factors:
        for other in f.interacts_with:
            if row[f.name] != own[f.name] and row[other] != own[other]:
                keys.append((f.name, row[f.name], other, row[other]))
    for group in study.overlap_groups():
        own_class = overlap_class(own, study, group)
        if overlap_class(row, study, group) != own_class:
            keys.append((f"n_{group}", overlap_class(row, study, group), "", ""))
    return keys


def overlap_class(row: Mapping[str, Any], study: Study, group: str) -> str:
    """The contract's classes 0-2, 3-4, 5-6 and >6 of the number of factors above their lowest level."""
    active = sum(row[f.name] != f.levels[0] for f in study.factors if f.group == group)
    return "0-2" if active <= 2 else "3-4" if active <= 4 else "5-6" if active <= 6 else ">6"


def sums(frame: pd.DataFrame, study: Study, minutes: Mapping[Key, float | None], start: float) -> list[float | None]:
    """Start plus terms for every row; an interaction without norm counts as nothing, a main without norm voids it."""

    def one(row: Mapping[str, Any]) -> float | None:
        parts = [(key, minutes[key]) for key in keys_of(row, study)]
        if any(value is None and not key[2] for key, value in parts):
            return None
        return start + sum(value for _, value in parts if value is not None)

    return [one(row) for row in frame.to_dict("records")]


def key_of(term: Any) -> Key:
    """Key of a TermEstimate."""
    return (term.factor, term.level, term.with_factor, term.with_level)


def by_key(terms: Any, value: Callable[[Any], float | None]) -> dict[Key, float | None]:
    """Values of NormTerms by key."""
    return {key_of(t.term): value(t) for t in terms}
