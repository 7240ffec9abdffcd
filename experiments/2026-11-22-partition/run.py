"""Five bands of a million norms: our cells and programme against the partition libraries, one process a contender.

Run: python experiments/2026-11-22-partition/run.py   (needs the extra 'peers'; writes result.json beside this file).
Seconds are what is measured: contenders run one after another, never side by side or on a cluster.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from running import Row, arguments, finish, run  # noqa: E402

BANDS, SEED = 5, 20261122
FREE: dict[str, Any] = {"min_share": 0.0, "min_providers": 1, "min_width": 0.0, "ijkclient_minutes": None}
# data, contender, repeats
RUNS = [
    *(("practice", name, 7) for name in ("ours_5", "ours_15", "ckwrap", "ckwrap_counted", "quantile", "kmeans")),
    *(("continuous", name, 7) for name in ("ours_1", "ours_5", "ours_15", "ckwrap", "quantile", "kmeans")),
    *((f"practice_{n}", name, 3) for n in (5_000, 10_000, 20_000) for name in ("ours_5", "ckwrap", "jenkspy")),
]


def write_data(folder: Path) -> None:
    """Skewed minutes a week; published norms are multiples of 5, the continuous ones are what they come from."""
    continuous = np.random.default_rng(SEED).gamma(4.0, 30.0, 1_000_000)
    practice = np.round(continuous / 5) * 5
    np.save(folder / "continuous.npy", continuous)
    np.save(folder / "practice.npy", practice)
    for n in (5_000, 10_000, 20_000):
        np.save(folder / f"practice_{n}.npy", practice[:n])


def loss_of(minutes: np.ndarray, band: np.ndarray) -> float:
    """Sum of squares about the band's mean, of the values themselves: the same judge for every contender."""
    n = np.bincount(band)
    centred = minutes - minutes.mean()
    mean = np.bincount(band, centred) / np.where(n > 0, n, 1)
    return float(((centred - mean[band]) ** 2).sum())


def ours(step: int) -> Callable[[np.ndarray], np.ndarray]:
    from normenkader.bands.cells import make_cells
    from normenkader.bands.grid import band_numbers
    from normenkader.bands.optimum import Partition, optimal_edges

    def label(minutes: np.ndarray) -> np.ndarray:
        found = optimal_edges(make_cells(minutes, step=step), n_bands=BANDS, **FREE)
        if not isinstance(found, Partition):
            raise TypeError(found.text)
        return band_numbers(minutes, found.edges)

    return label


def ckwrap_plain() -> Callable[[np.ndarray], np.ndarray]:
    import ckwrap

    return lambda minutes: ckwrap.ckmeans(minutes, BANDS).labels


def ckwrap_counted() -> Callable[[np.ndarray], np.ndarray]:
    """Our own trick handed to the peer: distinct values and their numbers."""
    import ckwrap

    def label(minutes: np.ndarray) -> np.ndarray:
        values, place, counts = np.unique(minutes, return_inverse=True, return_counts=True)
        return ckwrap.ckmeans(values, BANDS, weights=counts.astype(float)).labels[place]

    return label


def jenkspy_breaks() -> Callable[[np.ndarray], np.ndarray]:
    import jenkspy

    return lambda minutes: np.searchsorted(jenkspy.jenks_breaks(minutes, BANDS)[1:-1], minutes, side="left")


def quantile() -> Callable[[np.ndarray], np.ndarray]:
    shares = np.arange(1, BANDS) / BANDS
    return lambda minutes: np.searchsorted(np.quantile(minutes, shares), minutes, side="right")


def kmeans() -> Callable[[np.ndarray], np.ndarray]:
    from sklearn.cluster import KMeans

    return lambda minutes: KMeans(BANDS, n_init=1, random_state=SEED).fit_predict(minutes[:, None])


CONTENDERS: dict[str, Callable[[], Callable[[np.ndarray], np.ndarray]]] = {
    "ours_1": lambda: ours(1), "ours_5": lambda: ours(5), "ours_15": lambda: ours(15), "ckwrap": ckwrap_plain,
    "ckwrap_counted": ckwrap_counted, "jenkspy": jenkspy_breaks, "quantile": quantile, "kmeans": kmeans,
}  # fmt: skip


def memory_mb(field: str) -> float:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[field].split()[0]) / 1024


def measure(data: Path, name: str, repeats: int) -> dict[str, Any]:
    """Values in, a band number for every client out; fastest of the repeats, and what the first added at its peak."""
    minutes, label = np.load(data), CONTENDERS[name]()
    label(minutes[:2_000])
    # Linux: forget the peak so far, which a child otherwise inherits from its parent and from its imports.
    Path("/proc/self/clear_refs").write_text("5")
    before = memory_mb("VmRSS")
    band, seconds = label(minutes), []
    peak = memory_mb("VmHWM") - before
    for _ in range(repeats):
        begin = time.perf_counter()
        label(minutes)
        seconds.append(time.perf_counter() - begin)
    spread = {"seconds": round(min(seconds), 5), "seconds_median": round(float(np.median(seconds)), 5)}
    return {"data": data.stem, "contender": name, **spread, "peak_mb": round(peak, 1),
            "loss": loss_of(minutes, np.asarray(band))}  # fmt: skip


def resamples() -> dict[str, Any]:
    """2,000 resamples of 60 cells: ours at once, with and without demands, against the peer one by one with weights."""
    import ckwrap

    from normenkader.bands.batch import optimal_edges_batch

    rng = np.random.default_rng(SEED)
    n = rng.integers(0, 60, (2_000, 60)).astype(float)
    middle = np.arange(60) * 15.0 + 5
    present = rng.random((2_000, 60, 16)) < 0.3
    demands = {"min_share": 0.05, "min_providers": 3, "min_width": 15.0, "ijkclient_minutes": 310.0}
    shape = {"step": 15, "n_bands": BANDS, "present": present}
    seconds, begin = {}, time.perf_counter()
    edges, _ = optimal_edges_batch(n, n * middle, **shape, **FREE)
    seconds["ours"], begin = time.perf_counter() - begin, time.perf_counter()
    optimal_edges_batch(n, n * middle, **shape, **demands)
    seconds["ours_with_demands"], begin = time.perf_counter() - begin, time.perf_counter()
    theirs = [ckwrap.ckmeans(middle[row > 0], BANDS, weights=row[row > 0]).withinss.sum() for row in n]
    seconds["ckwrap"] = time.perf_counter() - begin
    own = [loss_of(np.repeat(middle, row.astype(int)), np.repeat(np.searchsorted(e, middle, "right"), row.astype(int)))
           for row, e in zip(n, edges, strict=True)]  # fmt: skip
    worst = float(np.abs(np.asarray(own) / np.asarray(theirs) - 1).max())
    return {"seconds": {k: round(v, 4) for k, v in seconds.items()}, "largest_relative_difference_of_loss": worst}


def one(folder: Path, task: Row) -> Row:
    """One contender in a process of its own; or the resamples."""
    if task["contender"] == "resamples":
        return resamples()
    command = [sys.executable, __file__, f"{folder}/{task['data']}.npy", task["contender"], str(task["repeats"])]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def compare(rows: list[Row]) -> list[Row]:
    """Rows with the ratio of seconds and the loss above that of ckwrap on the same data."""
    by = {(row["data"], row["contender"]): row for row in rows}
    for row in rows:
        peer = by[row["data"], "ckwrap"]
        row["times_faster_than_ckwrap"] = round(peer["seconds"] / row["seconds"], 2)
        row["loss_over_ckwrap"] = row["loss"] / peer["loss"] - 1
    return rows


def main() -> None:
    options = arguments(__doc__, HERE, spreads=False).parse_args()
    tasks = [{"data": data, "contender": name, "repeats": repeats} for data, name, repeats in RUNS]
    with tempfile.TemporaryDirectory() as folder:
        write_data(Path(folder))
        *rows, last = run([*tasks, {"contender": "resamples"}], partial(one, Path(folder)), options)
    del last["contender"]
    runs = compare([{key: value for key, value in row.items() if key != "repeats"} for row in rows])
    figures = {f"{row['data']}.{row['contender']}.seconds": row["seconds"] for row in runs}
    finish("partition", {"bands": BANDS, "seed": SEED, "runs": runs, "resamples": last}, figures, options)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1].endswith(".npy"):
        print(json.dumps(measure(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
    else:
        main()
