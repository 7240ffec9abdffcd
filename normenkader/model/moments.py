"""Provider moments: one pass over the rows, and everything the fits need in small matrices per provider.

For provider g: the number of rows, and the weighted sums of 1, x, y, xx', xy and yy. Moments of separate files or
providers are joined by adding them up, so the same code serves one laptop, a cluster, and providers who keep their
records. `Profile` is what remains once each provider's own level is taken out; the fit, the jackknife and every
resample of providers follow from it without touching the rows again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_RELATIVE_RIDGE = 1e-11
_ALIAS_TOLERANCE = 1e-7
_DUST = 1e-10
_PART = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Weighted sums by provider (first axis); all arrays read-only.

    Attributes
    ----------
    n : (G,) rows
    w : (G,) sum of weights
    x : (G, p), y : (G,)
    xx : (G, p, p), xy : (G, p), yy : (G,)
    log_w : (G,) sum of the logarithms of the weights, for likelihoods
    """

    n: FloatArray
    w: FloatArray
    x: FloatArray
    y: FloatArray
    xx: FloatArray
    xy: FloatArray
    yy: FloatArray
    log_w: FloatArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            getattr(self, name).setflags(write=False)

    def __add__(self, other: Moments) -> Moments:
        """Moments of both sets of rows together, provider by provider."""
        return Moments(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """What each provider adds to the estimating equations once its own level is profiled out.

    The terms solve ``sum(a) @ terms = sum(b)``, and provider g's level is ``level[g] - slope[g] @ terms``.

    Attributes
    ----------
    a : (G, p, p), b : (G, p), level : (G,), slope : (G, p)
    n : (G,) clients (rows where nothing else is said), the weights of the average provider
    """

    a: FloatArray
    b: FloatArray
    level: FloatArray
    slope: FloatArray
    n: FloatArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            getattr(self, name).setflags(write=False)


def provider_moments(x: FloatArray, y: FloatArray, w: FloatArray, provider: IntArray, n_providers: int) -> Moments:
    """Moments of rows in provider order.

    Parameters
    ----------
    x : (n, p) design
    y : (n,) outcome
    w : (n,) weights, positive
    provider : (n,) index of the provider, rising
    n_providers : int
        Number of providers G; one without rows gets zeros.
    """
    starts = np.searchsorted(provider, np.arange(n_providers + 1))
    parts = [slice(a, b) for a, b in pairwise(starts)]
    # Weighted provider by provider: a weighted copy of all rows would double what is held.
    weighted = [_weighted(x[part], w[part], y[part]) for part in parts]

    def by_provider(values: FloatArray) -> FloatArray:
        return np.array([values[part].sum(axis=0) for part in parts])

    return Moments(
        n=np.diff(starts).astype(np.float64), w=by_provider(w), x=np.array([x_sum for x_sum, _, _ in weighted]),
        y=by_provider(w * y),
        xx=np.array([xx for _, xx, _ in weighted]), xy=np.array([xy for _, _, xy in weighted]),
        yy=by_provider(w * y * y), log_w=by_provider(np.log(w)),
    )  # fmt: skip


def _weighted(x: FloatArray, w: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    wx = x * w[:, None]
    return wx.sum(axis=0), wx.T @ x, wx.T @ y


def within_profile(moments: Moments) -> Profile:
    """Take each provider's own weighted mean out: the within-provider (fixed effects) estimating equations."""
    w = np.where(moments.w > 0, moments.w, 1.0)
    mean_x, mean_y = moments.x / w[:, None], moments.y / w
    a, b = without_dust(
        moments.xx - moments.x[:, :, None] * mean_x[:, None, :],
        moments.xy - moments.x * mean_y[:, None],
        np.einsum("gii->gi", moments.xx),
    )
    return Profile(a=a, b=b, level=mean_y, slope=mean_x, n=moments.n.copy())


def without_dust(a: FloatArray, b: FloatArray, raw: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Exact zeros for columns that do not vary within a provider.

    What subtraction leaves of them in the last bits would else pass for information wherever the providers in which
    they do vary are left out or not drawn.

    Parameters
    ----------
    a : (G, p, p), b : (G, p)
    raw : (G, p) diagonal of `a` before the provider's own level was taken out
    """
    varies = np.einsum("gii->gi", a) > _DUST * raw
    return np.where(varies[:, :, None] & varies[:, None, :], a, 0.0), np.where(varies, b, 0.0)


def pooled_equations(moments: Moments) -> tuple[FloatArray, FloatArray]:
    """What each provider adds to the normal equations of one pooled fit, intercept first: as delivered, style and all.

    Returns
    -------
    a : (G, p + 1, p + 1), b : (G, p + 1)
    """
    edge = np.concatenate([moments.w[:, None], moments.x], axis=1)
    inner = np.concatenate([moments.x[:, :, None], moments.xx], axis=2)
    return np.concatenate([edge[:, None, :], inner], axis=1), np.concatenate([moments.y[:, None], moments.xy], axis=1)


def solve(a: FloatArray, b: FloatArray) -> FloatArray:
    """Solve stacked symmetric systems ``a @ terms = b``; a term without information comes out as zero.

    The relative ridge of 1e-11 on the diagonal changes an identified term by less than the tolerances of the
    reference data, and gives the solution of least norm where a resample has left a level out altogether.
    """
    p = a.shape[-1]
    if p == 0:
        return np.zeros(b.shape)
    diagonal = np.einsum("...ii->...i", a)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = a / (scale[..., :, None] * scale[..., None, :])
    scaled = scaled + _RELATIVE_RIDGE * np.eye(p)
    solution = np.linalg.solve(scaled, (b / scale)[..., None])[..., 0] / scale
    return np.asarray(np.where(diagonal > 0, solution, 0.0))


def inverse(a: FloatArray) -> FloatArray:
    """Inverses of stacked symmetric matrices, each row as `solve` gives it for one unit vector."""
    diagonal = np.einsum("...ii->...i", a)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    both = scale[..., :, None] * scale[..., None, :]
    found = np.linalg.inv(a / both + _RELATIVE_RIDGE * np.eye(a.shape[-1])) / both
    known = diagonal > 0
    return np.asarray(np.where(known[..., :, None] & known[..., None, :], found, 0.0))


def average_level(profile: Profile, terms: FloatArray, counts: FloatArray | None = None) -> FloatArray:
    """Level at the average provider, providers weighted by their clients.

    Parameters
    ----------
    profile : Profile
    terms : (..., p)
    counts : (..., G), optional
        How often each provider takes part; 1 by default.
    """
    n = profile.n if counts is None else counts * profile.n
    weight = n / n.sum(axis=-1, keepdims=True)
    return np.asarray(weight @ profile.level - np.einsum("...p,...p->...", weight @ profile.slope, terms))


def aliased_columns(a: FloatArray) -> tuple[int, ...]:
    """Columns that earlier ones explain within providers, found by sequential elimination on the summed ``a``."""
    return tuple(np.flatnonzero(_aliased(a[None])[0]).tolist())


def alike_columns(a: FloatArray) -> tuple[tuple[int, ...], ...]:
    """Groups of columns whose effects within providers cannot be told apart, whatever the order of the columns.

    A column is in a group when others of the group together can imitate it; one that does not vary is a group by
    itself. Every other column has an effect of its own: it has no part in the null space of the summed `a`.

    Parameters
    ----------
    a : (p, p)
    """
    parts: list[set[int]] = []
    for relation in null_relations(a):
        members = set(np.flatnonzero(relation).tolist())
        joined = [part for part in parts if part & members]
        parts = [part for part in parts if not part & members] + [members.union(*joined)]
    return tuple(sorted(tuple(sorted(part)) for part in parts))


def null_relations(a: FloatArray) -> FloatArray:
    """A basis of the null space of the summed `a`, one relation for each aliased column, (k, p); dust is zero."""
    aliased = list(aliased_columns(a))
    kept = [j for j in range(len(a)) if j not in set(aliased)]
    diagonal = np.diag(a)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = a / np.outer(scale, scale)
    found = np.zeros((len(aliased), len(a)))
    found[np.arange(len(aliased)), aliased] = 1.0
    if aliased and kept:
        part = np.linalg.solve(scaled[np.ix_(kept, kept)], scaled[np.ix_(kept, aliased)]).T
        found[:, kept] = -np.where(np.abs(part) > _PART, part, 0.0)
    return found / scale * scale[aliased][:, None]


def hanging_columns(profile: Profile) -> tuple[int, ...]:
    """Columns that can no longer be told apart once some single provider is left out."""
    without = profile.a.sum(axis=0) - profile.a
    at = np.flatnonzero(_aliased(without).any(axis=1))
    return tuple(sorted({j for g in at for group in alike_columns(without[g]) for j in group}))


def _aliased(a: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether earlier columns explain each column of every matrix of a stack, (B, p)."""
    rest, start = a.copy(), np.einsum("bjj->bj", a)
    aliased = np.zeros(start.shape, dtype=bool)
    for j in range(a.shape[-1]):
        pivot = rest[:, j, j].copy()
        aliased[:, j] = pivot <= _ALIAS_TOLERANCE * np.maximum(start[:, j], np.finfo(float).tiny)
        row = np.where(aliased[:, j, None], 0.0, rest[:, j, j + 1 :])
        rest[:, j + 1 :, j + 1 :] -= (
            row[:, :, None] * row[:, None, :] / np.where(aliased[:, j], 1.0, pivot)[:, None, None]
        )
    return aliased
