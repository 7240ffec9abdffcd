"""Where work goes that can be done beside other work; how much of it at once, a caller says with joblib's settings.

The figures are the same however that is set: every piece of work is whole, and pieces are put together in their order.
Of so many jobs one is this process itself, which goes on working; the others are processes that it keeps.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

from joblib import Parallel, delayed, effective_n_jobs
from joblib.executor import get_memmapping_executor
from joblib.parallel import BACKENDS, get_active_backend

P = ParamSpec("P")
R = TypeVar("R")

_KEPT_SECONDS = 300
# Sums are added in one order wherever they are made, and threads of a BLAS would wait for each other.
_ALONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

_BEGUN: WeakSet[Any] = WeakSet()


def on_threads(tasks: Iterable[Any]) -> list[Any]:
    """Do ``delayed`` tasks of array work, for which threads do as well as processes, and nothing is copied.

    Without settings one after the other; on a cluster, by its workers.
    """
    given = list(tasks)
    # Threads are not begun for one task: that alone takes longer than most of them.
    jobs = effective_n_jobs(None) if len(given) > 1 else 1
    return list(Parallel(n_jobs=jobs, prefer="threads")(given))


def beside(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Callable[[], R]:
    """Begin work in another process, and go on; the answer, when called, waits for it, once.

    On a cluster its workers do it. Without settings for either the work is done when it is asked for.

    Parameters
    ----------
    function : callable
        One that another process can import.
    """
    if others():
        began = _executor(others()).submit(function, *args, **kwargs)
        _BEGUN.add(began)
        result: Callable[[], R] = began.result
        return result
    found = Parallel(return_as="generator")([delayed(function)(*args, **kwargs)])

    def wait() -> R:
        # The generator must come to its end for joblib to tidy up.
        (value,) = found
        return value  # type: ignore[no-any-return]

    return wait


def others() -> int:
    """How many processes this one keeps beside itself; none on a cluster."""
    backend, _ = get_active_backend()
    return effective_n_jobs(None) - 1 if isinstance(backend, BACKENDS["loky"]) else 0


@contextmanager
def processes_ready(load: Callable[[], None]) -> Iterator[None]:
    """Let the processes beside this one, if any, `load` what they need; when what is inside stops, so do they."""
    for _ in range(others()):
        beside(load)
    try:
        yield
    except BaseException:
        # What has begun is soon done; the rest need not be.
        for work in list(_BEGUN):
            work.cancel()
        raise


def _executor(n: int) -> Any:
    # The pool that joblib itself keeps, so that its own calls in this process and ours do not confuse each other.
    return get_memmapping_executor(n, timeout=_KEPT_SECONDS, env=_ALONE, initializer=_deaf, max_nbytes=None)


def _deaf() -> None:
    # Whoever interrupts means the process that keeps this one, which then asks no more of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
