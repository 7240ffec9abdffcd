"""A small, balanced set of vignettes that tells every term of the norm table apart."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from normenkader.casemix import Casemix
from normenkader.errors import InputRefused
from normenkader.experts.arrays import Floats, Ints
from normenkader.experts.exchange import d_optimal_rows, independent_columns
from normenkader.experts.vignette_candidates import frame_of, free_profiles, near_profiles
from normenkader.experts.vignette_seeds import Seed, find_seeds
from normenkader.model.design import indicator
from normenkader.model.factors import DesignFactor, design_factors, level_codes
from normenkader.model.layout import Column
from normenkader.study import Study

# An expert judges about forty vignettes in half a day; eighty fill a day.
MOST_VIGNETTES = 80
_LEAST_SPARE = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCount:
    """How many vignettes have a level of a factor (or a class of overlap)."""

    factor: str
    level: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VignetteSet:
    """Vignettes for a panel.

    Attributes
    ----------
    study : Study
    n_terms : int
        Terms that the vignettes tell apart, the ijkclient included.
    not_identified : tuple of (str, str, str, str)
        Terms (factor, level, with_factor, with_level) that no plausible profile tells apart from others.
    balance : tuple of LevelCount
    near_data : bool
        Whether profiles were drawn near to those in the provider data.
    seeds : tuple of (str, Seed)
        Name of the vignette, and what was delivered; never for the panel.
    """

    study: Study
    n_terms: int
    not_identified: tuple[tuple[str, str, str, str], ...]
    balance: tuple[LevelCount, ...]
    near_data: bool
    seeds: tuple[tuple[str, Seed], ...]
    _profiles: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """``vignette`` and a text column a factor; nothing tells a seed from another vignette."""
        return self._profiles.copy()


def make_vignettes(
    study: Study, *, n: int | None = None, n_seeds: int = 0, casemix: Casemix | None = None
) -> VignetteSet:
    """A D-optimal set of vignettes; the same study and data give the same set.

    Parameters
    ----------
    study : Study
        Its factors, overlap groups, interactions and seed.
    n : int, optional
        Number of vignettes, seeds included; by default twice the number of terms, at most 80 while that leaves a tenth
        to spare.
    n_seeds : int
        How many of them are seeds; needs `casemix`.
    casemix : Casemix, optional
        Profiles are then drawn near to those of real clients.

    Raises
    ------
    InputRefused
        If `n` is less than the number of terms, or the data do not allow so many seeds.
    """
    if n_seeds and casemix is None:
        raise InputRefused("seed vignettes are drawn from provider data, and the study has none", column="--seeds")
    rng = np.random.default_rng(study.info.seed)
    seeds = find_seeds(casemix, n_seeds, rng) if casemix is not None and n_seeds else ()
    fixed = np.array([s.levels for s in seeds], dtype=np.int64).reshape(len(seeds), len(study.factors))
    pool = free_profiles(study, rng) if casemix is None else near_profiles(casemix, rng)
    pool = pool[~_among(pool, fixed)]
    columns = model_columns(study)
    matrix = model_matrix(pool, study, columns)
    kept = independent_columns(matrix)
    size = default_size(len(kept)) if n is None else n
    _refuse_small(size, len(kept), n_seeds)
    chosen = d_optimal_rows(matrix[:, kept], size - n_seeds, fixed=model_matrix(fixed, study, columns)[:, kept])
    profiles = np.concatenate([pool[chosen], fixed])
    lost = [columns[at - 1] for at in range(1, len(columns) + 1) if at not in set(kept.tolist())]
    return _vignette_set(study, profiles, seeds, rng, len(kept), lost, near_data=casemix is not None)


def default_size(n_terms: int) -> int:
    """Twice the terms, at most 80, but always a tenth more than the terms."""
    return max(min(2 * n_terms, MOST_VIGNETTES), math.ceil(_LEAST_SPARE * n_terms))


def model_columns(study: Study) -> tuple[Column, ...]:
    """Terms of the norm table as design columns: main terms, then interactions, then overlap classes.

    The order decides what is given up first when terms cannot be told apart: overlap, then interactions.
    """
    factors = design_factors(study)
    own = [f for f in factors if not f.group]
    by_name = {f.name: f for f in factors}
    pairs = [
        Column(factor=f.name, levels=(a,), with_factor=other, with_levels=(b,))
        for f in own for other in f.partners for a in _others(f) for b in _others(by_name[other])
    ]  # fmt: skip
    overlap = [f for f in factors if f.group]
    return (*_mains(own), *pairs, *_mains(overlap))


def model_matrix(profiles: Ints, study: Study, columns: tuple[Column, ...]) -> Floats:
    """(profiles, 1 + terms): a column of ones for the ijkclient, then one a term."""
    codes = level_codes(frame_of(profiles, study), study)
    return np.column_stack([np.ones(len(profiles)), *(indicator(column, codes) for column in columns)])


def _mains(factors: list[DesignFactor]) -> list[Column]:
    return [Column(factor=f.name, levels=(level,)) for f in factors for level in _others(f)]


def _others(factor: DesignFactor) -> list[int]:
    return [level for level in range(len(factor.levels)) if level != factor.reference]


def _among(profiles: Ints, others: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((profiles[:, None, :] == others[None]).all(axis=2).any(axis=1))


def _refuse_small(n: int, n_terms: int, n_seeds: int) -> None:
    if n < n_terms:
        rule = f"{n} vignettes cannot tell {n_terms} terms apart; take at least {n_terms}, or fewer levels"
        raise InputRefused(rule, column="--n")
    if n_seeds > n // 2:
        raise InputRefused("at most half of the vignettes can be seeds", column="--seeds")


def _vignette_set(
    study: Study, profiles: Ints, seeds: tuple[Seed, ...], rng: np.random.Generator, n_terms: int, lost: list[Column],
    *, near_data: bool,
) -> VignetteSet:  # fmt: skip
    order = rng.permutation(len(profiles))
    shuffled = profiles[order]
    width = max(2, len(str(len(profiles))))
    names = [f"v{at + 1:0{width}d}" for at in range(len(profiles))]
    frame = frame_of(shuffled, study)
    frame.insert(0, "vignette", names)
    first_seed = len(profiles) - len(seeds)
    known = sorted((names[at], seeds[own - first_seed]) for at, own in enumerate(order) if own >= first_seed)
    by_name = {f.name: f for f in design_factors(study)}
    return VignetteSet(
        study=study, n_terms=n_terms, balance=_balance(frame, study), near_data=near_data, seeds=tuple(known),
        not_identified=tuple(_term(column, by_name) for column in lost), _profiles=frame,
    )  # fmt: skip


def _balance(frame: pd.DataFrame, study: Study) -> tuple[LevelCount, ...]:
    codes = level_codes(frame, study)
    return tuple(
        LevelCount(factor=f.name, level=level, n=int((codes[f.name] == at).sum()))
        for f in design_factors(study) for at, level in enumerate(f.levels)
    )  # fmt: skip


def _term(column: Column, factors: dict[str, DesignFactor]) -> tuple[str, str, str, str]:
    other = factors[column.with_factor].levels[column.with_levels[0]] if column.with_factor else ""
    return column.factor, factors[column.factor].levels[column.levels[0]], column.with_factor, other
