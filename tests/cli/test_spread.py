"""The same figures to the last bit on one process, on two, and on a cluster of two worker processes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from joblib import parallel_config
from made_studies import made_norms

from normenkader.bands import chain
from normenkader.bands.norm_bands import demands_of
from normenkader.cli.spread import spread
from normenkader.errors import InputRefused
from normenkader.model.ceiling import predict_ceilings, provider_folds
from normenkader.model.intervals import provider_draws
from normenkader.model.norm_table import NormTable


@pytest.fixture(scope="module")
def norms() -> NormTable:
    return made_norms("practice", n=900, providers=8)


def resampled(norms: NormTable) -> list[bytes]:
    """Edges of resamples in several blocks."""
    draws = provider_draws(norms.model.n_providers, 120, 3)
    found = chain.run_chain(norms, draws, n_bands=4, demands=demands_of(norms))
    return [a.tobytes() for a in (found.edges, found.published, found.ijkclient_minutes)]


def ceilings(norms: NormTable) -> list[bytes]:
    """Free models on two folds of providers."""
    rows = np.bincount(norms.model.design().provider_codes()).astype(float)
    found = predict_ceilings(norms.model, provider_folds(rows, 2))
    return [found.explainable.tobytes(), found.boosting.tobytes()]


@pytest.mark.parametrize("figures", [resampled, pytest.param(ceilings, marks=pytest.mark.slow)])
def test_the_same_bytes_wherever_it_runs(
    norms: NormTable, figures: Callable[[NormTable], list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr(chain, "_BLOCK_VALUES", 20_000)
    alone = figures(norms)
    with spread(2, None):
        assert figures(norms) == alone
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        spread(1, cluster.scheduler_address),
    ):
        assert figures(norms) == alone


def test_blocks_change_nothing(norms: NormTable, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = provider_draws(norms.model.n_providers, 60, 3)
    whole = chain.run_chain(norms, draws, n_bands=4, demands=demands_of(norms))
    monkeypatch.setattr(chain, "_BLOCK_VALUES", 7_000)
    with parallel_config(backend="threading", n_jobs=2):
        parts = chain.run_chain(norms, draws, n_bands=4, demands=demands_of(norms))
    assert whole.edges.tobytes() == parts.edges.tobytes()


def test_a_cluster_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputRefused, match="no Dask scheduler answers"), spread(1, "tcp://127.0.0.1:1"):
        pass
