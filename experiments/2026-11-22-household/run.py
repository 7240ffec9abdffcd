"""Household support through the same toolkit, by configuration only: its factors, its published norm, its bands."""

from __future__ import annotations

import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from running import Row, arguments, finish, run  # noqa: E402

WEEKS = 8
PROVIDER_SD, CLIENT_SD = 10.0, 30.0
SHARES = {
    "own_possibilities": [0.7, 0.3], "limitations": [0.5, 0.35, 0.15], "household": [0.75, 0.25],
    "extra_rooms": [0.6, 0.2, 0.2],
}  # fmt: skip


def make_study(folder: Path, *, n_clients: int, n_providers: int, seed: int) -> Path:
    """The study with made-up clients who need what the published norm says, give or take chance and provider."""
    random = np.random.default_rng(seed)
    study = tomllib.loads((HERE / "study.toml").read_text(encoding="utf-8"))
    norm = tomllib.loads((HERE / "bronnormen.toml").read_text(encoding="utf-8"))
    for name in ("study.toml", "bronnormen.toml"):
        shutil.copy(HERE / name, folder / name)
    levels = {f["name"]: random.choice(f["levels"], n_clients, p=SHARES[f["name"]]) for f in study["factor"]}
    provider = random.integers(n_providers, size=n_clients)
    need = np.full(n_clients, norm["ijkclient_minutes"])
    for term in norm["term"]:
        need += np.where(levels[term["factor"]] == term["level"], term["minutes"], 0.0)
    delivered = need + random.normal(0, PROVIDER_SD, n_providers)[provider] + random.normal(0, CLIENT_SD, n_clients)
    pd.DataFrame({
        "client": [f"verzonnen-{i:05d}" for i in range(n_clients)],
        "provider": [f"aanbieder-{g + 1:02d}" for g in provider],
        "municipality": "Verzonnendorp", "episode": [f"traject-{i:05d}" for i in range(n_clients)],
        "start": "2025-01-06", "end": "", **levels, "minutes_basis": "registered",
        "minutes": np.round(np.maximum(delivered, 0) * WEEKS), "exposure_days": 7 * WEEKS,
    }).to_csv(folder / "trajecten.csv", index=False)  # fmt: skip
    return folder


def result_of(folder: Path) -> dict[str, Any]:
    """Terms of the data beside the published norm, the verdicts, and the bands."""
    import normenkader as nk
    from normenkader.dossier.write import documents_of

    study = nk.read_study(folder)
    model = nk.fit_minutes(nk.read_casemix(study))
    agreed = nk.triangulate(model, nk.read_judgements(study))
    documents = documents_of(nk.derive_bands(model, agreed, n_resamples=500, n_folds=0, with_robustness=False))
    pairs = [c for c in documents.triangulation["comparisons"] if set(c["sources"]) == {"data", "source_norms"}]
    return {
        "ijkclient": documents.norms["ijkclient_minutes"]["published"],
        "terms": [{key: term[key] for key in ("factor", "level", "estimate", "interval", "published")}
                  for term in documents.norms["terms"]],
        "verdicts": {f"{c['factor']} {c['level'] or ''}".strip(): c["verdict"] for c in pairs},
        "bands": [{key: band[key] for key in ("label", "lower", "upper")} for band in documents.bands["bands"]],
    }  # fmt: skip


def one(task: Row) -> Row:
    """The study of a task, made, calibrated and removed."""
    with tempfile.TemporaryDirectory() as folder:
        made = make_study(Path(folder), n_clients=task["clients"], n_providers=task["providers"], seed=task["seed"])
        return result_of(made)


def main() -> None:
    """Make the study, calibrate, and store the result beside this file; one task, so a cluster gains nothing."""
    parser = arguments(__doc__, HERE)
    parser.add_argument("--clients", type=int, default=1500)
    parser.add_argument("--providers", type=int, default=12)
    parser.add_argument("--seed", type=int, default=20260101)
    options = parser.parse_args()
    task = {"clients": options.clients, "providers": options.providers, "seed": options.seed}
    found = {key: value for key, value in run([task], one, options)[0].items() if key not in task}
    figures = {f"{t['factor']}.{t['level']}": t["estimate"] for t in found["terms"]}
    finish("household", found, {"ijkclient": found["ijkclient"], **figures}, options)


if __name__ == "__main__":
    main()
