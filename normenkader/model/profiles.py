"""Norm minutes of profiles that are not among the rows of the fit: vignettes, and what an assessor recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.model.design import Design, indicator
from normenkader.model.factors import IntArray, level_codes, with_overlap
from normenkader.model.norm_table import NormTable, norm_minutes
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def profile_design(design: Design, frame: pd.DataFrame, study: Study) -> Design:
    """The rows of `frame` under the terms of `design`; they belong to no provider and change no term.

    Parameters
    ----------
    design : Design
        Of the fit.
    frame : DataFrame
        One text column a factor, every level named by the study.
    study : Study
    """
    return design_at(design, level_codes(frame, study), len(frame))


def design_at(design: Design, codes: Mapping[str, IntArray], n: int) -> Design:
    """The same for `n` rows of which the level of every factor, the overlap factors among them, was looked up before.

    Parameters
    ----------
    design : Design
    codes : mapping of factor to (n,)
        As `level_codes` gives them.
    n : int
    """
    columns = [indicator(column, codes) for column in design.columns]
    matrix = np.column_stack(columns) if columns else np.zeros((n, 0))
    matrix.setflags(write=False)
    return replace(
        design, _matrix=matrix, _provider=np.zeros(n, dtype=np.int64), _client=np.arange(n), _codes=dict(codes)
    )


def norm_minutes_of(norms: NormTable, frame: pd.DataFrame) -> FloatArray:
    """Published minutes per week of the profiles in `frame`, at least zero; nan where the norm is silent."""
    return norm_minutes_at(norms, level_codes(frame, norms.model.study), len(frame))


def norm_minutes_at(norms: NormTable, codes: Mapping[str, IntArray], n: int) -> FloatArray:
    """The same for `n` profiles by the codes of their levels."""
    design = design_at(norms.model.design(), codes, n)
    return norm_minutes(design, norms.published(), norms.ijkclient_minutes)


def norm_minutes_with(norms: NormTable, rows: BoolArray, factor: str, level: IntArray) -> FloatArray:
    """Norm minutes of rows of the fit in which one factor has another level; all else stays as it is.

    Parameters
    ----------
    norms : NormTable
    rows : (n,) bool
        Of the design.
    factor : str
    level : (rows held,)
        Codes of the other levels.
    """
    own = {name: level if name == factor else codes[rows] for name, codes in norms.model.design().codes().items()}
    return norm_minutes_at(norms, with_overlap(own, norms.model.study), len(level))
