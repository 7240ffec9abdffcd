"""Many resamples at once give what each gives alone, and what brute force gives."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from brute_force import best_edges

from normenkader.bands import batch
from normenkader.bands.batch import optimal_edges_batch
from normenkader.bands.cells import make_cells
from normenkader.bands.optimum import Partition, optimal_edges

ASKED: list[dict[str, Any]] = [
    {"min_share": 0.0, "min_providers": 1, "min_width": 0.0, "ijkclient_band": None},
    {"min_share": 0.05, "min_providers": 3, "min_width": 15.0, "ijkclient_band": None},
    {"min_share": 0.2, "min_providers": 2, "min_width": 30.0, "ijkclient_band": 2},
    {"min_share": 0.1, "min_providers": 4, "min_width": 22.5, "ijkclient_band": 1},
]


def resamples(seed: int, how_many: int, rows: int, *, whole: bool = True) -> dict[str, Any]:
    """Norm tables that change from one resample to the next, and providers drawn with replacement."""
    rng = np.random.default_rng(seed)
    providers = rng.integers(0, 6, rows)
    minutes = np.maximum(rng.normal(60, 30, (how_many, rows)), 0)
    drawn = rng.multinomial(6, [1 / 6] * 6, how_many)
    return {
        "minutes": np.round(minutes / 5) * 5 if whole else minutes,
        "providers": providers,
        "weights": drawn[:, providers],
        "ijkclient": rng.integers(6, 18, how_many) * 5.0,
    }


def solve(drawn: dict[str, Any], n_bands: int, demands: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    n_cells = int(drawn["minutes"].max() // 15) + 1
    n, total = np.zeros((2, len(drawn["minutes"]), n_cells))
    present = np.zeros((*n.shape, 6), dtype=bool)
    for row, (minutes, weights) in enumerate(zip(drawn["minutes"], drawn["weights"], strict=True)):
        cells = make_cells(minutes, drawn["providers"], step=15, weights=weights, names=list("abcdef"))
        n[row, : len(cells)], total[row, : len(cells)] = cells.n, cells.total
        present[row, : len(cells)] = cells.providers > 0
    return optimal_edges_batch(
        n, total, step=15, n_bands=n_bands, ijkclient_minutes=drawn["ijkclient"], present=present, **demands
    )


@pytest.mark.parametrize("demands", ASKED)
@pytest.mark.parametrize("n_bands", [1, 2, 4, 5])
@pytest.mark.parametrize("whole", [True, False], ids=["whole minutes", "fractions"])
def test_equal_to_one_at_a_time(demands: dict[str, Any], n_bands: int, whole: bool) -> None:
    drawn = resamples(n_bands, 60, 80, whole=whole)
    edges, feasible = solve(drawn, n_bands, demands)
    for row in range(60):
        cells = make_cells(
            drawn["minutes"][row], drawn["providers"], step=15, weights=drawn["weights"][row], names=list("abcdef")
        )
        alone = optimal_edges(cells, n_bands=n_bands, ijkclient_minutes=drawn["ijkclient"][row], **demands)
        assert feasible[row] == isinstance(alone, Partition)
        assert tuple(edges[row]) == (alone.edges if isinstance(alone, Partition) else (-1,) * n_bands)


@pytest.mark.parametrize("demands", ASKED)
def test_equal_to_brute_force(demands: dict[str, Any]) -> None:
    drawn = resamples(11, 40, 25)
    edges, feasible = solve(drawn, 3, demands)
    for row in range(40):
        columns = (drawn["minutes"][row].tolist(), drawn["providers"].tolist(), drawn["weights"][row].tolist())
        clients = [(m, str(p), w) for m, p, w in zip(*columns, strict=True)]
        ijkclient = {"ijkclient_minutes": drawn["ijkclient"][row]}
        expected = best_edges(clients, step=15, n_bands=3, **demands, **ijkclient)
        assert tuple(edges[row]) == (expected or (-1, -1, -1))
    assert feasible.any()


def test_both_outcomes_occur() -> None:
    _, feasible = solve(resamples(11, 40, 25), 3, ASKED[2])
    assert feasible.any()
    assert not feasible.all()


def test_the_chunk_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = resamples(3, 50, 60)
    whole = solve(drawn, 4, ASKED[1])
    monkeypatch.setattr(batch, "_CHUNK_VALUES", 500)
    parts = solve(drawn, 4, ASKED[1])
    assert whole[0].tolist() == parts[0].tolist()
    assert whole[1].tolist() == parts[1].tolist()


def test_resamples_without_clients_are_infeasible() -> None:
    free = {"step": 15, "n_bands": 2, "ijkclient_minutes": None} | ASKED[0]
    edges, feasible = optimal_edges_batch(np.zeros((3, 4)), np.zeros((3, 4)), **free)
    assert edges.tolist() == [[-1, -1]] * 3
    assert not feasible.any()


def test_a_least_number_of_providers_needs_to_know_them() -> None:
    with pytest.raises(ValueError, match="present"):
        optimal_edges_batch(np.ones((1, 4)), np.ones((1, 4)), step=15, n_bands=2, ijkclient_minutes=None, **ASKED[1])


def test_two_thousand_resamples_take_well_under_two_seconds() -> None:
    rng = np.random.default_rng(8)
    n = rng.integers(0, 60, (2000, 60)).astype(float)
    total = n * (np.arange(60) * 15 + 5)
    present = rng.random((2000, 60, 40)) < 0.3
    begin = time.perf_counter()
    _, feasible = optimal_edges_batch(
        n, total, step=15, n_bands=5, ijkclient_minutes=np.full(2000, 310.0), present=present, **ASKED[1]
    )
    assert time.perf_counter() - begin < 2  # 0.07 measured
    assert feasible.all()
