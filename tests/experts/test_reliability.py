from __future__ import annotations

import numpy as np
import pytest

from normenkader.experts.agreement_icc import intraclass_correlations
from normenkader.experts.reliability import (
    summed_minutes_reliability,
)


def double_assessments(n: int, seed: int, assessors: int = 12):
    rng = np.random.default_rng(seed)
    client = np.repeat(np.arange(n), 2)
    assessor = np.concatenate([rng.choice(assessors, 2, replace=False) for _ in range(n)])
    own, strict = 40 * rng.normal(size=n), 10 * rng.normal(size=assessors)
    return 200 + own[client] + strict[assessor] + 20 * rng.normal(size=2 * n), client, assessor


def test_two_assessments_each_give_the_one_way_closed_form():
    minutes, client, _ = double_assessments(60, 1)
    found = summed_minutes_reliability(minutes, client=client)
    closed = intraclass_correlations(minutes.reshape(60, 2))[0]
    assert closed.name == "ICC(1)"
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (closed.value, closed.lower, closed.upper), abs=1e-5
    )
    assert (found.n_clients, found.n_assessments, found.n_assessors) == (60, 120, 0)


def test_recovers_known_variances_with_assessors():
    minutes, client, assessor = double_assessments(1500, 2, assessors=60)
    found = summed_minutes_reliability(minutes, client=client, assessor=assessor)
    assert found.client_variance == pytest.approx(1600, rel=0.1)
    assert found.assessor_variance == pytest.approx(100, rel=0.4)
    assert found.residual_variance == pytest.approx(400, rel=0.1)
    assert found.lower < 1600 / 2100 < found.upper
    assert found.standard_error_of_measurement == pytest.approx(np.sqrt(500), rel=0.1)
    assert found.n_assessors == 60


def test_lone_and_missing_assessments_are_left_out():
    minutes, client, _ = double_assessments(30, 3)
    base = summed_minutes_reliability(minutes, client=client)
    more = summed_minutes_reliability([*minutes, 999.0, np.nan, 50.0], client=[*client, 77, 78, 78])
    assert more == base


def test_clients_of_whom_nobody_was_assessed_twice_are_refused():
    with pytest.raises(ValueError, match="assessed twice"):
        summed_minutes_reliability([1.0, 2.0, 3.0], client=[1, 2, 3])


def test_too_many_assessors_to_tell_apart_count_as_error():
    minutes, client, _ = double_assessments(20, 5)
    everyone_new = summed_minutes_reliability(minutes, client=client, assessor=np.arange(40))
    assert everyone_new == summed_minutes_reliability(minutes, client=client)
