"""A study in which eight clients have very many episodes: counted by episode they look like a crowd."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

Way = Literal["at the same time", "one after another", "only one"]
FEW, WEEKS, N_PROVIDERS = 8, 48, 12
FIRST = date(2025, 1, 6)
#: Municipality and product of the eight, and nobody else's.
THEIRS = {"municipality": "kleindorp", "product": "IB9"}
STUDY = """
[study]
name = "Veel trajecten, synthetisch"
window = [2025-01-06, 2025-12-07]
time_definition = "direct"
seed = 5

[sources]
episodes = ["episodes.csv"]
minutes = ["minutes.csv"]

[casemix]
concurrent = "separate"

[bands]
{bands}
step = 15

[research]
synthetic = true

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
ZORG = {"geen": -30, "licht": 0, "matig": 25, "zwaar": 60}


def many_study(folder: Path, way: Way, *, bands: str = "edges = [0, 165, 195, 255]", n_clients: int = 500) -> Path:
    """Write the study. Only the eight have heavy care and another aim, so that only they reach the highest class."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(3)
    rows = [_ordinary(k, rng) for k in range(n_clients)]
    rows += [row for k in range(FEW) for row in _of_the_few(k, way)]
    frame = pd.DataFrame(rows).assign(episode=[f"episode{k:05d}" for k in range(len(rows))])
    weeks = [week for row in frame.to_dict("records") for week in _weeks(row, rng)]
    frame["assigned_minutes_per_week"] = np.where(frame["product"] == THEIRS["product"], 330, 270)
    pd.DataFrame(weeks, columns=["episode", "date", "minutes_direct"]).to_csv(folder / "minutes.csv", index=False)
    frame.to_csv(folder / "episodes.csv", index=False)
    (folder / "study.toml").write_text(STUDY.format(bands=bands), encoding="utf-8")
    return folder


def _ordinary(k: int, rng: np.random.Generator) -> dict[str, object]:
    zorg = str(rng.choice(list(ZORG)))
    other = zorg != "zwaar" and bool(rng.random() < 0.5)
    first = int(rng.integers(0, WEEKS - 8))
    return _row(f"client{k:04d}", k % N_PROVIDERS, zorg, other, first, 8) | {
        "municipality": f"gemeente {k % 3}", "product": f"IB{1 + k % 2}",
    }  # fmt: skip


def _of_the_few(k: int, way: Way) -> list[dict[str, object]]:
    together, turns = way != "one after another", {"at the same time": 24, "only one": 1}.get(way, WEEKS // 2)
    return [
        _row(f"veel{k}", (k + turn) % N_PROVIDERS, "zwaar", True, 0 if together else 2 * turn, 8 if together else 2)
        | THEIRS
        for turn in range(turns)
    ]


def _row(client: str, provider: int, zorg: str, other: bool, first: int, n_weeks: int) -> dict[str, object]:
    start = FIRST + timedelta(weeks=first)
    return {
        "client": client, "provider": f"aanbieder {provider:02d}", "start": start.isoformat(),
        "end": (start + timedelta(weeks=n_weeks) - timedelta(days=1)).isoformat(), "minutes_basis": "registered",
        "zorg": zorg, "orientation": "ontwikkelgericht" if other else "behoudgericht",
    }  # fmt: skip


def _weeks(row: dict[str, object], rng: np.random.Generator) -> list[tuple[object, str, int]]:
    mean = 150 + ZORG[str(row["zorg"])] + 60 * (row["orientation"] == "ontwikkelgericht") + rng.normal(0, 30)
    start, end = (date.fromisoformat(str(row[name])) for name in ("start", "end"))
    return [
        (row["episode"], (start + timedelta(weeks=k)).isoformat(), max(5, round(mean + rng.normal(0, 10))))
        for k in range(((end - start).days + 1) // 7)
    ]
