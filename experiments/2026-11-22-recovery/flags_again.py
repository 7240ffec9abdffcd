"""Which checks fail, made anew in stored rows after a check was changed; every other figure of a row stays."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from flags import failing  # noqa: E402
from mechanisms import BY_NAME, draw  # noqa: E402
from methods import N_BANDS  # noqa: E402
from running import Row, arguments, code_of, run, store_of  # noqa: E402

from normenkader.bands.norm_bands import optimum_of  # noqa: E402
from normenkader.model.fit import fit_minutes  # noqa: E402
from normenkader.model.norm_table import make_norm_table  # noqa: E402
from normenkader.provenance import write_whole_file  # noqa: E402


def again(task: Row) -> Row:
    """Codes of the checks that fail on one draw, by ours."""
    region = draw(BY_NAME[task["mechanism"]], task["seed"])
    norms = make_norm_table(fit_minutes(region.casemix))
    return {"failing": failing(region, norms, optimum_of(norms, N_BANDS)[0].edges)}


def renewed(lines: list[Row], found: list[Row], code: str) -> list[Row]:
    """Stored lines with `failing` in place of their own; a line then bears the code of both."""
    failing_in = {(row["mechanism"], row["seed"]): row["failing"] for row in found}
    kept = []
    for line in lines:
        task = json.loads(line["key"])
        codes = failing_in.get((task["mechanism"], task["seed"]))
        if codes is not None:
            both = "+".join(dict.fromkeys([*line.get("code", "unknown").split("+"), code]))
            line = {**line, "row": {**line["row"], "failing": codes}, "code": both}
        kept.append(line)
    return kept


def main() -> None:
    """Make the flags of some regimes anew in the store; `run.py` then gives result.json and README from it."""
    parser = arguments(__doc__, HERE)
    parser.add_argument("--only", nargs="+", choices=list(BY_NAME), metavar="REGIME", default=list(BY_NAME))
    options = parser.parse_args()
    store = store_of(options)
    lines = [json.loads(line) for line in store.read_text(encoding="utf-8").splitlines()]
    tasks = [task for task in (json.loads(line["key"]) for line in lines) if task["mechanism"] in options.only]
    beside = store.with_name("flags.jsonl")
    found = run(tasks, again, options, beside)
    text = "".join(json.dumps(line) + "\n" for line in renewed(lines, found, code_of(again)))
    write_whole_file(store, text.encode())
    beside.unlink()


if __name__ == "__main__":
    main()
