"""cells.json: the calibrated clients in cells that may be published, and nothing finer.

What is safe about it. Every cell holds at least ``min_clients`` clients and clients of ``min_providers`` providers, no
one or two of which deliver nearly all of its minutes, nor do one or two clients have them, and edges lie between cells
only. So whatever is subtracted from whatever else, what remains concerns whole cells: no figure speaks of fewer clients
than the threshold. On top of that

- client counts are differences of a running total in multiples of ``round_to``: they add up exactly, so no set of
  them tells more than the cells themselves;
- within a cell the norm lies on a few whole steps, and an exact mean and variance would tell how many clients have
  each. The mean is therefore given in whole minutes, and the variance within cells for all cells together only;
- what does not add up (providers; who needs the lower bound; periods and changes that stay within a band) is given for
  every run of cells: numbers of providers exact, shares of a modelled need in whole percents and only
  where enough have it and enough lack it, counts rounded;
- providers have neither name nor number.

References
----------
Hundepool et al., Statistical Disclosure Control (Wiley, 2012), ch. 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from normenkader.bands.norm_bands import norm_cells
from normenkader.bands.table import BandTable
from normenkader.disclosure import contributions, published_clients
from normenkader.explorer import cell_figures
from normenkader.explorer.cell_figures import Placed, place_clients
from normenkader.explorer.merging import Merged, largest_clients, merge_cells
from normenkader.explorer.starting_points import starting_points, wanted_edges, with_places
from normenkader.explorer.uncertainty import resampled_below, same_band_by_run
from normenkader.model.clients import distinct
from normenkader.model.norm_table import NormTable
from normenkader.provenance import rounded

FloatArray = npt.NDArray[np.float64]


def cells_document(bands: BandTable, *, calibration_number: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """cells.json: all that the explorer shows, from cells that may be published.

    Parameters
    ----------
    bands : BandTable
    calibration_number : str
    words : mapping
        What the page says in Dutch of this study: ``synthetic`` (bool), ``unit``, ``time``, ``factors`` and
        ``levels`` (code to words).

    Returns
    -------
    dict
        With an empty ``lower`` and no figures when not even all clients together may be published.
    """
    designs = starting_points(bands)
    merged = _merged(bands, wanted_edges(designs))
    lower = [start * bands.study.bands.step for start in merged.starts]
    if not lower:
        return {"calibration_number": calibration_number, **_settings(bands), "lower": [], "words": dict(words)}
    placed = place_clients(bands.norms, lower)
    silent = bands.norms.model.design().client_codes()[~placed.known]
    return {
        "calibration_number": calibration_number,
        **_settings(bands),
        "lower": lower,
        "n_clients": list(merged.n_clients),
        "n_without_norm": published_clients(distinct(silent), bands.study.disclosure),
        "mean_norm": [round(float(mean)) for mean in placed.mean(placed.norm)],
        "mean_minutes": [rounded(mean, 1) for mean in placed.mean(placed.delivered)],
        **_spread(placed),
        **_runs(bands.norms, placed),
        "resampled_below": _rounded_table(resampled_below(bands.norms, placed), 3),
        **_assessed(bands, placed),
        "designs": [with_places(design, lower) for design in designs],
        "words": dict(words),
    }


def _merged(bands: BandTable, wanted: Mapping[int, int]) -> Merged:
    cells, step = norm_cells(bands.norms), bands.study.bands.step
    return merge_cells(
        _clients_once(bands.norms, step, len(cells)), _delivered(bands.norms, step, cells.providers.shape),
        cells.providers > 0, floor=bands.study.disclosure, largest=_largest(bands.norms, step, len(cells)),
        wanted={edge // step: weight for edge, weight in wanted.items() if edge % step == 0},
    )  # fmt: skip


def _clients_once(norms: NormTable, step: int, size: int) -> npt.NDArray[np.int64]:
    """Clients per grid cell, one with several episodes at the lowest of them only."""
    minutes = norms.norm_minutes()
    frame = norms.model.casemix.to_frame()[["client"]].assign(minutes=minutes)[~np.isnan(minutes)]
    lowest = frame.groupby("client", sort=True)["minutes"].min().to_numpy(float)
    return np.bincount((lowest / step).astype(np.int64), minlength=size)


def _delivered(norms: NormTable, step: int, shape: tuple[int, ...]) -> FloatArray:
    """Delivered minutes per week by grid cell and provider."""
    minutes, providers = norms.norm_minutes(), norms.model.design().provider_codes()
    known = ~np.isnan(minutes)
    found = np.zeros(shape)
    delivered = norms.model.casemix.to_frame()["minutes_per_week"].to_numpy(float)[known]
    np.add.at(found, ((minutes[known] / step).astype(np.int64), providers[known]), delivered)
    return found


def _largest(norms: NormTable, step: int, size: int) -> FloatArray:
    """Delivered minutes per week of the clients of each grid cell who have most."""
    minutes = norms.norm_minutes()
    known = ~np.isnan(minutes)
    whose, cell = contributions(norms.model.casemix.to_frame()[known]), (minutes[known] / step).astype(np.int64)
    return largest_clients(cell, whose.client, whose.minutes, size, norms.model.study.disclosure.dominant_providers)


def _settings(bands: BandTable) -> dict[str, Any]:
    study = bands.study
    asked, floor = study.bands, study.disclosure
    return {
        "name": study.info.name, "unit": study.info.unit, "step": asked.step, "norm_step": bands.norms.step,
        "min_clients": floor.min_clients, "round_to": floor.round_to,
        "demands": {"min_share": asked.min_share, "min_providers": asked.min_providers, "min_width": asked.min_width,
                    "ijkclient_band": asked.ijkclient_band},
        "same_band_floor": asked.same_band_floor, "promise": asked.promise, "in_doubt": asked.in_doubt,
        "labels": list(asked.labels), "ijkclient_minutes": bands.norms.ijkclient_minutes,
    }  # fmt: skip


def _spread(placed: Placed) -> dict[str, Any]:
    """Spread of all clients together, and the part of it that lies within cells."""
    inside = placed.norm - placed.mean(placed.norm)[placed.cell]
    total = float(((placed.norm - placed.norm.mean()) ** 2).sum())
    return {
        "sd_norm": rounded(float(placed.norm.std()), 1), "sd_minutes": rounded(float(placed.delivered.std()), 1),
        "share_within_cells": rounded(float((inside**2).sum()) / total if total > 0 else None, 4),
    }  # fmt: skip


def _runs(norms: NormTable, placed: Placed) -> dict[str, Any]:
    promises = cell_figures.promises_by_run(norms, placed)
    periods = cell_figures.periods_by_run(norms, placed)
    changes = cell_figures.changes_by_run(norms, placed)
    return {
        "n_providers": cell_figures.providers_by_run(placed, norms.model.n_providers),
        "share_met": cell_figures.share_met_by_run(placed, norms.model.study.bands.min_share),
        "promise_kept": None if promises is None else promises[0],
        "fits_below_upper": None if promises is None else promises[1],
        "periods_within": None if periods is None else periods[0],
        "n_periods": None if periods is None else periods[1],
        "changes_within": None if changes is None else changes[0],
        "n_changes": None if changes is None else changes[1],
    }


def _assessed(bands: BandTable, placed: Placed) -> dict[str, Any]:
    found = None if bands.assessed is None else bands.assessed.reliability
    if found is None:
        return {"same_band": None, "same_band_reason": bands.same_band.reason}
    error = found.standard_error_of_measurement
    return {"same_band": same_band_by_run(bands.norms, placed, error), "same_band_reason": ""}


def _rounded_table(values: FloatArray, digits: int) -> list[list[float | None]]:
    return [[rounded(float(value), digits) for value in row] for row in values]
