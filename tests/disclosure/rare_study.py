"""A synthetic study with few clients everywhere it hurts, and marks in it that may appear in no output."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

#: No multiple of what counts are rounded to: an exact one would be seen.
N_CLIENTS = 464
N_PROVIDERS = 8
WEEKS = 8
#: Part of every client's pseudonym, every episode's id and every assessor's code.
MARKS = ("zzqclient", "zzqepisode", "zzqassessor")

STUDY = """
[study]
name = "Kleine aantallen, synthetisch"
window = [2025-09-01, 2025-10-26]
time_definition = "direct"
seed = 11

[sources]
episodes = ["episodes.csv"]
minutes = ["minutes.csv"]
assessments = "assessments.csv"

[model]
overlap = ["leefgebied"]
overlap_breaks = {{ leefgebied = [1, 2] }}

[bands]
n = {n_bands}
step = 15
min_share = 0.01
in_doubt = "table"

[research]
synthetic = true

[[factor]]
name = "orientation"
kind = "nominal"
levels = ["behoudgericht", "ontwikkelgericht", "crisisgericht"]
ijkclient = "behoudgericht"
interacts_with = ["own_strength"]

[[factor]]
name = "own_strength"
kind = "ordinal"
levels = ["veel", "enige", "weinig"]
ijkclient = "enige"
"""
AREA = """
[[factor]]
name = "leefgebied_{name}"
kind = "ordinal"
levels = ["geen", "licht", "zwaar"]
ijkclient = "geen"
group = "leefgebied"
"""
#: Municipality of which one provider delivers nearly all minutes.
DOMINATED = "eenzijdig"
AREAS = ("justitie", "financien", "gezondheid")


def rare_study(folder: Path, *, seed: int = 1, n_clients: int = N_CLIENTS, n_bands: int = 7) -> Path:
    """Write the study: one orientation, municipality, product, class and provider with four to eight clients."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    rows = [_client(k, rng) for k in range(n_clients)]
    _few(rows, rng)
    contacts = [contact for row in rows for contact in _contacts(row, rng)]
    _write(folder / "episodes.csv", rows)
    _write(folder / "minutes.csv", contacts)
    _write(folder / "assessments.csv", _assessments(rows[:30], rng))
    (folder / "study.toml").write_text(
        STUDY.format(n_bands=n_bands) + "".join(AREA.format(name=name) for name in AREAS), encoding="utf-8"
    )
    return folder


def _client(k: int, rng: np.random.Generator) -> dict[str, Any]:
    row = {
        "client": f"zzqclient{k:04d}", "provider": f"aanbieder {1 + k % N_PROVIDERS}",
        "municipality": f"gemeente {1 + rng.integers(3)}", "episode": f"zzqepisode{k:04d}", "start": "2025-01-06",
        "end": "", "orientation": str(rng.choice(["behoudgericht", "ontwikkelgericht"], p=[0.6, 0.4])),
        "own_strength": str(rng.choice(["veel", "enige", "weinig"], p=[0.3, 0.4, 0.3])),
        "minutes_basis": "registered", "product": str(rng.choice(["IB1", "IB2"], p=[0.55, 0.45])),
    }  # fmt: skip
    row |= {f"leefgebied_{name}": str(rng.choice(["geen", "licht", "zwaar"], p=[0.6, 0.3, 0.1])) for name in AREAS}
    return row


def _few(rows: list[dict[str, Any]], rng: np.random.Generator) -> None:
    """Make rare what the names say; every choice is of other clients, so that small cells cross."""
    for row in rows:
        row["leefgebied_justitie"] = "licht" if rng.random() < 0.06 else "geen"
    for name, value, n in (
        ("orientation", "crisisgericht", 6), ("municipality", "kleindorp", 7), ("product", "IB3", 5),
        ("leefgebied_justitie", "zwaar", 4), ("minutes_basis", "measured", 3),
    ):  # fmt: skip
        for k in rng.choice(len(rows), n, replace=False):
            rows[k][name] = value
    for k in rng.choice(len(rows), 6, replace=False):
        rows[k]["provider"] = "kleine aanbieder"
    _of_one(rows)
    for row in rows:
        row["assigned_minutes_per_week"] = 180 if row["product"] != "IB2" else 240


def _of_one(rows: list[dict[str, Any]]) -> None:
    """A municipality with enough clients of three providers, one of which has nearly all of them; without rng."""
    taken = dict.fromkeys(("aanbieder 2", "aanbieder 3"), 1) | {"aanbieder 1": 36}
    for row in rows:
        left = taken.get(row["provider"], 0)
        if left > 1 or (left and row["municipality"] == "gemeente 1"):
            taken[row["provider"]] -= 1
            row["municipality"] = DOMINATED


def _contacts(row: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
    mean = 100 + 25 * ["veel", "enige", "weinig"].index(row["own_strength"])
    mean += 20 * (row["orientation"] == "ontwikkelgericht") + 90 * (row["orientation"] == "crisisgericht")
    mean += sum(25 * ["geen", "licht", "zwaar"].index(row[f"leefgebied_{name}"]) for name in AREAS)
    mean += 3 * (sum(map(ord, row["provider"])) % 7) + rng.normal(0, 25)
    days = [f"2025-{9 + (k >= 4):02d}-{(1, 8, 15, 22, 1, 8, 15, 22)[k]:02d}" for k in range(WEEKS)]
    return [{"episode": row["episode"], "date": day, "minutes_direct": max(5, int(rng.normal(mean, 0.25 * mean)))}
            for day in days]  # fmt: skip


def _assessments(rows: list[dict[str, Any]], rng: np.random.Generator) -> list[dict[str, Any]]:
    factors = ["orientation", "own_strength", *(f"leefgebied_{name}" for name in AREAS)]
    found = []
    for row in rows:
        for code in ("zzqassessor1", "zzqassessor2"):
            seen = {name: row[name] for name in factors}
            if rng.random() < 0.2:
                seen["own_strength"] = "enige"
            found.append({"assessor": code, "episode": row["episode"], **seen})
    return found


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
