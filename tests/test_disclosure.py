"""Counts as they may be published."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from normenkader.disclosure import published_clients, published_providers
from normenkader.settings import DisclosureSettings

DEFAULT = DisclosureSettings()


@pytest.mark.parametrize(
    ("n", "published"),
    [(0, None), (1, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1003, 1005)],
)
def test_counts_of_clients_under_the_defaults(n: int, published: int | None) -> None:
    assert published_clients(n, DEFAULT) == published


@pytest.mark.parametrize(("n", "published"), [(0, None), (2, None), (3, 3), (4, 4), (23, 23)])
def test_counts_of_providers_are_exact_or_nothing(n: int, published: int | None) -> None:
    assert published_providers(n, DEFAULT) == published


@given(st.integers(0, 10**7), st.integers(1, 60), st.integers(1, 60))
def test_rounding_is_to_the_nearest_multiple_and_never_reveals_a_small_cell(n: int, least: int, step: int) -> None:
    assume(step <= least)
    published = published_clients(n, DisclosureSettings(min_clients=least, round_to=step))
    if n < least:
        assert published is None
    else:
        assert published
        assert published % step == 0
        assert 2 * abs(published - n) <= step


def test_halves_go_up_so_that_the_rule_is_one_rule() -> None:
    settings = DisclosureSettings(min_clients=10, round_to=10)
    assert [published_clients(n, settings) for n in (15, 25, 35)] == [20, 30, 40]
