"""A small written study with panel, read once: data, judgements and source norms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from normenkader.experts.judgements import Judgements
from normenkader.model.results import MinutesModel


def with_rows(panel: Judgements, kept: Any) -> Judgements:
    """The panel with only some of its estimates; `kept` takes the rows with the vignettes' factors."""
    rows = panel.rounds_frame()
    full = rows.merge(panel.vignettes_frame(), on="vignette", how="left", validate="many_to_one")
    left = rows[np.asarray(kept(full))].reset_index(drop=True)
    return replace(panel, experts=tuple(sorted(set(left["expert"]))), _rounds=left)


def with_best(panel: Judgements, best: Any) -> Judgements:
    """The panel with other best estimates; `best` takes the rows with the vignettes' factors."""
    rows = panel.rounds_frame()
    full = rows.merge(panel.vignettes_frame(), on="vignette", how="left", validate="many_to_one")
    own = np.asarray(best(full), dtype=float)
    low, high = (rows[name].to_numpy(dtype=float) for name in ("minutes_low", "minutes_high"))
    rows = rows.assign(minutes_low=np.minimum(low, own), minutes_best=own, minutes_high=np.maximum(high, own))
    return replace(panel, _rounds=rows)


def with_triangulation(model: MinutesModel, **changes: Any) -> MinutesModel:
    """The model under other settings of ``[triangulation]``."""
    study = replace(model.study, triangulation=model.study.triangulation.model_copy(update=changes))
    return replace(model, study=study)


def without_sources(model: MinutesModel, *names: str) -> MinutesModel:
    """The model of a study that names fewer sources."""
    sources = model.study.sources.model_copy(update=dict.fromkeys(names, ()))
    return replace(model, study=replace(model.study, sources=sources))
