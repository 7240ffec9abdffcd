"""Double assessments of a synthetic draw, read as the study's own file would be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic.panel import draw_panel
from normenkader.experts.assessments import Assessments
from normenkader.model.factors import level_codes
from normenkader.provenance import Receipt
from normenkader.study import Study


def with_bands(casemix: Casemix, **changes: Any) -> Casemix:
    settings = casemix.study.bands.model_copy(update=changes)
    return replace(casemix, study=replace(casemix.study, bands=settings))


def assessments_of(study: Study, data: Any, *, n_episodes: int | None = None) -> Assessments:
    import numpy as np

    rows: pd.DataFrame = draw_panel(np.random.default_rng(5), data).assessments.astype(str)
    weeks = rows["duration_weeks"].astype(float)
    rows["duration_weeks"] = pd.cut(
        weeks, [-1, 13, 26, 52, 9999], labels=list(study.factor("duration_weeks").levels)
    ).astype(str)
    if n_episodes is not None:
        rows = rows[rows["episode"].isin(sorted(set(rows["episode"]))[:n_episodes])]
    rows = rows.sort_values(["episode", "assessor"]).reset_index(drop=True)
    level_codes(rows, study)
    return Assessments(study=study, files=(), receipt=Receipt(stage="assessments", sha256="0"), _rows=rows)
