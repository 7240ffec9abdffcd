"""Rivals lose at least as much as the optimum, and say which demands they break."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from brute_force import keeps, loss
from hypothesis import given, settings
from hypothesis import strategies as st

from normenkader.bands.cells import make_cells
from normenkader.bands.demands import DEMANDS, Demands
from normenkader.bands.optimum import Partition, optimal_edges
from normenkader.bands.rivals import broken_demands, equal_shares, equal_widths, rivals

ASKED: dict[str, Any] = {"min_share": 0.05, "min_providers": 2, "min_width": 15.0, "ijkclient_minutes": 60.0}
FREE: dict[str, Any] = {"min_share": 0.0, "min_providers": 1, "min_width": 0.0, "ijkclient_minutes": None}


def test_equal_shares_on_an_even_grid() -> None:
    cells = make_cells(np.arange(0, 150, 5), step=15)
    assert equal_shares(cells, 5) == (0, 30, 60, 90, 120)


def test_equal_shares_follow_the_quantiles() -> None:
    minutes = np.floor(np.random.default_rng(1).gamma(4, 30, 20_000))
    edges = equal_shares(make_cells(minutes, step=15), 5)
    nearest = np.quantile(minutes, [0.2, 0.4, 0.6, 0.8])
    assert np.abs(np.asarray(edges[1:]) - nearest).max() < 15


def test_equal_widths_cut_the_occupied_range() -> None:
    cells = make_cells([100, 400], step=10)  # from 100 to 410
    assert equal_widths(cells, 3) == (0, 200, 310)


def test_rules_that_run_out_of_grid_say_so() -> None:
    cells = make_cells([0, 0, 0, 0, 0, 0, 30], step=15)
    shares = rivals(cells, n_bands=4, **FREE)[0]
    assert shares.partition.n_bands < 4
    assert "n_bands" in shares.broken


def test_rivals_beside_the_optimum() -> None:
    rng = np.random.default_rng(2)
    minutes, providers = np.round(rng.gamma(4, 20, 500) / 5) * 5, rng.choice(list("abcd"), 500)
    cells = make_cells(minutes, providers, step=15)
    best = optimal_edges(cells, n_bands=4, **ASKED)
    assert isinstance(best, Partition)
    found = rivals(cells, n_bands=4, given={"experts": (0, 45, 90, 120), "current": (0, 60)}, **ASKED)
    assert [rival.rule for rival in found] == ["equal_shares", "equal_widths", "experts", "current"]
    assert found[2].partition.edges == (0, 45, 90, 120)
    assert not found[2].broken
    assert found[3].broken == ("n_bands", "ijkclient_off_edge")
    clients = [(m, p, 1) for m, p in zip(minutes.tolist(), providers.tolist(), strict=True)]
    for rival in found:
        assert rival.partition.within == pytest.approx(float(loss(clients, rival.partition.edges)), rel=1e-12)
        if not rival.broken:
            assert rival.partition.within >= best.within


def test_given_edges_off_the_grid_are_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 15"):
        rivals(make_cells([0, 90], step=15), n_bands=2, given={"current": (0, 50)}, **FREE)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20).map(lambda v: 5 * v), st.sampled_from("abc")), min_size=1, max_size=12),
    st.lists(st.integers(1, 6), unique=True, max_size=3),
    st.sampled_from([0.0, 0.1, 0.25]), st.integers(1, 3), st.sampled_from([0, 22.5, 30]),
    st.integers(0, 20).map(lambda v: 5.0 * v), st.none() | st.integers(1, 3),
)  # fmt: skip
def test_broken_demands_agree_with_their_words(
    rows: list[tuple[int, str]],
    places: list[int],
    share: float,
    providers: int,
    width: float,
    at: float,
    band: int | None,
) -> None:
    edges = (0, *(15 * place for place in sorted(places)))
    demands = Demands(
        min_share=share, min_providers=providers, min_width=width, ijkclient_minutes=at, ijkclient_band=band
    )
    cells = make_cells([m for m, _ in rows], [p for _, p in rows], step=15)
    clients = [(m, p, 1) for m, p in rows]
    alone = [demands.without(*(other for other in DEMANDS if other != code)) for code in DEMANDS]
    for asked in (demands, *alone):
        assert (not broken_demands(cells, edges, asked)) == keeps(clients, edges, **asdict(asked))
