"""Figures about predictions where some deliveries are lower limits, held against the needs behind these."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest
from capped_studies import OFFSETS, PROVIDER_SD, SD, TOGETHER, Capped, capped
from scipy import integrate, stats

from normenkader.model.additivity import additivity_of
from normenkader.model.censored import CensoredFit, expectation
from normenkader.model.norm_table import explained_share
from normenkader.model.outcomes import LEAST_INFORMATION, VALUES_PER_ROW, Outcomes, as_measured, behind_caps
from normenkader.model.outcomes import information_share as share_of_information
from normenkader.model.unseen import predict_unseen
from normenkader.model.unseen_figures import figures_without_provider

SEEDS = range(8)


def test_information_is_the_variance_of_the_score() -> None:
    for z in (-2.5, -1.0, 0.0, 0.7, 2.0):
        seen, _ = integrate.quad(lambda u: u**2 * stats.norm.pdf(u), -np.inf, z)
        hazard = stats.norm.pdf(z) / stats.norm.sf(z)
        assert share_of_information(np.array([z]))[0] == pytest.approx(seen + stats.norm.sf(z) * hazard**2, rel=1e-9)
    assert share_of_information(np.array([40.0, -40.0])) == pytest.approx([1.0, 0.0], abs=1e-12)


def _drawn(off: float, *, n: int = 200_000, seed: int = 3) -> tuple[Outcomes, np.ndarray]:
    """Needs of mean 100 and standard deviation 50 up to a maximum near 90, as a fit sees them that is `off`."""
    rng = np.random.default_rng(seed)
    need, limit = 100 + rng.normal(0, 50, n), 90 + rng.normal(0, 25, n)
    at_cap, delivered = need >= limit, np.minimum(need, limit)
    mean, sd = np.full(n, 100.0 + off), np.full(n, 50.0)
    expected, extra = expectation(delivered, mean, sd, at_cap)
    fit = CensoredFit(
        terms=np.zeros(0), level=np.zeros(1), sigma=50.0, expected=expected, extra_variance=extra, lower_limit=at_cap,
        converged=True,
    )  # fmt: skip
    return behind_caps(fit, mean, sd, delivered, limit, at_cap), need


@pytest.mark.parametrize("off", [0.0, -8.0, 8.0])
def test_the_working_response_has_the_mean_of_need_whatever_the_fit_says(off: float) -> None:
    seen, need = _drawn(off)
    assert seen.response.mean() == pytest.approx(need.mean(), abs=0.6)
    if off:
        assert abs(seen.expected.mean() - need.mean()) > 0.2 * abs(off)


def test_weights_times_information_are_the_precision_of_the_working_response() -> None:
    seen, _ = _drawn(0.0)
    scaled = seen.information * (seen.response - 100.0) ** 2
    assert scaled.mean() == pytest.approx(50.0**2, rel=0.02)
    assert ((seen.information >= LEAST_INFORMATION) & (seen.information <= 1)).all()


def test_values_drawn_out_are_spread_as_needs_are() -> None:
    seen, need = _drawn(0.0)
    row, values = seen.drawn_out()
    assert len(values) == VALUES_PER_ROW * len(need)
    assert (values >= seen.delivered[row] - 1e-9).all()
    for q in (0.1, 0.5, 0.9):
        assert np.quantile(np.abs(values - 120), q) == pytest.approx(np.quantile(np.abs(need - 120), q), rel=0.02)


def test_without_lower_limits_everything_is_the_outcome() -> None:
    y, f, m = np.random.default_rng(1).normal(100, 30, (3, 50))
    seen = as_measured(y)
    assert (seen.squared_error(f, m) == (y - f) ** 2).all()
    assert (seen.drawn_out()[1] == y).all()
    model = capped(0, seed=1, n=400).norms.model
    assert not model.censoring.applied
    assert (model.outcomes().response == model.outcome()).all()
    assert (model.outcomes().information == 1).all()
    assert model.working_moments() is model.moments()


@dataclass(frozen=True)
class _Found:
    printed: np.ndarray
    true: np.ndarray


_NAMES = ("explained", "in_fit", "error", "error_of_mean", "slope", "absolute", "residual_sd")


@cache
def _against_need(share: float) -> _Found:
    rows = [_figures(capped(share, seed=seed)) for seed in SEEDS]
    return _Found(printed=np.array([row[0] for row in rows]), true=np.array([row[1] for row in rows]))


def _figures(study: Capped) -> tuple[list[float], list[float]]:
    norms, need = study.norms, study.need
    found, unseen, provider = (
        figures_without_provider(norms),
        predict_unseen(norms),
        norms.model.design().provider_codes(),
    )
    printed = [
        found.explained.value, norms.loss.explained_published, found.error.value, found.error_of_mean,
        found.slope.value, found.explained_absolute.value, norms.model.mixed.residual_sd,
    ]  # fmt: skip
    n, predicted = np.bincount(provider), unseen.norm_table
    others = ((need.sum() - np.bincount(provider, need)) / (len(need) - n))[provider]
    median = np.array([np.median(need[provider != g]) for g in range(len(n))])[provider]
    own = predicted - (np.bincount(provider, predicted) / n)[provider]
    true = [
        1 - ((need - predicted) ** 2).sum() / ((need - others) ** 2).sum(),
        explained_share(as_measured(need), norms.norm_minutes()), float(np.quantile(np.abs(need - predicted), 0.8)),
        float(np.quantile(np.abs(need - others), 0.8)), float((need * own).sum() / (own**2).sum()),
        1 - float(np.abs(need - predicted).sum() / np.abs(need - median).sum()), SD,
    ]  # fmt: skip
    return printed, true


@pytest.mark.parametrize("share", sorted(OFFSETS))
def test_figures_are_those_of_the_needs_behind_the_maxima(share: float) -> None:
    found = _against_need(share)
    off = found.printed - found.true
    error = off.std(axis=0, ddof=1) / np.sqrt(len(off))
    for k, name in enumerate(_NAMES):
        slack = 0.005 * abs(found.true[:, k].mean())
        assert abs(off[:, k].mean()) < 3 * error[k] + slack, (name, off[:, k].mean(), error[k])


def test_the_share_of_the_provider_does_not_grow_with_the_share_at_the_maximum() -> None:
    free, most = (
        np.array([capped(share, seed=seed).norms.model.mixed.provider_share for seed in SEEDS]) for share in (0, 0.6)
    )
    difference = most - free
    assert abs(difference.mean()) < 3 * difference.std(ddof=1) / np.sqrt(len(difference)) + 0.002
    assert free.mean() == pytest.approx(PROVIDER_SD**2 / (PROVIDER_SD**2 + SD**2), rel=0.6)


def test_an_undeclared_interaction_is_not_flattened() -> None:
    slopes = {
        share: np.array([_slope(capped(share, seed=seed, n=3000, together=True)) for seed in SEEDS])
        for share in (0, 0.6)
    }
    difference = slopes[0.6] - slopes[0]
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    assert slopes[0].mean() > 0.005
    assert abs(difference.mean()) < 3 * error
    # Outcomes filled in by the fit flatten it by a quarter, well beyond chance.
    filled = np.array([_slope_of_expected(capped(0.6, seed=s, n=3000, together=True)) for s in SEEDS])
    assert filled.mean() < 0.85 * slopes[0.6].mean()


def _slope(study: Capped) -> float:
    assert TOGETHER[-1] > 0
    return additivity_of(study.norms).interactions[0].value


def _slope_of_expected(study: Capped) -> float:
    model = replace(study.norms.model, _behind_caps=None)
    return additivity_of(replace(study.norms, model=model)).interactions[0].value
