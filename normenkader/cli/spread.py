"""Where the heavy loops run: here, on several processes, or on a cluster. The figures do not depend on it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from normenkader.errors import InputRefused

_PATIENCE = "5s"
MOST_JOBS = 4
"""Unless told otherwise: each process holds a quarter of a gigabyte, and more of them than this find little to do."""


def spread_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--jobs`` and ``--cluster``."""
    jobs = click.option(
        "--jobs", type=click.IntRange(min=1),
        help="Processes and threads for the work; default: one a processor, four at most. The figures are the same.",
    )  # fmt: skip
    cluster = click.option("--cluster", help="Address of a Dask scheduler, such as tcp://host:8786, to run them on.")
    return jobs(cluster(command))


@contextmanager
def spread(jobs: int | None = None, cluster: str | None = None) -> Iterator[None]:
    """Run what is inside on so many processors, or on a cluster.

    Array work goes to as many threads, other work to processes beside this one; on a cluster both go to its workers.
    Each of them does its algebra alone, so that sums are added in one order wherever they are made.

    Parameters
    ----------
    jobs : int, optional
        By default one for every processor that this process may use, `MOST_JOBS` at most.
    cluster : str, optional
        Address of a Dask scheduler.

    Raises
    ------
    InputRefused
        If the cluster does not answer, or Dask is not installed.
    """
    from joblib import cpu_count, parallel_config

    # Work begun beside that is not waited for, since the run stops, is no news; nor is a process begun anew.
    idle = r"\d+ tasks (have been|which were)|A worker stopped while some jobs"
    warnings.filterwarnings("ignore", message=idle, category=UserWarning)
    with _one_thread_of_algebra():
        if cluster is not None:
            with _connected(cluster), parallel_config(backend="dask"):
                yield
        else:
            with parallel_config(n_jobs=jobs or min(cpu_count(), MOST_JOBS)):
                yield


@contextmanager
def _one_thread_of_algebra() -> Iterator[None]:
    # Threads of a BLAS would wait for each other, and its limit holds only for those that are loaded.
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield


@contextmanager
def _connected(address: str) -> Iterator[None]:
    try:
        from distributed import Client
    except ImportError:
        raise InputRefused("a cluster needs Dask: pip install normenkader[dask]", file="--cluster") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=True)
    except OSError:
        raise InputRefused("no Dask scheduler answers at this address", file=f"--cluster {address}") from None
    try:
        yield
    finally:
        client.close()
