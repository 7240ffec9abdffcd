from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from assessed_studies import assessments_of, with_bands

from normenkader.bands.assessed import assess
from normenkader.bands.candidates import list_candidates
from normenkader.bands.derive import derive_bands
from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.table import BandTable
from normenkader.casemix.synthetic import simulate
from normenkader.dossier.band_tables import bands_document
from normenkader.dossier.validation_tables import validation_document
from normenkader.errors import InputRefused
from normenkader.experts.assessments import Assessments
from normenkader.experts.triangulation import triangulate
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable
from normenkader.model.profiles import norm_minutes_of

DATA = simulate("practice", seed=11, n_providers=8, n_clients=900)


@pytest.fixture(scope="module")
def doubles(norms: NormTable) -> Assessments:
    return assessments_of(norms.model.study, DATA)


def derived(norms: NormTable, doubles: Assessments | None, **changes: object) -> BandTable:
    model = fit_minutes(with_bands(norms.model.casemix, **changes)) if changes else norms.model
    options = {"n_resamples": 20, "n_folds": 0, "with_robustness": False}
    return derive_bands(model, triangulate(model), assessments=doubles, **options)


@pytest.fixture(scope="module")
def table(norms: NormTable, doubles: Assessments) -> BandTable:
    return derived(norms, doubles)


def test_profiles_of_the_rows_get_the_norm_of_the_rows(norms: NormTable) -> None:
    frame = norms.model.casemix.to_frame()
    shuffled = frame.sample(frac=1, random_state=1)
    expected = norms.norm_minutes()[shuffled.index.to_numpy()]
    np.testing.assert_array_equal(norm_minutes_of(norms, shuffled.reset_index(drop=True)), expected)


def test_the_same_band_is_counted_on_sums_of_the_norm_table(table: BandTable, doubles: Assessments) -> None:
    rows = doubles.to_frame()
    bands = band_numbers(norm_minutes_of(table.norms, rows), table.edges())
    same = rows.assign(band=bands).groupby("episode")["band"].nunique() == 1
    assert table.same_band.value == pytest.approx(same.mean())
    assert table.same_band.modelled == pytest.approx(same.mean(), abs=0.12)
    assert table.same_band.interval is not None
    assert table.same_band.interval[0] < same.mean() < table.same_band.interval[1]


def test_reliability_is_that_of_the_sums(table: BandTable, doubles: Assessments) -> None:
    rows = doubles.to_frame()
    wide = norm_minutes_of(table.norms, rows).reshape(-1, 2)
    within = ((wide[:, 0] - wide[:, 1]) ** 2).mean() / 2
    assert table.assessed is not None
    assert table.assessed.reliability is not None
    assert table.assessed.reliability.standard_error_of_measurement == pytest.approx(np.sqrt(within), rel=0.05)
    check = next(c for c in table.checks if c.code == "reliability_of_minutes")
    assert check.value == table.assessed.reliability.value
    assert check.passed == (check.value >= 0.8)


def test_every_candidate_stands_with_its_optimum_and_chance(table: BandTable) -> None:
    assert [c.n_bands for c in table.candidates] == list(range(3, 9))
    assert table.assessed is not None
    for candidate in table.candidates:
        found, infeasible = optimum_of(table.norms, candidate.n_bands)
        assert candidate.edges == (None if infeasible else found.edges)
        if candidate.edges is not None:
            assert candidate.same_band == table.assessed.same_band(candidate.edges)
            assert candidate.explained_of_norm == found.explained


def test_auto_takes_the_most_bands_that_keep_the_floor(norms: NormTable, doubles: Assessments) -> None:
    values = {c.n_bands: c.same_band.value for c in list_candidates(norms, assess(norms, doubles)) if c.edges}
    known = {n: value for n, value in values.items() if value is not None}
    for floor in (sorted(known.values())[1], sorted(known.values())[-1]):
        found = derived(norms, doubles, n="auto", same_band_floor=floor)
        assert len(found.bands) == max(n for n, value in known.items() if value >= floor)
        assert "same_band" not in {r.code for r in found.reservations}
        assert found.same_band.interval is not None
        unsure = found.same_band.interval[0] < floor
        assert ("same_band_uncertain" in {r.code for r in found.reservations}) == unsure


def test_no_number_that_keeps_the_floor_is_a_reservation(norms: NormTable, doubles: Assessments) -> None:
    found = derived(norms, doubles, n="auto", same_band_floor=0.999)
    assert len(found.bands) == 3
    assert "same_band" in {r.code for r in found.reservations}
    assert next(c for c in found.checks if c.code == "same_band").passed is False


def test_too_few_doubles_say_so_and_refuse_auto(norms: NormTable) -> None:
    few = assessments_of(norms.model.study, DATA, n_episodes=29)
    found = derived(norms, few)
    assert found.same_band.value is None
    assert "ten minste 30" in found.same_band.reason
    assert "few_assessments" in {r.code for r in found.reservations}
    assert bands_document(found)["same_band"]["value"] is None
    with pytest.raises(InputRefused, match="enough double assessments"):
        derived(norms, few, n="auto")
    enough = assessments_of(norms.model.study, DATA, n_episodes=30)
    assert assess(norms, enough).same_band((0, 150)).value is not None


def test_an_assessment_without_a_level_counts_for_the_other_factors(norms: NormTable, doubles: Assessments) -> None:
    rows = doubles.to_frame()
    rows.loc[0, "network"] = ""
    found = assess(norms, replace(doubles, _rows=rows))
    assert found.n_episodes == assess(norms, doubles).n_episodes - 1
    by_name = {f.factor: f.n_episodes for f in found.agreement.factors}
    assert by_name["network"] == by_name["own_strength"] - 1


def test_the_documents_hold_no_exact_counts(table: BandTable) -> None:
    document = validation_document(table)["assessors"]
    assert document["n_episodes"] % 5 == 0
    assert document["weakest"] in {f["factor"] for f in document["factors"]}
    lowest = min(document["factors"], key=lambda f: f["kappa"])
    assert lowest["factor"] == document["weakest"]
    assert [c["n"] for c in bands_document(table)["candidates"]] == list(range(3, 9))


def test_without_doubles_there_is_no_chance(bands: BandTable) -> None:
    assert bands_document(bands)["same_band"] == {
        "value": None, "interval": None, "modelled": None, "method": None,
        "reason": "Er zijn geen dubbele beoordelingen.",
    }  # fmt: skip
    assert validation_document(bands)["assessors"] is None
    assert all(c.same_band.value is None for c in bands.candidates)


def test_perfect_assessors_always_agree(norms: NormTable) -> None:
    doubles = assessments_of(norms.model.study, DATA)
    rows = doubles.to_frame()
    first = rows.groupby("episode").transform("first")
    rows[[f.name for f in norms.model.study.factors]] = first[[f.name for f in norms.model.study.factors]]
    found = assess(norms, replace(doubles, _rows=rows)).same_band((0, 150, 200))
    assert found.value == found.modelled == 1.0
