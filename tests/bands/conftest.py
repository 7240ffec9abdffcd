"""One small study in practice, calibrated once for the room."""

from __future__ import annotations

import pytest

from normenkader.bands.derive import derive_bands
from normenkader.bands.table import BandTable
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.experts.triangulation import triangulate
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table


@pytest.fixture(scope="session")
def norms() -> NormTable:
    return make_norm_table(fit_minutes(casemix_of(simulate("practice", seed=11, n_providers=8, n_clients=900))))


@pytest.fixture(scope="session")
def bands(norms: NormTable) -> BandTable:
    return derive_bands(norms.model, triangulate(norms.model), n_resamples=200, n_folds=0)
