"""The same figures to the last bit on one process, on two and as many threads, and on a cluster of two workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError

import numpy as np
import pytest
from joblib import Parallel, cpu_count, delayed, effective_n_jobs, parallel_config
from made_studies import made_norms

from normenkader.bands import chain
from normenkader.bands.multiverse import multiverse
from normenkader.bands.norm_bands import demands_of, optimum_of
from normenkader.cli.spread import MOST_JOBS, spread
from normenkader.errors import InputRefused
from normenkader.model.ceiling import predict_ceilings, provider_folds
from normenkader.model.free_models import load
from normenkader.model.intervals import provider_draws
from normenkader.model.need import need_of
from normenkader.model.norm_table import NormTable
from normenkader.parallel import beside, others, processes_ready


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


def needs(norms: NormTable) -> list[bytes]:
    """Needs of all clients, without each provider in turn."""
    found = need_of(norms.model, np.zeros(norms.model.n_rows, dtype=np.int64))
    assert found is not None
    return [found.minutes.tobytes(), found.minutes_without.tobytes()]


def other_choices(norms: NormTable) -> list[bytes]:
    """The multiverse, begun beside other work."""
    return [repr(beside(multiverse, norms, optimum_of(norms, 3)[0].edges)()).encode()]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Address of a scheduler with two worker processes."""
    from distributed import LocalCluster

    shape = {"n_workers": 2, "threads_per_worker": 1, "processes": True}
    with LocalCluster(**shape, dashboard_address=None, host="127.0.0.1") as found:
        yield found.scheduler_address


@pytest.mark.parametrize("figures", [resampled, needs, other_choices, pytest.param(ceilings, marks=pytest.mark.slow)])
def test_the_same_bytes_wherever_it_runs(
    norms: NormTable, cluster: str, figures: Callable[[NormTable], list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "_BLOCK_VALUES", 20_000)
    alone = figures(norms)
    for jobs, address in ((1, None), (2, None), (1, cluster)):
        with spread(jobs, address):
            assert figures(norms) == alone


def test_all_processors_are_used_up_to_four_unless_told_otherwise() -> None:
    with spread():
        assert effective_n_jobs(None) == min(cpu_count(), MOST_JOBS)
    with spread(1):
        assert effective_n_jobs(None) == 1
    assert effective_n_jobs(None) == 1


def test_work_begun_beside_is_waited_for_where_it_is_asked_for() -> None:
    with spread(2):
        answers = [beside(divmod, number, 7) for number in (20, 50)]
        assert [answer() for answer in answers] == [(2, 6), (7, 1)]
    assert beside(divmod, 20, 7)() == (2, 6)


def test_joblib_s_own_processes_and_those_beside_do_not_confuse_each_other() -> None:
    with spread(2):
        assert beside(divmod, 20, 7)() == (2, 6)
        assert Parallel(n_jobs=2)(delayed(abs)(number) for number in (-1, -2)) == [1, 2]
        assert beside(divmod, 50, 7)() == (7, 1)


def test_this_process_is_one_of_the_jobs_and_the_others_stop_when_it_stops() -> None:
    with spread(1):
        assert others() == 0
    waiting: list[Callable[[], None]] = []

    def interrupted() -> None:
        with processes_ready(load):
            waiting.extend(beside(time.sleep, 0.05) for _ in range(200))
            raise KeyboardInterrupt

    with spread(3):
        assert others() == 2
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        with pytest.raises(CancelledError):
            waiting[-1]()
        assert beside(divmod, 50, 7)() == (7, 1)


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
