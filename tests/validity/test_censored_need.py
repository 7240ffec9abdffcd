"""The stored study of need behind maxima: the censored fit finds it, the naive one does not."""

from __future__ import annotations

import json

import numpy as np
import pytest
from censored_need import RESULTS, SEEDS, bias

STORED = json.loads(RESULTS.read_text(encoding="utf-8"))["seeds"]


def test_bias_is_under_5_per_cent_where_the_naive_fit_is_over_15() -> None:
    assert [one["seed"] for one in STORED] == list(SEEDS)
    censored, naive = (np.array([one[name] for one in STORED]) for name in ("censored", "naive"))
    error = censored.std(ddof=1) / np.sqrt(len(censored))
    assert abs(censored.mean()) + 2 * error < 0.05
    assert naive.mean() < -0.15


def test_a_seed_gives_the_stored_bias() -> None:
    found = bias(SEEDS[0])
    assert (found.censored, found.naive) == pytest.approx((STORED[0]["censored"], STORED[0]["naive"]), abs=1e-4)
