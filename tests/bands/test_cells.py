"""Cells hold what edges need, exactly, and add up however the clients were parted."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
from brute_force import loss
from hypothesis import given
from hypothesis import strategies as st

from normenkader.bands.cells import Cells, make_cells, within_squares
from normenkader.bands.grid import band_numbers

client_rows = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from("abcd"), st.integers(0, 3)), min_size=1, max_size=30
)


def cells_of(rows: list[tuple[int, str, int]], step: int = 15) -> Cells:
    minutes, providers, weights = (list(column) for column in zip(*rows, strict=True))
    return make_cells(minutes, providers, step=step, weights=np.asarray(weights))


def same(a: Cells, b: Cells) -> bool:
    fields = ("providers", "above", "above_squares")
    return (a.step, a.names) == (b.step, b.names) and all(
        np.array_equal(getattr(a, field), getattr(b, field)) for field in fields
    )


def test_cells_by_hand() -> None:
    cells = make_cells([0, 10, 15, 44, 45], ["b", "a", "b", "b", "a"], step=15)
    assert cells.names == ("a", "b")
    assert cells.lower.tolist() == [0, 15, 30, 45]
    assert cells.n.tolist() == [2, 1, 1, 1]
    assert cells.total.tolist() == [10, 15, 44, 45]
    assert cells.squares.tolist() == [100, 225, 44**2, 45**2]
    assert cells.providers.tolist() == [[1, 1], [0, 1], [0, 1], [1, 0]]
    assert cells.n.dtype == np.int64


def test_cells_cannot_be_written_through() -> None:
    cells = make_cells([1, 2], step=15)
    for values in (cells.providers, cells.above, cells.above_squares, cells.n, cells.total, cells.squares):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 7


@given(client_rows, st.sampled_from([1, 5, 15]))
def test_sums_are_those_of_the_clients(rows: list[tuple[int, str, int]], step: int) -> None:
    cells = cells_of(rows, step)
    for place, lower in enumerate(cells.lower):
        here = [(m, p, w) for m, p, w in rows if lower <= m < lower + step]
        assert cells.n[place] == sum(w for _, _, w in here)
        assert cells.total[place] == sum(m * w for m, _, w in here)
        assert cells.squares[place] == sum(m * m * w for m, _, w in here)
        for name, count in zip(cells.names, cells.providers[place], strict=True):
            assert count == sum(w for _, p, w in here if p == name)


@given(client_rows, client_rows, client_rows)
def test_adding_is_associative_and_equals_all_at_once(
    one: list[tuple[int, str, int]], two: list[tuple[int, str, int]], three: list[tuple[int, str, int]]
) -> None:
    a, b, c = cells_of(one), cells_of(two), cells_of(three)
    assert same((a + b) + c, a + (b + c))
    assert same(a + b, b + a)
    assert same((a + b) + c, cells_of(one + two + three))


def test_cells_of_other_steps_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        make_cells([1], step=5) + make_cells([1], step=15)


@pytest.mark.parametrize(
    ("minutes", "more"),
    [([-1], {}), ([np.nan], {}), ([np.inf], {}), ([1], {"weights": [-1]}), ([1], {"weights": [1, 1]}),
     ([1], {"providers": ["a", "b"]}), ([1], {"providers": [2], "names": ["a", "b"]})],
)  # fmt: skip
def test_what_has_no_cell_is_refused(minutes: list[float], more: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError):
        make_cells(minutes, step=15, **more)


@given(st.integers(1, 700), st.sampled_from([5, 7, 15]))
def test_a_hair_below_an_edge_lies_below_it(place: int, step: int) -> None:
    edge = place * step
    cells = make_cells([np.nextafter(edge, 0), edge], step=step)
    assert cells.n[place - 1 :].tolist() == [1, 1]
    assert band_numbers([np.nextafter(edge, 0), edge], (0, edge)).tolist() == [1, 2]


@given(client_rows, st.lists(st.integers(1, 14), unique=True, max_size=4))
def test_within_squares_are_exact(rows: list[tuple[int, str, int]], places: list[int]) -> None:
    edges = (0, *(15 * place for place in sorted(places)))
    assert within_squares(cells_of(rows), edges).sum() == pytest.approx(float(loss(rows, edges)), rel=1e-12, abs=1e-9)


def test_a_million_norms_near_a_million_minutes_lose_nothing() -> None:
    rng = np.random.default_rng(3)
    minutes = 1_000_000 + rng.integers(0, 100, 1_000_000)
    edges = (0, 1_000_020, 1_000_060)
    tally = np.bincount(minutes - 1_000_000)
    exact = sum(_exact(tally, part) for part in (slice(0, 20), slice(20, 60), slice(60, 100)))
    assert within_squares(make_cells(minutes, step=20), edges).sum() == pytest.approx(float(exact), rel=1e-12)
    shifted = minutes + 0.1
    assert within_squares(make_cells(shifted, step=20), edges).sum() == pytest.approx(float(exact), rel=1e-9)


def _exact(tally: np.ndarray, part: slice) -> Fraction:
    n = [int(v) for v in tally[part]]
    total, squares = sum(v * i for i, v in enumerate(n)), sum(v * i * i for i, v in enumerate(n))
    return squares - Fraction(total * total, sum(n))


def test_edges_off_the_grid_are_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 15"):
        within_squares(make_cells([1, 100], step=15), (0, 50))


def test_a_million_clients_take_milliseconds() -> None:
    rng = np.random.default_rng(4)
    minutes, providers = rng.integers(0, 120, 1_000_000) * 5.0, rng.integers(0, 40, 1_000_000)
    names = [f"A{place:02}" for place in range(40)]
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        make_cells(minutes, providers, step=15, names=names)
        seconds.append(time.perf_counter() - begin)
    assert min(seconds) < 0.2  # 0.012 measured; the rest is room for a busy machine
