from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from normenkader.model.grouped import (
    Figure,
    effective_clusters,
    largest,
    quantile_figure,
    ratio_of_sums,
    sums_by,
    verdict,
    within,
)


def test_ratio_of_sums_equals_leaving_each_cluster_out() -> None:
    rng = np.random.default_rng(1)
    cluster = np.sort(rng.integers(0, 6, 200))
    y = rng.normal(10, 4, 200) + cluster
    n = np.bincount(cluster).astype(float)
    found = ratio_of_sums(sums_by(cluster, y, 6), n)
    left = np.array([y[cluster != g].mean() for g in range(6)])
    assert found.value == pytest.approx(y.mean())
    assert found.standard_error == pytest.approx(np.sqrt(5 / 6 * ((left - y.mean()) ** 2).sum()))
    half = stats.t.ppf(0.975, n.sum() ** 2 / (n**2).sum() - 1) * found.standard_error
    assert found.interval == pytest.approx((y.mean() - half, y.mean() + half))


def test_equal_clusters_have_one_degree_less_than_their_number() -> None:
    assert effective_clusters(np.full(7, 3.0)) == pytest.approx(7)
    assert ratio_of_sums(np.arange(7.0), np.full(7, 3.0)).degrees == pytest.approx(6)


def test_clusters_without_rows_take_no_part_and_two_are_too_few() -> None:
    with_empty = ratio_of_sums(np.array([1.0, 0.0, 4.0, 3.0]), np.array([2.0, 0.0, 3.0, 5.0]))
    assert with_empty == ratio_of_sums(np.array([1.0, 4.0, 3.0]), np.array([2.0, 3.0, 5.0]))
    assert ratio_of_sums(np.ones(2), np.ones(2)).interval is None
    assert np.isnan(ratio_of_sums(np.zeros(2), np.zeros(2)).value)


def test_quantile_leaves_each_cluster_out() -> None:
    rng = np.random.default_rng(2)
    cluster, y = np.repeat(np.arange(5), 30), rng.gamma(2, 10, 150)
    found = quantile_figure(y, cluster, 0.8)
    left = np.array([np.quantile(y[cluster != g], 0.8) for g in range(5)])
    assert found.value == np.quantile(y, 0.8)
    assert found.standard_error == pytest.approx(np.sqrt(0.8 * ((left - found.value) ** 2).sum()))


def test_within_takes_the_cluster_means_out() -> None:
    cluster = np.array([0, 0, 2, 2, 2])
    assert within(np.array([1.0, 3.0, 5.0, 5.0, 8.0]), cluster) == pytest.approx([-1, 1, -1, -1, 2])


def figure(value: float, error: float) -> Figure:
    return Figure(value=value, standard_error=error, degrees=20)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([figure(1, 1), figure(-2, 1)], "within"),
        ([figure(1, 1), figure(40, 5)], "beyond"),
        ([figure(1, 1), figure(-40, 5)], "beyond"),
        ([figure(1, 1), figure(5, 20)], "silent"),
        ([figure(1, 1), Figure(value=2.0)], "silent"),
        ([Figure(value=2.0)], "silent"),
    ],
)
def test_verdict_has_three_outcomes(figures: list[Figure], expected: str) -> None:
    assert verdict(figures, 15) == expected


def test_largest_is_farthest_from_zero() -> None:
    assert largest([figure(3, 1), figure(-7, 1), Figure(value=float("nan"))]) == 1


def test_a_false_alarm_over_ten_groups_stays_under_five_percent() -> None:
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(12), 10)
    alarms = 0
    for _ in range(400):
        figures = [ratio_of_sums(sums_by(cluster, rng.normal(0, 1, 120), 12), np.full(12, 10.0)) for _ in range(10)]
        alarms += verdict(figures, 0.0) == "beyond"
    assert alarms / 400 < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)
