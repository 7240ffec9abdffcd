"""What stands beside each pair of edges: label, clients and providers, delivered minutes, promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from normenkader.bands.grid import band_numbers
from normenkader.bands.promises import band_promises
from normenkader.bands.stability import Stability
from normenkader.bands.table import Band, band_labels
from normenkader.bands.volumes import mean_interval
from normenkader.disclosure import contributions, rows_as_clients
from normenkader.model.norm_table import NormTable
from normenkader.settings import DisclosureSettings

FloatArray = npt.NDArray[np.float64]


def bands_of(norms: NormTable, edges: Sequence[int], held: Stability, ijkclient_band: int) -> Iterator[Band]:
    """Every band between these edges, from its number to its promise.

    Parameters
    ----------
    norms : NormTable
    edges : sequence of int
        Lower bounds, the first 0.
    held : Stability
        Of these edges.
    ijkclient_band : int
        Number of the ijkclient's band.
    """
    promises = band_promises(norms, edges)
    labels = band_labels(len(edges), ijkclient_band, norms.model.study.bands.labels)
    frame, floor = norms.model.casemix.to_frame(), norms.model.study.disclosure
    number = band_numbers(np.nan_to_num(norms.norm_minutes(), nan=-1.0), edges)
    of_few = contributions(frame).left_out(number - 1, len(edges), floor)
    client = norms.model.design().client_codes()
    for k, lower in enumerate(edges):
        inside = frame[number == k + 1]
        n_clients, n_providers = inside["client"].nunique(), inside["provider"].nunique()
        n_of_shares = rows_as_clients(client[number == k + 1], floor)
        small = _too_small(n_clients, n_providers, floor)
        dominated = bool(of_few[k])
        minutes = inside["minutes_per_week"].to_numpy(float)
        yield Band(
            band=k + 1, label=labels[k], lower=lower, upper=edges[k + 1] if k + 1 < len(edges) else None,
            lower_interval=held.intervals[k], doubt_zone=held.doubt_zones[k], n_clients=n_clients,
            n_of_shares=n_of_shares, n_providers=n_providers, suppressed=small, dominated=dominated and not small,
            promise=promises[k],
            **_figures(minutes, lower, n_of_shares, floor, shown=not (small or dominated)),
            mean_interval=None if small or dominated else mean_interval(minutes, inside["provider"].to_numpy()),
        )  # fmt: skip


def _too_small(n_clients: int, n_providers: int, floor: DisclosureSettings) -> bool:
    return n_clients < floor.min_clients or n_providers < floor.min_providers


def _figures(
    minutes: FloatArray, lower: int, n_clients: int, floor: DisclosureSettings, *, shown: bool
) -> dict[str, float | None]:
    """Figures of delivered minutes; a percentile only with enough clients on its rarer side."""
    if not shown:
        return dict.fromkeys(("mean_minutes", "median_minutes", "p10", "p90", "minutes_above_lower"))
    tails = n_clients * 0.1 >= floor.min_clients
    return {
        "mean_minutes": float(minutes.mean()),
        "median_minutes": float(np.median(minutes)) if n_clients >= 2 * floor.min_clients else None,
        "p10": float(np.quantile(minutes, 0.1)) if tails else None,
        "p90": float(np.quantile(minutes, 0.9)) if tails else None,
        "minutes_above_lower": float(minutes.mean()) - lower,
    }
