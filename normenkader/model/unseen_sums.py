"""Providers not seen, from sums alone: squared error of every provider predicted from the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from normenkader.model.intervals import leave_one_out
from normenkader.model.moments import Moments
from normenkader.model.norm_table import NormTable
from normenkader.model.unseen import left_out_tables

FloatArray = npt.NDArray[np.float64]


def squared_error(moments: Moments, terms: FloatArray, level: FloatArray) -> FloatArray:
    """Sum of squared errors of each provider under its own terms and level, (G,).

    Parameters
    ----------
    moments : Moments
        Unweighted.
    terms : (G, p), level : (G,)
        One prediction a provider. A prediction below zero counts as it is: who it concerns is not in the sums.
    """
    cross = np.einsum("gp,gp->g", terms, moments.xy)
    return np.asarray(
        moments.yy - 2 * level * moments.y - 2 * cross + level**2 * moments.n
        + 2 * level * np.einsum("gp,gp->g", terms, moments.x) + np.einsum("gp,gpq,gq->g", terms, moments.xx, terms)
    )  # fmt: skip


def unseen_errors(table: NormTable) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Squared error of each provider predicted from the others: by their mean, the model, and the norm table.

    Parameters
    ----------
    table : NormTable
        Of a model fitted to unweighted sums.

    Returns
    -------
    baseline, model, norm_table : (G,)
    """
    model, moments = table.model, table.model.moments()
    left_terms, left_level = leave_one_out(model.profile())
    left_terms = left_terms * model.design().in_force()
    published, level = left_out_tables(
        table, left_terms, left_level, moments.xx.sum(axis=0) - moments.xx, moments.x.sum(axis=0) - moments.x
    )
    others = (moments.y.sum() - moments.y) / (moments.n.sum() - moments.n)
    return (
        squared_error(moments, np.zeros_like(published), others), squared_error(moments, left_terms, left_level),
        squared_error(moments, published, level),
    )  # fmt: skip
