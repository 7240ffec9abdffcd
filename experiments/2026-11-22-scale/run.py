"""Time and memory of a whole calibration, from ten thousand client-weeks to a hundred million.

``python run.py`` does what `results.jsonl` does not hold yet; ``--data FOLDER`` says where the studies are made (and
removed again: 0.4 GB at most), ``--sizes`` which numbers of client-weeks, ``--csv`` which of them as CSV as well.
Seconds are what is measured: studies run one after another, never side by side or on a cluster.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from make import N_WEEKS, make_study
from running import arguments, log, run

HERE = Path(__file__).resolve().parent
SIZES = (10**4, 10**5, 10**6, 10**7, 10**8)
CSV_SIZES = (10**6, 10**7)
N_RESAMPLES = 2_000

Figures = dict[str, Any]


def measured(folder: Path, out: Path) -> Figures:
    """One calibration as the command line does it: seconds, processor seconds, and the most memory ever held.

    Processor seconds by stage are those of this process; the whole counts the processes beside it as well. Memory is
    the most of each process, added up, though they did not all hold their most at one moment.
    """
    began, began_cpu, stages = time.monotonic(), _cpu(), {}

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        start, start_cpu = time.monotonic(), _cpu()
        yield
        stages[name] = [round(time.monotonic() - start, 2), round(_cpu() - start_cpu, 2)]

    from normenkader import read_study, write_dossier
    from normenkader.bands.calibration import calibrated_bands
    from normenkader.cli.spread import spread
    from normenkader.dossier.ready import load
    from normenkader.parallel import processes_ready

    with spread():
        with processes_ready(load):
            bands = calibrated_bands(read_study(folder), stage=stage)
        with stage("writing the dossier"):
            write_dossier(bands, out)
    seconds, peak = time.monotonic() - began, _peak_gb()
    _end_processes()
    return {
        "seconds": round(seconds, 1), "cpu_seconds": round(_cpu(all_of_them=True) - began_cpu, 1),
        "peak_gb": round(peak, 2),
        "n_rows": bands.norms.model.n_rows, "n_resamples": bands.stability.n_resamples,
        "edges": [band.lower for band in bands.bands], "stages": stages,
    }  # fmt: skip


def one(data: Path, task: Figures) -> Figures:
    """Make the study, calibrate it in a process of its own, and remove it."""
    folder = data / f"{task['form']}-{task['client_weeks']}"
    if not (folder / "study.toml").is_file():
        make_study(folder, task["client_weeks"] // N_WEEKS, form=task["form"])
    load = os.getloadavg()[0]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    arguments = [sys.executable, str(HERE / "run.py"), "--one", str(folder)]
    answer = subprocess.run(arguments, env=environment, check=True, capture_output=True, text=True)
    size = sum(path.stat().st_size for path in folder.glob("kwartaal-*"))
    shutil.rmtree(folder)
    return {**json.loads(answer.stdout.splitlines()[-1]), "data_gb": round(size / 1e9, 3), "load": round(load, 1)}


def _cpu(*, all_of_them: bool = False) -> float:
    """Processor seconds of this process, and of those it began and has seen the end of."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN) if all_of_them else (resource.RUSAGE_SELF,)
    used = [resource.getrusage(one) for one in whose]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _end_processes() -> None:
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def _peak_gb() -> float:
    """Most memory of this process and of each of those that it began, from Linux's own record."""
    own, most = str(os.getpid()), 0
    for path in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            about = dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)
            if own in (about["PPid"].strip(), about["Pid"].strip()) and "VmHWM" in about:
                most += int(about["VmHWM"].split()[0])
    return most * 1024 / 1e9


def table(rows: list[Figures]) -> str:
    """The figures as a table of Markdown; growth is processor time per ten times as many client-weeks."""
    lines = ["| client-weeks | as | GB | wall s | CPU s | reading, CPU s | peak GB | growth | load before |",
             "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    before: dict[str, float] = {}
    for row in rows:
        growth = f"{row['cpu_seconds'] / before[row['form']]:.1f}" if row["form"] in before else ""
        reading = row["stages"]["reading the data"][1]
        before[row["form"]] = row["cpu_seconds"]
        lines.append(
            f"| {row['client_weeks']:,} | {row['form']} | {row['data_gb']} | {row['seconds']} | {row['cpu_seconds']} | "
            f"{reading} | {row['peak_gb']} | {growth} | {row['load']} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the open tasks, write the table, and log."""
    parser = arguments(__doc__, HERE, spreads=False)
    parser.add_argument("--one", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--csv", type=int, nargs="*", default=CSV_SIZES)
    given = parser.parse_args()
    if given.one is not None:
        sys.stdout.write(json.dumps(measured(given.one, given.one / "out")) + "\n")
        return
    wanted = [("parquet", size) for size in given.sizes] + [("csv", size) for size in given.csv]
    tasks = [{"form": form, "client_weeks": size} for form, size in wanted]
    # What took hours is kept in git: the store of rows is the result.
    store = given.out / "results.jsonl"
    rows = run(tasks, partial(one, given.data or given.out / "data"), given, store)
    (given.out / "table.md").write_text(table(rows), encoding="utf-8")
    names = ("seconds", "cpu_seconds", "peak_gb")
    figures = {f"{r['form']}.{r['client_weeks']}.{name}": float(r[name]) for r in rows for name in names}
    log("scale", figures, [store, given.out / "table.md"], given)


if __name__ == "__main__":
    main()
