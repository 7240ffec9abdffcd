from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.promise_checks import promise_checks
from normenkader.bands.promises import (
    FIRST_BAND,
    LAST_BAND,
    NO_WEEKS,
    BandPromise,
    Promise,
    band_promises,
    needed_providers,
    too_few,
)
from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import REGIMES, casemix_of, simulate
from normenkader.evidence import Check
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.settings import DisclosureSettings


def norms_of(casemix: Casemix) -> NormTable:
    return make_norm_table(fit_minutes(casemix))


def drawn(regime: str = "clean", seed: int = 4, n_providers: int = 10, n_clients: int = 800, **changes: Any) -> Casemix:
    settings = replace(REGIMES[regime], **changes)
    return casemix_of(simulate(settings, seed=seed, n_providers=n_providers, n_clients=n_clients))


@pytest.fixture(scope="module")
def table() -> NormTable:
    return norms_of(drawn())


@pytest.fixture(scope="module")
def promises(table: NormTable) -> tuple[BandPromise, ...]:
    return band_promises(table, optimum_of(table)[0].edges)


def codes(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.code: check for check in checks}


@pytest.mark.parametrize(("promise", "needed"), [(0.9, 9), (0.95, 19), (0.8, 4), (0.99, 99), (0.5, 3)])
def test_providers_that_a_promise_asks_for(promise: float, needed: int) -> None:
    assert needed_providers(promise) == needed


def test_first_and_last_band_hold_by_rule_and_say_so(promises: tuple[BandPromise, ...]) -> None:
    assert promises[0].kept == Promise(value=1.0, interval=(1.0, 1.0), reason=FIRST_BAND)
    assert promises[-1].fits == Promise(value=1.0, interval=(1.0, 1.0), reason=LAST_BAND)


def test_intervals_hold_their_values_and_promise_lower_lies_on_the_grid(promises: tuple[BandPromise, ...]) -> None:
    for one in promises:
        for promise in (one.kept, one.fits):
            assert promise.value is not None
            assert promise.interval is not None
            assert 0 <= promise.interval[0] <= promise.value <= promise.interval[1] <= 1
        assert one.lower is not None
        assert one.lower % 15 == 0


def test_with_five_providers_every_statement_is_withheld_with_the_number_needed() -> None:
    few = norms_of(drawn("few", n_providers=5, n_clients=500))
    found = band_promises(few, optimum_of(few)[0].edges)
    for one in found:
        assert one.kept.value is one.fits.value is one.lower is one.worst is one.observed_limit.value is None
        assert one.kept.reason == "Er zijn 5 aanbieders; voor deze uitspraak zijn er ten minste 9 nodig."
    checks = promise_checks(few.model.study, optimum_of(few)[0].edges, found)
    assert all(check.value is None and check.passed is None and check.reason for check in checks)


def test_without_weekly_rows_need_is_null_with_a_reason_but_observed_minutes_are_not(table: NormTable) -> None:
    bare = replace(table.model.casemix, _weeks=table.model.casemix.weeks_frame().iloc[:0])
    found = band_promises(norms_of(bare), optimum_of(table)[0].edges)
    assert [one.kept.reason for one in found[1:]] == [NO_WEEKS] * (len(found) - 1)
    assert found[0].kept.value == 1.0
    assert all(one.lower is None for one in found)
    assert any(one.observed_limit.value is not None for one in found)


def test_need_keeps_a_promise_where_clients_hardly_differ_and_breaks_it_where_they_do() -> None:
    alike = norms_of(drawn(cv_client=0.02, cv_week=0.28, provider_sd=2.0))
    edges = (0, 120, 165, 210, 270)
    own = tuple(edge - 40 if edge else 0 for edge in edges)
    found = band_promises(alike, edges)
    # Against edges well below where the clients are, nearly all keep the promise; against their own edges not.
    lower = [one.lower for one in found[1:]]
    assert all(low is not None and low >= edge for low, edge in zip(lower, own[1:], strict=True))
    differ = norms_of(drawn(cv_client=0.45))
    broken = codes(promise_checks(differ.model.study, edges, band_promises(differ, edges)))
    assert broken["promise_kept"].passed is False
    assert broken["promise_kept"].reservation


def promise_of(kept: float, lower: int, worst: float) -> BandPromise:
    stated = Promise(value=kept, interval=(kept - 0.01, kept + 0.01))
    return BandPromise(kept=stated, fits=stated, lower=lower, worst=worst, observed_limit=stated, noise_share=0.3)


@pytest.mark.parametrize(("lower", "worst", "passed"), [(150, 0.8, True), (135, 0.7, False)])
def test_checks_pass_and_fail(table: NormTable, lower: int, worst: float, passed: bool) -> None:
    found = codes(promise_checks(table.model.study, (0, 150), (promise_of(1, 0, 1), promise_of(0.92, lower, worst))))
    assert found["promise_kept"].passed is passed
    assert found["promise_at_worst_provider"].passed is passed


@pytest.mark.parametrize(("least", "told"), [(3, "minder dan 3 aanbieders"), (2, "2 aanbieders")])
def test_a_number_of_providers_under_the_floor_is_not_told(least: int, told: str) -> None:
    why = too_few(2, 0.90, DisclosureSettings(min_providers=least))
    assert why == f"Er zijn {told}; voor deze uitspraak zijn er ten minste 9 nodig."
