from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from capped_studies import WORTH_OF_ORIENTATION, capped

from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.experts.assessments import Assessments
from normenkader.experts.corrected_terms import corrected_terms, extrapolated
from normenkader.model.fit import fit_minutes
from normenkader.model.results import MinutesModel
from normenkader.provenance import Receipt


@pytest.fixture(scope="module")
def model() -> MinutesModel:
    return fit_minutes(casemix_of(simulate("clean", seed=4, n_providers=6, n_clients=900)))


def doubles(model: MinutesModel, *, flip: float, n: int = 300) -> Assessments:
    """Two assessors who agree on everything but the orientation, which each mistakes with chance `flip`."""
    rng = np.random.default_rng(2)
    frame = model.casemix.to_frame().head(n)
    names = [f.name for f in model.study.factors]
    rows = frame.loc[frame.index.repeat(2), ["episode", *names]].reset_index(drop=True)
    rows.insert(0, "assessor", np.tile(["a1", "a2"], len(frame)))
    low, high = model.study.factor("orientation").levels
    other = np.where(rows["orientation"] == low, high, low)
    rows["orientation"] = np.where(rng.random(len(rows)) < flip, other, rows["orientation"])
    return Assessments(study=model.study, files=(), receipt=Receipt(stage="assessments", sha256="0"), _rows=rows)


def test_perfect_assessors_change_nothing(model: MinutesModel) -> None:
    found = corrected_terms(model, doubles(model, flip=0.0))
    np.testing.assert_allclose(found.by_column, model.coefficients(), atol=0.02)
    assert found.ijkclient == pytest.approx(model.ijkclient.value, abs=0.02)


def test_errors_on_a_factor_had_shrunk_its_term(model: MinutesModel) -> None:
    """Errors are put into the recorded levels; the corrected term comes back to where it was without them."""
    rng = np.random.default_rng(6)
    casemix = casemix_of(simulate("clean", seed=4, n_providers=6, n_clients=6000))
    plain = [f.model_copy(update={"interacts_with": ()})
             for f in casemix.study.factors]  # fmt: skip
    casemix = replace(casemix, study=replace(casemix.study, factors=tuple(plain)))
    rows = casemix.to_frame()
    low, high = casemix.study.factor("orientation").levels
    wrong = rng.random(len(rows)) < 0.15
    rows.loc[wrong, "orientation"] = np.where(rows.loc[wrong, "orientation"] == low, high, low)
    true, seen = fit_minutes(casemix), fit_minutes(replace(casemix, _rows=rows))
    found = corrected_terms(seen, doubles(true, flip=0.15, n=3000))
    at = next(t.column for t in seen.terms if t.factor == "orientation")
    before, recorded, corrected = true.coefficients()[at], seen.coefficients()[at], found.by_column[at]
    assert abs(recorded) < 0.85 * abs(before)
    assert abs(corrected - before) < 0.5 * abs(recorded - before)


@pytest.mark.parametrize("share", [0, 0.6])
def test_maxima_do_not_change_what_errors_took_away(share: float) -> None:
    """With one level in seven misread a difference between two is 0.7 of what it was."""
    true = capped(share, seed=5, n=4000).norms.model
    rows = true.casemix.to_frame()
    low, high = true.study.factor("orientation").levels
    wrong = np.random.default_rng(8).random(len(rows)) < 0.15
    rows.loc[wrong, "orientation"] = np.where(rows.loc[wrong, "orientation"] == low, high, low)
    seen = fit_minutes(replace(true.casemix, _rows=rows))
    assert seen.censoring.applied == (share > 0)
    at = next(t.column for t in seen.terms if t.factor == "orientation")
    shift = corrected_terms(seen, doubles(true, flip=0.15, n=1500)).shift[at]
    assert shift == pytest.approx(0.3 * WORTH_OF_ORIENTATION, rel=0.5)


def test_the_same_seed_gives_the_same_terms(model: MinutesModel) -> None:
    given = doubles(model, flip=0.1)
    assert corrected_terms(model, given) == corrected_terms(model, given)


def test_a_quadratic_is_continued_exactly() -> None:
    amounts = (0.0, 0.5, 1.0, 1.5, 2.0)
    values = np.array([[3 - 2 * a + 0.5 * a * a, 7.0] for a in amounts])
    np.testing.assert_allclose(extrapolated(amounts, values), [5.5, 7.0])
