"""Expert panels: the stored results meet the criteria, and are what this code gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from panels import MARGIN, SCENARIOS, SEEDS, fitted, judged, run, summary

RESULTS = Path(__file__).parent / "results"
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
SHARP = [scenario.name for scenario in SCENARIOS if scenario.name in ("bias", "opposite", "incomplete")]


@pytest.fixture(scope="module")
def panels() -> Any:
    return json.loads((RESULTS / "panels.json").read_text(encoding="utf-8"))


def test_stored_figures_follow_from_the_stored_verdicts(panels: Any) -> None:
    assert panels["margin"] == MARGIN
    assert summary(panels["rows"]) == panels["summary"]
    assert {row["seed"] for row in panels["rows"]} == set(SEEDS)
    assert len(panels["rows"]) == len(SEEDS) * len(SCENARIOS)


@pytest.mark.parametrize("name", SHARP)
def test_a_difference_of_twice_the_margin_is_found_where_the_error_is_small(panels: Any, name: str) -> None:
    found = panels["summary"][name]
    # The planted difference is twice the margin and the standard error at most a quarter of it.
    assert found["planted_sharp"] >= 150
    assert found["sharp_conflict_share"] >= 0.95
    assert found["verdicts"]["agree"] == 0


def test_noise_makes_the_verdict_silent_and_never_agree(panels: Any) -> None:
    verdicts = panels["summary"]["noisy"]["verdicts"]
    assert verdicts["agree"] <= 0.05 * sum(verdicts.values())
    assert verdicts["silent"] > verdicts["conflict"]


@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_alarms_where_nothing_was_planted_stay_within_five_per_cent(panels: Any, name: str) -> None:
    found = panels["summary"][name]
    assert found["comparisons_elsewhere"] > 40 * len(SEEDS)
    assert found["false_alarm_share"] <= 0.05 + 2 * found["false_alarm_mc_error"]


def test_at_the_margin_itself_either_verdict_is_as_rare_as_its_test_says(panels: Any) -> None:
    verdicts = panels["summary"]["at_margin"]["verdicts"]
    n = sum(verdicts.values())
    error = (0.05 * 0.95 / n) ** 0.5
    assert verdicts["agree"] / n <= 0.05 + 2 * error
    assert verdicts["conflict"] / n <= 0.05 + 2 * error


def test_weights_by_performance_find_the_better_experts(panels: Any) -> None:
    found = panels["summary"]["few_better"]
    assert found["better_weight_above_share"] >= 0.95
    assert found["better_weight_mean"] > 3 * BY_NAME["few_better"].n_better / 12


def test_the_first_seed_gives_what_is_stored(panels: Any) -> None:
    model = fitted(SEEDS[0])
    for name in ("bias", "few_better"):
        own = next(row for row in panels["rows"] if (row["seed"], row["scenario"]) == (SEEDS[0], name))
        assert judged(model, BY_NAME[name], SEEDS[0]) == own


@pytest.mark.slow
def test_every_seed_gives_what_is_stored(panels: Any) -> None:
    assert run() == panels["rows"]
