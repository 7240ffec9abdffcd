"""The stored study of the correction for assessors' errors: what it shows, and that it can be had again."""

from __future__ import annotations

import json

import pytest
from assessor_errors import RESULTS, SEEDS, draw

STORED = json.loads(RESULTS.read_text(encoding="utf-8"))


def test_the_correction_takes_bias_away_and_costs_certainty() -> None:
    found = STORED["summary"]
    assert found["seeds"] == len(SEEDS)
    bias, error = found["root_mean_squared_bias"], found["root_mean_squared_error"]
    assert bias["corrected"] < 0.6 * bias["recorded"]
    assert error["corrected"] > error["recorded"]
    most = found["most_biased"]
    assert abs(most["corrected"]) <= 2 * most["monte_carlo_error"][1] < abs(most["recorded"])


def test_a_seed_gives_the_stored_terms() -> None:
    found = draw(SEEDS[0])
    assert [[list(key)] for key in found] == [[key] for key, _ in STORED["seed_1"]]
    for (_, stored), values in zip(STORED["seed_1"], found.values(), strict=True):
        assert values == pytest.approx(stored, abs=1e-3)
