"""Seed vignettes: profiles of which it is known what was delivered, so that experts can be held against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from normenkader.casemix import Casemix
from normenkader.errors import InputRefused
from normenkader.experts.arrays import Floats, Ints
from normenkader.experts.vignette_candidates import casemix_codes, describes_few

MOST_STEPS = 3
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A profile with the minutes per week that its lookalikes received.

    Attributes
    ----------
    levels : tuple of int
        Codes of levels, in the study's order of factors.
    realised_minutes : float
        Mean minutes per week over the lookalikes, as delivered.
    steps : int
        A lookalike differs by at most this many steps of level in all; another nominal level is one step.
    n_clients, n_providers : int
        Of the lookalikes. Exact: clients not for publication as they stand.
    """

    levels: tuple[int, ...]
    realised_minutes: float
    steps: int
    n_clients: int
    n_providers: int


def find_seeds(casemix: Casemix, n: int, rng: np.random.Generator) -> tuple[Seed, ...]:
    """`n` seeds, spread evenly over the minutes that lookalikes received.

    Around a client's profile the lookalikes are those at most `steps` away, with the least number of steps (0 to 3)
    that makes them ``min_clients`` clients of ``min_providers`` providers. The seed is their middle (median of every
    ordered factor, commonest level of a nominal one), whose own lookalikes must be as many; it describes nobody. With
    fewer lookalikes a profile is no seed.

    Raises
    ------
    InputRefused
        If the data hold fewer than `n` such profiles.
    """
    codes = casemix_codes(casemix)
    profiles = np.unique(codes, axis=0)
    looked_at = profiles[np.sort(rng.permutation(len(profiles))[:_LOOKED_AT])]
    search = _Search(casemix, codes)
    found = {seed.levels: seed for profile in looked_at if (seed := search.around(profile)) is not None}
    few = describes_few(np.array(list(found)), casemix) if found else np.zeros(0, dtype=bool)
    ranked = sorted(
        (s for s, hidden in zip(found.values(), few, strict=True) if not hidden),
        key=lambda s: (s.realised_minutes, s.levels),
    )
    if len(ranked) < n:
        floor = casemix.study.disclosure
        rule = (
            f"{n} seed vignettes were asked for and the data allow {len(ranked)}: a seed needs {floor.min_clients} "
            f"clients of {floor.min_providers} providers at most {MOST_STEPS} steps of level away; ask for fewer"
        )
        raise InputRefused(rule, column="--seeds")
    return tuple(ranked[at] for at in np.round(np.linspace(0, len(ranked) - 1, n)).astype(int))


class _Search:
    """Lookalikes of a profile among the rows of a case mix."""

    def __init__(self, casemix: Casemix, codes: Ints) -> None:
        frame = casemix.to_frame()
        self.codes = codes
        self.client = np.unique(frame["client"], return_inverse=True)[1].reshape(-1)
        self.provider = np.unique(frame["provider"], return_inverse=True)[1].reshape(-1)
        self.minutes: Floats = frame["minutes_per_week"].to_numpy(dtype=np.float64)
        self.ordered = np.array([f.is_ordered for f in casemix.study.factors])
        self.floor = casemix.study.disclosure

    def around(self, profile: Ints) -> Seed | None:
        """The middle of the profile's lookalikes, when it has lookalikes enough of its own."""
        for steps in range(MOST_STEPS + 1):
            near = self._distance(profile) <= steps
            if self._enough(near):
                return self._seed(self._middle(self.codes[near]), steps)
        return None

    def _seed(self, levels: Ints, steps: int) -> Seed | None:
        near = self._distance(levels) <= steps
        if not self._enough(near):
            return None
        return Seed(
            levels=tuple(int(level) for level in levels), realised_minutes=float(self.minutes[near].mean()),
            steps=steps, n_clients=len(np.unique(self.client[near])), n_providers=len(np.unique(self.provider[near])),
        )  # fmt: skip

    def _distance(self, profile: Ints) -> Ints:
        apart = np.abs(self.codes - profile)
        return np.asarray(np.where(self.ordered, apart, apart > 0).sum(axis=1))

    def _enough(self, near: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> bool:
        clients, providers = len(np.unique(self.client[near])), len(np.unique(self.provider[near]))
        return clients >= self.floor.min_clients and providers >= self.floor.min_providers

    def _middle(self, codes: Ints) -> Ints:
        median = np.sort(codes, axis=0)[(len(codes) - 1) // 2]
        commonest = np.array([np.bincount(column).argmax() for column in codes.T])
        return np.asarray(np.where(self.ordered, median, commonest))
