"""Where work goes that can be done beside other work; how much of it at once, a caller says with joblib's settings.

The figures are the same however that is set: every piece of work is whole, and pieces are put together in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TypeVar

from joblib import Parallel, delayed, effective_n_jobs

P = ParamSpec("P")
R = TypeVar("R")


def on_threads(tasks: Iterable[Any]) -> list[Any]:
    """Do ``delayed`` tasks of array work, for which threads do as well as processes, and nothing is copied.

    Without settings one after the other; on a cluster, by its workers.
    """
    return list(Parallel(n_jobs=effective_n_jobs(None), prefer="threads")(tasks))


def beside(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Callable[[], R]:
    """Begin work in another process, and go on; the answer, when called, waits for it, once.

    Without settings for processes or a cluster the work is done when it is asked for.

    Parameters
    ----------
    function : callable
        One that another process can import.
    """
    found = Parallel(return_as="generator")([delayed(function)(*args, **kwargs)])

    def wait() -> R:
        # The generator must come to its end for joblib to tidy up.
        (value,) = found
        return value  # type: ignore[no-any-return]

    return wait
