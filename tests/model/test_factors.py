"""Levels, overlap classes and the joining of thin levels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from model_data import HEAD

from normenkader.model.factors import DesignFactor, count_class, design_factors, join_thin_levels, level_codes
from normenkader.study import study_from_text

LEVELS = ("geen", "licht", "matig", "zwaar")
OVERLAP = """
[[factor]]
name = "financien"
kind = "ordinal"
levels = ["geen", "licht", "matig"]
ijkclient = "licht"
group = "leefgebied"
[[factor]]
name = "wonen"
kind = "ordinal"
levels = ["geen", "licht"]
ijkclient = "geen"
group = "leefgebied"
[[factor]]
name = "goal"
kind = "nominal"
levels = ["a", "b"]
ijkclient = "b"
[model]
overlap_breaks.leefgebied = [0, 1]
"""


def factor(direction="up", *, reference=1, ordered=True):
    return DesignFactor(name="f", levels=LEVELS, reference=reference, direction=direction, ordered=ordered)


def enough(counts, floor=10):
    return lambda levels: sum(counts[level] for level in levels) >= floor


@pytest.mark.parametrize(
    ("direction", "reference", "counts", "groups"),
    [
        # Up: a thin level joins the next higher, so that joining does not cost the client.
        ("up", 0, (50, 4, 30, 30), ((0,), (1, 2), (3,))),
        # Down: minutes fall, so the next lower has more.
        ("down", 3, (50, 30, 4, 30), ((0,), (1, 2), (3,))),
        # At the end of the scale there is one neighbour.
        ("up", 0, (50, 30, 30, 4), ((0,), (1,), (2, 3))),
        ("down", 3, (4, 30, 30, 40), ((0, 1), (2,), (3,))),
        # Free: away from the ijkclient.
        ("free", 1, (30, 50, 4, 30), ((0,), (1,), (2, 3))),
        ("free", 2, (30, 4, 50, 30), ((0, 1), (2,), (3,))),
        # Joined and still thin: joined again.
        ("up", 0, (50, 3, 4, 30), ((0,), (1, 2, 3))),
        ("up", 0, (3, 2, 2, 2), ((0, 1, 2, 3),)),
        # A thin ijkclient joins as well.
        ("up", 1, (30, 4, 30, 30), ((0,), (1, 2), (3,))),
        ("up", 1, (30, 30, 30, 30), ((0,), (1,), (2,), (3,))),
    ],
)
def test_thin_levels_join_by_direction(direction, reference, counts, groups):
    assert join_thin_levels(factor(direction, reference=reference), enough(counts), policy="merge") == groups


def test_blank_and_nominal_levels_stay_apart():
    alone = ((0,), (1,), (2,), (3,))
    assert join_thin_levels(factor(), enough((1, 1, 1, 1)), policy="blank") == alone
    assert join_thin_levels(factor("free", ordered=False), enough((1, 1, 1, 1)), policy="merge") == alone


def test_count_classes_are_closed_on_the_right():
    assert count_class(np.arange(9), [2, 4, 6]).tolist() == [0, 0, 0, 1, 1, 2, 2, 3, 3]


def test_overlap_factor_counts_levels_above_the_lowest():
    study = study_from_text(HEAD + OVERLAP, folder=Path())
    own = design_factors(study)
    assert [f.name for f in own] == ["financien", "wonen", "goal", "n_leefgebied"]
    overlap = own[-1]
    assert overlap.levels == ("0", "1", ">1")
    # The ijkclient: financien licht (above its lowest), wonen geen.
    assert (overlap.reference, overlap.direction, overlap.group) == (1, "down", "leefgebied")
    frame = pd.DataFrame(
        {
            "financien": ["geen", "licht", "matig", "geen"],
            "wonen": ["geen", "geen", "licht", "licht"],
            "goal": list("abab"),
        }
    )
    codes = level_codes(frame, study)
    assert codes["n_leefgebied"].tolist() == [0, 1, 2, 1]
    assert codes["financien"].tolist() == [0, 1, 2, 0]
    assert codes["goal"].tolist() == [0, 1, 0, 1]


def test_an_unknown_level_is_an_error():
    study = study_from_text(HEAD + OVERLAP, folder=Path())
    frame = pd.DataFrame({"financien": ["veel"], "wonen": ["geen"], "goal": ["a"]})
    with pytest.raises(ValueError, match="financien"):
        level_codes(frame, study)
