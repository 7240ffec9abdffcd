"""Run the validity studies and store their results: ``python tests/validity/run_validity.py [SETTING ...]``."""

from __future__ import annotations

import argparse
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from joblib import parallel_config
from studies import SETTINGS, Draw, Setting, run_setting
from validity_figures import average_figures, first_seeds, least_coverage, term_figures
from validity_table import replaced

HERE = Path(__file__).resolve().parent
RESULTS, README = HERE / "results", HERE / "README.md"
LIBRARIES = ("numpy", "scipy", "pandas", "normenkader")


def result_of(setting: Setting, draws: list[Draw]) -> dict[str, Any]:
    """All that is stored of one setting."""
    terms, short = term_figures(setting, draws), draws[:200]
    return {
        "setting": setting.name, "regime": setting.regime, "n_providers": setting.n_providers,
        "n_clients": setting.n_clients, "first_seed": draws[0].seed, "last_seed": draws[-1].seed, "seeds": len(draws),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "average": average_figures(setting, draws), "least_coverage": least_coverage(terms),
        "least_coverage_first_200_seeds": least_coverage(term_figures(setting, short)),
        "terms": terms, "first_seeds": first_seeds(draws),
    }  # fmt: skip


def stored(setting: Setting) -> dict[str, Any]:
    """The result in the repository."""
    result: dict[str, Any] = json.loads((RESULTS / f"{setting.name}.json").read_text(encoding="utf-8"))
    return result


def write(setting: Setting, result: dict[str, Any]) -> Path:
    """Store one result: one line a term, so that a change can be read."""
    rows = []
    for key, value in result.items():
        if isinstance(value, list):
            lines = ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in value)
            rows.append(f"  {json.dumps(key)}: [\n    {lines}\n  ]")
        else:
            rows.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    path = RESULTS / f"{setting.name}.json"
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    return path


def main() -> None:
    """Run the settings named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", nargs="*", metavar="SETTING", help=", ".join(s.name for s in SETTINGS))
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    for setting in SETTINGS:
        if not arguments.settings or setting.name in arguments.settings:
            with parallel_config(n_jobs=arguments.processes):
                draws = run_setting(setting, setting.seeds())
            print(write(setting, result_of(setting, draws)), flush=True)
    if all((RESULTS / f"{setting.name}.json").exists() for setting in SETTINGS):
        text = replaced(README.read_text(encoding="utf-8"), [stored(setting) for setting in SETTINGS])
        README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
