"""Cells are merged so that all may be published, and no further."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from normenkader.explorer.merging import Merged, largest_clients, merge_cells
from normenkader.settings import DisclosureSettings

CLIENTS = np.array([0, 4, 7, 30, 3, 12, 11, 6, 2, 0, 9])
N_PROVIDERS = 4


def present_at(clients: np.ndarray, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    present = np.zeros((len(clients), N_PROVIDERS), dtype=bool)
    for cell, n in enumerate(clients):
        present[cell, rng.integers(0, N_PROVIDERS, n)] = True
    return present


def minutes_at(present: np.ndarray) -> np.ndarray:
    """The last provider's clients have so much that it often weighs more than nine tenths with the next."""
    return present * np.array([1.0, 2.0, 3.0, 30.0])


def merged(clients: np.ndarray, present: np.ndarray, wanted: dict[int, int] | None = None) -> Merged:
    floor = DisclosureSettings(min_clients=10, min_providers=3, round_to=5)
    return merge_cells(clients, minutes_at(present), present, floor=floor, wanted=wanted or {})


def allowed(clients: np.ndarray, present: np.ndarray, starts: tuple[int, ...]) -> bool:
    """Written anew: every cell has 10 clients and 3 providers, in truth and after rounding the running total."""
    rounded = [5 * int(np.floor(total / 5 + 0.5)) for total in (0, *np.cumsum(clients))]
    pairs = zip(starts, (*starts[1:], len(clients)), strict=True)
    return all(
        clients[a:b].sum() >= 10
        and rounded[b] - rounded[a] >= 10
        and present[a:b].any(axis=0).sum() >= 3
        and sum(sorted(minutes_at(present)[a:b].sum(axis=0))[-2:]) <= 0.9 * minutes_at(present)[a:b].sum()
        for a, b in pairs
    )


def all_starts(n: int) -> list[tuple[int, ...]]:
    return [(0, *rest) for size in range(n) for rest in combinations(range(1, n), size)]


@pytest.mark.parametrize("seed", range(12))
def test_no_finer_merging_is_allowed(seed: int) -> None:
    clients = np.random.default_rng(seed).poisson(8, 9)
    present = present_at(clients, seed)
    found = merged(clients, present)
    best = max((len(s) for s in all_starts(9) if allowed(clients, present, s)), default=0)
    assert len(found.starts) == best
    assert best == 0 or allowed(clients, present, found.starts)


@pytest.mark.parametrize("edge", [3, 5, 6])
def test_a_wanted_edge_is_kept_wherever_it_may_be_shown(edge: int) -> None:
    present = present_at(CLIENTS, 1)
    possible = any(edge in s and allowed(CLIENTS, present, s) for s in all_starts(len(CLIENTS)))
    assert possible == (edge in merged(CLIENTS, present, {edge: 100}).starts)


def test_published_counts_add_up_to_the_rounded_total_and_every_run_is_within_one_rounding() -> None:
    present, floor = present_at(CLIENTS, 1), DisclosureSettings(min_clients=10, min_providers=3, round_to=5)
    found = merge_cells(CLIENTS, 1.0 * present, present, floor=floor, wanted={})
    bounds = [*found.starts, len(CLIENTS)]
    assert len(found.starts) > 1
    assert sum(found.n_clients) == 85  # 84 clients
    assert set(n % 5 for n in found.n_clients) == {0}
    for i, j in combinations(range(len(bounds)), 2):
        assert abs(sum(found.n_clients[i:j]) - CLIENTS[bounds[i] : bounds[j]].sum()) < 5


def test_too_few_clients_or_providers_leave_nothing() -> None:
    few = np.array([2, 3, 2])
    assert merged(few, present_at(few, 0)) == Merged(starts=(), n_clients=())
    one_provider = np.zeros((len(CLIENTS), N_PROVIDERS), dtype=bool)
    one_provider[:, 0] = True
    assert merged(CLIENTS, one_provider).starts == ()


@pytest.mark.parametrize("seed", range(8))
def test_no_cell_holds_nearly_only_the_minutes_of_two_clients(seed: int) -> None:
    """Every client once; some have a hundred times the minutes of the others. Against all mergings, counted anew."""
    rng, floor = np.random.default_rng(seed), DisclosureSettings()
    cell, provider = rng.integers(0, 7, 90), rng.integers(0, N_PROVIDERS, 90)
    minutes = np.where(rng.random(90) < 0.1, 900.0, 10.0)
    delivered, present = np.zeros((7, N_PROVIDERS)), np.zeros((7, N_PROVIDERS), dtype=bool)
    np.add.at(delivered, (cell, provider), minutes)
    present[cell, provider] = True
    open_floor = DisclosureSettings(min_providers=1, dominant_providers=2)
    clients = np.bincount(cell, minlength=7)

    def good(a: int, b: int) -> bool:
        inside = (cell >= a) & (cell < b)
        own, total = np.sort(minutes[inside])[::-1], minutes[inside].sum()
        of_providers = np.sort(np.bincount(provider[inside], minutes[inside]))[::-1]
        return inside.sum() >= 10 and own[:2].sum() <= 0.9 * total and of_providers[:2].sum() <= 0.9 * total

    largest = largest_clients(cell, np.arange(90), minutes, 7, floor.dominant_providers)
    found = merge_cells(clients, delivered, present, floor=open_floor, wanted={}, largest=largest)
    allowed = [s for s in all_starts(7) if all(good(a, b) for a, b in zip(s, (*s[1:], 7), strict=True))]
    assert found.starts == () or found.starts in allowed
    assert len(found.starts) <= max((len(s) for s in allowed), default=0)
    without = merge_cells(clients, delivered, present, floor=open_floor, wanted={})

    assert len(found.starts) <= len(without.starts)
    assert found == without or without.starts not in allowed


def test_of_the_largest_clients_one_in_two_cells_counts_in_both_with_all() -> None:
    cell, client = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 1, 2, 0, 3, 4])
    found = largest_clients(cell, client, np.array([5.0, 4.0, 9.0, 7.0, 1.0, 2.0]), 4, 2)
    assert found.tolist() == [[12.0, 9.0], [12.0, 1.0], [2.0, 0.0], [0.0, 0.0]]
