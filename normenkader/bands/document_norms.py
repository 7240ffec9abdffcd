"""Norm minutes and bands of many clients from norms.json and bands.json alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.bands.grid import band_numbers
from normenkader.errors import InputRefused

Document = Mapping[str, Any]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def norms_of_frame(norms: Document, frame: pd.DataFrame) -> FloatArray:
    """Plain sum of published minutes of every row, at least zero; nan where a level carries no norm.

    Parameters
    ----------
    norms : mapping
        Content of norms.json.
    frame : DataFrame
        One text column a factor, with the name of its level.

    Returns
    -------
    array (rows,)

    Raises
    ------
    InputRefused
        If a factor of the norms has no column, or a level is none of those that the norms list.
    """
    levels = _levels(norms, frame)
    total = np.full(len(frame), float(norms["ijkclient_minutes"]["published"]))
    for term in norms["terms"]:
        other = term["with"] or {}
        inside = levels[term["factor"]] == term["level"]
        if other:
            inside &= levels[other["factor"]] == other["level"]
        # An interaction without support adds nothing: its two mains are the norm it falls back on.
        silent = 0.0 if other else np.nan
        total[inside] += silent if term["published"] is None else term["published"]
    return np.asarray(np.maximum(total, 0.0))


def bands_of_norms(bands: Document, minutes: FloatArray) -> IntArray:
    """Number of the band (1, 2, ...) by the table; 0 where there is no norm."""
    known = ~np.isnan(minutes)
    return np.where(known, band_numbers(np.where(known, minutes, 0.0), edges_of(bands)), 0).astype(np.int64)


def lower_bounds(bands: Document, minutes: FloatArray) -> FloatArray:
    """Lower bound of the band that applies to each client, by the rule for doubt zones; nan where there is no norm."""
    number = bands_of_norms(bands, minutes)
    if bands.get("in_doubt", "higher") == "higher":
        for band in bands["bands"]:
            zone = band["doubt_zone"]
            if zone and None not in zone:
                number[(minutes >= zone[0]) & (minutes <= zone[1]) & (number < band["band"])] = band["band"]
    return np.where(number > 0, np.asarray(edges_of(bands), dtype=np.float64)[np.maximum(number, 1) - 1], np.nan)


def edges_of(bands: Document) -> tuple[int, ...]:
    """Lower bounds as bands.json lists them."""
    return tuple(int(band["lower"]) for band in bands["bands"])


def _levels(norms: Document, frame: pd.DataFrame) -> dict[str, npt.NDArray[np.object_]]:
    found = {}
    for factor in norms["factors"]:
        name = str(factor["name"])
        if name not in frame:
            raise InputRefused(
                "the study has no such factor, so its clients have no norm under this table", column=name
            )
        found[name] = frame[name].to_numpy(dtype=object)
        if not set(found[name]) <= set(factor["levels"]):
            rule = f"the study has a level that this table does not list; it lists {', '.join(factor['levels'])}"
            raise InputRefused(rule, column=name)
    for overlap in norms["overlap"]:
        members = [f for f in norms["factors"] if f["group"] == overlap["group"]]
        active = sum((found[f["name"]] != f["levels"][0]).astype(np.int64) for f in members)
        names = np.array(overlap["classes"], dtype=object)
        found[str(overlap["factor"])] = names[np.searchsorted(np.asarray(overlap["breaks"]), active)]
    return found
