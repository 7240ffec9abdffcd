"""One writer at a time: a lock that the system takes back by itself when its process dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from normenkader.errors import InputRefused

_SECONDS_BETWEEN = 0.05


@contextmanager
def locked(path: Path, *, seconds: float = 20.0) -> Iterator[None]:
    """Hold the lock file `path` until the end; it stays behind, empty.

    Raises
    ------
    InputRefused
        If another process holds it for longer than `seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait_for(handle, path, time.monotonic() + seconds)
        yield
    finally:
        # Closing gives the lock back, on every system.
        os.close(handle)


def _wait_for(handle: int, path: Path, until: float) -> None:
    while not _taken(handle):
        if time.monotonic() > until:
            raise InputRefused("another process is writing to the register; try again when it is done", file=path.name)
        time.sleep(_SECONDS_BETWEEN)


if sys.platform == "win32":
    import msvcrt

    def _taken(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
