"""The stored study of statements about providers not seen: they hold at their level, and can be had again."""

from __future__ import annotations

import json

import numpy as np
import pytest
from new_providers import PROVIDERS, REGIONS, RESULTS, one_region

STORED = json.loads(RESULTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("n", PROVIDERS)
@pytest.mark.parametrize(
    "statement", ["promise_kept", "fits_below_upper", "promise_lower_on_average", "observed_limit"]
)
def test_statements_hold_at_their_level_within_monte_carlo_error(n: int, statement: str) -> None:
    held, error = STORED["coverage"][str(n)][statement]
    assert STORED["regions"] == REGIONS == 500
    assert 0 < error < 0.015
    assert held >= STORED["promise"] - 2 * error


@pytest.mark.parametrize("n", PROVIDERS)
@pytest.mark.parametrize("part", ["low", "middle", "high"])
def test_they_hold_whatever_the_providers_share_of_the_variance(n: int, part: str) -> None:
    found = STORED["by_provider_share"][str(n)][part]
    for statement in ("promise_kept", "fits_below_upper", "promise_lower_on_average", "observed_limit"):
        held, error = found[statement]
        # Forty-eight comparisons: the largest of so many draws may lie three errors off.
        assert held >= STORED["promise"] - 3 * error


@pytest.mark.parametrize("n", PROVIDERS)
def test_intervals_are_not_wider_than_they_must_be(n: int) -> None:
    assert STORED["coverage"][str(n)]["promise_kept"][0] < 0.95


def test_a_region_gives_the_stored_statements() -> None:
    found = [[o.kept, o.kept_low, o.kept_high, o.promise_lower, o.true_kept] for o in one_region(9, 0)]
    np.testing.assert_allclose(found, STORED["first_region"]["9"], atol=2e-4)


def test_with_five_providers_the_statement_is_withheld() -> None:
    for region in range(3):
        for outcome in one_region(5, region):
            assert np.isnan([outcome.kept, outcome.fits, outcome.promise_lower, outcome.observed_limit]).all()
