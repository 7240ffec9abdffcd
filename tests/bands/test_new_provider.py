from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from normenkader.bands.new_provider import Shares, highest_kept
from normenkader.settings import DisclosureSettings

FLOOR = DisclosureSettings(min_clients=10, min_providers=3)


def flat_shares(minutes: np.ndarray, n_providers: int = 20) -> Shares:
    provider = np.arange(len(minutes), dtype=np.int64) % n_providers
    return Shares(
        minutes=minutes, without=np.tile(minutes, (n_providers, 1)), provider=provider, weight=np.ones(len(minutes)),
    )  # fmt: skip


def test_highest_kept_is_the_last_step_that_keeps_the_promise() -> None:
    shares = flat_shares(np.random.default_rng(3).uniform(100, 200, 600))
    limit = highest_kept(shares, 0.9, 15)
    assert shares.at_least(float(limit), 0.9).expected >= 0.9
    assert shares.at_least(float(limit + 15), 0.9).expected < 0.9
    assert limit == 105


def test_interval_equals_a_jackknife_by_hand() -> None:
    rng = np.random.default_rng(7)
    provider = np.sort(rng.integers(0, 12, 500)).astype(np.int64)
    minutes = rng.normal(200 + 15 * rng.standard_normal(12)[provider], 50)
    moved = np.stack([minutes + 2.0 * g for g in range(12)])
    found = Shares(minutes=minutes, without=moved, provider=provider, weight=np.ones(500)).at_least(190.0, 0.9)
    share = (minutes >= 190).mean()
    left = np.array([(moved[g] >= 190)[provider != g].mean() for g in range(12)])
    logit = np.log(share / (1 - share))
    error = 11 / 12 * ((np.log(left / (1 - left)) - logit) ** 2).sum()
    n = np.bincount(provider)
    seen = np.bincount(provider, minutes >= 190) / n
    between = ((n * (seen - share) ** 2).sum() - 11 * share * (1 - share)) / (500 - (n**2).sum() / 500)
    half = stats.t.ppf(0.95, 10) * np.sqrt(error + max(between, 0) / (share * (1 - share)) ** 2)
    assert found.value == share
    bounds = np.array(found.interval)
    assert np.log(bounds / (1 - bounds)) == pytest.approx([logit - half, logit + half])


def test_the_worst_provider_is_drawn_towards_all_and_shown_only_with_enough_clients() -> None:
    rng = np.random.default_rng(2)
    provider = np.sort(rng.integers(0, 12, 600)).astype(np.int64)
    alike = rng.normal(200, 40, 600)
    without = np.tile(alike, (12, 1))
    shares = Shares(minutes=alike, without=without, provider=provider, weight=np.ones(600))
    clients = np.bincount(provider)
    lowest = min((alike[provider == g] >= 190).mean() for g in range(12))
    worst = shares.worst(190.0, clients, FLOOR)
    assert worst is not None
    assert lowest < worst <= (alike >= 190).mean()
    apart = replace(shares, minutes=alike - np.where(provider == 0, 150.0, 0.0))
    assert apart.worst(190.0, clients, FLOOR) == pytest.approx(0.0, abs=0.1)
    assert shares.worst(190.0, clients, FLOOR.model_copy(update={"min_clients": 500})) is None
    # Forty or more episodes of nine clients at every provider but two are not enough clients.
    assert shares.worst(190.0, np.where(np.arange(12) < 2, clients, 9), FLOOR) is None
