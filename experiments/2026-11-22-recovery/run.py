"""Recovery of known truth, by the tool and by four rivals, over the field's difficulties."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from mechanisms import BY_NAME, MECHANISMS, draw  # noqa: E402
from methods import Found, all_methods, oracle_edges  # noqa: E402
from running import Row, log_to_mlflow, run_tasks  # noqa: E402

from normenkader.bands.grid import band_numbers  # noqa: E402
from normenkader.casemix.synthetic import truth_of  # noqa: E402
from normenkader.model.fit import fit_minutes  # noqa: E402
from normenkader.model.norm_table import make_norm_table  # noqa: E402

METHODS = ("ours", "mixed model", "ordinary practice", "gradient boosting", "experts only")
MEASURES = ("bias", "coverage", "edge_error", "right_band", "too_low", "promise")


def one(task: Row) -> Row:
    """Every method's measures on one draw."""
    mechanism = BY_NAME[task["mechanism"]]
    region, truth = draw(mechanism, task["seed"]), truth_of(mechanism.regime)
    model = fit_minutes(region.casemix)
    edges = oracle_edges(region, make_norm_table(model))
    names = [(t.factor, t.level, t.with_level) for t in model.terms]
    true = np.array([*(truth.minutes_of(*name) for name in names), truth.ijkclient_minutes])
    flagged = model.specification is not None and model.specification.p_value < 0.05
    found = all_methods(region, truth, task["seed"])
    return {"style_flagged": flagged, **{name: measures(said, region, true, edges) for name, said in found.items()}}


def measures(said: Found, region: Any, true: np.ndarray, edges: tuple[int, ...]) -> Row:
    """Bias and coverage of terms, edges against the oracle's, clients' bands against their true ones."""
    known = ~np.isnan(said.estimate)
    placed = ~np.isnan(said.norm)
    own, right = band_numbers(said.norm[placed], said.edges), band_numbers(region.norm[placed], edges)
    lower = np.array(said.edges)[own - 1]
    same = len(said.edges) == len(edges)
    return {
        "bias": _mean(np.abs(said.estimate[known] - true[known])),
        "coverage": _mean((said.low[known] <= true[known]) & (true[known] <= said.high[known])),
        "edge_error": _mean(np.abs(np.subtract(said.edges[1:], edges[1:]))) if same else None,
        "right_band": _mean(own == right), "too_low": _mean(own < right),
        "promise": _mean(region.need[placed][own > 1] >= lower[own > 1]),
    }  # fmt: skip


def summary(rows: list[Row]) -> dict[str, dict[str, dict[str, list[float | None]]]]:
    """Mean and Monte-Carlo error of every measure by mechanism and method."""
    found: dict[str, Any] = {}
    for mechanism in dict.fromkeys(row["mechanism"] for row in rows):
        own = [row for row in rows if row["mechanism"] == mechanism]
        found[mechanism] = {
            method: {measure: _pair([row[method][measure] for row in own]) for measure in MEASURES}
            for method in METHODS
        }
        found[mechanism]["replicates"] = len(own)
        found[mechanism]["style_flagged"] = float(np.mean([row["style_flagged"] for row in own]))
    return found


def _pair(values: list[float | None]) -> list[float | None]:
    known = np.array([value for value in values if value is not None], dtype=float)
    if not len(known):
        return [None, None]
    error = known.std(ddof=1) / np.sqrt(len(known)) if len(known) > 1 else np.nan
    return [round(float(known.mean()), 4), None if np.isnan(error) else round(float(error), 4)]


def _mean(values: Any) -> float | None:
    array = np.asarray(values, dtype=float)
    return float(array.mean()) if array.size else None


def main() -> None:
    """Run what is open, and write result.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--processes", type=int, default=-1, help="-1: all cores")
    parser.add_argument("--store", type=Path, default=HERE / "raw" / "rows.jsonl")
    options = parser.parse_args()
    from joblib import parallel_config

    tasks = [{"mechanism": m.name, "seed": seed} for seed in range(1, options.seeds + 1) for m in MECHANISMS]
    with parallel_config(backend="loky", n_jobs=options.processes):
        rows = run_tasks(tasks, one, options.store)
    result = HERE / "result.json"
    found = summary(rows)
    result.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    figures = {f"{n}.ours.{m}": v["ours"][m][0] for n, v in found.items() for m in MEASURES}
    named = {key.replace(",", ""): value for key, value in figures.items() if value is not None}
    log_to_mlflow("recovery", named, [result])


if __name__ == "__main__":
    main()
