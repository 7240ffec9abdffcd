"""Is the norm as good for everyone? Error and class by municipality, nominal factors, domains and target group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.bands.apart import difference, is_apart
from normenkader.bands.grid import band_numbers
from normenkader.disclosure import Contributions, contributions, published_parts
from normenkader.model.additivity import groups_of
from normenkader.model.factors import count_class
from normenkader.model.fit import CENSOR_FROM_SHARE
from normenkader.model.grouped import Figure, ratio_of_sums, sums_by, within
from normenkader.model.norm_table import NormTable
from normenkader.model.results import MinutesModel
from normenkader.model.unseen import predict_unseen
from normenkader.settings import count_level_names

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_TARGET_GROUP = "target_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFairness:
    """One group of clients; figures are None where the group is too small to show.

    Attributes
    ----------
    group : str
        Name of the municipality, level or class.
    n_clients, n_providers : int
        Exact; only for publication through `disclosure`.
    error : Figure or None
        Observed less unseen predicted minutes, held against other clients of the same provider and told for a group
        among all clients: above zero the norm is too low for the group. None as well where the group cannot be told
        from its providers, and where few providers or clients have nearly all delivered minutes, or of such a group's
        with it.
    too_low, too_high : float or None
        Share of clients with an episode whose provider-neutral minutes reach the next class, and of the others those
        with one that stays below its own. None as well where 5 % of all deliveries or more are only lower limits of
        need.
    exact_extra_too_low : Figure or None
        `too_low` less what clients of the same class have on average, also where `too_low` would tell of single
        clients: for the check, not for publication.
    apart : bool
        Whether enough providers have enough clients in the group and outside it to tell it from its providers.
    level : Figure or None
        Mean of the own levels of the group's providers, by clients, less that of the average provider: part of it may
        be theirs, part the group's. Only where some group of the grouping cannot be told from its providers and all
        of them may be shown.
    """

    group: str
    n_clients: int
    n_providers: int
    error: Figure | None
    too_low: float | None
    too_high: float | None
    exact_extra_too_low: Figure | None
    apart: bool = True
    level: Figure | None = None

    @property
    def extra_too_low(self) -> Figure | None:
        """`too_low` less what clients of the same class have on average; None where `too_low` is."""
        return None if self.too_low is None else self.exact_extra_too_low


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """One way of dividing clients.

    Attributes
    ----------
    name : str
        ``municipality``, ``target_group``, a factor, or ``n_<group>``.
    groups : tuple of GroupFairness
        In the order of the study, or of the alphabet. Clients of whom the target group is not known are in none.
    classes_known : bool
        False where too many deliveries are only lower limits of need to say in which class minutes fall.
    in_norm : bool
        Whether the norm table has minutes for these groups.
    """

    name: str
    groups: tuple[GroupFairness, ...]
    classes_known: bool = True
    in_norm: bool = False

    def shown(self) -> tuple[GroupFairness, ...]:
        """Groups whose error may be shown."""
        return tuple(group for group in self.groups if group.error is not None)

    def all_apart(self) -> bool:
        """Whether every group can be told from its providers."""
        return all(group.apart for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Clients:
    """Rows with a norm: what each group is measured on."""

    provider: IntArray
    client: npt.NDArray[np.object_]
    whose: Contributions
    error: FloatArray
    too_low: BoolArray
    too_high: BoolArray
    extra: FloatArray
    level: FloatArray
    n_providers: int
    classes_known: bool


def fairness(norms: NormTable, edges: Sequence[int]) -> tuple[Grouping, ...]:
    """Error and class by group, every client predicted without the own provider, in force the edges as they stand.

    Minutes are made provider-neutral: each provider's own level is brought to the average. What one client received
    in one window is not the long-run need; chance alone puts many clients in another class. Groups are therefore held
    against clients of the same class, not against zero.

    A group is told from its providers only where they have other clients as well. The error is the least-squares
    difference of the group with other clients of the same provider, times the share of all clients that are not in it:
    in groups that are everywhere equally large that is the mean within providers, and where some providers have the
    group alone, they say nothing of it and take nothing off.

    Parameters
    ----------
    norms : NormTable
    edges : sequence of int
        Lower bounds of the classes in force.
    """
    model, known = norms.model, norms.model.design().has_norm()
    frame = model.casemix.to_frame()
    clients = _clients(norms, frame, known, edges)
    own = {factor.name for factor in model.design().factors}
    divisions = [(name, codes[known], levels) for name, codes, levels in _divisions(model, frame)]
    return tuple(
        Grouping(
            name=name, groups=_with_levels(tuple(_groups(clients, codes, levels, model))),
            classes_known=clients.classes_known, in_norm=name in own,
        )
        for name, codes, levels in divisions
    )  # fmt: skip


def _divisions(model: MinutesModel, frame: pd.DataFrame) -> Iterable[tuple[str, IntArray, tuple[str, ...]]]:
    """Name, code of every row and names of the groups."""
    for column in ("municipality", _TARGET_GROUP):
        # Of whom it is not known, is in no group.
        told = frame[column].mask(frame[column] == "") if column in frame else pd.Series(dtype="str")
        if told.nunique() > 1:
            codes, names = pd.factorize(told, sort=True)
            yield column, codes.astype(np.int64), tuple(str(name) for name in names)
    for factor in (f for f in model.study.factors if f.kind == "nominal"):
        yield factor.name, _codes(frame[factor.name], factor.levels), factor.levels
    for group in groups_of(model):
        above = sum(_codes(frame[f.name], f.levels) > 0 for f in model.study.members(group))
        breaks = model.study.model.breaks_of(group)
        yield f"n_{group}", count_class(np.asarray(above), breaks), tuple(count_level_names(breaks))


def _codes(column: pd.Series[str], levels: Sequence[str]) -> IntArray:
    return np.asarray(pd.Categorical(column, categories=list(levels)).codes.astype(np.int64))


def _clients(norms: NormTable, frame: pd.DataFrame, known: BoolArray, edges: Sequence[int]) -> _Clients:
    model, provider = norms.model, norms.model.design().provider_codes()[known]
    predicted = predict_unseen(norms).norm_table[known]
    neutral = neutral_minutes(model)[known]
    level = (model.outcome() - neutral_minutes(model))[known]
    seen = model.outcomes().among(known)
    own, reached = band_numbers(predicted, edges), band_numbers(np.maximum(neutral, 0.0), edges)
    too_low, n_bands = reached > own, len(edges) + 1
    expected = np.bincount(own, too_low, n_bands) / np.maximum(np.bincount(own, minlength=n_bands), 1)
    return _Clients(
        provider=provider, client=frame["client"].to_numpy(object)[known], whose=contributions(frame[known]),
        error=within(seen.response - predicted, provider), too_low=too_low, too_high=reached < own,
        extra=too_low - expected[own], level=level, n_providers=model.n_providers,
        classes_known=_mean_of(seen.lower_limit) < CENSOR_FROM_SHARE,
    )  # fmt: skip


def neutral_minutes(model: MinutesModel) -> FloatArray:
    """Outcome of every row with its provider's level brought to the average provider's."""
    profile, terms = model.profile(), model.coefficients()
    level = profile.level - profile.slope[:, : len(terms)] @ terms
    if profile.slope.shape[1] > len(terms):
        level = level - profile.slope[:, -1] * np.log(model.residual_sd)
    return np.asarray(model.outcome() - (level - model.ijkclient.value)[model.design().provider_codes()])


def _groups(clients: _Clients, codes: IntArray, names: Sequence[str], model: MinutesModel) -> Iterable[GroupFairness]:
    of_few = clients.whose.left_out(codes, len(names), model.study.disclosure)
    for at, name in enumerate(names):
        inside = codes == at
        if not inside.any():
            continue
        n_clients = len(np.unique(clients.client[inside]))
        counts = np.bincount(clients.provider[inside], minlength=clients.n_providers).astype(float)
        n_providers, floor = int((counts > 0).sum()), model.study.disclosure
        shown = n_clients >= floor.min_clients and n_providers >= floor.min_providers
        apart = is_apart(inside, clients.provider, clients.client, model.study.disclosure)
        placed = shown and clients.classes_known and apart
        low, high, _ = published_parts(_in_classes(clients, inside), floor)
        yield GroupFairness(
            group=name, n_clients=n_clients, n_providers=n_providers,
            error=difference(clients.error, inside, clients.provider, clients.n_providers)
            if shown and apart and not of_few[at] else None,
            too_low=low if placed else None, too_high=high if placed else None,
            exact_extra_too_low=_mean(clients, clients.extra, inside, counts) if placed else None,
            apart=apart, level=_mean(clients, clients.level, inside, counts) if shown and not of_few[at] else None,
        )  # fmt: skip


def _with_levels(groups: tuple[GroupFairness, ...]) -> tuple[GroupFairness, ...]:
    """The providers' levels only where they are asked for, and none of them where one may not be told.

    Over all clients they come to nothing, so that the one left out would follow from the others.
    """
    if any(not group.apart for group in groups) and all(group.level is not None for group in groups):
        return groups
    return tuple(replace(group, level=None) for group in groups)


def _in_classes(clients: _Clients, inside: BoolArray) -> tuple[int, int, int]:
    """Distinct clients with an episode in too low a class, of the others those with one in too high, and the rest."""
    code = clients.whose.client[inside]
    low = np.bincount(code, clients.too_low[inside]) > 0
    high = (np.bincount(code, clients.too_high[inside]) > 0) & ~low
    return int(low.sum()), int(high.sum()), int(np.count_nonzero(np.bincount(code))) - int(low.sum()) - int(high.sum())


def _mean(clients: _Clients, values: FloatArray, inside: BoolArray, counts: FloatArray) -> Figure:
    return ratio_of_sums(sums_by(clients.provider[inside], values[inside], clients.n_providers), counts)


def _mean_of(rows: BoolArray) -> float:
    return float(rows.mean()) if len(rows) else 0.0
