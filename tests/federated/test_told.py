from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from normenkader.federated.told import Told, together, told


@pytest.mark.parametrize(("inside", "expected"), [
    (0, (0, 0)), (1, (1, 10)), (9, (1, 10)), (10, (10, 10)), (25, (25, 25)), (40, (40, 40)), (41, (40, 50)),
    (49, (40, 50)), (50, (40, 50)),
])  # fmt: skip
def test_few_of_fifty_clients_are_told_by_bounds(inside: int, expected: tuple[int, int]) -> None:
    frame = pd.DataFrame({"client": [f"c{i}" for i in range(50)]})
    found = told(frame, np.arange(50) < inside, 10)
    assert (found.low, found.high) == expected
    assert found.holds(inside)
    assert found.exact == (inside if expected[0] == expected[1] else None)


def test_many_episodes_of_few_clients_are_few() -> None:
    """Twelve episodes of three clients: the number of clients decides, and the bounds hold the number."""
    frame = pd.DataFrame({"client": [f"c{i % 3}" for i in range(12)] + [f"d{i}" for i in range(30)]})
    found = told(frame, np.arange(42) < 12, 10)
    assert (found.low, found.high) == (1, 20)


def test_bounds_add_up() -> None:
    parts = [Told(low=1, high=10), Told(low=12, high=12), Told(low=0, high=0)]
    assert together(parts) == Told(low=13, high=22)
    assert together([]).exact == 0
