"""Made studies in which a known share of deliveries stops at the maximum, with the need behind them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.ledger import Ledger
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.provenance import Receipt
from normenkader.study import study_from_text

STUDY = """
[study]
name = "Maxima"
window = [2025-01-06, 2025-03-02]
time_definition = "direct"
seed = 1
[sources]
episodes = "episodes.csv"
[[factor]]
name = "zorg"
kind = "ordinal"
levels = ["geen", "licht", "matig", "zwaar"]
ijkclient = "licht"
[[factor]]
name = "orientation"
kind = "nominal"
levels = ["behoudgericht", "ontwikkelgericht"]
ijkclient = "behoudgericht"
"""
CARE, WORTH, WORTH_OF_ORIENTATION = ["geen", "licht", "matig", "zwaar"], np.array([-30.0, 0.0, 25.0, 60.0]), 15.0
TOGETHER = np.array([-8.0, 0.0, 7.0, 25.0])
SD, PROVIDER_SD, TARGET_GROUP = 60.0, 10.0, 25.0

# By share of deliveries at the maximum: how far that lies above need, on average.
OFFSETS = {0.1: 89.0, 0.3: 37.0, 0.6: -16.0}


@dataclass(frozen=True)
class Capped:
    """A norm table made from deliveries, and what was needed."""

    norms: NormTable
    need: np.ndarray


def capped(
    share: float, *, seed: int, n: int = 2000, providers: int = 16, together: bool = False, target_group: bool = False,
    null: bool = False,
) -> Capped:  # fmt: skip
    """Needs by two factors, provider and chance, normal; delivered up to a maximum that goes with need.

    `together` adds an interaction that the study does not declare, `target_group` minutes for a group that is no
    factor; under `null` no factor says anything.
    """
    rng = np.random.default_rng(seed)
    provider = np.sort(rng.integers(0, providers, n))
    care, towards, group = rng.integers(0, 4, n), rng.integers(0, 2, n), rng.integers(0, 2, n)
    mean = 320.0 + rng.normal(0, PROVIDER_SD, providers)[provider] + target_group * TARGET_GROUP * group
    if not null:
        mean = mean + WORTH[care] + WORTH_OF_ORIENTATION * towards + together * TOGETHER[care] * towards
    need = mean + rng.normal(0, SD, n)
    limit = mean + rng.normal(0, 30, n) + OFFSETS[share] if share else np.full(n, np.nan)
    delivered = np.fmin(need, limit)
    frame = pd.DataFrame({
        "provider": [f"P{g:02d}" for g in provider], "zorg": np.array(CARE)[care],
        "orientation": np.where(towards == 1, "ontwikkelgericht", "behoudgericht"), "minutes_per_week": delivered,
        "assigned_minutes_per_week": limit, "at_cap": need >= limit,
        "target_group": np.where(group == 1, "jong", "oud"),
    })  # fmt: skip
    norms = make_norm_table(fit_minutes(casemix_of_rows(frame)))
    return Capped(norms=norms, need=need)


def casemix_of_rows(frame: pd.DataFrame) -> Casemix:
    """Rows of deliveries as a casemix, without weeks."""
    n = len(frame)
    rows = frame.assign(
        client=[f"c{i:05d}" for i in range(n)], municipality="Dordrecht", episode=[f"e{i:05d}" for i in range(n)],
        exposure_days=56.0, minutes_basis="registered", product="", need_met="",
    )  # fmt: skip
    return Casemix(
        study=study_from_text(STUDY, folder=Path()), files=(), ledger=Ledger(rows=(), files=()), quality=(),
        receipt=Receipt(stage="casemix", sha256=""), _rows=rows, _weeks=pd.DataFrame(), _unregistered=rows.iloc[:0],
    )  # fmt: skip
