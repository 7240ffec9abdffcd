"""Need behind deliveries that stop at the assigned maximum: what the censored and the naive fit make of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from normenkader.casemix import Casemix
from normenkader.casemix.synthetic import REGIMES, casemix_of, simulate
from normenkader.model.fit import fit_minutes
from normenkader.model.results import MinutesModel

RESULTS = Path(__file__).parent / "results" / "censored_need.json"
SEEDS = tuple(range(1, 41))
# Maxima lie about a tenth below what a client of that kind needs: well over half of the deliveries reach them.
CAP_SHARE = 0.9
CAP_STEP = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """Error of the mean need of all clients, as a share of the truth, by each fit; and the share at the cap."""

    seed: int
    censored: float
    naive: float
    share_at_cap: float


def tightly_capped(seed: int, n_clients: int = 2400) -> tuple[Casemix, pd.DataFrame]:
    """Regime capped with lower maxima, and the truth by client."""
    regime = replace(REGIMES["capped"], capped=False, cv_week=0.3)
    data = simulate(regime, seed=seed, n_clients=n_clients)
    casemix, truth = casemix_of(data), data.to_frame()
    rows = casemix.to_frame()
    norm = truth.set_index("episode")["norm_minutes"].reindex(rows["episode"]).to_numpy()
    rng = np.random.default_rng(seed)
    cap = CAP_STEP * np.round(CAP_SHARE * norm / CAP_STEP + rng.integers(-1, 2, len(rows)))
    minutes = np.minimum(rows["minutes_per_week"].to_numpy(), cap)
    rows = rows.assign(minutes_per_week=minutes, assigned_minutes_per_week=cap, at_cap=minutes >= cap - 1)
    return replace(casemix, _rows=rows), truth


def bias(seed: int, n_clients: int = 2400) -> Bias:
    """Fit both ways to one draw."""
    casemix, truth = tightly_capped(seed, n_clients)
    true = float(truth["norm_minutes"].mean())
    censored, naive = fit_minutes(casemix, censoring="on"), fit_minutes(casemix, censoring="off")
    return Bias(
        seed=seed, censored=mean_need(censored) / true - 1, naive=mean_need(naive) / true - 1,
        share_at_cap=censored.censoring.share_at_cap,
    )  # fmt: skip


def mean_need(model: MinutesModel) -> float:
    """Mean over all clients of the unrounded norm: provider-neutral need."""
    return float((model.ijkclient.value + model.design().matrix() @ model.coefficients()).mean())


if __name__ == "__main__":
    found = [{name: round(value, 6) for name, value in asdict(bias(seed)).items()} for seed in SEEDS]
    RESULTS.write_text(json.dumps({"seeds": found}, indent=1) + "\n", encoding="utf-8")
