"""Data for the tests of the model: the stored small data set, real data where they are to be had, made casemixes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.ledger import Ledger
from normenkader.model.moments import Moments, provider_moments
from normenkader.provenance import Receipt
from normenkader.study import study_from_text

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
REAL = Path(__file__).resolve().parents[2] / "../shared/real"

needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL} with the public data sets is not here")


@dataclass(frozen=True)
class Rows:
    """Rows in provider order."""

    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    provider: np.ndarray
    n_providers: int
    names: tuple[str, ...] = ()

    def moments(self, *, weighted: bool = True) -> Moments:
        w = self.w if weighted else np.ones(len(self.y))
        return provider_moments(self.x, self.y, w, self.provider, self.n_providers)

    def dummies(self) -> np.ndarray:
        return (self.provider[:, None] == np.arange(self.n_providers)).astype(float)


def rows_of(frame: pd.DataFrame, terms: list[str], outcome: str, provider: str, weight: str | None = None) -> Rows:
    frame = frame.sort_values(provider, kind="stable")
    codes, names = pd.factorize(frame[provider])
    w = np.ones(len(frame)) if weight is None else frame[weight].to_numpy(float)
    return Rows(frame[terms].to_numpy(float), frame[outcome].to_numpy(float), w, codes, len(names), tuple(terms))


def small_frame() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "small.csv")


def small(outcome: str = "y") -> Rows:
    return rows_of(small_frame(), ["x1", "x2", "x3"], outcome, "provider", "w")


def small_at_cap() -> np.ndarray:
    return small_frame().sort_values("provider", kind="stable")["at_cap"].to_numpy(bool)


def small_reference() -> dict[str, Any]:
    return json.loads((REFERENCE / "small.json").read_text())


def shared_reference(name: str) -> dict[str, Any]:
    return json.loads((REAL / "ref_shared.json").read_text())[name]


def random_rows(seed: int, *, n: int = 300, p: int = 4, g: int = 6, weights: bool = True) -> Rows:
    """Correlated indicators at unequal providers, in which every column varies within every provider."""
    rng = np.random.default_rng(seed)
    provider = np.sort(rng.choice(g, n, p=rng.dirichlet(np.full(g, 5.0))))
    provider[:g] = np.arange(g)
    provider = np.sort(provider)
    latent = rng.normal(0, 1, (n, 1)) + rng.normal(0, 0.5, (g, 1))[provider]
    x = (latent + rng.normal(0, 1, (n, p)) > 0.3).astype(float)
    y = 100 + x @ rng.normal(15, 10, p) + rng.normal(0, 20, g)[provider] + rng.normal(0, 30, n)
    return Rows(x, y, rng.uniform(0.3, 2.0, n) if weights else np.ones(n), provider, g)


HEAD = """
[study]
name = "test"
window = [2025-01-06, 2025-03-02]
time_definition = "direct"
seed = 1
[sources]
episodes = "e.csv"
"""


def made_casemix(frame: pd.DataFrame, settings: str) -> Casemix:
    """A casemix of `frame`, which needs provider, minutes_per_week and the factors; all else gets plain values."""
    n = len(frame)
    plain: dict[str, Any] = {
        "client": [f"c{i:05d}" for i in range(n)], "municipality": "Dordrecht",
        "episode": [f"e{i:05d}" for i in range(n)], "exposure_days": 56.0, "assigned_minutes_per_week": np.nan,
        "at_cap": False, "minutes_basis": "registered", "product": "", "target_group": "", "need_met": "",
    }  # fmt: skip
    rows = frame.assign(**{name: value for name, value in plain.items() if name not in frame})
    study = study_from_text(HEAD + settings, folder=Path())
    assert study.info.window[0] == date(2025, 1, 6)
    return Casemix(
        study=study, files=(), ledger=Ledger(rows=(), files=()), quality=(),
        receipt=Receipt(stage="casemix", sha256=""), _rows=rows, _weeks=pd.DataFrame(),
        _unregistered=rows.iloc[:0],
    )  # fmt: skip
