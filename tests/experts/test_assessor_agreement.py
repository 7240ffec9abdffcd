from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_studies import two_factors
from sklearn.metrics import cohen_kappa_score

from normenkader.experts.assessments import Assessments
from normenkader.experts.assessor_agreement import FEW, ONE_LEVEL, assessor_agreement, same_level_share
from normenkader.provenance import Receipt


def doubles(rows: pd.DataFrame) -> Assessments:
    return Assessments(study=two_factors(), files=(), receipt=Receipt(stage="assessments", sha256="0"), _rows=rows)


def two_assessors(n: int, *, misread_a: float, misread_b: float) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    a, b = rng.integers(0, 3, n), rng.integers(0, 2, n)
    parts = []
    for name in ("p", "q"):
        seen_a = np.where(rng.random(n) < misread_a, np.clip(a + rng.choice([-1, 1], n), 0, 2), a)
        seen_b = np.where(rng.random(n) < misread_b, 1 - b, b)
        parts.append(pd.DataFrame({
            "assessor": name, "episode": [f"e{i:03d}" for i in range(n)],
            "a": np.array(["laag", "midden", "hoog"])[seen_a], "b": np.array(["x", "y"])[seen_b],
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_kappa_is_that_of_scikit_learn_and_the_weakest_is_named() -> None:
    rows = two_assessors(80, misread_a=0.1, misread_b=0.3)
    found = assessor_agreement(doubles(rows))
    wide = rows.pivot(index="episode", columns="assessor")
    a, b = found.factors
    assert a.kappa is not None
    assert b.kappa is not None
    places = {"laag": 0, "midden": 1, "hoog": 2}
    codes = wide["a"].map(places.get)
    assert a.kappa.value == pytest.approx(cohen_kappa_score(codes["p"], codes["q"], weights="quadratic"))
    assert b.kappa.value == pytest.approx(cohen_kappa_score(wide["b"]["p"], wide["b"]["q"]))
    assert a.same_level == pytest.approx((wide["a"]["p"] == wide["a"]["q"]).mean())
    assert (a.weights, b.weights, found.weakest) == ("quadratic", "identity", "b")
    assert (found.n_episodes, found.n_assessors, found.n_assessments) == (80, 2, 160)


def test_few_pairs_and_a_single_level_have_no_figure() -> None:
    found = assessor_agreement(doubles(two_assessors(9, misread_a=0.1, misread_b=0.1)))
    assert {f.reason for f in found.factors} == {FEW}
    assert found.weakest == ""
    rows = two_assessors(40, misread_a=0.1, misread_b=0.1).assign(b="x")
    same = assessor_agreement(doubles(rows)).factors[1]
    assert (same.kappa, same.reason) == (None, ONE_LEVEL)


def test_rare_levels_pull_kappa_down_but_not_gwet() -> None:
    rows = two_assessors(200, misread_a=0.0, misread_b=0.0)
    rng = np.random.default_rng(2)
    rows["b"] = np.where(rng.random(len(rows)) < 0.03, "y", "x")
    b = assessor_agreement(doubles(rows)).factors[1]
    assert b.kappa is not None
    assert b.gwet is not None
    assert b.kappa.value < 0.3 < 0.9 < b.gwet.value


def test_same_level_counts_every_episode_once() -> None:
    codes = np.array([[0, 0, 0], [0, 1, -1], [0, 0, 1]])
    assert same_level_share(codes) == pytest.approx((1 + 0 + 1 / 3) / 3)
