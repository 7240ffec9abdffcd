"""Norm minutes of profiles that are not among the rows of the fit: vignettes, and what an assessor recorded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.model.design import Design, indicator
from normenkader.model.factors import level_codes
from normenkader.model.norm_table import NormTable, norm_minutes
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]


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
    codes = level_codes(frame, study)
    columns = [indicator(column, codes) for column in design.columns]
    matrix = np.column_stack(columns) if columns else np.zeros((len(frame), 0))
    matrix.setflags(write=False)
    return replace(design, _matrix=matrix, _provider=np.zeros(len(frame), dtype=np.int64), _codes=codes)


def norm_minutes_of(norms: NormTable, frame: pd.DataFrame) -> FloatArray:
    """Published minutes per week of the profiles in `frame`, at least zero; nan where the norm is silent."""
    design = profile_design(norms.model.design(), frame, norms.model.study)
    return norm_minutes(design, norms.published(), norms.ijkclient_minutes)
