"""Can a group of clients be told from its providers, and what is it apart from them? Plain arrays, no study."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from normenkader.model.grouped import Figure, ratio_of_sums, sums_by, within
from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LEAST_WITHIN = 0.05
"""Part of the variation between being in a group and not that lies within providers: less tells next to nothing."""


def share_within(inside: BoolArray, provider: IntArray) -> float:
    """Part of the variation of being in the group that lies within providers: 1 everywhere alike, 0 nested."""
    share = float(inside.mean())
    whole = len(inside) * share * (1 - share)
    return float((within(inside.astype(float), provider) ** 2).sum()) / whole if whole > 0 else 0.0


def is_apart(inside: BoolArray, provider: IntArray, client: npt.NDArray[np.object_], floor: DisclosureSettings) -> bool:
    """Whether enough providers have enough clients in the group and outside it to tell it from them.

    Parameters
    ----------
    inside : (n,) who is in the group
    provider, client : (n,)
    floor : DisclosureSettings
        What rests on fewer providers or clients would be a figure of theirs.
    """
    n = int(provider.max(initial=-1)) + 1
    there, total = sums_by(provider, inside.astype(float), n), np.bincount(provider, minlength=n)
    both = (there > 0) & (there < total)
    mixed = both[provider]
    least = min(len(np.unique(client[mixed & part])) for part in (inside, ~inside))
    enough = both.sum() >= floor.min_providers and least >= floor.min_clients
    return bool(enough and share_within(inside, provider) >= LEAST_WITHIN)


def difference(values: FloatArray, inside: BoolArray, provider: IntArray, n_providers: int) -> Figure:
    """How far the group lies from zero, where all clients together lie there, apart from its providers.

    The least-squares difference with other clients of the same provider, times the share of all clients that are not
    in the group. In groups that are everywhere equally large that is the mean of values within providers; a provider
    that has the group alone says nothing of it and takes nothing off.

    Parameters
    ----------
    values : (n,)
    inside : (n,) who is in the group
    provider : (n,) codes
    n_providers : int
    """
    apart = within(inside.astype(float), provider)
    found = ratio_of_sums(sums_by(provider, apart * values, n_providers), sums_by(provider, apart**2, n_providers))
    others = 1 - float(inside.mean())
    return Figure(value=others * found.value, standard_error=others * found.standard_error, degrees=found.degrees)
