"""Studies for tests: two factors and no files, or synthetic ones made to fail or to pass one check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.casemix.synthetic.regimes import REGIMES
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.study import Study, study_from_text

LEVELS = ["geen", "licht", "matig", "zwaar"]
TWO_FACTORS = """
[study]
name = "Proef"
window = [2025-09-01, 2025-10-26]
time_definition = "direct"
seed = 7
[sources]
episodes = "episodes.csv"
[[factor]]
name = "a"
kind = "ordinal"
levels = ["laag", "midden", "hoog"]
ijkclient = "midden"
[[factor]]
name = "b"
kind = "nominal"
levels = ["x", "y"]
ijkclient = "x"
"""
Planted = Callable[[pd.DataFrame], np.ndarray]


def made(regime: str = "clean", *, seed: int = 1, n: int = 1200, providers: int = 12, planted: Planted | None = None,
         noise: float = 1.0, **settings: Any) -> Casemix:  # fmt: skip
    """A draw of a regime with its chance deviations multiplied by `noise`, and with `planted` minutes added."""
    data = simulate(replace(REGIMES[regime], **settings), seed=seed, n_providers=providers, n_clients=n)
    casemix, drawn = casemix_of(data), data.to_frame()
    mean = (drawn["norm_minutes"] + drawn["provider_effect"]).to_numpy()
    minutes = mean + noise * (casemix._rows["minutes_per_week"].to_numpy() - mean)
    if planted is not None:
        minutes = minutes + planted(casemix._rows.assign(truth=drawn["norm_minutes"].to_numpy()))
    return replace(casemix, _rows=casemix._rows.assign(minutes_per_week=np.maximum(minutes, 0.0)))


def made_norms(*args: Any, **settings: Any) -> NormTable:
    return make_norm_table(fit_minutes(made(*args, **settings)))


def quiet(**settings: Any) -> NormTable:
    """Very little chance, so that small groups can be judged."""
    return made_norms(noise=0.2, provider_sd=8.0, **settings)


def two_factors(more: str = "") -> Study:
    """A study of an ordinal factor `a` and a nominal `b`, without files; `more` follows the keys of `b`."""
    return study_from_text(TWO_FACTORS + more, folder=Path())


def codes(rows: pd.DataFrame) -> np.ndarray:
    """Levels of the leefgebieden as numbers, (n, 11)."""
    names = [name for name in rows if str(name).startswith("leefgebied_")]
    return np.column_stack([rows[name].map(LEVELS.index) for name in names])


def crossed(rows: pd.DataFrame) -> np.ndarray:
    """An interaction that main terms cannot take up."""
    a, b = rows["own_strength"] == "weinig", rows["network"] == "geen"
    return np.where(a == b, 35.0, -35.0)


def bent(rows: pd.DataFrame) -> np.ndarray:
    """Less for each further leefgebied, more so the more there are."""
    total = codes(rows).sum(axis=1)
    return -0.6 * (total - total.mean()) ** 2


def curved(rows: pd.DataFrame) -> np.ndarray:
    """More at both ends of the norm than a sum can follow."""
    norm = rows["truth"].to_numpy()
    return 0.012 * (norm - norm.mean()) ** 2


def reversed_order(rows: pd.DataFrame) -> np.ndarray:
    return np.where(rows["leefgebied_financien"] == "zwaar", -120.0, 0.0)


def one_town(rows: pd.DataFrame) -> np.ndarray:
    return np.where(rows["municipality"] == "Zwijndrecht", 60.0, 0.0)
