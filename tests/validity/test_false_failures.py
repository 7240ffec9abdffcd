"""The stored study of false failures: what it shows, and that this code gives it."""

from __future__ import annotations

import numpy as np
import pytest
from clean_truth import TRUTH
from false_failure_rates import (
    MOST,
    README,
    failed_in,
    false_failures,
    limits_chosen_on,
    overall,
    points,
    result_of,
    rows_of,
    stored,
    with_table,
)
from false_failures import EARLIER_SEEDS, SEEDS, folds_of, one, run

from normenkader.bands.robustness import LEAST_SURVIVORS
from normenkader.provenance import canonical_json

STORED = stored()
ROWS = {row["code"]: row for row in STORED["checks"]}
GRADED = [code for code, row in ROWS.items() if row["of"]]
RECOMPUTED = 1037
"""The first seed without the map of loss."""


def test_seeds_are_fresh_and_none_is_left_out() -> None:
    assert [row["seed"] for row in STORED["by_seed"]] == list(SEEDS)
    assert STORED["seeds"] == len(SEEDS) == 200
    assert not set(SEEDS) & set(EARLIER_SEEDS)


def test_every_check_has_a_truth_with_its_ground() -> None:
    assert set(ROWS) == set(TRUTH)
    assert all(len(truth.why) > 10 for truth in TRUTH.values())


def test_of_all_checks_that_should_pass_at_most_five_per_cent_fail() -> None:
    found = STORED["overall"]
    assert 0 < found["monte_carlo_error"] < 0.01
    assert found["rate"] <= found["rate_of_verdicts"] <= MOST + 2 * found["monte_carlo_error"]


@pytest.mark.parametrize("code", GRADED)
def test_no_check_by_itself_fails_falsely_more_often(code: str) -> None:
    row = ROWS[code]
    chance = np.sqrt(MOST * (1 - MOST) / row["of"])
    assert row["rate"] <= MOST + 2 * chance
    assert row["rate"] == pytest.approx(row["falsely"] / row["of"], abs=1e-4)


def test_what_does_not_hold_is_never_said_to_hold() -> None:
    assert [code for code, row in ROWS.items() if row["truth"] == "fails" and row["passed"]] == []


def test_what_grades_nothing_never_passes_or_fails() -> None:
    silent = [row for row in ROWS.values() if row["truth"] in ("reports", "not asked")]
    assert len(silent) > 5
    assert all(row["passed"] == row["failed"] == 0 for row in silent)


def test_the_limit_on_survivors_follows_its_rule_and_holds_on_fresh_seeds() -> None:
    chosen = STORED["limits_chosen_on"]["band_survives_choices"]["5%"]
    assert pytest.approx(0.05 * np.floor(chosen / 0.05)) == LEAST_SURVIVORS
    assert ROWS["band_survives_choices"]["rate"] <= MOST
    assert STORED["band_survives_choices"]["5%"] >= LEAST_SURVIVORS


def test_readme_shows_the_stored_table() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_table(text, STORED) == text


def test_a_seed_gives_the_stored_failures() -> None:
    assert folds_of(RECOMPUTED) == 0
    found = one(RECOMPUTED)
    kept = next(row for row in STORED["by_seed"] if row["seed"] == RECOMPUTED)
    assert failed_in(found) == kept["failed"]
    assert set(found["checks"]) == set(TRUTH) - {"sum_keeps_ceiling"}


def test_rates_by_hand() -> None:
    """Three seeds: one false failure, one right one, and a truth that holds in two of three draws."""
    code, by_draw = "optimism", "provider_effects"
    seeds = [
        {"seed": k, "checks": {code: [k != 1, 0.0], by_draw: [k != 2, 0.0], "promise_kept": [False, 0.5]},
         "true_of_draw": {by_draw: k != 2}}
        for k in range(3)
    ]  # fmt: skip
    assert false_failures(seeds, code) == (1, 3)
    assert false_failures(seeds, by_draw) == (0, 2)
    assert false_failures(seeds, "promise_kept") == (0, 0)
    found = overall(seeds)
    assert (found["rate"], found["studies_with_any"]) == (pytest.approx(1 / 5), pytest.approx(1 / 3, abs=1e-4))
    first = rows_of(seeds)[0]
    assert (first["rate"], first["monte_carlo_error"]) == (
        pytest.approx(1 / 3, abs=1e-4),
        pytest.approx(0.2722, abs=1e-4),
    )
    assert points(seeds, "promise_kept")["50%"] == 0.5


@pytest.mark.slow
def test_the_whole_study_again() -> None:
    chosen = limits_chosen_on(run(EARLIER_SEEDS))
    again = result_of(run(SEEDS), chosen)
    assert canonical_json(again) == canonical_json(STORED)
