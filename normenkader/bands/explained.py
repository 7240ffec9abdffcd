"""What each step of the chain explains at providers it has not seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from normenkader.bands.by_band import predict_by_bands
from normenkader.bands.demands import Demands
from normenkader.bands.table import Explained
from normenkader.model.intervals import jackknife_covariance, t_interval
from normenkader.model.norm_table import NormTable
from normenkader.model.sampled import on_sample
from normenkader.model.unseen import explained_unseen, predict_unseen

FloatArray = npt.NDArray[np.float64]


def explained_at_unseen_providers(
    norms: NormTable, *, n_bands: int, demands: Demands, edges: tuple[int, ...] | None = None
) -> Explained:
    """Explained share of model, norm table and bands, each provider predicted from the others.

    Fit, norm table and edges are all made anew without the provider; a band predicts the mean of the other providers'
    clients in it. Edges that people chose (`edges`) stay. Clients without a norm are left out of all three. Nan where
    leaving a provider out leaves too few.
    """
    norms = on_sample(norms)
    unseen, known = predict_unseen(norms), norms.model.design().has_norm()
    each = np.arange(norms.model.n_providers)
    by_band = predict_by_bands(norms, each, n_bands=n_bands, demands=demands, edges=edges)
    known &= ~np.isnan(by_band) if not np.isnan(by_band).all() else True
    outcome, baseline = norms.model.outcome()[known], unseen.baseline[known]
    provider = norms.model.design().provider_codes()[known]
    return Explained(
        model=explained_unseen(outcome, unseen.model[known], baseline),
        norm_table=explained_unseen(outcome, unseen.norm_table[known], baseline),
        bands=explained_unseen(outcome, by_band[known], baseline),
        interval=interval_over_providers(outcome, unseen.norm_table[known], baseline, provider),
    )


def interval_over_providers(
    outcome: FloatArray, predicted: FloatArray, baseline: FloatArray, provider: npt.NDArray[np.int64]
) -> tuple[float, float]:
    """95 % interval of the explained share: jackknife over the providers' sums of squares, t(G - 1).

    Parameters
    ----------
    outcome, predicted, baseline : (n,)
    provider : (n,) codes
    """
    error: FloatArray = np.bincount(provider, (outcome - predicted) ** 2).astype(np.float64)
    spread: FloatArray = np.bincount(provider, (outcome - baseline) ** 2).astype(np.float64)
    return interval_of_sums(error, spread)


def interval_of_sums(error: FloatArray, spread: FloatArray) -> tuple[float, float]:
    """`interval_over_providers` from each provider's squared error, by the prediction and by the others' mean, (G,)."""
    error, spread = error[spread > 0], spread[spread > 0]
    if len(spread) < 2:
        return float("nan"), float("nan")
    share = 1 - error.sum() / spread.sum()
    left = 1 - (error.sum() - error) / (spread.sum() - spread)
    variance = jackknife_covariance(left[:, None], np.array([share]))
    low, high = t_interval(np.array(share), np.sqrt(variance[0, 0]), len(spread) - 1)
    return float(low), float(high)
