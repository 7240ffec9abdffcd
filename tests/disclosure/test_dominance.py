"""Which rows of a table of means are left out because few providers or clients have nearly all minutes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from dominated import of_few
from hypothesis import given
from hypothesis import strategies as st

from normenkader.disclosure import contributions
from normenkader.settings import DisclosureSettings

FLOOR = DisclosureSettings()


def table(*rows: tuple[str, list[tuple[str, float]]]) -> tuple[pd.DataFrame, np.ndarray]:
    """Episodes from (row, [(provider, minutes), ...]); every episode is of another client."""
    listed = [(name, provider, minutes) for name, episodes in rows for provider, minutes in episodes]
    frame = pd.DataFrame(listed, columns=["row", "provider", "minutes_per_week"])
    frame["client"] = [f"c{k}" for k in range(len(frame))]
    return frame, pd.factorize(frame["row"])[0].astype(np.int64)


def out(*rows: tuple[str, list[tuple[str, float]]]) -> list[bool]:
    frame, row = table(*rows)
    return list(map(bool, contributions(frame).left_out(row, len(rows), FLOOR)))


def even(n: int, minutes: float = 100.0) -> list[tuple[str, float]]:
    return [(f"p{k % 5}", minutes) for k in range(n)]


ONE_PROVIDER = [("p0", 100.0)] * 40 + [("p1", 100.0), ("p2", 100.0)]
ONE_CLIENT = [("p0", 9000.0), ("p1", 9000.0), *even(12, 50.0)]


@pytest.mark.parametrize("dominated", [ONE_PROVIDER, ONE_CLIENT])
def test_a_row_of_few_takes_the_smallest_other_along(dominated: list[tuple[str, float]]) -> None:
    """Twenty even clients beside a row of few do not hide it; forty more do."""
    assert out(("a", even(300)), ("b", dominated), ("c", even(400)), ("d", even(250))) == [False, True, False, True]


def test_a_small_other_row_does_not_hide_a_large_one() -> None:
    assert out(("a", even(300)), ("b", ONE_PROVIDER * 9), ("c", even(15)), ("d", even(20))) == [True] * 4
    assert out(("a", even(300)), ("b", ONE_PROVIDER), ("c", even(15)), ("d", even(20))) == [False, True, True, False]


def test_a_row_with_too_few_clients_is_out_already_and_asks_for_no_other() -> None:
    assert out(("a", even(300)), ("b", ONE_PROVIDER[-9:])) == [False, False]


def test_without_a_row_of_few_all_stay() -> None:
    assert out(("a", even(300)), ("b", even(12))) == [False, False]


def test_one_client_with_many_episodes_counts_once() -> None:
    frame, row = table(("a", even(60)), ("b", even(30)))
    frame.loc[frame["row"] == "b", "client"] = ["one"] * 14 + ["two"] * 14 + ["c", "d"]
    frame.loc[frame["row"] == "b", "client"] += ["", *[""] * 29]
    frame.loc[frame.index[-10:], "client"] = [f"e{k}" for k in range(10)]
    frame.loc[frame.index[-10:], "minutes_per_week"] = 5.0
    assert list(contributions(frame).left_out(row, 2, FLOOR)) == [True, True]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from([1.0, 10.0, 500.0])), min_size=30,
                max_size=120))  # fmt: skip
def test_nothing_of_few_stands_and_nothing_of_few_is_left_over(episodes: list[tuple[int, int, float]]) -> None:
    frame = pd.DataFrame(episodes, columns=["row", "provider", "minutes_per_week"])
    frame["client"] = [f"c{k // 2}" for k in range(len(frame))]
    row = frame["row"].to_numpy(dtype=np.int64)
    hidden = contributions(frame).left_out(row, 4, FLOOR)
    big = [k for k in range(4) if frame.loc[row == k, "client"].nunique() >= FLOOR.min_clients]
    assert not any(of_few(frame[row == k]) for k in big if not hidden[k])
    assert not any(hidden[k] for k in range(4) if k not in big)
    if hidden.any() and not all(hidden[k] for k in big):
        assert not of_few(frame[hidden[row]])
    if hidden.any():
        assert any(of_few(frame[row == k]) for k in big)
