"""How often two assessors of one client give the same level, factor by factor.

References
----------
Cohen (1968), Psychological Bulletin 70, 213-220 (weighted kappa). Conger (1980), Psychological Bulletin 88, 322-328
(more than two assessors). Gwet (2008), Br. J. Math. Stat. Psychol. 61, 29-48: kappa falls when nearly all clients have
one level, which is why Gwet's coefficient stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from normenkader.experts.agreement_nominal import ChanceCorrected, chance_corrected
from normenkader.experts.agreement_weights import rating_codes
from normenkader.experts.arrays import Ints
from normenkader.experts.assessments import Assessments
from normenkader.settings import Factor

FEW = "te weinig dubbel beoordeelde cliënten"
ONE_LEVEL = "alle beoordelaars gaven hetzelfde niveau"
Weights = Literal["quadratic", "identity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorAgreement:
    """Agreement of assessors on one factor.

    Attributes
    ----------
    factor : str
    weights : {"quadratic", "identity"}
        Quadratic for ordered levels, so that a near miss counts less; identity for nominal ones.
    kappa : ChanceCorrected or None
        Cohen's (weighted) kappa, Conger's for more than two assessors.
    gwet : ChanceCorrected or None
        AC1 for nominal levels, AC2 with the same weights for ordered ones.
    same_level : float or None
        Share of pairs of assessors with exactly the same level, each episode counting as one.
    n_episodes : int
        Episodes with this factor assessed twice. Exact: not for publication as it stands.
    reason : str
        Why there are no figures, in plain Dutch; empty when there are.
    """

    factor: str
    weights: Weights
    kappa: ChanceCorrected | None
    gwet: ChanceCorrected | None
    same_level: float | None
    n_episodes: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessorAgreement:
    """Agreement on every factor.

    Attributes
    ----------
    factors : tuple of FactorAgreement
        In the study's order.
    weakest : str
        Factor with the lowest kappa; empty when none has one.
    n_episodes, n_assessors, n_assessments : int
        Episodes with at least two assessors, and their assessors and assessments.
    """

    factors: tuple[FactorAgreement, ...]
    weakest: str
    n_episodes: int
    n_assessors: int
    n_assessments: int


def assessor_agreement(assessments: Assessments, clients: Mapping[str, str] | None = None) -> AssessorAgreement:
    """Agreement per factor, and the weakest factor; figures on fewer than ``min_clients`` clients are withheld.

    Parameters
    ----------
    assessments : Assessments
    clients : mapping of str to str, optional
        Client of each episode; without, and for an episode that it does not name, each is taken to be of another.
    """
    factors = tuple(_of_factor(assessments, factor, clients or {}) for factor in assessments.study.factors)
    known = [f for f in factors if f.kappa is not None and np.isfinite(f.kappa.value)]
    rows = assessments.to_frame()
    twice = rows[rows.groupby("episode")["assessor"].transform("size") >= 2]
    return AssessorAgreement(
        factors=factors,
        weakest=min(known, key=lambda f: f.kappa.value if f.kappa else 1.0).factor if known else "",
        n_episodes=int(twice["episode"].nunique()), n_assessors=int(twice["assessor"].nunique()),
        n_assessments=len(twice),
    )  # fmt: skip


def _of_factor(assessments: Assessments, factor: Factor, clients: Mapping[str, str]) -> FactorAgreement:
    weights: Weights = "quadratic" if factor.is_ordered else "identity"
    table = assessments.wide(factor.name)
    _, codes = rating_codes(table.to_numpy(dtype=object), categories=factor.levels)
    twice = (codes >= 0).sum(axis=1) >= 2
    paired, seen = codes[twice], {clients.get(str(episode), str(episode)) for episode in table.index[twice]}
    reason = _reason(paired, len(seen), assessments.study.disclosure.min_clients)
    if reason:
        return FactorAgreement(factor=factor.name, weights=weights, kappa=None, gwet=None, same_level=None,
                               n_episodes=len(paired), reason=reason)  # fmt: skip
    ranks = np.where(paired >= 0, paired, np.nan)
    places = range(len(factor.levels))
    return FactorAgreement(
        factor=factor.name, weights=weights, n_episodes=len(paired), same_level=same_level_share(paired),
        kappa=chance_corrected(ranks, coefficient="conger", weights=weights, categories=places),
        gwet=chance_corrected(ranks, coefficient="gwet", weights=weights, categories=places),
    )  # fmt: skip


def _reason(paired: Ints, n_clients: int, least: int) -> str:
    if n_clients < least:
        return FEW
    return ONE_LEVEL if len(np.unique(paired[paired >= 0])) == 1 else ""


def same_level_share(codes: Ints) -> float:
    """Share of pairs of assessors with the same code, averaged over episodes.

    Parameters
    ----------
    codes : array (episodes, assessors)
        -1 where not assessed; at least two assessments an episode.
    """
    there = codes >= 0
    counts = there.sum(axis=1)
    alike = np.zeros(len(codes))
    for code in np.unique(codes[there]):
        of_code = (codes == code).sum(axis=1)
        alike += of_code * (of_code - 1)
    return float((alike / (counts * (counts - 1))).mean())
