"""Published data and reference results, read from beside the repository where they are to be had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

REAL = Path(__file__).resolve().parents[2] / "../shared/real"


@pytest.fixture(scope="session")
def real() -> Path:
    if not REAL.is_dir():
        pytest.skip("the folder shared/real with published data is not beside the repository")
    return REAL


@pytest.fixture(scope="session")
def reference(real: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((real / "ref_shared.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def method_comparison(real: Path) -> pd.DataFrame:
    return pd.read_csv(real / "methcomp_long.csv")


@pytest.fixture(scope="session")
def cooke_studies(real: Path) -> dict[str, dict[str, Any]]:
    """Each published study: its panel, and the published scores of experts and decision makers, in order of experts."""
    from normenkader.experts.cooke import elicitation

    seeds, experts, makers = (
        pd.read_csv(real / name, dtype={"expert": str})
        for name in ("cooke_seed_assessments.csv", "ref_cooke_expert_scores.csv", "ref_cooke_dm_scores.csv")
    )
    found = {}
    for study, rows in seeds.groupby("study"):
        scores = experts[experts.study == study].set_index("expert")
        items = rows.drop_duplicates("item").set_index("item")
        columns = [c for c in rows.columns if c[0] == "q" and c[1:].isdigit() and rows[c].notna().any()]
        wide = [rows[rows.expert == e].set_index("item").loc[items.index, columns].to_numpy() for e in scores.index]
        levels = [int(c[1:]) / 100 for c in columns]
        panel = elicitation(wide, items.realization, probabilities=levels, log_scale=items.scale == "log")
        found[str(study)] = {"panel": panel, "experts": scores, "makers": makers[makers.study == study].set_index("dm")}
    return found


@pytest.fixture(scope="session")
def panel_model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A written study with panel and source norms, fitted."""
    import normenkader as nk

    folder = tmp_path_factory.mktemp("study") / "study"
    nk.synthesise(folder, regime="clean", seed=3, n_providers=8, n_clients=1000)
    return nk.fit_minutes(nk.read_casemix(nk.read_study(folder)))


@pytest.fixture(scope="session")
def panel(panel_model: Any) -> Any:
    import normenkader as nk

    return nk.read_judgements(panel_model.study)
