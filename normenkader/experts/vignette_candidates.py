"""Profiles that a vignette may have: every combination of levels, or those near to what providers really see."""

from __future__ import annotations

import numpy as np
import pandas as pd

from normenkader.casemix import Casemix
from normenkader.experts.arrays import Bools, Ints
from normenkader.model.factors import level_codes
from normenkader.study import Study

N_CANDIDATES = 1500
_PER_LEVEL = 12
_MOST_CHANGES = 2


def free_profiles(study: Study, rng: np.random.Generator, n: int = N_CANDIDATES) -> Ints:
    """Profiles from all combinations of levels, distinct.

    Within a group as many factors are above their lowest level as a number drawn evenly says: drawn level by level,
    nearly all profiles would have about the same number, and the classes of overlap could not be told apart.

    Returns
    -------
    array (profiles, factors)
        Codes of levels, in the study's order of factors.
    """
    codes = np.column_stack([rng.integers(0, len(f.levels), n) for f in study.factors])
    for group in sorted({f.group for f in study.factors if f.group}):
        members = [at for at, f in enumerate(study.factors) if f.group == group]
        active = rng.integers(0, len(members) + 1, n)
        rank = np.argsort(np.argsort(rng.random((n, len(members))), axis=1), axis=1)
        for at, place in zip(members, rank.T, strict=True):
            above = rng.integers(1, len(study.factors[at].levels), n)
            codes[:, at] = np.where(place < active, above, 0)
    return np.unique(codes, axis=0).astype(np.int64)


def near_profiles(casemix: Casemix, rng: np.random.Generator, n: int = N_CANDIDATES) -> Ints:
    """Profiles one or two changes away from a client's, distinct, so that no vignette is an implausible person.

    Ordered levels move to a neighbour; besides, every level of every factor and every pair of levels of factors that
    interact is put into some clients' profiles, so that a level that is rare in the data can be judged. A profile that
    some clients have, but fewer than ``min_clients``, is left out: a vignette describes nobody.
    """
    rows = casemix_codes(casemix)
    moved = _moved(rows[rng.integers(0, len(rows), n)], casemix.study, rng)
    found = np.unique(np.concatenate([moved, *_with_levels(rows, casemix.study, rng)]), axis=0)
    return found[~describes_few(found, casemix)]


def casemix_codes(casemix: Casemix) -> Ints:
    """(rows, factors): codes of levels of every row of the case mix."""
    codes = level_codes(casemix.to_frame(), casemix.study)
    return np.column_stack([codes[f.name] for f in casemix.study.factors])


def describes_few(profiles: Ints, casemix: Casemix) -> Bools:
    """Which profiles belong to at least one client, but to fewer than ``min_clients``."""
    frame = pd.DataFrame(casemix_codes(casemix)).assign(client=casemix.to_frame()["client"])
    keys = list(range(profiles.shape[1]))
    clients = frame.groupby(keys)["client"].nunique().rename("clients").reset_index()
    held = pd.DataFrame(profiles).merge(clients, on=keys, how="left")["clients"].fillna(0).to_numpy()
    return np.asarray((held > 0) & (held < casemix.study.disclosure.min_clients))


def frame_of(profiles: Ints, study: Study) -> pd.DataFrame:
    """Profiles as text, one column a factor."""
    return pd.DataFrame(
        {f.name: np.asarray(f.levels, dtype=object)[profiles[:, at]] for at, f in enumerate(study.factors)}
    )


def _moved(profiles: Ints, study: Study, rng: np.random.Generator) -> Ints:
    result, rows = profiles.copy(), np.arange(len(profiles))
    for _ in range(_MOST_CHANGES):
        column = rng.integers(0, len(study.factors), len(profiles))
        sizes = np.array([len(f.levels) for f in study.factors])[column]
        ordered = np.array([f.is_ordered for f in study.factors])[column]
        now = result[rows, column]
        step = np.where(rng.random(len(profiles)) < 0.5, 1, -1)
        neighbour = np.where(now + step < 0, 1, np.where(now + step >= sizes, sizes - 2, now + step))
        other = (now + rng.integers(1, sizes)) % sizes
        result[rows, column] = np.where(ordered, neighbour, other)
    return result


def _with_levels(rows: Ints, study: Study, rng: np.random.Generator) -> list[Ints]:
    places = {f.name: at for at, f in enumerate(study.factors)}
    wanted = [{at: level} for at, f in enumerate(study.factors) for level in range(len(f.levels))]
    for factor in study.factors:
        for other in factor.interacts_with:
            wanted += [
                {places[factor.name]: a, places[other]: b}
                for a in range(len(factor.levels)) for b in range(len(study.factor(other).levels))
            ]  # fmt: skip
    found = []
    for levels in wanted:
        drawn = rows[rng.integers(0, len(rows), _PER_LEVEL)].copy()
        for at, level in levels.items():
            drawn[:, at] = level
        found.append(drawn)
    return found
