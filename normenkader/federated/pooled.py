"""The sums of all providers together: support of every level, and moments by the columns that can be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.federated.shared_terms import full_columns
from normenkader.federated.summary import Summary
from normenkader.model.factors import design_factors
from normenkader.model.layout import Column
from normenkader.model.moments import Moments
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledSums:
    """What providers sent, one on each place of the first axis, in order of their names.

    Attributes
    ----------
    providers : tuple of str
    n_clients, n_episodes : (G,)
    columns : tuple of Column
        Every level and pair by itself.
    moments : Moments
        By these columns.
    """

    providers: tuple[str, ...]
    n_clients: FloatArray
    n_episodes: FloatArray
    columns: tuple[Column, ...]
    moments: Moments
    _support: SummedSupport

    def support(self) -> SummedSupport:
        """Counts of clients and providers by level and pair."""
        return self._support


class SummedSupport:
    """Counts of clients and providers at levels and pairs, added up over providers.

    A client of two providers counts at both: their pseudonyms have nothing in common.
    """

    def __init__(self, study: Study, summaries: Sequence[Summary]) -> None:
        self.clients: dict[tuple[str, int, str, int], IntArray] = {}
        factors, given = design_factors(study), np.array([s.term_clients for s in summaries], dtype=np.int64)
        for at, column in enumerate(full_columns(factors)):
            their = column.with_levels[0] if column.with_factor else -1
            self.clients[column.factor, column.levels[0], column.with_factor, their] = given[:, at]
        for factor in factors:
            own = np.array([summary.own_clients[factor.name] for summary in summaries], dtype=np.int64)
            self.clients[factor.name, factor.reference, "", -1] = own

    def counts(
        self, factor: str, levels: Sequence[int], with_factor: str = "", with_levels: Sequence[int] = ()
    ) -> tuple[int, int]:
        keys = [(factor, level, with_factor, their) for level in levels for their in (with_levels or (-1,))]
        by_provider = np.sum([self.clients[key] for key in keys], axis=0)
        return int(by_provider.sum()), int((by_provider > 0).sum())


def pool(study: Study, summaries: Sequence[Summary]) -> PooledSums:
    """Put the sums of all providers side by side.

    Parameters
    ----------
    study : Study
    summaries : sequence of Summary
        One a provider, made under the same agreement.
    """
    ordered = sorted(summaries, key=lambda summary: summary.provider)
    names = Moments.__slots__
    joined = {name: np.concatenate([getattr(s.moments(), name) for s in ordered]) for name in names}
    return PooledSums(
        providers=tuple(s.provider for s in ordered), n_clients=np.array([s.n_clients for s in ordered], float),
        n_episodes=np.array([s.n_episodes for s in ordered], float), columns=full_columns(design_factors(study)),
        moments=Moments(**joined), _support=SummedSupport(study, ordered),
    )  # fmt: skip


def moments_by(sums: PooledSums, columns: Sequence[Column]) -> Moments:
    """Moments by columns that each stand for a group of levels, or a pair of groups: sums of sums, exactly."""
    take = np.array([[float(_inside(single, group)) for group in columns] for single in sums.columns])
    take = take.reshape(len(sums.columns), len(columns))
    m = sums.moments
    return Moments(
        n=m.n.copy(), w=m.w.copy(), y=m.y.copy(), yy=m.yy.copy(), log_w=m.log_w.copy(), x=m.x @ take, xy=m.xy @ take,
        xx=take.T @ m.xx @ take,
    )  # fmt: skip


def _inside(single: Column, group: Column) -> bool:
    same = single.factor == group.factor and single.with_factor == group.with_factor
    return same and set(single.levels) <= set(group.levels) and set(single.with_levels) <= set(group.with_levels)
