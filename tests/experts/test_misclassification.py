from __future__ import annotations

import numpy as np
import pytest

from normenkader.experts.misclassification import level_errors

SHARES = np.array([0.5, 0.3, 0.2])


def reversible(amount: float) -> np.ndarray:
    """Errors that leave the shares of levels as they are: a mixture of none and of drawing a level anew."""
    return (1 - amount) * np.eye(3) + amount * np.tile(SHARES, (3, 1))


def recorded(rng: np.random.Generator, true: np.ndarray, chances: np.ndarray) -> np.ndarray:
    return (rng.random(len(true))[:, None] > np.cumsum(chances, axis=1)[true, :-1]).sum(axis=1)


def test_one_error_is_found_from_two_assessors() -> None:
    rng = np.random.default_rng(3)
    true = rng.choice(3, 60_000, p=SHARES)
    codes = np.column_stack([recorded(rng, true, reversible(0.2)) for _ in range(2)])
    found = level_errors(codes, 3)
    np.testing.assert_allclose(found.power(1.0), reversible(0.2), atol=0.01)
    np.testing.assert_allclose(found.power(0.0), np.eye(3), atol=1e-12)
    np.testing.assert_allclose(found.power(2.0), reversible(0.2) @ reversible(0.2), atol=0.015)
    np.testing.assert_allclose(found.shares, SHARES, atol=0.01)


def test_rows_are_chances_whatever_the_data() -> None:
    rng = np.random.default_rng(8)
    for _ in range(20):
        codes = rng.integers(-1, 4, (25, 3))
        for amount in (0.5, 1.0, 2.0):
            chances = level_errors(codes, 4).power(amount)
            assert (chances >= 0).all()
            np.testing.assert_allclose(chances.sum(axis=1), 1.0)


def test_perfect_assessors_have_no_error_and_an_unseen_level_none() -> None:
    codes = np.repeat(np.array([[0], [1], [1], [0]]), 2, axis=1)
    np.testing.assert_allclose(level_errors(codes, 3).power(2.0), np.eye(3), atol=1e-6)


def test_three_assessors_count_an_episode_once() -> None:
    two = level_errors(np.array([[0, 0, -1], [0, 1, -1], [1, 1, -1]]), 2)
    three = level_errors(np.array([[0, 0, 0], [0, 1, -1], [1, 1, 1]]), 2)
    assert three.shares == pytest.approx(two.shares)
    np.testing.assert_allclose(three.power(1.0), two.power(1.0))
