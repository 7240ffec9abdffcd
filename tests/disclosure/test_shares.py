"""Shares, dominance, rows and the rules in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normenkader.disclosure import (
    coarse_share,
    coarse_step,
    is_dominated,
    published_parts,
    published_rows,
    published_share,
    rules_in_words,
    share_of_all,
)
from normenkader.settings import DisclosureSettings

FLOOR = DisclosureSettings()


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_coarse_share_never_tells_a_small_count(n_with: int, n_of: int) -> None:
    """Every count under the threshold, and every lack of as many, looks like nought, or like all."""
    n_with, least = min(n_with, n_of), FLOOR.min_clients
    share = coarse_share(n_with / n_of, n_of, FLOOR)
    if share is None:
        assert n_of < 2 * least / 0.5
        return
    alike = [n for n in range(n_of + 1) if coarse_share(n / n_of, n_of, FLOOR) == share]
    assert n_with in alike
    assert alike[-1] - alike[0] >= least - 1
    assert (n_with >= least) or set(range(least)) <= set(alike)
    assert (n_of - n_with >= least) or set(range(n_of - least + 1, n_of + 1)) <= set(alike)


@pytest.mark.parametrize(("n_of", "step"), [(39, None), (40, 0.5), (100, 0.2), (460, 0.05), (1999, 0.02), (2000, 0.01)])
def test_the_step_holds_twice_the_threshold(n_of: int, step: float | None) -> None:
    assert coarse_step(n_of, FLOOR) == step


@pytest.mark.parametrize(
    ("n_with", "n_of", "shown"),
    [
        (50, 150, 0.33), (9, 150, None), (141, 150, None), (0, 150, None), (150, 150, None), (10, 20, 0.5),
        (9, 2000, 0.0), (2000, 2000, 1.0), (1320, 1320, 1.0), (4, 9, None),
    ],
)  # fmt: skip
def test_a_share_of_a_group(n_with: int, n_of: int, shown: float | None) -> None:
    assert published_share(n_with, n_of, FLOOR) == shown


def test_of_three_parts_the_small_one_does_not_follow() -> None:
    """Down, up and the same: with 3 the same, one less the others would be 2 %."""
    assert published_parts((100, 47, 3), FLOOR) == (0.67, None, None)
    assert published_parts((100, 40, 10), FLOOR) == (0.67, 0.27, 0.07)
    assert published_parts((5, 4, 0), FLOOR) == (None, None, None)


def test_a_share_of_all_says_none_only_when_there_is_none() -> None:
    assert [share_of_all(n / 2400, 2400, FLOOR) for n in (0, 2, 9, 10, 120)] == [0.0, None, None, 0.0, 0.05]


@pytest.mark.parametrize(
    ("minutes", "dominated"),
    [
        ([100, 100, 100], False), ([100, 79, 21], False), ([100, 81, 19], True), ([50, 40, 10], False),
        ([500, 20, 20, 20], True), ([100, 100], True), ([], False), ([0, 0, 0], False),
    ],
)  # fmt: skip
def test_two_providers_may_have_nine_tenths_and_no_more(minutes: list[float], dominated: bool) -> None:
    assert is_dominated(minutes, FLOOR) is dominated


@given(st.lists(st.floats(0.1, 1e4), min_size=3, max_size=9))
def test_the_rule_of_dominance_holds_the_p_percent_rule(minutes: list[float]) -> None:
    """Where it passes, the second largest cannot estimate the largest to within 10 %."""
    largest, _, *rest = sorted(minutes, reverse=True)
    if not is_dominated(minutes, FLOOR):
        assert sum(rest) >= 0.1 * largest * (1 - 1e-9)


def test_rows_read_are_left_out_when_they_would_tell_the_rows_set_aside() -> None:
    assert published_rows({"read": 120, "used": 118, "set_aside": 2}, FLOOR) == {"used": 120}
    assert published_rows({"read": 120, "used": 120, "set_aside": 0}, FLOOR) == {
        "read": 120, "used": 120, "set_aside": 0
    }  # fmt: skip
    assert published_rows({"read": 140, "used": 118, "set_aside": 22}, FLOOR) == {
        "read": 140, "used": 120, "set_aside": 20
    }  # fmt: skip


def test_the_rules_are_said_with_the_numbers_of_the_study() -> None:
    text = " ".join(rules_in_words(DisclosureSettings(min_clients=12, round_to=6, min_providers=4, dominant_share=0.8)))
    for words in ("onder 12", "veelvoud van 6", "minder dan 4 aanbieders", "24 cliënten", "120", "2 grootste", "80%"):
        assert words in text
