"""Progress on standard error: which stage runs and how long it took. Results never go there."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

_WIDTH = 52


@contextmanager
def stage(what: str) -> Iterator[None]:
    """Say that `what` runs, and its time when done; where nobody watches a terminal, one plain line at the end."""
    began, done = time.monotonic(), threading.Event()
    clock = threading.Thread(target=_tick, args=(what, began, done), daemon=True)
    if _watched():
        clock.start()
    try:
        yield
    except BaseException:
        _stop(clock, done)
        raise
    _stop(clock, done)
    click.echo(_line(what, time.monotonic() - began), err=True)


def _watched() -> bool:
    return sys.stderr.isatty()


def _tick(what: str, began: float, done: threading.Event) -> None:
    while True:
        click.echo(f"\r{_line(what, time.monotonic() - began, whole=True)}", nl=False, err=True)
        if done.wait(1.0):
            return


def _stop(clock: threading.Thread, done: threading.Event) -> None:
    done.set()
    if clock.ident is not None:
        clock.join()
        click.echo("\r" + " " * (_WIDTH + 12) + "\r", nl=False, err=True)


def _line(what: str, seconds: float, *, whole: bool = False) -> str:
    return f"{what:<{_WIDTH}} {seconds:6.0f} s" if whole else f"{what:<{_WIDTH}} {seconds:6.1f} s"
