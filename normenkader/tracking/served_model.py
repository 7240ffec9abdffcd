"""The norm as MLflow serves it: profiles in; minutes, band and lower bound out.

MLflow copies this file into the logged model and runs it there, without this package. It therefore imports
nothing of ours and needs no more than ``norms.json`` and ``bands.json``. `normenkader.bands.decide` says the same for
one client in other code, and the two must agree before a version is registered.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow
import mlflow.pyfunc
import numpy as np
import pandas as pd

Document = dict[str, Any]


class ServedNorm(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """The published norm table and bands, applied to a table of profiles."""

    def load_context(self, context: Any) -> None:
        """Read the two files of the calibration; MLflow demands that the parameter is named ``context``."""
        self.norms = json.loads(Path(context.artifacts["norms"]).read_text(encoding="utf-8"))
        self.bands = json.loads(Path(context.artifacts["bands"]).read_text(encoding="utf-8"))

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """Minutes per week, band and lower bound of each profile, one row a profile in the given order."""
        levels = levels_of(model_input, self.norms)
        answers = minutes_of(levels, self.norms)
        answers = answers.join(bands_of(answers["minutes"], self.bands))
        # A missing float is NaN, which is no JSON; pandas' own missing value becomes null when the model is served.
        return answers.astype({"minutes": "Float64", "minutes_unrounded": "Float64"})


def levels_of(profiles: pd.DataFrame, norms: Document) -> pd.DataFrame:
    """Level of every factor, and the overlap factors ``n_<group>`` that follow from them."""
    levels = pd.DataFrame({f["name"]: _factor_levels(profiles[f["name"]], f) for f in norms["factors"]})
    for overlap in norms["overlap"]:
        members = [f for f in norms["factors"] if f["group"] == overlap["group"]]
        above = np.array([levels[f["name"]] != f["levels"][0] for f in members]).sum(axis=0)
        levels[overlap["factor"]] = _classes(above, overlap["breaks"], overlap["classes"])
    return levels


def minutes_of(levels: pd.DataFrame, norms: Document) -> pd.DataFrame:
    """Published sum (below zero counts as zero), unrounded sum, and whether every level is supported."""
    published, unrounded = _sum(levels, norms, key="published"), _sum(levels, norms, key="estimate")
    answers = pd.DataFrame(index=levels.index)
    answers["minutes"] = published.clip(lower=0)
    answers["minutes_unrounded"] = unrounded.where(published.notna()).round(2)
    answers["supported"] = _all_supported(levels, norms) & published.notna()
    answers["below_zero"] = published < 0
    return answers


def bands_of(minutes: Any, bands: Document) -> pd.DataFrame:
    """Band that applies, its label and lower bound, the table's own band ``[lower, upper)``, and doubt."""
    edges, known = bands["bands"], minutes.notna().to_numpy()
    lowers = np.array([band["lower"] for band in edges], dtype=float)
    in_table = np.searchsorted(lowers, minutes.fillna(0).to_numpy(), side="right") - 1
    highest, doubt = _doubted(minutes.to_numpy(), in_table, edges)
    applies = highest if _in_doubt_rule(bands) == "higher" else in_table
    numbers, labels = np.array([b["band"] for b in edges]), np.array([b["label"] for b in edges], dtype=object)
    table = pd.DataFrame(index=minutes.index)
    table["band"] = _whole(numbers[applies], known)
    # Left to itself, pandas takes these for its own text type, in which missing is NaN.
    told = [label if is_known else None for label, is_known in zip(labels[applies], known, strict=True)]
    table["label"] = pd.Series(told, index=minutes.index, dtype=object)
    table["lower_bound"] = _whole(np.ceil(lowers[applies]), known)
    table["table_band"] = _whole(numbers[in_table], known)
    table["near_boundary"] = doubt
    table.index = minutes.index
    return table


def _factor_levels(values: Any, factor: Document) -> Any:
    """Names of levels; a numeric factor takes a level's name or a number. Errors tell the row, never the value."""
    text = values.astype("string").str.strip()
    known = text.isin(factor["levels"]).to_numpy(dtype=bool)
    levels = text.astype(object).to_numpy(copy=True)
    if factor["kind"] == "numeric":
        numbers = pd.to_numeric(text.where(~known), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        finite = np.isfinite(numbers)
        levels = np.where(finite, _classes(numbers, factor["breaks"], factor["levels"]), levels)
        known = known | finite
    if not known.all():
        rows = ", ".join(str(row + 1) for row in np.flatnonzero(~known)[:5])
        raise ValueError(f"Column '{factor['name']}': none of the levels of this factor (profile {rows})")
    return pd.Series(levels, index=values.index, dtype=object)


def _classes(values: Any, breaks: list[float], names: list[str]) -> Any:
    """Name of the interval (a, b] that holds each value."""
    return np.array(names, dtype=object)[np.searchsorted(np.asarray(breaks, dtype=float), values, side="left")]


def _references(norms: Document) -> dict[str, str]:
    named = {f["name"]: f["ijkclient"] for f in norms["factors"]}
    return named | {o["factor"]: o["ijkclient"] for o in norms["overlap"]}


def _sum(levels: pd.DataFrame, norms: Document, *, key: str) -> Any:
    """The plain sum. A level without minutes makes the sum missing; an interaction without minutes adds nothing."""
    total = pd.Series(_number(norms["ijkclient_minutes"][key]), index=levels.index, dtype=float)
    references = _references(norms)
    for factor, reference in references.items():
        mains = [t for t in norms["terms"] if t["factor"] == factor and not t["with"]]
        worth = {t["level"]: _number(_amount(t, mains, reference, key)) for t in mains}
        total = total + levels[factor].map(worth | {reference: 0.0}).astype(float)
    for term in (t for t in norms["terms"] if t["with"]):
        same = [t for t in norms["terms"] if t["factor"] == term["factor"] and t["with"] == term["with"]]
        amount = _number(_amount(term, same, references[term["factor"]], key))
        total = total + (0.0 if np.isnan(amount) else amount) * _holds(levels, term)
    return total


def _amount(term: Document, others: list[Document], reference: str, key: str) -> Any:
    """Minutes of a term; a merged level has no estimate of its own, and takes its neighbour's."""
    if term[key] is not None or key == "published":
        return term[key]
    if term["merged_with"] == reference:
        return 0.0
    neighbour = [t["estimate"] for t in others if t["level"] == term["merged_with"] and t["estimate"] is not None]
    return neighbour[0] if neighbour else term["published"]


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _holds(levels: pd.DataFrame, term: Document) -> Any:
    other = term["with"]
    return (levels[term["factor"]] == term["level"]) & (levels[other["factor"]] == other["level"])


def _all_supported(levels: pd.DataFrame, norms: Document) -> Any:
    supported, references = pd.Series(True, index=levels.index), _references(norms)
    for term in norms["terms"]:
        if not term["with"] and not term["supported"] and term["level"] != references[term["factor"]]:
            supported = supported & (levels[term["factor"]] != term["level"])
    return supported


def _doubted(minutes: Any, in_table: Any, edges: list[Document]) -> tuple[Any, Any]:
    """The highest band that the doubt zones leave open, and whether the minutes lie in such a zone at all."""
    highest, doubt = in_table.copy(), np.zeros(len(minutes), dtype=bool)
    for i, band in enumerate(edges):
        zone = band.get("doubt_zone")
        if i > 0 and zone and zone[0] is not None:
            inside = (minutes >= zone[0]) & (minutes <= zone[1])
            doubt |= inside
            highest = np.where(inside, np.maximum(highest, i), highest)
    return highest, doubt


def _in_doubt_rule(bands: Document) -> str:
    rule = bands.get("rule")
    return str(bands.get("in_doubt") or (rule.get("in_doubt") if isinstance(rule, dict) else "") or "higher")


def _whole(values: Any, known: Any) -> Any:
    """Whole numbers that may be missing."""
    return pd.arrays.IntegerArray(np.asarray(values, dtype="int64"), ~known)


mlflow.models.set_model(ServedNorm())
