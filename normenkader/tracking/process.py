"""Which process opened a run, and whether it still works on it."""

from __future__ import annotations

import os
import socket


def this_process() -> str:
    """Machine and process, as a run's tag holds them."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_alive(process: str) -> bool:
    """Whether the process that opened a run still works on it; of other machines that cannot be known: no."""
    host, _, pid = process.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit() or int(pid) == os.getpid():
        return False
    return _exists(int(pid))


def _exists(pid: int) -> bool:
    if os.name == "nt":  # there, signal 0 would end the process
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
