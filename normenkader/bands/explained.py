"""What each step of the chain explains at providers it has not seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from normenkader.bands.by_band import predict_by_bands
from normenkader.bands.demands import Demands
from normenkader.bands.table import Explained
from normenkader.model.grouped import ratio_of_sums, sums_by
from normenkader.model.norm_table import NormTable
from normenkader.model.outcomes import Outcomes
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
    outcomes, baseline = norms.model.outcomes().among(known), unseen.baseline[known]
    provider = norms.model.design().provider_codes()[known]
    return Explained(
        model=explained_unseen(outcomes, unseen.model[known], baseline),
        norm_table=explained_unseen(outcomes, unseen.norm_table[known], baseline),
        bands=explained_unseen(outcomes, by_band[known], baseline),
        interval=interval_over_providers(outcomes, unseen.norm_table[known], baseline, provider),
    )


def interval_over_providers(
    outcomes: Outcomes, predicted: FloatArray, baseline: FloatArray, provider: npt.NDArray[np.int64]
) -> tuple[float, float]:
    """95 % interval of the explained share, by the jackknife over providers; see `interval_of_sums`.

    Parameters
    ----------
    outcomes : Outcomes
    predicted, baseline : (n,)
    provider : (n,) codes
    """
    g = int(provider.max(initial=-1)) + 1
    return interval_of_sums(
        sums_by(provider, outcomes.squared_error(predicted, baseline), g),
        sums_by(provider, outcomes.squared_error(baseline, baseline), g),
    )


def interval_of_sums(error: FloatArray, spread: FloatArray) -> tuple[float, float]:
    """The same from each provider's squared error, by the prediction and by the others' mean, (G,); nan with too few.

    As `ratio_of_sums` has it, so that one figure has one interval wherever it stands.
    """
    return ratio_of_sums(spread - error, spread).interval or (float("nan"), float("nan"))
