from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from assessed_studies import assessments_of
from scipy import stats

from normenkader.bands.assessed import NO_ASSESSMENTS, assess
from normenkader.bands.misreading import (
    LEAST_COVERAGE,
    PROMISED,
    ExpectedCoverage,
    coverage_under_shift,
    expected_coverage,
    jackknifed,
    misreading_check,
)
from normenkader.casemix.synthetic import simulate
from normenkader.experts.corrected_terms import CorrectedTerms, corrected_terms
from normenkader.model.norm_table import NormTable

DATA = simulate("practice", seed=11, n_providers=8, n_clients=900)


@pytest.fixture(scope="module")
def corrected(norms: NormTable) -> CorrectedTerms:
    return corrected_terms(norms.model, assessments_of(norms.model.study, DATA))


@pytest.mark.parametrize("degrees", [7, 12, 39])
@pytest.mark.parametrize("shift", [0.0, 0.3, 0.7, 1.2])
def test_the_chance_is_what_draws_with_that_shift_count(shift: float, degrees: int) -> None:
    """Estimates off by a known shift, with estimated standard errors, in units of the true one."""
    rng = np.random.default_rng([degrees, int(10 * shift)])
    error = np.sqrt(rng.chisquare(degrees, 40_000) / degrees)
    covered = np.abs(rng.standard_normal(40_000) + shift) <= stats.t.ppf(0.975, degrees) * error
    said = coverage_under_shift(shift / error[:, None], np.array([degrees])).mean()
    # A Monte-Carlo error is 0.0015; far from the promise the estimated standard error takes a little more.
    assert said == pytest.approx(covered.mean(), abs=0.006 if shift < 1 else 0.02)


def test_no_shift_keeps_the_promise_and_either_direction_breaks_it_alike() -> None:
    degrees = np.array([4.0, 30.0])
    np.testing.assert_allclose(coverage_under_shift(np.zeros(2), degrees), PROMISED)
    np.testing.assert_allclose(
        coverage_under_shift(np.full(2, 1.5), degrees), coverage_under_shift(np.full(2, -1.5), degrees)
    )
    assert (np.diff(coverage_under_shift(np.linspace(0, 9, 50)[:, None], degrees), axis=0) < 0).all()


def test_the_jackknife_takes_off_what_noise_adds_to_a_square() -> None:
    """Coverage as it would be if it fell with the square of a mean of providers: unbiased, and as spread as it says."""
    rng = np.random.default_rng(8)
    n, truth = 20, 0.9 - 0.3 * 0.2**2
    values, errors, naive = [], [], []
    for _ in range(2000):
        x = 0.2 + rng.standard_normal(n)
        left = (x.sum() - x) / (n - 1)
        naive.append(0.9 - 0.3 * x.mean() ** 2)
        value, (low, high) = jackknifed(naive[-1], 0.9 - 0.3 * left**2)
        values.append(value)
        errors.append((low, high))
    spread = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values) - truth) < 4 * spread < abs(np.mean(naive) - truth)
    assert 0.80 < np.mean([low <= truth <= high for low, high in errors]) <= 1.0


def test_every_term_with_a_value_of_its_own_counts_and_the_ijkclient(
    norms: NormTable, corrected: CorrectedTerms
) -> None:
    """By hand, one term at a time, from the intervals themselves."""
    model, held = norms.model, replace(corrected, shift_left_out=np.tile(corrected.shift, (8, 1)))
    chances = []
    own = [(t.estimate, t.column) for t in model.terms if t.estimate and not t.merged_with] + [(model.ijkclient, -1)]
    for estimate, column in own:
        reach = (estimate.interval[1] - estimate.value) / estimate.standard_error
        degrees = float(np.interp(-reach, -stats.t.ppf(0.975, GRID), GRID))
        off = abs(corrected.shift[column]) / estimate.standard_error
        chances.append(stats.t.cdf(reach - off, degrees) - stats.t.cdf(-reach - off, degrees))
    found = expected_coverage(model, held)
    assert found is not None
    # With every provider worth the same, the jackknife leaves the mean as it is.
    assert found.value == pytest.approx(np.mean(chances), abs=1e-4)
    assert found.interval == pytest.approx((found.value, found.value))


GRID = np.geomspace(0.8, 60, 20_000)


def test_without_a_shift_nothing_is_lost(norms: NormTable, corrected: CorrectedTerms) -> None:
    none = replace(corrected, shift=0 * corrected.shift, shift_left_out=0 * corrected.shift_left_out)
    found = expected_coverage(norms.model, none)
    assert found is not None
    assert (found.value, *found.interval) == pytest.approx((PROMISED,) * 3)
    assert misreading_check(None, found).passed is True


def test_too_few_providers_give_no_verdict(norms: NormTable, corrected: CorrectedTerms) -> None:
    few = replace(norms.model, n_providers=2)
    assert expected_coverage(few, corrected) is None
    found = misreading_check(assess(norms, assessments_of(norms.model.study, DATA)), None)
    assert (found.passed, found.value) == (None, None)
    assert "aanbieders" in found.reason


def test_without_enough_double_assessments_there_is_a_reason(norms: NormTable) -> None:
    assert misreading_check(None, None).reason == NO_ASSESSMENTS
    few = assess(norms, assessments_of(norms.model.study, DATA, n_episodes=5))
    found = misreading_check(few, None)
    assert (found.passed, found.reason) == (None, few.reason)
    assert few.reason


@pytest.mark.parametrize(("low", "passed"), [(LEAST_COVERAGE, True), (LEAST_COVERAGE - 1e-9, False)])
def test_what_is_uncertain_counts_against_the_intervals(low: float, passed: bool) -> None:
    found = misreading_check(None, ExpectedCoverage(value=0.945, interval=(low, 0.95), errors_in_record=1.04))
    assert found.passed is passed
    assert "1,0 keer" in found.reason
    assert found.reservation
