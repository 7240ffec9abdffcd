"""Least squares with two crossed random factors: experts who judge, and the vignettes they judge.

Each expert's own level is taken out, as providers' levels are in the model room, so that who happened to get the
heavier vignettes is not taken for a generous expert. Every estimate counts the same, and the level is that of the
average expert.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from normenkader.experts.arrays import Bools, Floats, Ints, as_complete, codes_of
from normenkader.experts.crossed_variance import Components, components_of, variance_with_shared_items
from normenkader.model.intervals import degrees_of_freedom, jackknife_covariance, leave_one_out
from normenkader.model.moments import (
    Profile,
    aliased_columns,
    average_level,
    hanging_columns,
    provider_moments,
    solve,
    within_profile,
)

_NULL = 1e-8
_MOVES = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossedFit:
    """Terms and, last, the level at the average expert; all arrays (p + 1,).

    Attributes
    ----------
    values : array
        NaN where `identified` is false.
    standard_errors, degrees_of_freedom : array
        NaN where no error can be had.
    shared_variance : array
        What of the squared error vignettes bring, all experts alike: more experts do not take it away.
    expert_degrees : array
        Degrees of freedom of the rest of it, the part of the experts.
    identified : array of bool
        Whether the judgements tell the term apart from all others.
    rests_on_one : array of bool
        Whether it cannot be told apart any more once some single expert is left out.
    expert_sd, vignette_sd, residual_sd : float
        Spread between experts' levels, of vignettes around the terms as all experts see them, and of what remains.
    spare_vignettes : int
        Vignettes beyond the number of terms; without any, errors cannot be had.
    """

    values: Floats
    standard_errors: Floats
    degrees_of_freedom: Floats
    shared_variance: Floats
    expert_degrees: Floats
    identified: Bools
    rests_on_one: Bools
    expert_sd: float
    vignette_sd: float
    residual_sd: float
    spare_vignettes: int

    def __post_init__(self) -> None:
        for array in (self.values, self.standard_errors, self.degrees_of_freedom, self.shared_variance,
                      self.expert_degrees, self.identified, self.rests_on_one):  # fmt: skip
            array.setflags(write=False)


def fit_crossed(outcome: ArrayLike, design: ArrayLike, expert: ArrayLike, vignette: ArrayLike) -> CrossedFit:
    """Fit ``y = expert + design b + vignette + e`` and give errors for experts and vignettes both drawn at random.

    The variance of a term is that of the jackknife over experts, which makes no assumption on how experts differ, in
    level or in what they find a term worth, plus the part of the vignettes, which all experts share and the jackknife
    therefore cannot see: the variance of vignettes, by mean squares in a complete panel and else by restricted maximum
    likelihood, carried through the weights of the least squares. Degrees of freedom by Satterthwaite. Of the rules
    tried in simulation it is the one that covers as it says: a mixed model takes experts to differ in level only and
    is too sure where they differ on a factor; a two-way cluster jackknife is far too wide where vignettes are not many
    more than terms.

    Parameters
    ----------
    outcome : array (n,)
        Minutes, one row an expert x vignette that was judged.
    design : array (n, p)
    expert, vignette : array (n,)
        Labels; an incomplete panel is normal.

    Raises
    ------
    ValueError
        With fewer than two experts: nothing can be compared between them.

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, Journal of Business & Economic
    Statistics 29(2). MacKinnon, Nielsen & Webb (2023), Journal of Applied Econometrics 38(5). Satterthwaite (1946),
    Biometrics Bulletin 2(6). Clark (1973), The language-as-fixed-effect fallacy, J. Verbal Learning 12: why items that
    all judges share must count as drawn too.
    """
    y, x = as_complete(outcome, dimensions=1), as_complete(design, dimensions=2)
    who, what = codes_of(expert), codes_of(vignette)
    if len(y) == 0 or who.max() < 1:
        raise ValueError("a panel needs at least two experts")
    order = np.argsort(who, kind="stable")
    y, x, who, what = y[order], x[order], who[order], what[order]
    kept, identified = _identified(_profile(y, x, who))
    profile = _profile(y, x[:, kept], who)
    terms = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    spare = int(what.max()) + 1 - 1 - len(kept)
    components = components_of(y, x[:, kept], who, what, spare)
    errors = _errors(profile, terms, x[:, kept], who, what, components, spare)
    return _spread_out(profile, terms, errors, kept, identified, components, spare)


def t_quantile(confidence: float, degrees: float) -> float:
    """Half-width of a two-sided interval in standard errors."""
    return float(stats.t.ppf(0.5 + confidence / 2, degrees))


def _profile(y: Floats, x: Floats, who: Ints) -> Profile:
    """Estimating equations with each expert's own level taken out; experts weigh equally in the level."""
    n = int(who.max()) + 1
    profile = within_profile(provider_moments(x, y, np.ones(len(y)), who, n))
    return replace(profile, n=np.ones(n))


def _identified(profile: Profile) -> tuple[list[int], Bools]:
    """Columns to solve for, and which terms (and, last, the level) no other combination of terms can imitate."""
    a = profile.a.sum(axis=0)
    p = len(a)
    dropped = set(aliased_columns(a))
    kept = [j for j in range(p) if j not in dropped]
    scale = np.sqrt(np.where(np.diag(a) > 0, np.diag(a), 1.0))
    values, vectors = np.linalg.eigh(a / np.outer(scale, scale)) if p else (np.zeros(0), np.zeros((0, 0)))
    null = vectors[:, values < _NULL] / scale[:, None]
    moved = np.vstack([null, (profile.slope.mean(axis=0) @ null)[None]])
    return kept, np.asarray(np.abs(moved).max(axis=1, initial=0.0) < _MOVES)


def _errors(
    profile: Profile, terms: Floats, x: Floats, who: Ints, what: Ints, components: Components | None, spare: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Standard errors, degrees of freedom, the variance that vignettes bring, and degrees of that of the experts."""
    nothing = np.full(len(terms) + 1, np.nan)
    if components is None or spare < 1:
        return nothing, nothing, nothing, nothing
    left = np.column_stack(leave_one_out(profile))
    full = np.append(terms, average_level(profile, terms))
    between = np.diag(jackknife_covariance(left, full))
    per_vignette = float(stats.hmean(np.bincount(what)))
    of_experts, weights = degrees_of_freedom(profile), _vignette_weights(profile, x, who, what)
    total, degrees = variance_with_shared_items(
        between, of_experts, weights, components.vignette, components.noise / per_vignette, spare
    )
    return np.sqrt(total), degrees, total - between, of_experts


def _vignette_weights(profile: Profile, x: Floats, who: Ints, what: Ints) -> Floats:
    """(vignettes, p + 1): with what weight a vignette's own minutes enter every term and, last, the level."""
    a = profile.a.sum(axis=0)
    centred = x - profile.slope[who]
    pulls = solve(np.broadcast_to(a, (len(x), *a.shape)), centred)
    level = 1.0 / (len(profile.n) * np.bincount(who)[who]) - pulls @ profile.slope.mean(axis=0)
    weights = np.zeros((int(what.max()) + 1, len(a) + 1))
    np.add.at(weights, what, np.column_stack([pulls, level]))
    return weights


def _spread_out(
    profile: Profile, terms: Floats, errors: tuple[Floats, ...], kept: list[int], identified: Bools,
    components: Components | None, spare: int,
) -> CrossedFit:  # fmt: skip
    """Every term in its own place, also those that could not be told apart."""
    p = len(identified) - 1
    hanging = set(hanging_columns(profile))
    at = [*kept, p]
    found = [np.full(p + 1, np.nan) for _ in range(5)]
    full = np.append(terms, average_level(profile, terms))
    for target, given in zip(found, (full, *errors), strict=True):
        target[at] = given
        target[~identified] = np.nan
    alone = np.zeros(p + 1, dtype=bool)
    alone[[kept[j] for j in sorted(hanging)]] = True
    sds = np.sqrt([components.expert, components.vignette, components.noise]) if components else np.full(3, np.nan)
    return CrossedFit(
        values=found[0], standard_errors=found[1], degrees_of_freedom=found[2], shared_variance=found[3],
        expert_degrees=found[4], identified=identified, rests_on_one=alone & identified, expert_sd=float(sds[0]),
        vignette_sd=float(sds[1]), residual_sd=float(sds[2]), spare_vignettes=max(spare, 0),
    )  # fmt: skip
