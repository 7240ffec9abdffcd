"""The optimum equals brute force under every combination of demands, and the libraries without demands."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brute_force import best_edges, loss
from hypothesis import given, settings
from hypothesis import strategies as st

from normenkader.bands.cells import make_cells
from normenkader.bands.optimum import Infeasible, Partition, optimal_edges, optimal_or_fewer, partition

REAL = Path(__file__).resolve().parents[3] / "shared/real"
FREE: dict[str, Any] = {
    "min_share": 0.0, "min_providers": 1, "min_width": 0.0, "ijkclient_minutes": None, "ijkclient_band": None,
}  # fmt: skip

rows_of_clients = st.lists(
    st.tuples(st.integers(0, 23).map(lambda v: 5 * v), st.sampled_from("abcd"), st.integers(1, 3)),
    min_size=1,
    max_size=14,
)
demand_values: dict[str, st.SearchStrategy[Any]] = {
    "min_share": st.sampled_from([0.05, 0.1, 0.2, 0.25, 0.07, 1 / 4]),
    "min_providers": st.integers(2, 3),
    "min_width": st.sampled_from([10, 15, 22.5, 30, 45]),
    "ijkclient_minutes": st.integers(0, 25).map(lambda v: 5.0 * v),
}


def cells_of(rows: list[tuple[float, str, int]], step: int = 15) -> Any:
    minutes, providers, weights = (list(column) for column in zip(*rows, strict=True))
    return make_cells(minutes, providers, step=step, weights=np.asarray(weights))


def check(rows: list[tuple[float, str, int]], step: int, n_bands: int, demands: dict[str, Any]) -> None:
    expected = best_edges(rows, step=step, n_bands=n_bands, **demands)
    ours = optimal_edges(cells_of(rows, step), n_bands=n_bands, **demands)
    if expected is None:
        assert isinstance(ours, Infeasible)
    else:
        assert isinstance(ours, Partition)
        assert ours.edges == expected
        assert ours.within == pytest.approx(float(loss(rows, expected)), rel=1e-12, abs=1e-9)
        assert ours.total == pytest.approx(float(loss(rows, (0,))), rel=1e-12, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(rows_of_clients, st.sampled_from([5, 15]), st.integers(1, 4))
def test_without_demands_it_is_the_brute_optimum(rows: list[tuple[float, str, int]], step: int, n_bands: int) -> None:
    check(rows, step, n_bands, FREE)


COMBINATIONS = [some for size in range(1, 5) for some in combinations(sorted(demand_values), size)]


@pytest.mark.parametrize("codes", COMBINATIONS, ids=lambda codes: "+".join(codes))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_with_every_combination_of_demands_it_is_the_brute_optimum(codes: tuple[str, ...], data: st.DataObject) -> None:
    rows, n_bands = data.draw(rows_of_clients), data.draw(st.integers(1, 4))
    demands = FREE | {code: data.draw(demand_values[code]) for code in codes}
    if "ijkclient_minutes" in codes:
        demands["ijkclient_band"] = data.draw(st.none() | st.integers(1, 4))
    check(rows, data.draw(st.sampled_from([5, 15])), n_bands, demands)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=8), st.integers(2, 4))
def test_mirrored_clients_give_ties_that_rounding_does_not_decide(half: list[int], n_bands: int) -> None:
    rows = [(15.0 * v, "a", 1) for v in half] + [(15.0 * (24 - v), "b", 1) for v in half]
    check(rows, 15, n_bands, FREE)


@pytest.mark.parametrize(
    "counts",
    [
        [3, 1, 1, 2, 0, 0, 1, 0, 0, 1, 0, 0, 2, 1, 1, 3],
        [0, 0, 3, 2, 3, 3, 0, 2, 2, 0, 3, 3, 2, 3, 0, 0],
        [3, 0, 3, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 3, 0, 3],
    ],
)
def test_equal_edges_of_which_floats_would_take_the_higher(counts: list[int]) -> None:
    check([(15.0 * place, "a", count) for place, count in enumerate(counts)], 15, 4, FREE)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 15), min_size=1, max_size=9), st.integers(1, 4))
def test_where_the_minutes_start_does_not_matter(minutes: list[int], n_bands: int) -> None:
    near = optimal_or_fewer(make_cells(minutes, step=1), n_bands=n_bands, **FREE)[0]
    far = optimal_or_fewer(make_cells(np.asarray(minutes) + 1_000_000, step=1), n_bands=n_bands, **FREE)[0]
    assert far.edges[1:] == tuple(edge + 1_000_000 for edge in near.edges[1:])


def test_an_ijkclient_below_every_client_lies_in_the_first_band() -> None:
    rows = [(60.0, "a", 1), (90.0, "a", 1), (120.0, "a", 1)]
    for band in (1, 2):
        check(rows, 15, 2, FREE | {"ijkclient_minutes": 20.0, "ijkclient_band": band})


def test_a_gap_is_parted_at_its_lowest_edge() -> None:
    cells = make_cells([0, 5, 60, 65], ["a", "b", "a", "b"], step=15)
    found = optimal_edges(cells, n_bands=2, min_share=0.05, min_providers=2, min_width=15, ijkclient_minutes=20)
    assert isinstance(found, Partition)
    assert found.edges == (0, 15)
    assert found.explained == pytest.approx(1 - 25 / (2 * 2.5**2 * 2 + 4 * 30**2))


def test_a_share_met_to_the_client_is_met() -> None:
    rows = [(0.0, "a", 7), (30.0, "a", 93)]  # 0.07 * 100 is 7.000000000000001 in floating point
    found = optimal_edges(cells_of(rows), n_bands=2, **(FREE | {"min_share": 0.07}))
    assert isinstance(found, Partition)


def test_norms_that_do_not_vary_have_no_explained_share() -> None:
    assert partition(make_cells([30, 30], step=15), (0,)).explained is None


@pytest.mark.parametrize("edges", [(), (15,), (0, 30, 15), (0, 15, 15)])
def test_edges_that_are_no_bands_are_refused(edges: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="start at 0 and rise"):
        partition(make_cells([30], step=15), edges)


TWENTY = [(10.0 * k, "abcd"[k % 4], 1) for k in range(20)]


@pytest.mark.parametrize(
    ("demands", "n_bands", "relax", "most"),
    [
        ({"min_share": 0.3}, 4, (("min_share",),), 3),
        ({"min_providers": 5}, 2, (("min_providers",),), 0),
        ({"min_width": 100}, 3, (("min_width",),), 2),
        ({"min_share": 0.3, "min_providers": 5}, 4, (("min_share", "min_providers"),), 0),
        ({"min_share": 0.3, "min_width": 100.0}, 3, (("min_width",),), 2),
        ({"ijkclient_minutes": 100.0, "ijkclient_band": 5}, 4, (("ijkclient_band",),), 0),
        (
            {"ijkclient_minutes": 100.0, "ijkclient_band": 1, "min_share": 0.3},
            3,
            (("min_share",), ("ijkclient_band",)),
            2,
        ),
        ({}, 14, (), 13),
    ],
)
def test_it_says_which_demand_to_relax(
    demands: dict[str, Any], n_bands: int, relax: tuple[tuple[str, ...], ...], most: int
) -> None:
    found = optimal_edges(cells_of(TWENTY), n_bands=n_bands, **(FREE | demands))
    assert isinstance(found, Infeasible)
    assert (found.relax, found.most_bands) == (relax, most)


def test_the_ijkclient_on_the_only_edge_is_named() -> None:
    found = optimal_edges(make_cells([0, 15], step=15), n_bands=2, **(FREE | {"ijkclient_minutes": 15.0}))
    assert isinstance(found, Infeasible)
    assert found.relax == (("ijkclient_off_edge",),)
    assert "dropping one of these: the ijkclient's minutes on no edge" in found.text


def test_the_reason_is_a_sentence() -> None:
    cells, asked = cells_of(TWENTY), FREE | {"min_share": 0.3}
    assert optimal_edges(cells, n_bands=4, **asked).text == (  # type: ignore[union-attr]
        "4 bands do not meet the demands. It becomes possible by dropping one of these: at least 30 % of the clients "
        "in each band. With all demands kept, 3 bands are possible."
    )
    both = optimal_edges(cells, n_bands=4, **(asked | {"min_providers": 5}))
    assert "No single demand is the cause" in both.text  # type: ignore[union-attr]
    assert "in each band together with clients of at least 5 providers" in both.text  # type: ignore[union-attr]
    assert "too few steps of 15 minutes" in optimal_edges(cells, n_bands=14, **FREE).text  # type: ignore[union-attr]


def test_fewer_bands_come_with_their_reason() -> None:
    cells = cells_of(TWENTY)
    bands, reason = optimal_or_fewer(cells, n_bands=4, **(FREE | {"min_share": 0.3}))
    assert bands == optimal_edges(cells, n_bands=3, **(FREE | {"min_share": 0.3}))
    assert reason is not None
    assert reason.relax == (("min_share",),)
    assert optimal_or_fewer(cells, n_bands=3, **(FREE | {"min_share": 0.3})) == (bands, None)


def test_one_band_is_given_when_nothing_meets_the_demands() -> None:
    bands, reason = optimal_or_fewer(cells_of(TWENTY), n_bands=3, **(FREE | {"min_providers": 9}))
    assert bands.edges == (0,)
    assert reason is not None
    assert reason.most_bands == 0


def test_no_clients_no_bands() -> None:
    found = optimal_edges(make_cells([], [], step=15), n_bands=2, **FREE)
    assert isinstance(found, Infeasible)
    assert found.most_bands == 0


def test_a_million_clients_near_a_million_minutes() -> None:
    rng = np.random.default_rng(6)
    near = np.round(rng.gamma(4, 30, 1_000_000) / 5) * 5
    far = optimal_edges(make_cells(near + 999_990, step=15), n_bands=5, **FREE)
    at_home = optimal_edges(make_cells(near, step=15), n_bands=5, **FREE)
    assert isinstance(far, Partition)
    assert isinstance(at_home, Partition)
    assert far.edges[1:] == tuple(edge + 999_990 for edge in at_home.edges[1:])
    assert far.within == pytest.approx(at_home.within, rel=1e-12)


@pytest.mark.parametrize("n_bands", [2, 3, 5, 8])
@pytest.mark.parametrize("seed", range(3))
def test_the_loss_equals_the_best_partition_libraries(n_bands: int, seed: int) -> None:
    ckwrap = pytest.importorskip("ckwrap", reason="ckwrap (extra 'peers') is not installed")
    jenkspy = pytest.importorskip("jenkspy", reason="jenkspy (extra 'peers') is not installed")
    rng = np.random.default_rng(seed)
    minutes = np.sort(np.floor(rng.gamma(3, 40, 600)))
    ours = optimal_edges(make_cells(minutes, step=1), n_bands=n_bands, **FREE)
    assert isinstance(ours, Partition)
    assert ours.within == pytest.approx(ckwrap.ckmeans(minutes, n_bands).withinss.sum(), rel=1e-9)
    # jenkspy gives class maxima: the next minute is the lower bound of the band above.
    edges = (0, *(int(top) + 1 for top in jenkspy.jenks_breaks(minutes, n_bands)[1:-1]))
    assert ours.within == pytest.approx(partition(make_cells(minutes, step=1), edges).within, rel=1e-9)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data (../shared/real) are not here")
@pytest.mark.parametrize("key", ["fisher3", "fisher5", "fisher7"])
def test_jenks71_as_in_r(key: str) -> None:
    areas = np.loadtxt(REAL / "jenks71.csv", delimiter=",", skiprows=1, usecols=0)
    breaks = json.loads((REAL / "ref_shared.json").read_text())["jenks71"][key]
    cells = make_cells(np.round(areas * 100), step=2)
    ours = optimal_edges(cells, n_bands=len(breaks) - 1, **FREE)
    assert isinstance(ours, Partition)
    theirs = np.searchsorted(breaks[1:-1], areas)
    within = sum(((areas[theirs == k] - areas[theirs == k].mean()) ** 2).sum() for k in range(len(breaks) - 1))
    assert ours.within / 100**2 == pytest.approx(within, rel=1e-9)
    assert (np.searchsorted(ours.edges, np.round(areas * 100), side="right") - 1).tolist() == theirs.tolist()
    if key == "fisher5":
        fit = json.loads((REAL / "ref_shared.json").read_text())["jenks71"]["fisher5_tests"]["Goodness of fit"]
        assert ours.explained == pytest.approx(fit, abs=1e-10)
