from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from normenkader.bands.chain import ChainDraws
from normenkader.bands.stability import doubt_zones, stability


def band_of(minutes: int, edges: list[int]) -> int:
    return sum(minutes >= edge for edge in edges)


@given(st.lists(st.lists(st.integers(1, 12), min_size=2, max_size=2, unique=True), min_size=1, max_size=15))
def test_zones_hold_exactly_the_minutes_in_doubt(draws: list[list[int]]) -> None:
    edges = [0, 60, 120]
    resampled = np.array([[0, *sorted(15 * k for k in draw)] for draw in draws])
    zones = doubt_zones(tuple(edges), resampled, norm_step=5)
    top = max(resampled.max(), 120)
    other = {m: sum(band_of(m, list(row)) != band_of(m, edges) for row in resampled) for m in range(0, top + 5, 5)}
    doubted = [m for m, n in other.items() if n / len(resampled) > 0.10]
    covered = [zone for zone in zones if zone is not None]
    assert all(any(low <= m <= high for low, high in covered) for m in doubted)
    ends = {end for zone in covered for end in zone}
    assert ends <= set(doubted)
    assert bool(covered) == bool(doubted)


def test_edges_that_never_move_leave_no_doubt() -> None:
    resampled = np.tile([0, 60, 120], (50, 1))
    assert doubt_zones((0, 60, 120), resampled, norm_step=5) == (None, None, None)


def test_one_in_ten_is_not_over_ten_per_cent() -> None:
    resampled = np.array([[0, 75]] * 2 + [[0, 60]] * 18)
    assert doubt_zones((0, 60), resampled, norm_step=5) == (None, None)
    resampled = np.array([[0, 75]] * 3 + [[0, 60]] * 17)
    assert doubt_zones((0, 60), resampled, norm_step=5) == (None, (60, 70))


def test_intervals_are_observed_grid_points() -> None:
    values = np.array([15 * k for k in range(1, 41)])
    edges = np.column_stack([np.zeros(40, int), values])
    draws = ChainDraws(
        published=np.zeros((40, 0), int), ijkclient_minutes=np.zeros(40, int), edges=edges, feasible=np.ones(40, bool)
    )
    result = stability((0, 300), draws, norm_step=5)
    assert result.intervals == (None, (15, 600))
    assert result.feasible_share == 1.0


def test_infeasible_draws_are_counted_and_left_out() -> None:
    edges = np.array([[0, 60], [-1, -1], [0, 75], [-1, -1]])
    draws = ChainDraws(
        published=np.zeros((4, 0), int), ijkclient_minutes=np.zeros(4, int), edges=edges, feasible=edges[:, 0] == 0
    )
    result = stability((0, 60), draws, norm_step=5)
    assert result.feasible_share == 0.5
    assert result.intervals[1] == (60, 75)
    nothing = ChainDraws(
        published=np.zeros((4, 0), int), ijkclient_minutes=np.zeros(4, int), edges=np.full((4, 2), -1),
        feasible=np.zeros(4, bool),
    )  # fmt: skip
    assert stability((0, 60), nothing, norm_step=5).intervals == (None, None)
