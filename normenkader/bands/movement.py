"""Who goes up or down from old to new minutes, by how much, and in which groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.settings import count_level_names
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]

LARGE_LOSS = 0.20
"""Who loses more than this share of the old minutes is counted as a loser."""
_DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Old and new minutes per week of one group; counts of distinct clients are exact, not for publication as such.

    Attributes
    ----------
    group, level : str
        What the group is by, and which one; ``all`` and empty for everybody.
    n_clients, n_providers : int
    n_down, n_up, n_losers : int
        Clients with an episode that goes down, up, or down by more than a fifth.
    mean_old, mean_new : float
        Mean minutes over episodes.
    mean_loss : float or None
        Mean minutes lost by the episodes that go down; None when none does.
    """

    group: str
    level: str
    n_clients: int
    n_providers: int
    n_down: int
    n_up: int
    n_losers: int
    mean_old: float
    mean_new: float
    mean_loss: float | None

    @property
    def share_losers(self) -> float:
        """Share of the group's clients who lose more than a fifth."""
        return self.n_losers / self.n_clients if self.n_clients else float("nan")


def movements(frame: pd.DataFrame, old: FloatArray, new: FloatArray, study: Study) -> tuple[Movement, ...]:
    """Everybody, then by municipality, by each nominal factor, by number of factors in each group, by product and by
    target group.

    Parameters
    ----------
    frame : DataFrame
        As `Casemix.to_frame` gives it.
    old, new : (n,) minutes per week; rows without either are left out
    study : Study
        Says which factors and groups there are.
    """
    known = ~np.isnan(old) & ~np.isnan(new)
    rows, before, after = frame[known].reset_index(drop=True), old[known], new[known]
    found = [_movement("all", "", rows, before, after)] if len(rows) else []
    for group, levels in groups_of(rows, study).items():
        for level in pd.unique(levels.sort_values(kind="stable")):
            inside = (levels == level).to_numpy()
            if str(level):
                found.append(_movement(group, str(level), rows[inside], before[inside], after[inside]))
    return tuple(found)


def groups_of(frame: pd.DataFrame, study: Study) -> Mapping[str, pd.Series[str]]:
    """The level of every row in each grouping, in a fixed order; a grouping that does not vary is left out."""
    found = dict(_groupings(frame, study))
    return {name: levels for name, levels in found.items() if levels.nunique() > 1}


def _groupings(frame: pd.DataFrame, study: Study) -> Iterator[tuple[str, pd.Series[str]]]:
    yield "municipality", frame["municipality"]
    for factor in study.factors:
        if factor.kind == "nominal":
            yield factor.name, frame[factor.name]
    for group in dict.fromkeys(factor.group for factor in study.factors if factor.group and factor.is_ordered):
        yield f"n_{group}", _count_classes(frame, study, group)
    yield "product", frame["product"]
    if "target_group" in frame:
        yield "target_group", frame["target_group"]


def _count_classes(frame: pd.DataFrame, study: Study, group: str) -> pd.Series[str]:
    ordered = [factor for factor in study.members(group) if factor.is_ordered]
    active = sum((frame[f.name] != f.levels[0]).to_numpy(dtype=np.int64) for f in ordered)
    breaks = study.model.breaks_of(group)
    names = np.array(count_level_names(breaks), dtype=object)
    return pd.Series(names[np.searchsorted(np.asarray(breaks), active)], index=frame.index, dtype=object)


def _movement(group: str, level: str, rows: pd.DataFrame, old: FloatArray, new: FloatArray) -> Movement:
    down, up = new < old - _DUST, new > old + _DUST
    losers = old - new > LARGE_LOSS * old + _DUST

    def clients(chosen: npt.NDArray[np.bool_]) -> int:
        return int(rows.loc[chosen, "client"].nunique())

    return Movement(
        group=group, level=level, n_clients=int(rows["client"].nunique()), n_providers=int(rows["provider"].nunique()),
        n_down=clients(down), n_up=clients(up), n_losers=clients(losers), mean_old=float(old.mean()),
        mean_new=float(new.mean()), mean_loss=float((old - new)[down].mean()) if down.any() else None,
    )  # fmt: skip
