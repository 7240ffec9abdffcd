"""The record beside double assessments: how much of an assessor's error it holds, where that was put in by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.experts.agreement_weights import rating_codes
from normenkader.experts.assessments import Assessments
from normenkader.experts.corrected_terms import _solved, corrected_terms
from normenkader.experts.misclassification import LevelErrors, level_errors
from normenkader.experts.recorded_errors import errors_in_record
from normenkader.model.factors import level_codes
from normenkader.model.fit import fit_minutes
from normenkader.model.intervals import jackknife_covariance
from normenkader.provenance import Receipt

CASEMIX = casemix_of(simulate("clean", seed=4, n_providers=6, n_clients=900))
STUDY = CASEMIX.study
FACTORS = [f.name for f in STUDY.factors]
CHANCE = 0.15


def read(rows: pd.DataFrame, rng: np.random.Generator, chance: float = CHANCE) -> pd.DataFrame:
    """One reading: now and then the level of somebody else, so that shares of levels stay as they are."""
    seen = {
        name: np.where(rng.random(len(rows)) < chance, rng.choice(CASEMIX.to_frame()[name], len(rows)), rows[name])
        for name in FACTORS
    }
    return rows.assign(**seen)


def doubles(*readings: pd.DataFrame) -> Assessments:
    rows = pd.concat([one.assign(assessor=f"a{k}") for k, one in enumerate(readings)])[
        ["assessor", "episode", *FACTORS]
    ]
    rows = rows.sort_values(["episode", "assessor"]).reset_index(drop=True)
    return Assessments(study=STUDY, files=(), receipt=Receipt(stage="assessments", sha256="0"), _rows=rows)


def errors_of(assessments: Assessments) -> dict[str, LevelErrors]:
    found = {}
    for factor in STUDY.factors:
        _, codes = rating_codes(assessments.wide(factor.name).to_numpy(dtype=object), categories=factor.levels)
        found[factor.name] = level_errors(codes, len(factor.levels))
    return found


def held(recorded: pd.DataFrame, assessments: Assessments) -> float:
    return errors_in_record(recorded, assessments, errors_of(assessments))


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return CASEMIX.to_frame().head(400)


@pytest.fixture(scope="module")
def two(truth: pd.DataFrame) -> list[pd.DataFrame]:
    rng = np.random.default_rng(3)
    return [read(truth, rng), read(truth, rng)]


def test_a_record_without_error_holds_none(truth: pd.DataFrame, two: list[pd.DataFrame]) -> None:
    assert held(truth, doubles(*two)) == pytest.approx(0.0, abs=0.08)


def test_one_more_reading_holds_as_much_as_an_assessor(truth: pd.DataFrame, two: list[pd.DataFrame]) -> None:
    assert held(read(truth, np.random.default_rng(9)), doubles(*two)) == pytest.approx(1.0, abs=0.15)


def test_a_worse_record_holds_more_and_at_most_two(truth: pd.DataFrame, two: list[pd.DataFrame]) -> None:
    assert 1.3 < held(read(truth, np.random.default_rng(9), 0.25), doubles(*two)) < 2.0
    assert held(read(truth, np.random.default_rng(9), 0.9), doubles(*two)) == 2.0


def test_a_record_taken_from_an_assessor_counts_as_one_reading(truth: pd.DataFrame, two: list[pd.DataFrame]) -> None:
    """Its agreement with that assessor would pass for being right."""
    assert held(two[0], doubles(*two)) == 1.0
    half = pd.concat([two[0].head(200), two[1].tail(200)])
    assert held(half, doubles(*two)) == 1.0


def test_episodes_that_the_record_does_not_know_say_nothing(truth: pd.DataFrame, two: list[pd.DataFrame]) -> None:
    assert held(truth.assign(episode="elders-" + truth["episode"]), doubles(*two)) == 1.0
    part = truth.head(300)
    kept = [one[one["episode"].isin(part["episode"])] for one in two]
    by_all, by_part = held(part, doubles(*two)), errors_in_record(part, doubles(*kept), errors_of(doubles(*two)))
    assert by_all == by_part


def test_what_an_assessor_left_open_is_not_compared(truth: pd.DataFrame, two: list[pd.DataFrame]) -> None:
    open_ = [one.assign(orientation="") for one in two]
    recorded = truth.assign(orientation="anders")
    errors = errors_of(doubles(*two))
    without = {name: one for name, one in errors.items() if name != "orientation"}
    found = errors_in_record(recorded, doubles(*open_), errors)
    assert found == pytest.approx(errors_in_record(truth, doubles(*two), without), abs=1e-6)


def test_agreement_falls_with_the_distance(two: list[pd.DataFrame]) -> None:
    errors = errors_of(doubles(*two))["network"]
    wide = doubles(*two).wide("network")
    assert errors.agreement(0.0) == pytest.approx(1.0)
    assert errors.agreement(2.0) == pytest.approx((wide["a0"] == wide["a1"]).mean(), abs=0.01)
    assert errors.agreement(0.5) > errors.agreement(1.0) > errors.agreement(2.0)
    assert replace(errors, values=np.ones_like(errors.values)).agreement(2.0) == pytest.approx(1.0)


def test_a_right_record_is_hardly_corrected_and_a_reading_is(truth: pd.DataFrame, two: list[pd.DataFrame]) -> None:
    model = fit_minutes(CASEMIX)
    right = corrected_terms(model, doubles(*two))
    taken = corrected_terms(model, doubles(truth, two[1]))
    assert right.errors_in_record == held(CASEMIX.to_frame(), doubles(*two)) < 0.1
    assert taken.errors_in_record == 1.0
    assert np.abs(right.shift).mean() < 0.2 * np.abs(taken.shift).mean()
    for found in (right, taken):
        assert found.shift_left_out.shape == (model.n_providers, len(model.coefficients()) + 1)
        np.testing.assert_allclose(found.by_column, model.coefficients() + found.shift[:-1])
        assert found.ijkclient == pytest.approx(model.ijkclient.value + found.shift[-1])


def test_what_is_solved_without_added_errors_is_the_fit_and_its_jackknife() -> None:
    model = fit_minutes(CASEMIX)
    solved = _solved(model, level_codes(CASEMIX.to_frame(), STUDY))
    np.testing.assert_allclose(solved[0], [*model.coefficients(), model.ijkclient.value], rtol=1e-6, atol=1e-6)
    errors = np.sqrt(np.diag(jackknife_covariance(solved[1:], solved[0])))
    own = [(t.column, t.estimate.standard_error) for t in model.terms if t.estimate] + [
        (-1, model.ijkclient.standard_error)
    ]
    np.testing.assert_allclose([errors[k] for k, _ in own], [error for _, error in own], rtol=1e-6)
