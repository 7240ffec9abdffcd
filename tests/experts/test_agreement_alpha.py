from __future__ import annotations

import time

import krippendorff
import numpy as np
import pandas as pd
import pytest

from normenkader.experts.agreement_alpha import krippendorff_alpha
from normenkader.experts.agreement_nominal import chance_corrected
from normenkader.experts.agreement_weights import rating_codes

METRICS = ("nominal", "ordinal", "interval", "ratio")


@pytest.mark.parametrize("metric", METRICS)
def test_gwets_four_raters(real, reference, metric):
    table = pd.read_csv(real / "gwet_raw_4raters.csv").iloc[:, 1:]
    ref = reference["gwet"]["raw_4raters_kripp_pkg"][metric]
    assert krippendorff_alpha(table, metric=metric).value == pytest.approx(ref, abs=1e-8)


def test_the_two_ordinal_definitions_are_both_here_and_differ(real):
    table = pd.read_csv(real / "gwet_raw_4raters.csv").iloc[:, 1:].to_numpy(float)
    assert krippendorff_alpha(table, metric="ordinal").value == pytest.approx(0.8154, abs=5e-5)
    assert chance_corrected(table, coefficient="krippendorff", weights="ordinal").value == pytest.approx(
        0.8336, abs=5e-5
    )


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("seed", range(4))
def test_equals_the_krippendorff_package_with_missing_values(metric, seed):
    rng = np.random.default_rng(seed)
    table = np.round(rng.gamma(3, 4, size=(15, 1)) + rng.gamma(2, 2, size=(15, 5)))
    table[rng.random(table.shape) < 0.3] = np.nan
    peer = krippendorff.alpha(reliability_data=table.T, level_of_measurement=metric)
    assert krippendorff_alpha(table, metric=metric).value == pytest.approx(peer, abs=1e-10)


@pytest.mark.parametrize(
    ("name", "metric", "key"),
    [("anxiety", "ordinal", "kripp_ordinal"), ("anxiety", "interval", "kripp_interval"),
     ("video", "ordinal", "kripp_ordinal"),
     ("diagnoses", "nominal", "kripp_nominal")],
)  # fmt: skip
def test_irrs_figures_follow_from_ours(real, reference, name, metric, key):
    """irr counts N (m - 1) values where Krippendorff counts N; the package of that name agrees with us."""
    codes = rating_codes(pd.read_csv(real / f"rater_{name}.csv"))[1].astype(float)
    found = krippendorff_alpha(codes, metric=metric)
    n, more = found.n_values, found.n_values * (codes.shape[1] - 1)
    as_irr = 1 - (1 - found.value) * (n / (n - 1)) * ((more - 1) / more)
    assert as_irr == pytest.approx(reference[name][key], abs=1e-8)
    peer = krippendorff.alpha(reliability_data=codes.T, level_of_measurement=metric)
    assert found.value == pytest.approx(peer, abs=1e-10)


def test_a_hundred_thousand_units_with_distinct_values_take_a_moment():
    rng = np.random.default_rng(15)
    table = rng.normal(size=(100_000, 1)) + rng.normal(size=(100_000, 6))
    start = time.perf_counter()
    found = krippendorff_alpha(table, metric="interval").value
    assert time.perf_counter() - start < 2.0
    assert found == pytest.approx(0.5, abs=0.01)


def test_equal_values_leave_nothing_to_explain_and_lone_values_do_not_count():
    assert np.isnan(krippendorff_alpha([[2.0, 2.0], [2.0, 2.0]], metric="interval").value)
    table = np.array([[1.0, 2.0, np.nan], [4.0, 4.0, 5.0], [np.nan, 90.0, np.nan]])
    assert krippendorff_alpha(table, metric="interval") == krippendorff_alpha(table[:2], metric="interval")


def test_refusals():
    with pytest.raises(ValueError, match="two values"):
        krippendorff_alpha([[1.0, np.nan]], metric="nominal")
    with pytest.raises(ValueError, match="ratio"):
        krippendorff_alpha([[1.0, -1.0]], metric="ratio")
