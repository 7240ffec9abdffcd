"""From factor levels to design columns: overlap classes, thin levels joined, and which column stands for which term."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.settings import Factor, count_level_names
from normenkader.study import Study

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFactor:
    """A factor as the model uses it: the study's own, or the number of a group's factors above their lowest level.

    Attributes
    ----------
    name : str
        The study's name, or ``n_<group>``.
    levels : tuple of str
        In order.
    reference : int
        Index of the ijkclient's level.
    direction : {"up", "down", "free"}
        How minutes may go as the level rises.
    ordered : bool
        Whether neighbouring levels exist.
    group : str
        The overlap group it counts; empty for the study's own factors.
    partners : tuple of str
        Factors it interacts with, as declared.
    """

    name: str
    levels: tuple[str, ...]
    reference: int
    direction: Literal["up", "down", "free"]
    ordered: bool
    group: str = ""
    partners: tuple[str, ...] = ()


def design_factors(study: Study) -> tuple[DesignFactor, ...]:
    """The study's factors in order, followed by ``n_<group>`` for every group with overlap."""
    own = tuple(
        DesignFactor(
            name=f.name, levels=f.levels, reference=f.levels.index(f.ijkclient), direction=f.direction,
            ordered=f.is_ordered, partners=f.interacts_with,
        )
        for f in study.factors
    )  # fmt: skip
    return own + tuple(_overlap_factor(study, group) for group in study.overlap_groups())


def level_codes(frame: pd.DataFrame, study: Study) -> dict[str, IntArray]:
    """Index of the level of every row, by factor; overlap classes are derived from the group's members."""
    return with_overlap({f.name: _codes(frame[f.name], f.levels) for f in study.factors}, study)


def with_overlap(own: Mapping[str, IntArray], study: Study) -> dict[str, IntArray]:
    """Codes of the study's own factors, and of the overlap classes that follow from them.

    Parameters
    ----------
    own : mapping of factor to (n,) codes
        What it holds of overlap classes is derived anew.
    study : Study
    """
    codes = {f.name: own[f.name] for f in study.factors}
    for group in study.overlap_groups():
        above = sum((codes[f.name] > 0).astype(np.int64) for f in study.members(group))
        codes[f"n_{group}"] = count_class(np.asarray(above), study.model.breaks_of(group))
    return codes


def at_levels(codes: IntArray, levels: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Which rows are at any of `levels`: a comparison for each of these few, where a search would sort the rows."""
    return np.asarray(np.logical_or.reduce([codes == level for level in levels]))


def count_class(count: IntArray, breaks: Sequence[int]) -> IntArray:
    """Class index of a count: 0 up to and including the first break, 1 up to the second, and so on."""
    return np.searchsorted(np.asarray(breaks), count, side="left").astype(np.int64)


def _codes(column: pd.Series[str], levels: Sequence[str]) -> IntArray:
    codes = pd.Index(list(levels)).get_indexer(pd.Index(column)).astype(np.int64)
    if (codes < 0).any():
        raise ValueError(f"factor '{column.name}' has a level that the study does not name")
    return np.asarray(codes)


def _overlap_factor(study: Study, group: str) -> DesignFactor:
    members: tuple[Factor, ...] = study.members(group)
    breaks = study.model.breaks_of(group)
    active = np.array([sum(f.levels.index(f.ijkclient) > 0 for f in members)])
    return DesignFactor(
        name=f"n_{group}", levels=count_level_names(breaks), reference=int(count_class(active, breaks)[0]),
        direction="down", ordered=True, group=group,
    )  # fmt: skip


def join_thin_levels(
    factor: DesignFactor,
    supported: Callable[[tuple[int, ...]], bool],
    *,
    policy: Literal["merge", "blank"],
) -> tuple[tuple[int, ...], ...]:
    """Groups of neighbouring levels such that each group carries a norm, for an ordered factor under ``merge``.

    A thin group joins the neighbour on the side of more minutes as `direction` declares it (the next higher level
    for ``up``, the next lower for ``down``), so that joining does not cost the client; without a direction it joins
    the neighbour farther from the ijkclient. At the end of the scale it joins the only neighbour there is.

    Parameters
    ----------
    factor : DesignFactor
    supported : callable
        Whether a tuple of level indices together has enough clients and providers.
    policy : {"merge", "blank"}
        With ``blank`` no levels are joined.

    Returns
    -------
    tuple of tuple of int
        Level indices by group, in order; every level once.
    """
    groups: list[tuple[int, ...]] = [(i,) for i in range(len(factor.levels))]
    if policy == "blank" or not factor.ordered:
        return tuple(groups)
    while len(groups) > 1:
        thin = next((i for i, group in enumerate(groups) if not supported(group)), None)
        if thin is None:
            break
        other = _neighbour(groups, thin, factor)
        low, high = min(thin, other), max(thin, other)
        groups[low : high + 1] = [groups[low] + groups[high]]
    return tuple(groups)


def _neighbour(groups: list[tuple[int, ...]], thin: int, factor: DesignFactor) -> int:
    outward = 1 if groups[thin][0] >= factor.reference else -1
    step = {"up": 1, "down": -1, "free": outward}[factor.direction]
    wanted = thin + step
    return wanted if 0 <= wanted < len(groups) else thin - step
