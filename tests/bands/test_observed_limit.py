from __future__ import annotations

import numpy as np
import pytest

from normenkader.bands.observed_limit import lower_limit


def by_brute_force(minutes: np.ndarray, provider: np.ndarray, promise: float) -> float | None:
    """The highest observed value below which lies at most 1 - p of the weight, the new provider's among it."""
    names = np.unique(provider)
    weight = {g: 1 / ((len(names) + 1) * (provider == g).sum()) for g in names}
    own = 1 / (len(names) + 1)
    found = None
    for value in np.unique(minutes):
        below = own + sum(weight[g] for m, g in zip(minutes, provider, strict=True) if m < value)
        if below <= 1 - promise + 1e-12:
            found = float(value)
    return found


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("promise", [0.80, 0.90])
def test_equals_the_definition_on_uneven_providers_with_ties(seed: int, promise: float) -> None:
    rng = np.random.default_rng(seed)
    provider = rng.integers(0, rng.integers(4, 25), 150)
    minutes = 15.0 * rng.integers(2, 30, 150)
    assert lower_limit(minutes, provider, promise) == by_brute_force(minutes, provider, promise)


@pytest.mark.parametrize(
    ("n_providers", "promise", "stated"),
    [(8, 0.9, False), (9, 0.9, True), (18, 0.95, False), (19, 0.95, True), (3, 0.8, False), (4, 0.8, True)],
)
def test_withheld_under_p_over_one_minus_p_providers(n_providers: int, promise: float, stated: bool) -> None:
    provider = np.repeat(np.arange(n_providers), 30)
    minutes = np.random.default_rng(1).normal(200, 40, len(provider))
    assert (lower_limit(minutes, provider, promise) is not None) == stated


def test_holds_at_new_providers_whatever_the_distribution() -> None:
    rng, kept = np.random.default_rng(5), []
    for _ in range(400):
        sizes = rng.integers(5, 80, 13)
        style = rng.exponential(60, 13)
        provider = np.repeat(np.arange(13), sizes)
        minutes = style[provider] + rng.lognormal(4, 0.7, len(provider))
        limit = lower_limit(minutes[provider < 12], provider[provider < 12], 0.9)
        assert limit is not None
        kept.append((minutes[provider == 12] >= limit).mean())
    assert np.mean(kept) >= 0.9 - 2 * np.std(kept) / np.sqrt(len(kept))
    assert np.mean(kept) < 0.97
