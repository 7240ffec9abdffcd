"""Where the heavy loops run: here, on several processes, or on a cluster. The figures do not depend on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from normenkader.errors import InputRefused

_PATIENCE = "5s"


def spread_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--jobs`` and ``--cluster``."""
    jobs = click.option(
        "--jobs", type=click.IntRange(min=1), default=1, show_default=True,
        help="Processes for the heavy loops; worth it from some ten thousand clients.",
    )  # fmt: skip
    cluster = click.option("--cluster", help="Address of a Dask scheduler, such as tcp://host:8786, to run them on.")
    return jobs(cluster(command))


@contextmanager
def spread(jobs: int, cluster: str | None) -> Iterator[None]:
    """Run what is inside with so many processes, or on a cluster.

    Raises
    ------
    InputRefused
        If the cluster does not answer, or Dask is not installed.
    """
    from joblib import parallel_config

    if cluster is not None:
        with _connected(cluster), parallel_config(backend="dask"):
            yield
    elif jobs > 1:
        with parallel_config(backend="loky", n_jobs=jobs):
            yield
    else:
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
