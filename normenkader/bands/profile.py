"""One client's factor levels, checked against the factors that norms.json lists."""

from __future__ import annotations

import difflib
import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from normenkader.errors import InputRefused

Document = Mapping[str, Any]
Profile = Mapping[str, str | int | float]


def levels_of_profile(norms: Document, profile: Profile) -> dict[str, str]:
    """The level of every factor, in the order of norms.json, with the class of every overlap group added.

    Parameters
    ----------
    norms : mapping
        Content of norms.json; its ``factors`` and ``overlap`` are used.
    profile : mapping
        Factor name to the name of a level; a numeric factor may be given as a number.

    Returns
    -------
    dict of str to str
        The study's factors, then ``n_<group>`` for every group with overlap.

    Raises
    ------
    InputRefused
        If a factor is missing or unknown, a level is none of those allowed, or a number is below zero where no break
        is; the message names them.
    """
    factors: Sequence[Document] = norms["factors"]
    _check_names([str(factor["name"]) for factor in factors], profile)
    levels = {str(factor["name"]): _level(factor, profile[factor["name"]]) for factor in factors}
    return with_overlap(norms, levels)


def with_overlap(norms: Document, levels: Mapping[str, str]) -> dict[str, str]:
    """`levels` with the class of every overlap group derived anew: how many members are above their lowest level."""
    own = {str(factor["name"]): levels[factor["name"]] for factor in norms["factors"]}
    for overlap in norms["overlap"]:
        own[str(overlap["factor"])] = overlap["classes"][bisect_left(overlap["breaks"], _active(norms, overlap, own))]
    return own


def _active(norms: Document, overlap: Document, levels: Mapping[str, str]) -> int:
    members = [factor for factor in norms["factors"] if factor["group"] == overlap["group"]]
    return sum(levels[factor["name"]] != factor["levels"][0] for factor in members)


def _check_names(names: Sequence[str], profile: Profile) -> None:
    unknown = [name for name in profile if name not in names]
    if unknown:
        close = difflib.get_close_matches(str(unknown[0]), names, n=1)
        hint = f"did you mean '{close[0]}'? " if close else ""
        raise InputRefused(f"no factor of this norm table has that name; {hint}the factors are {', '.join(names)}",
                           column=str(unknown[0]))  # fmt: skip
    missing = [name for name in names if name not in profile]
    if missing:
        raise InputRefused(f"the profile needs a level for every factor; missing: {', '.join(missing)}")


def _level(factor: Document, given: Any) -> str:
    levels: Sequence[str] = factor["levels"]
    name = str(given).strip()
    if not isinstance(given, bool) and name in levels:
        return name
    number = _as_number(given) if factor["kind"] == "numeric" else None
    if number is not None and number < 0 <= factor["breaks"][0]:
        raise InputRefused("a number below zero is not possible here: the lowest break of this factor is zero or more",
                           column=factor["name"])  # fmt: skip
    return _refuse(factor) if number is None else levels[bisect_left(factor["breaks"], number)]


def _as_number(given: Any) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        number = float(given)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _refuse(factor: Document) -> NoReturn:
    allowed = ", ".join(factor["levels"])
    number = " or a number" if factor["kind"] == "numeric" else ""
    raise InputRefused(f"this is none of the levels of the factor; allowed: {allowed}{number}", column=factor["name"])
