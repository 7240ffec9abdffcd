"""A study in hours or days reads of hours or days, wherever a check or a reservation says minutes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from normenkader.bands import reservations
from normenkader.bands.derive import derive_bands
from normenkader.bands.table import BandTable
from normenkader.bands.unit_words import checks_in, counted_in, reservations_in
from normenkader.evidence import Reservation
from normenkader.experts.triangulation import triangulate


@pytest.mark.parametrize(
    ("unit", "word"),
    [
        ("minutes per week", "minuten"),
        ("Hours per week", "uren"),
        ("days", "dagen"),
        ("visits per week", "bezoeken"),
        ("grams", "eenheden"),
    ],
)
def test_what_is_counted(unit: str, word: str) -> None:
    assert counted_in(unit) == word


def test_words_change_whole_and_keep_their_capital() -> None:
    told = (Reservation(code="x", text="Minuten van domeinen; de minuten. Minutenregistratie blijft."),)
    (found,) = reservations_in("hours per week", told)
    assert found.text == "Uren van domeinen; de uren. Minutenregistratie blijft."
    assert reservations_in("minutes per week", told) == told


def test_no_text_of_a_study_in_hours_says_minutes(bands: BandTable) -> None:
    texts = [t for c in checks_in("hours per week", bands.checks) for t in (c.question, c.limit, c.reason)]
    assert any("minuten" in c.question for c in bands.checks)
    assert not [text for text in texts if "minuten" in text.lower()]
    assert checks_in("minutes per week", bands.checks) == bands.checks


def test_bands_of_a_study_in_days_are_told_in_days(bands: BandTable) -> None:
    model = bands.norms.model
    info = model.study.info.model_copy(update={"unit": "days per week"})
    other = replace(model, study=replace(model.study, info=info))
    found = derive_bands(other, triangulate(other), n_resamples=20, n_folds=0, with_robustness=False)
    told = [c.question + c.limit + c.reason + c.reservation for c in found.checks] + [
        r.text for r in found.reservations
    ]
    assert not [text for text in told if "minuten" in text.lower()]
    assert any("dagen" in text for text in told)


def test_what_rounding_takes_is_told_in_the_unit_that_is_counted(bands: BandTable) -> None:
    model = bands.norms.model
    info = model.study.info.model_copy(update={"unit": "hours per week"})
    loss = replace(bands.norms.loss, share_below=0.5, mean_minutes_below=1.25)
    norms = replace(bands.norms, model=replace(model, study=replace(model.study, info=info)), loss=loss)
    (told, *_) = reservations._rounding(norms)
    assert "gemiddeld 1,3 uren" in told.text
