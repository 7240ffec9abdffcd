"""One client's episodes at the same time: which overlap, whether their factors agree, and their sum."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from normenkader.casemix.measuring import Floats, Ints, days_open
from normenkader.settings import MINUTES_BASES


def overlap_groups(client: Ints, first_day: Floats, last_day: Floats) -> Ints:
    """Number the groups of episodes of one client that overlap, directly or through one another.

    Parameters
    ----------
    client : array of int, shape (n,)
        Code of the client.
    first_day, last_day : arrays of float, shape (n,)
        First and last day open in the window, both included; nan where unknown: such an episode stays alone.

    Returns
    -------
    array of int, shape (n,)
        Group of each episode, from 0. The days of a group are one unbroken stretch, since neighbours share a day.
    """
    n = len(client)
    order = np.lexsort((last_day, first_day, client))
    sorted_client, first = client[order], first_day[order]
    reach = pd.Series(last_day[order]).groupby(sorted_client).cummax().to_numpy()
    opens = np.ones(n, dtype=bool)
    # A comparison with nan is false, so an episode without dates opens a group of its own.
    opens[1:] = ~((sorted_client[1:] == sorted_client[:-1]) & (first[1:] <= reach[:-1]))
    groups = np.empty(n, dtype=np.int64)
    groups[order] = np.cumsum(opens) - 1
    return groups


def shared(groups: Ints) -> NDArray[np.bool_]:
    """Whether an episode shares its group with another."""
    return np.bincount(groups)[groups] > 1 if len(groups) else np.zeros(0, dtype=bool)


def disagreeing(groups: Ints, profile: Ints) -> NDArray[np.bool_]:
    """Whether the episodes of one's group have more than one profile; `profile` codes the levels of all factors."""
    pairs = pd.DataFrame({"group": groups, "profile": profile}).groupby("group")["profile"]
    return np.asarray(pairs.transform("min") != pairs.transform("max"), dtype=bool)


def profile_codes(levels: pd.DataFrame) -> Ints:
    """One number for each distinct combination of levels (one column a factor)."""
    code = np.zeros(len(levels), dtype=np.int64)
    for column in levels:
        of_factor, names = pd.factorize(levels[column])
        # Numbered afresh after each factor, so that many factors cannot overflow.
        code = np.unique(code * (len(names) + 1) + of_factor, return_inverse=True)[1].astype(np.int64)
    return code


def sum_groups(rows: pd.DataFrame, groups: Ints) -> tuple[pd.DataFrame, Ints]:
    """Sum the episodes of each group into one row.

    Minutes add up, and the sum is spread over the days on which at least one was open. Provider, municipality,
    episode, product and target group are those of the episode with most minutes (of equals, the first provider and
    episode by name). Assigned minutes add up only if all have them. The basis is the weakest of all.

    Parameters
    ----------
    rows : DataFrame
        Measured episodes, with ``first_day`` and ``last_day`` beside the columns of the casemix.
    groups : array of int
        From `overlap_groups`; the factors of one group agree.

    Returns
    -------
    rows : DataFrame
        One row a group.
    place : array of int
        Row of the result that each row of `rows` went into.
    """
    several = shared(groups)
    alone, together = rows[~several], rows[several]
    summed, number = _summed(together, groups[several])
    place = np.empty(len(rows), dtype=np.int64)
    place[~several] = np.arange(len(alone))
    place[several] = len(alone) + number
    return pd.concat([alone, summed], ignore_index=True) if len(together) else rows.reset_index(drop=True), place


def crossing_providers(provider: Ints, groups: Ints) -> NDArray[np.bool_]:
    """For each group with more than one provider, in order of group: True; else False."""
    frame = pd.DataFrame({"group": groups, "provider": provider}).groupby("group", sort=True)["provider"]
    return np.asarray(frame.min() != frame.max(), dtype=bool)


def _summed(rows: pd.DataFrame, groups: Ints) -> tuple[pd.DataFrame, Ints]:
    number = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    minutes = (rows["minutes_per_week"] * rows["exposure_days"]).to_numpy(dtype=np.float64)
    ranked = rows.assign(_number=number, _less=-minutes)
    ranked = ranked.sort_values(["_number", "_less", "provider", "episode"], kind="stable")
    by_group = ranked.groupby("_number", sort=True)
    first = by_group["first_day"].min().to_numpy(dtype=np.float64)
    last = by_group["last_day"].max().to_numpy(dtype=np.float64)
    days = _days_of_union(first, last, ranked)
    lead = by_group.head(1).drop(columns=["_number", "_less"]).reset_index(drop=True)
    summed = lead.assign(
        first_day=first,
        last_day=last,
        exposure_days=days,
        minutes_per_week=_spread("minutes_per_week", ranked, days),
        assigned_minutes_per_week=_spread("assigned_minutes_per_week", ranked, days),
        minutes_basis=_weakest_basis(ranked),
        need_met=_need_met_by_all(ranked),
    )
    return summed, number


def _days_of_union(first_day: Floats, last_day: Floats, ranked: pd.DataFrame) -> Floats:
    """Days of the union by the dates, held between the longest and the sum of the exposures in force.

    Exposure that was given may be shorter than the dates say (a stay elsewhere); then so is the union.
    """
    exposure = ranked.groupby("_number", sort=True)["exposure_days"]
    longest, total = exposure.max().to_numpy(dtype=np.float64), exposure.sum().to_numpy(dtype=np.float64)
    return np.clip(days_open(first_day, last_day), longest, total)


def _spread(column: str, ranked: pd.DataFrame, days: Floats) -> Floats:
    """Sum of a weekly figure by days, over the days of the union; nan as soon as one is unknown."""
    total = (ranked[column] * ranked["exposure_days"]).to_numpy(dtype=np.float64)
    return np.bincount(ranked["_number"].to_numpy(), weights=total).astype(np.float64) / days


def _weakest_basis(ranked: pd.DataFrame) -> list[str]:
    rank = ranked["minutes_basis"].map({basis: i for i, basis in enumerate(MINUTES_BASES)})
    return [MINUTES_BASES[int(i)] for i in rank.groupby(ranked["_number"], sort=True).max()]


def _need_met_by_all(ranked: pd.DataFrame) -> list[str]:
    """The answer if all give the same; else the need is unmet if one says so, and unknown otherwise."""
    answers = ranked["need_met"].groupby(ranked["_number"], sort=True)
    unmet = (ranked["need_met"] == "nee").groupby(ranked["_number"], sort=True).any()
    mixed = np.where(unmet, "nee", "onbekend")
    return [str(answer) for answer in np.where(answers.nunique() == 1, answers.first(), mixed)]
