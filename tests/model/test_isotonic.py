from __future__ import annotations

import numpy as np
import pytest

from normenkader.model.isotonic import isotonic, min_max


@pytest.mark.parametrize("seed", range(20))
def test_min_max_is_the_pool_of_adjacent_violators(seed):
    from sklearn.isotonic import IsotonicRegression

    rng = np.random.default_rng(seed)
    values, weights = rng.normal(0, 3, (4, 6)), rng.uniform(0.5, 9, (4, 6))
    found = min_max(values, weights)
    for k in range(4):
        expected = IsotonicRegression().fit_transform(np.arange(6), values[k], sample_weight=weights[k])
        np.testing.assert_allclose(found[k], expected, atol=1e-9)


def test_fixed_values_hold_and_bound_the_free_ones():
    fixed = np.array([[np.nan, 2.0, np.nan, np.nan, 5.0]])
    found = isotonic(np.array([[4.0, 9.0, 1.0, 7.0, 0.0]]), np.ones((1, 5)), fixed, "up")
    assert found.tolist() == [[2.0, 2.0, 2.0, 5.0, 5.0]]
    found = isotonic(-np.array([[4.0, 9.0, 1.0, 7.0, 0.0]]), np.ones((1, 5)), -fixed, "down")
    assert found.tolist() == [[-2.0, -2.0, -2.0, -5.0, -5.0]]
