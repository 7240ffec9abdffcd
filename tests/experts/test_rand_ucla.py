from __future__ import annotations

import numpy as np
import pytest

from normenkader.experts.rand_ucla import disagreement_in_minutes, rand_ucla_disagreement

PUBLISHED = [4, 5, 6, *[7] * 5, *[8] * 5, 9, 9]


def test_a_published_example():
    found = rand_ucla_disagreement(PUBLISHED)
    assert (found.n, found.median, found.p30, found.p70, found.ipr) == (15, 7.0, 7.0, 8.0, 1.0)
    assert found.ipras == pytest.approx(6.1, abs=1e-12)
    assert found.disagreement is False


def test_a_split_panel_disagrees():
    found = rand_ucla_disagreement([1, 1, 1, 2, 5, 8, 9, 9, 9])
    assert found.ipr > found.ipras
    assert found.disagreement is True


def test_scale_turned_round_gives_the_same_range():
    mirrored = rand_ucla_disagreement([10 - r for r in PUBLISHED])
    found = rand_ucla_disagreement(PUBLISHED)
    assert (mirrored.ipr, mirrored.ipras) == pytest.approx((found.ipr, found.ipras))


def test_missing_ratings_do_not_count():
    assert rand_ucla_disagreement([*PUBLISHED, np.nan]) == rand_ucla_disagreement(PUBLISHED)
    assert rand_ucla_disagreement([np.nan]).disagreement is None


def test_ratings_off_the_scale_are_refused():
    with pytest.raises(ValueError, match="between 1 and 9"):
        rand_ucla_disagreement([0, 5])


def test_minutes_on_the_scale_give_the_same_answer():
    minutes = [(r - 1) * 30.0 for r in PUBLISHED]
    found, wanted = disagreement_in_minutes(minutes, lowest=0, highest=240), rand_ucla_disagreement(PUBLISHED)
    assert (found.ipr, found.ipras, found.disagreement) == pytest.approx((wanted.ipr, wanted.ipras, False))
    with pytest.raises(ValueError, match="between 1 and 9"):
        disagreement_in_minutes([300.0], lowest=0, highest=240)
    with pytest.raises(ValueError, match="anchors"):
        disagreement_in_minutes([300.0], lowest=5, highest=5)
