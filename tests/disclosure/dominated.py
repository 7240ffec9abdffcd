"""Every published mean of minutes of a group of clients, with whose minutes it is made of, counted anew in pandas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from published import Truth

from normenkader.bands.table import BandTable
from normenkader.model.unseen import predict_unseen

LEAST, FEW, SHARE = 10, 2, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a published table: which clients it is about, and the means that stand in it."""

    table: str
    name: str
    inside: np.ndarray
    shown: tuple[float, ...]


def of_few(frame: pd.DataFrame, column: str = "minutes_per_week") -> bool:
    """Whether two providers, or two clients, have more than nine tenths of the minutes."""
    total = frame[column].sum()
    return total > 0 and any(
        frame.groupby(whose)[column].sum().nlargest(FEW).sum() > SHARE * total for whose in ("provider", "client")
    )


def told(documents: Mapping[str, Any], bands: BandTable) -> list[str]:
    """Means that few providers or clients make, and those that follow from the rest of their table."""
    frame = Truth(bands).frame
    found, tables = [], {}
    for row in rows(documents, bands):
        tables.setdefault(row.table, []).append(row)
    for table, listed in tables.items():
        big = [r for r in listed if frame[r.inside]["client"].nunique() >= LEAST]
        found += [f"{table}: {r.name} shows {r.shown}" for r in big if r.shown and of_few(frame[r.inside])]
        out = [r for r in big if not r.shown]
        union = np.logical_or.reduce([r.inside for r in out]) if out else np.zeros(len(frame), dtype=bool)
        if any(of_few(frame[r.inside]) for r in out) and len(out) < len(big) and of_few(frame[union]):
            found.append(f"{table}: {[r.name for r in out]} follow from the other rows")
    return found


def rows(documents: Mapping[str, Any], bands: BandTable) -> Iterator[Row]:
    """Every row of every table of means of minutes over groups of clients."""
    truth, validation = Truth(bands), documents["validation.json"]
    yield from _groups(validation, truth)
    yield from _tenths(validation, bands, truth)
    yield from _cells(documents["cells.json"], truth)
    edges = [(b["lower"], b["upper"] or 1e9) for b in documents["bands.json"]["bands"]]
    for band, (low, high) in zip(documents["bands.json"]["bands"], edges, strict=True):
        yield _row("bands", str(band["band"]), _run(truth, low, high), band["mean_minutes"], band["median_minutes"])
    for number in validation["how_many_bands"]:
        yield from _number(number, truth)
    for cell in validation["impact"]["products"]:
        high = next((high for low, high in edges if low == cell["lower"]), 1e9)
        own = _run(truth, cell["lower"], high) & (truth.frame["product"] == cell["product"]).to_numpy()
        yield _row(f"product {cell['product']} by band", str(cell["lower"]), own, cell["mean_delivered"])


def _groups(validation: Mapping[str, Any], truth: Truth) -> Iterator[Row]:
    known = truth.frame["known"].to_numpy()
    for table in validation["fairness"]:
        for group in table["groups"]:
            inside = known & (truth.groups[table["grouping"]] == group["group"]).to_numpy()
            yield _row(f"fairness {table['grouping']}", group["group"], inside, *_values(group))
    for change in validation["impact"]["changes"]:
        for moved in change["to_norm"]:
            level = moved["level"]
            of = known if level is None else known & (truth.groups[moved["group"]] == level).to_numpy()
            table = f"impact {change['baseline']} {moved['group']}"
            yield _row(table, str(moved["level"]), of, moved["mean_old"], moved["mean_new"], moved["mean_loss"])
    for product in validation["volumes"]["products"]:
        own = known & (truth.frame["product"] == product["name"]).to_numpy()
        yield _row("volumes", product["name"], own, product["mean_delivered"], product["mean_assigned"])


def _values(group: Mapping[str, Any]) -> tuple[float | None, float | None]:
    return group["error"]["value"], group["level_of_providers"]["value"]


def _tenths(validation: Mapping[str, Any], bands: BandTable, truth: Truth) -> Iterator[Row]:
    known = truth.frame["known"].to_numpy()
    predicted = predict_unseen(bands.norms).norm_table
    cuts = np.unique(np.quantile(predicted[known], np.arange(1, 10) / 10))
    tenth = np.searchsorted(cuts, predicted, side="right")
    for k, row in enumerate(validation["unseen"]["provider"]["tenths"]):
        yield _row("tenths", str(k), known & (tenth == k), row["observed"], row["difference"]["value"])


def _cells(cells: Mapping[str, Any], truth: Truth) -> Iterator[Row]:
    bounds = [*cells["lower"], 1e9]
    for k, mean in enumerate(cells["mean_minutes"]):
        yield _row("cells", str(bounds[k]), _run(truth, bounds[k], bounds[k + 1]), mean)


def _number(number: Mapping[str, Any], truth: Truth) -> Iterator[Row]:
    bounds = [*(number["edges"] or ()), 1e9]
    for k, mean in enumerate(number["mean_minutes"]):
        yield _row(f"{number['n']} bands", str(bounds[k]), _run(truth, bounds[k], bounds[k + 1]), mean)


def _run(truth: Truth, low: float, high: float) -> np.ndarray:
    norm = truth.frame["norm"].to_numpy()
    return (norm >= low) & (norm < high)


def _row(table: str, name: str, inside: np.ndarray, *means: float | None) -> Row:
    return Row(table=table, name=name, inside=inside, shown=tuple(mean for mean in means if mean is not None))
