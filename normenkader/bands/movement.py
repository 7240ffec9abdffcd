"""Who goes up or down from old to new minutes, by how much, and in which groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.disclosure import Contributions, contributions
from normenkader.settings import DisclosureSettings, count_level_names
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
    dominated, loss_dominated : bool
        Few providers or clients have nearly all of the minutes, delivered or old, or of those that are lost; or of such
        a group's with it.
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
    dominated: bool
    loss_dominated: bool

    @property
    def share_losers(self) -> float:
        """Share of the group's clients who lose more than a fifth."""
        return self.n_losers / self.n_clients if self.n_clients else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Present:
    """Rows with old and new minutes, and whose they are."""

    rows: pd.DataFrame
    old: FloatArray
    new: FloatArray
    whose: Contributions
    floor: DisclosureSettings


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
    if not len(rows):
        return ()
    present = _Present(rows=rows, old=before, new=after, whose=contributions(rows), floor=study.disclosure)
    found = _movements("all", pd.Series("", index=rows.index, dtype=object), present)
    for group, levels in groups_of(rows, study).items():
        found += [m for m in _movements(group, levels, present) if m.level]
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


def _movements(group: str, levels: pd.Series[str], present: _Present) -> list[Movement]:
    """Every level of one grouping."""
    code, names = pd.factorize(levels, sort=True)
    row, old, new = code.astype(np.int64), present.old, present.new
    delivered, before, lost = (
        replace(present.whose, minutes=minutes).left_out(row, len(names), present.floor)
        for minutes in (present.whose.minutes, np.maximum(old, 0.0), np.maximum(old - new, 0.0))
    )
    return [
        _movement(group, str(name), present.rows[row == k], old[row == k], new[row == k],
                  dominated=bool(delivered[k] or before[k]), loss_dominated=bool(lost[k]))
        for k, name in enumerate(names)
    ]  # fmt: skip


def _movement(
    group: str, level: str, rows: pd.DataFrame, old: FloatArray, new: FloatArray, *, dominated: bool,
    loss_dominated: bool,
) -> Movement:  # fmt: skip
    down, up = new < old - _DUST, new > old + _DUST
    losers = old - new > LARGE_LOSS * old + _DUST

    def clients(chosen: npt.NDArray[np.bool_]) -> int:
        return int(rows.loc[chosen, "client"].nunique())

    return Movement(
        group=group, level=level, n_clients=int(rows["client"].nunique()), n_providers=int(rows["provider"].nunique()),
        n_down=clients(down), n_up=clients(up), n_losers=clients(losers), mean_old=float(old.mean()),
        mean_new=float(new.mean()), mean_loss=float((old - new)[down].mean()) if down.any() else None,
        dominated=dominated, loss_dominated=loss_dominated,
    )  # fmt: skip
