"""What follows from a frozen value alone is worked out once, and kept beside the value for as long as it lives."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar


class Kept(dict[Any, Any]):
    """Answers about one value; a copy, or a value that goes to another process, starts without them."""

    def __reduce__(self) -> tuple[type[Kept], tuple[()]]:
        return Kept, ()


class Keeps(Protocol):
    """A frozen dataclass with this field, which `dataclasses.replace` starts anew.

    ``_kept: Kept = field(init=False, repr=False, compare=False, default_factory=Kept)``
    """

    @property
    def _kept(self) -> Kept: ...


V = TypeVar("V", bound=Keeps)
P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[Concatenate[V, P], R]) -> Callable[Concatenate[V, P], R]:
    """`function` of a frozen value and of hashable arguments, done once for each of these.

    For functions whose answer nobody writes to, and that is asked for at several places of the chain. Two threads that
    ask at once may both do the work; they get equal answers.

    Parameters
    ----------
    function : callable
    """

    @wraps(function)
    def asked(value: V, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (function, args, tuple(kwargs.items()))
        if key not in value._kept:
            value._kept[key] = function(value, *args, **kwargs)
        return value._kept[key]  # type: ignore[no-any-return]

    return asked
