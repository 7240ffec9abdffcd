"""Assessors' errors on a factor, from double assessments: how the recorded level follows from the true one.

Two assessors err independently and alike. If errors do not change how often each level occurs and a level is mistaken
for another as often as the other for it, the table of two assessors is that of one error twice over, so that one
error is its square root. Both premises are premises: from two assessors alone errors cannot be told without any.

References
----------
Kuechenhoff, Mwalili & Lesaffre (2006), A general method for dealing with misclassification in regression: the
misclassification SIMEX, Biometrics 62, 85-96.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from normenkader.experts.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelErrors:
    """One assessor's error on one factor, by its eigenvalues, so that it can be made larger or smaller.

    Attributes
    ----------
    shares : (levels,) how often each level was recorded
    values : (levels,) eigenvalues of one error, 0 to 1
    vectors : (levels, levels) orthonormal
    """

    shares: Floats
    values: Floats
    vectors: Floats

    def power(self, amount: float) -> Floats:
        """(levels, levels): chance of each recorded level given the true one, with `amount` times the error.

        1 is the error as it is and 0 none. Rows add up to 1; what falls below zero, which a fractional power can, is
        set to zero.
        """
        root = np.sqrt(self.shares)
        scaled = self.vectors * self.values**amount @ self.vectors.T
        chances = np.maximum(scaled * root[None, :] / root[:, None], 0.0)
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))

    def agreement(self, amount: float) -> float:
        """Chance that two levels of one client that lie `amount` times one error apart are the same.

        Two assessors lie two errors apart; a record without error and an assessor one.
        """
        return float(self.shares @ np.diag(self.power(amount)))


def level_errors(codes: Ints, n_levels: int) -> LevelErrors:
    """Error of one assessor on one factor.

    Parameters
    ----------
    codes : array (episodes, assessors)
        Places of levels, -1 where not assessed. Every episode counts as one; with fewer than two assessments as none.
    n_levels : int
        A level that nobody recorded is taken to be free of error.
    """
    pairs = _pair_table(codes, n_levels)
    unseen = pairs.sum(axis=1) == 0
    pairs = pairs + np.diag(np.where(unseen, 1e-9, 0.0))
    shares = pairs.sum(axis=1) / pairs.sum()
    root = np.sqrt(shares)
    both, vectors = np.linalg.eigh(pairs / pairs.sum() / root[:, None] / root[None, :])
    # Two errors in a row are never less than none; below zero is chance.
    return LevelErrors(shares=shares, values=np.sqrt(np.clip(both, 1e-4, 1.0)), vectors=vectors)


def _pair_table(codes: Ints, n_levels: int) -> Floats:
    twice = codes[(codes >= 0).sum(axis=1) >= 2]
    counts = np.stack([(twice == level).sum(axis=1) for level in range(n_levels)], axis=1).astype(np.float64)
    n = counts.sum(axis=1)
    weighted = counts / (n * (n - 1))[:, None]
    return np.asarray(weighted.T @ counts - np.diag(weighted.sum(axis=0)))
