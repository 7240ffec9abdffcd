"""How often checks fail falsely: from the answers of seeds to rates with their Monte-Carlo error, stored and shown.

Run as a script it makes ``results/false_failures.json`` and its table in README.md; about 15 minutes of one core, and
as long again with ``--earlier``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from clean_truth import TRUTH, Truth
from false_failures import EARLIER_SEEDS, N_FOLDS, N_RESAMPLES, REGIME, SEEDS, Seed, run
from joblib import parallel_config

HERE = Path(__file__).parent
RESULTS, README = HERE / "results" / "false_failures.json", HERE / "README.md"
MARKS = ("<!-- false failures: made by false_failure_rates.py -->", "<!-- end of false failures -->")
MOST = 0.05


def false_failures(seeds: Sequence[Seed], code: str) -> tuple[int, int]:
    """How often a check failed falsely, and in how many seeds it could have: where the truth says that it holds."""
    asked = [s for s in seeds if code in s["checks"]]
    held = [s for s in asked if TRUTH[code].kind == "holds" or s["true_of_draw"].get(code, False)]
    return sum(s["checks"][code][0] is False for s in held), len(held)


def rows_of(seeds: Sequence[Seed]) -> list[dict[str, Any]]:
    """One row a check: how often it passes, fails, and says nothing, and how often it fails falsely."""
    return [_row(seeds, code, TRUTH[code]) for code in seeds[0]["checks"]]


def _row(seeds: Sequence[Seed], code: str, truth: Truth) -> dict[str, Any]:
    found = [s["checks"][code][0] for s in seeds if code in s["checks"]]
    false, possible = false_failures(seeds, code)
    rate = false / possible if possible else None
    return {
        "code": code, "truth": truth.kind, "passed": found.count(True), "failed": found.count(False),
        "silent": found.count(None), "falsely": false, "of": possible, "rate": None if rate is None else round(rate, 4),
        "monte_carlo_error": None if rate is None else round(float(np.sqrt(rate * (1 - rate) / possible)), 4),
    }  # fmt: skip


def overall(seeds: Sequence[Seed]) -> dict[str, float]:
    """Share of false failures among all checks that should pass; its error over seeds, whose checks hang together."""
    each = [[false_failures([s], code) for code in s["checks"]] for s in seeds]
    counts = np.array([np.sum(pairs, axis=0) for pairs in each], dtype=np.float64)
    false, possible = counts.sum(axis=0)
    off = counts[:, 0] - false / possible * counts[:, 1]
    error = np.sqrt((off**2).sum() * len(seeds) / (len(seeds) - 1)) / possible
    return {
        "rate": round(float(false / possible), 5), "monte_carlo_error": round(float(error), 5),
        "rate_of_verdicts": round(float(false / sum(_n_verdicts(s) for s in seeds)), 5),
        "studies_with_any": round(float((counts[:, 0] > 0).mean()), 4),
    }  # fmt: skip


def _n_verdicts(seed: Seed) -> int:
    """Checks that could fail falsely and did not leave it at too uncertain to say."""
    return sum(false_failures([seed], code)[1] for code, (passed, _) in seed["checks"].items() if passed is not None)


def result_of(seeds: Sequence[Seed], limits_chosen_on: Mapping[str, Any]) -> dict[str, Any]:
    """All that is stored."""
    return {
        "regime": REGIME, "seeds": len(seeds), "first_seed": seeds[0]["seed"], "last_seed": seeds[-1]["seed"],
        "n_resamples": N_RESAMPLES, "n_folds": N_FOLDS, "limits_chosen_on": dict(limits_chosen_on),
        "overall": overall(seeds), "checks": rows_of(seeds),
        "band_survives_choices": points(seeds, "band_survives_choices"),
        "by_seed": [{"seed": s["seed"], "failed": failed_in(s)} for s in seeds],
    }  # fmt: skip


def limits_chosen_on(seeds: Sequence[Seed]) -> dict[str, Any]:
    """The figures of the earlier seeds on which the limit of one check rests."""
    return {
        "seeds": len(seeds), "first_seed": seeds[0]["seed"], "last_seed": seeds[-1]["seed"],
        "band_survives_choices": points(seeds, "band_survives_choices"),
    }  # fmt: skip


def points(seeds: Sequence[Seed], code: str) -> dict[str, float]:
    """The 5 % point, median and 95 % point of a check's value."""
    values = [s["checks"][code][1] for s in seeds]
    return {f"{100 * q:g}%": round(float(np.quantile(values, q)), 4) for q in (0.05, 0.5, 0.95)}


def failed_in(seed: Seed) -> list[str]:
    """Codes of the checks that failed."""
    return [code for code, (passed, _) in seed["checks"].items() if passed is False]


def stored() -> dict[str, Any]:
    """The result in the repository."""
    result: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return result


def write(result: Mapping[str, Any]) -> None:
    """Store the result, one line a check and a seed, and its table in README.md."""
    rows = []
    for key, value in result.items():
        lines = ",\n    ".join(json.dumps(item) for item in value) if isinstance(value, list) else ""
        rows.append(f"  {json.dumps(key)}: " + (f"[\n    {lines}\n  ]" if lines else json.dumps(value)))
    RESULTS.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    README.write_text(with_table(README.read_text(encoding="utf-8"), result), encoding="utf-8")


def with_table(text: str, result: Mapping[str, Any]) -> str:
    """README.md with the table between its marks."""
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return f"{before}{MARKS[0]}\n\n{table(result)}\n\n{MARKS[1]}{after}"


def table(result: Mapping[str, Any]) -> str:
    """What was found, and a row a check."""
    total = result["overall"]
    lines = [
        f"Of all checks that should pass, {100 * total['rate']:.2f} % ({100 * total['monte_carlo_error']:.2f}) fail "
        f"falsely ({100 * total['rate_of_verdicts']:.2f} % of those that give a verdict); "
        f"{100 * total['studies_with_any']:.0f} % of the studies have at least one such failure.",
        "",
        "| check | truth | passes | fails | says nothing | falsely | rate |",
        "| --- " * 7 + "|",
    ]
    return "\n".join([*lines, *(_line(row) for row in result["checks"])])


def _line(row: Mapping[str, Any]) -> str:
    counts = f"{row['passed']} | {row['failed']} | {row['silent']}"
    if not row["of"]:
        return f"| `{row['code']}` | {row['truth']} | {counts} | – | – |"
    rate = f"{row['rate']:.3f} ({row['monte_carlo_error']:.3f})"
    return f"| `{row['code']}` | {row['truth']} | {counts} | {row['falsely']} of {row['of']} | {rate} |"


def main() -> None:
    """Run all seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--earlier", action="store_true", help="also the seeds on which a limit was chosen")
    arguments = parser.parse_args()
    with parallel_config(n_jobs=arguments.processes):
        chosen = limits_chosen_on(run(EARLIER_SEEDS)) if arguments.earlier else stored()["limits_chosen_on"]
        write(result_of(run(SEEDS), chosen))


if __name__ == "__main__":
    main()
