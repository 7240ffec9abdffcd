"""Minutes a week by band and provider from sums: what a week price is reckoned with, as `bands.volumes` from rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from normenkader.bands.volumes import BandVolume, GroupVolume, Volumes, interval_of_totals
from normenkader.disclosure import is_dominated
from normenkader.federated.bands import SummedBand, SummedBands

FloatArray = npt.NDArray[np.float64]


def volumes_of_sums(found: SummedBands) -> Volumes:
    """Mean delivered minutes of the clients of each band, of all, and what each provider's clients would bring in.

    The band is the table's: without resamples there are no doubt zones in which a higher one would apply. Products,
    assigned minutes and days are not in the sums.
    """
    sums, floor = found.sums, found.norms.model.study.disclosure
    means = sums.minutes.sum(axis=1) / sums.n_episodes.sum(axis=1)
    every = np.ones(sums.minutes.shape[1], dtype=np.bool_)
    providers = [_group(found, means, every & (np.arange(len(every)) == g)) for g in range(len(every))]
    of_few = is_dominated(sums.minutes.sum(axis=0), floor)
    return Volumes(
        bands=tuple(_band(band) for band in found.bands),
        total=_group(found, means, every, dominated=of_few), products=(),
        total_interval=interval_of_totals(sums.n_episodes.sum(axis=0), sums.minutes.sum(axis=0)),
        providers=tuple(sorted(providers, key=lambda one: (one.mean_delivered - one.mean_band_minutes, one.n_clients))),
    )  # fmt: skip


def _band(band: SummedBand) -> BandVolume:
    return BandVolume(
        band=band.band, n_clients=band.n_clients, n_providers=band.n_providers, dominated=band.dominated,
        mean_minutes=band.mean_minutes, interval=band.mean_interval, mean_by_days=None,
    )  # fmt: skip


def _group(
    found: SummedBands, means: FloatArray, whose: npt.NDArray[np.bool_], *, dominated: bool = False
) -> GroupVolume:
    """All providers, or one of them, which has all of its own minutes so that dominance says nothing."""
    clients, n = found.sums.n_clients[:, whose].sum(axis=1), found.sums.n_episodes[:, whose].sum(axis=1)
    return GroupVolume(
        name="", n_clients=int(clients.sum()), n_providers=int(whose.sum()), dominated=dominated,
        mean_band_minutes=float(n @ means / n.sum()),
        mean_delivered=float(found.sums.minutes[:, whose].sum() / n.sum()), mean_assigned=None,
        mean_band_where_assigned=None, by_band=tuple(int(k) for k in clients if k > 0),
    )  # fmt: skip
