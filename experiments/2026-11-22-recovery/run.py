"""Recovery of known truth, by the tool and by four rivals, over the field's difficulties."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
# One thread a process: small fits gain nothing from more, and wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from flags import failing  # noqa: E402
from mechanisms import BY_NAME, MECHANISMS, Region, draw  # noqa: E402
from methods import (  # noqa: E402
    N_BANDS,
    Found,
    all_methods,
    oracle_edges,
    oracle_in_whole_steps,
    true_terms,
    unrounded_edges,
)
from report import renew  # noqa: E402
from running import Row, arguments, codes_of, finish, run, store_of  # noqa: E402

from normenkader.bands.grid import band_numbers  # noqa: E402
from normenkader.bands.norm_bands import optimum_of  # noqa: E402
from normenkader.model.fit import fit_minutes  # noqa: E402
from normenkader.model.norm_table import make_norm_table  # noqa: E402

METHODS = ("ours", "mixed model", "ordinary practice", "gradient boosting", "experts only")
MEASURES = (
    "term_error", "scale", "coverage", "ijkclient_bias", "ijkclient_coverage", "norm_bias", "placed", "edge_error",
    "edge_error_whole", "same_number", "right_band", "too_low", "needed",
)  # fmt: skip

# Differences of edges that no method's own figures hold.
BETWEEN = {
    "edge_error_unrounded": ("ours before whole steps", "oracle"),
    "edge_error_unrounded_whole": ("ours before whole steps", "oracle in whole steps"),
    "oracle_moved": ("oracle in whole steps", "oracle"),
}
# Regimes whose first row is stored whole, for a test to compute again.
SAMPLE = ("5 providers", "no signal", "wrong link", "misassessed factors")


def one(task: Row) -> Row:
    """Every method's measures on one draw, and which checks fail."""
    region = draw(BY_NAME[task["mechanism"]], task["seed"])
    norms = make_norm_table(fit_minutes(region.casemix))
    true, found = true_terms(region, norms), all_methods(region, norms, task["seed"])
    edges = {
        "oracle": oracle_edges(region, norms),
        "oracle in whole steps": optimum_of(oracle_in_whole_steps(region, norms), N_BANDS)[0].edges,
        "ours before whole steps": unrounded_edges(norms), **{name: said.edges for name, said in found.items()},
    }  # fmt: skip
    return {
        "failing": failing(region, norms, found["ours"].edges),
        "edges": {name: list(own) for name, own in edges.items()},
        **{name: edge_error(edges[a], edges[b]) for name, (a, b) in BETWEEN.items()},
        **{name: measures(said, region, true, edges["oracle"])
           | {"edge_error_whole": edge_error(said.edges, edges["oracle in whole steps"])}
           for name, said in found.items()},
    }  # fmt: skip


def measures(said: Found, region: Region, true: np.ndarray, edges: tuple[int, ...]) -> Row:
    """Terms and intervals against the truth, edges against the oracle's, clients' bands against their true ones.

    ``scale`` is the slope of estimated on true terms through zero (1: terms as large as they are); ``needed`` the
    share of clients in the second band or higher whose true need at the average provider reaches its lower bound.
    """
    known = ~np.isnan(said.estimate[:-1])
    estimate, terms = said.estimate[:-1][known], true[:-1][known]
    inside = (said.low <= true) & (true <= said.high)
    has_level, placed = not np.isnan(said.estimate[-1]), ~np.isnan(said.norm)
    own, right = band_numbers(said.norm[placed], said.edges), band_numbers(region.norm[placed], edges)
    lower = np.array(said.edges)[own - 1]
    return {
        "term_error": _mean(np.abs(estimate - terms)), "scale": _slope(terms, estimate),
        "coverage": _mean(inside[~np.isnan(said.estimate)]),
        "ijkclient_bias": float(said.estimate[-1] - true[-1]) if has_level else None,
        "ijkclient_coverage": float(inside[-1]) if has_level else None,
        "norm_bias": _mean(said.norm[placed] - region.norm[placed]), "placed": _mean(placed),
        "edge_error": edge_error(said.edges, edges), "same_number": float(len(said.edges) == len(edges)),
        "right_band": _mean(own == right), "too_low": _mean(own < right),
        "needed": _mean(region.need[placed][own > 1] >= lower[own > 1]),
    }  # fmt: skip


def edge_error(found: Sequence[int], edges: Sequence[int]) -> float | None:
    """Mean absolute difference of edges in minutes; None where there are none, or another number of them."""
    return _mean(np.abs(np.subtract(found[1:], edges[1:]))) if len(found) == len(edges) else None


def summary(rows: list[Row]) -> Row:
    """Mean and Monte-Carlo error of every measure by mechanism and method, and how often each check fails."""
    found: Row = {}
    for mechanism in dict.fromkeys(row["mechanism"] for row in rows):
        own = [row for row in rows if row["mechanism"] == mechanism]
        codes = sorted({code for row in own for code in row["failing"]})
        found[mechanism] = {
            "replicates": len(own), "providers": BY_NAME[mechanism].n_providers,
            "clients": BY_NAME[mechanism].n_clients, "meets": BY_NAME[mechanism].meets,
            "failing": {code: _mean([code in row["failing"] for row in own]) for code in codes},
            **{name: _pair([row[name] for row in own]) for name in BETWEEN},
            **{m: {measure: _pair([row[m][measure] for row in own]) for measure in MEASURES} for m in METHODS},
        }  # fmt: skip
    return found


def _pair(values: list[float | None]) -> list[float | None]:
    known = np.array([value for value in values if value is not None], dtype=float)
    if not len(known):
        return [None, None]
    error = known.std(ddof=1) / np.sqrt(len(known)) if len(known) > 1 else np.nan
    return [round(float(known.mean()), 4), None if np.isnan(error) else round(float(error), 4)]


def _slope(x: np.ndarray, y: np.ndarray) -> float | None:
    return float(x @ y / (x @ x)) if len(x) and x.any() else None


def _mean(values: Any) -> float | None:
    array = np.asarray(values, dtype=float)
    return float(array.mean()) if array.size else None


def main() -> None:
    """Run what is open, write result.json, log it, and renew README and figure."""
    parser = arguments(__doc__, HERE)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--only", nargs="+", choices=list(BY_NAME), metavar="REGIME", help="with --out: a part of it")
    options = parser.parse_args()
    chosen = [m.name for m in MECHANISMS if not options.only or m.name in options.only]
    rows = run([{"mechanism": name, "seed": s} for s in range(1, options.seeds + 1) for name in chosen], one, options)
    regimes = summary(rows)
    sample = [row for row in rows if row["seed"] == 1 and row["mechanism"] in SAMPLE]
    found = {"seeds": options.seeds, "code": codes_of(store_of(options)), "regimes": regimes, "sample": sample}
    figures = {f"{name}.ours.{m}": found["ours"][m][0] for name, found in regimes.items() for m in MEASURES}
    finish("recovery", found, figures, options)
    if options.out == HERE and not options.only:
        renew()


if __name__ == "__main__":
    main()
