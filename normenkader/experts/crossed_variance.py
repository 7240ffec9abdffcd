"""How much experts, vignettes and noise each vary in a panel, and what that does to the error of a term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from normenkader.experts.arrays import Floats, Ints
from normenkader.experts.variance_components import fit_reml


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """Variances of experts' levels, of vignettes as all experts see them, and of noise."""

    expert: float
    vignette: float
    noise: float


def components_of(y: Floats, x: Floats, who: Ints, what: Ints, spare: int) -> Components | None:
    """Variances of experts, vignettes and noise; None where nothing is left to estimate them from.

    Parameters
    ----------
    y : (n,) minutes
    x : (n, p) design
    who, what : (n,) codes of expert and vignette
    spare : int
        Vignettes beyond the number of terms.
    """
    n_experts, n_vignettes = int(who.max()) + 1, int(what.max()) + 1
    if spare < 1:
        return None
    if len(y) == n_experts * n_vignettes:
        order = np.lexsort((what, who))
        return _complete_components(y[order].reshape(n_experts, n_vignettes), x[order][:n_vignettes])
    try:
        fit = fit_reml(y, np.column_stack([np.ones(len(y)), x]), [who, what])
    except ValueError:
        return None
    return Components(expert=fit.variances[0], vignette=fit.variances[1], noise=fit.residual_variance)


def _complete_components(table: Floats, x: Floats) -> Components:
    """Mean squares of a complete panel, each expert having terms of its own.

    Where experts differ on what a factor is worth, a model in which they differ in level only takes that for noise and
    then sees too little variance between vignettes.
    """
    basis = np.linalg.qr(np.column_stack([np.ones(len(x)), x]))[0]
    left = table - table @ basis @ basis.T
    (n_experts, n_vignettes), spare = table.shape, len(x) - basis.shape[1]
    common = left.mean(axis=0)
    noise = float(((left - common) ** 2).sum() / (spare * (n_experts - 1)))
    return Components(
        expert=max(float(table.mean(axis=1).var(ddof=1)) - noise / n_vignettes, 0.0),
        vignette=max(float((common**2).sum() / spare) - noise / n_experts, 0.0), noise=noise,
    )  # fmt: skip


def variance_with_shared_items(
    between: Floats, between_degrees: Floats, weights: Floats, item_variance: float, noise: float, spare: int
) -> tuple[Floats, Floats]:
    """Variance and Satterthwaite degrees of freedom of estimates that experts and vignettes both carry.

    Parameters
    ----------
    between : (k,) variance over experts, `between_degrees` its degrees of freedom
    weights : (v, k) weight of every vignette in every estimate, summed over experts
    item_variance : float
        Variance of vignettes that all experts share.
    noise : float
        Variance of a vignette's mean through noise alone: it does not add, but makes `item_variance` less certain.
    spare : int
        Degrees of freedom of `item_variance`.
    """
    squares = (weights**2).sum(axis=0)
    total = between + item_variance * squares
    unsure = between**2 / between_degrees + ((item_variance + noise) * squares) ** 2 / spare
    return total, np.divide(total**2, unsure, out=np.full(total.shape, np.inf), where=unsure > 0)
