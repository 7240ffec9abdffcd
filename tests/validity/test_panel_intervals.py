"""Intervals of a panel's estimates: the stored results meet the criterion, and are what this code gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from panel_intervals import DESIGNS, coverage, coverages, interval_rules

STORED = Path(__file__).parent / "results" / "panel_intervals.json"


@pytest.fixture(scope="module")
def stored() -> Any:
    return json.loads(STORED.read_text(encoding="utf-8"))


def test_intervals_of_the_experts_norm_cover_as_they_say_and_the_rivals_do_not(stored: Any) -> None:
    for design in DESIGNS:
        ours = stored[design.name]["ours"]
        assert abs(ours["coverage"] - 0.90) <= 0.02 + 2 * ours["mc_error"], design.name
    # Experts who differ on what a factor is worth: a model in which they differ in level only is far too sure.
    assert stored["taste"]["mixed_model"]["coverage"] < 0.80
    # Few vignettes to spare: the two-way cluster jackknife is far too wide.
    assert stored["few_spare"]["two_way_jackknife"]["half_width"] > 1.5 * stored["few_spare"]["ours"]["half_width"]


def test_intervals_of_a_few_seeds_lie_near_the_stored(stored: Any) -> None:
    design = next(d for d in DESIGNS if d.name == "taste")
    kept = stored["taste"]["ours"]
    own = coverage(interval_rules()["ours"], design, range(1, 21))
    assert abs(own["coverage"] - kept["coverage"]) <= 4 * own["mc_error"]
    assert own["half_width"] == pytest.approx(kept["half_width"], rel=0.2)


@pytest.mark.slow
def test_every_seed_gives_what_is_stored(stored: Any) -> None:
    assert coverages() == stored
