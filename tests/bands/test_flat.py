"""Minutes that do not vary at all: nothing to find, and nothing may go wrong."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from made_studies import made

from normenkader.bands.derive import derive_bands
from normenkader.bands.table import BandTable
from normenkader.casemix.casemix import Casemix
from normenkader.errors import InputRefused
from normenkader.experts.triangulation import triangulate
from normenkader.model.fit import fit_minutes


def with_minutes(minutes: object) -> Casemix:
    casemix = made(n=300, providers=6)
    return replace(casemix, _rows=casemix._rows.assign(minutes_per_week=minutes))


def derived(minutes: object) -> BandTable:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        model = fit_minutes(with_minutes(minutes))
        return derive_bands(model, triangulate(model), n_resamples=20, n_folds=0, with_robustness=False)


def test_minutes_that_are_all_alike_make_one_band_and_no_check_on_thin_air() -> None:
    found = derived(120.0)
    assert found.norms.ijkclient_minutes == 120
    assert [band.lower for band in found.bands] == [0]
    checks = {check.code: check for check in found.checks}
    assert all(check.value is None or np.isfinite(check.value) for check in found.checks)
    for code in ("calibration_slope", "optimism", "signal_at_unseen_municipalities"):
        assert checks[code].passed is None
        assert checks[code].reason
    assert checks["provider_share"].value == 0.0


def test_minutes_that_only_the_provider_decides_are_said_to_follow_it() -> None:
    rows = made(n=300, providers=6)._rows
    found = derived(np.where(rows["provider"] == rows["provider"].iloc[0], 160.0, 100.0))
    check = next(check for check in found.checks if check.code == "provider_share")
    assert check.passed is False
    assert check.value == pytest.approx(1.0, abs=1e-4)


def test_nothing_but_zeros_is_refused() -> None:
    with pytest.raises(InputRefused, match="every episode has zero minutes"):
        fit_minutes(with_minutes(0.0))
