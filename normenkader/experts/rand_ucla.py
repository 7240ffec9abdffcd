"""RAND/UCLA: does a panel disagree about one item?

On the nine-point scale there is disagreement when the range between the 30th and 70th percentile (IPR) is wider than
the range adjusted for symmetry (IPRAS): a panel at the end of the scale is expected to be closer together.

References
----------
Fitch et al. (2001), The RAND/UCLA Appropriateness Method User's Manual. RAND MR-1269-DG-XII/RE, chapter 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from normenkader.experts.arrays import Floats, as_floats

IPR_WHEN_SYMMETRIC = 2.35
CORRECTION_FOR_ASYMMETRY = 1.5
_MIDDLE, _LOWEST, _HIGHEST = 5.0, 1.0, 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """The panel's spread on one item, on the scale of 1 to 9.

    Attributes
    ----------
    n : int
        Ratings that were given.
    median, p30, p70 : float
        Percentiles by linear interpolation between ranks (Hyndman & Fan's type 7, as in Excel and NumPy).
    ipr, ipras : float
        Range between the percentiles, and the widest range that is no disagreement.
    disagreement : bool or None
        ``ipr > ipras``; None when nobody rated the item.
    """

    n: int
    median: float
    p30: float
    p70: float
    ipr: float
    ipras: float
    disagreement: bool | None


def rand_ucla_disagreement(ratings: ArrayLike) -> Disagreement:
    """Disagreement about one item.

    Parameters
    ----------
    ratings : array (experts,)
        From 1 to 9; NaN is missing.

    Raises
    ------
    ValueError
        If a rating lies outside 1 to 9.
    """
    given = as_floats(ratings, dimensions=1)
    given = given[~np.isnan(given)]
    if ((given < _LOWEST) | (given > _HIGHEST)).any():
        raise ValueError("ratings must lie between 1 and 9")
    return _disagreement(given)


def disagreement_in_minutes(minutes: ArrayLike, *, lowest: float, highest: float) -> Disagreement:
    """Experimental: the same rule for minutes, put on the scale of 1 to 9 between two anchors.

    The manual knows ratings only, so no cut-off has been validated for minutes: a signal to look, never a verdict. All
    figures of the result are on the scale of 1 to 9.

    Parameters
    ----------
    minutes : array (experts,)
        Best estimates of one vignette; NaN is missing.
    lowest, highest : float
        Minutes that stand for 1 and 9: the same for all vignettes of a study, such as the panel's smallest and largest.

    Raises
    ------
    ValueError
        If the anchors do not rise or an estimate lies outside them.
    """
    if not highest > lowest:
        raise ValueError("the anchors must rise")
    share = (as_floats(minutes, dimensions=1) - lowest) / (highest - lowest)
    return rand_ucla_disagreement(_LOWEST + (_HIGHEST - _LOWEST) * share)


def _disagreement(given: Floats) -> Disagreement:
    if given.size == 0:
        missing = float("nan")
        return Disagreement(
            n=0, median=missing, p30=missing, p70=missing, ipr=missing, ipras=missing, disagreement=None
        )
    median, p30, p70 = (float(q) for q in np.quantile(given, [0.5, 0.3, 0.7]))
    asymmetry = abs(_MIDDLE - (p30 + p70) / 2.0)
    ipr, ipras = p70 - p30, IPR_WHEN_SYMMETRIC + CORRECTION_FOR_ASYMMETRY * asymmetry
    return Disagreement(n=given.size, median=median, p30=p30, p70=p70, ipr=ipr, ipras=ipras, disagreement=ipr > ipras)
