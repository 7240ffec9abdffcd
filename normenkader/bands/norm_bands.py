"""The optimal bands of a norm table under its study's demands."""

from __future__ import annotations

from typing import Any

import numpy as np

from normenkader.bands.cells import Cells, make_cells
from normenkader.bands.demands import Demands
from normenkader.bands.optimum import Infeasible, Partition, optimal_or_fewer
from normenkader.errors import InputRefused
from normenkader.model.clients import client_shares
from normenkader.model.norm_table import NormTable


def optimum_of(
    norms: NormTable, n_bands: int | None = None, *, cells: Cells | None = None
) -> tuple[Partition, Infeasible | None]:
    """The optimal bands, or the most that the demands allow together with why the number asked for is not possible.

    Parameters
    ----------
    norms : NormTable
    n_bands : int, optional
        In place of the study's number; required when that is ``auto``.
    cells : Cells, optional
        Clients as providers counted them; those of the model's rows by default.
    """
    asked = n_bands if n_bands is not None else int(norms.model.study.bands.n)
    counted = norm_cells(norms) if cells is None else cells
    return optimal_or_fewer(counted, n_bands=asked, **options(demands_of(norms)))


def norm_cells(norms: NormTable) -> Cells:
    """Clients with a norm, counted on the grid of the study's band step.

    Each client counts once, however many episodes there are: shared between its episodes that have a norm. What
    `min_share` demands, and what the edges make least, is then of clients.

    Raises
    ------
    InputRefused
        If no client has a norm.
    """
    minutes, design = norms.norm_minutes(), norms.model.design()
    known = ~np.isnan(minutes)
    if not known.any():
        raise InputRefused("no client has a norm: every combination of levels lacks enough clients or providers")
    return make_cells(
        minutes[known], design.provider_codes()[known], step=norms.model.study.bands.step, names=design.providers,
        weights=client_shares(design.client_codes()[known]),
    )  # fmt: skip


def demands_of(norms: NormTable) -> Demands:
    """The study's demands on the bands of a norm table."""
    settings = norms.model.study.bands
    return Demands(
        min_share=settings.min_share, min_providers=settings.min_providers, min_width=settings.min_width,
        ijkclient_minutes=float(norms.ijkclient_minutes), ijkclient_band=settings.ijkclient_band,
    )  # fmt: skip


def options(demands: Demands) -> dict[str, Any]:
    """Demands as the keyword arguments of `optimal_edges`."""
    names = ("min_share", "min_providers", "min_width", "ijkclient_minutes", "ijkclient_band")
    return {name: getattr(demands, name) for name in names}
