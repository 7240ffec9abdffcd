"""Errors as a person at a terminal meets them: one message, one exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import NoReturn

import click

from normenkader import __version__
from normenkader.errors import InputRefused, NormenkaderError, OutputRefused

DONE, FAULT, REFUSED, INTERRUPTED = 0, 1, 2, 130
_NOT_OUR_FAULT = {
    errno.EACCES: "no permission", errno.EPERM: "no permission", errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up", errno.ENOENT: "no such file or folder",
    errno.ENOTDIR: "this is not a folder", errno.EISDIR: "this is a folder", errno.EEXIST: "this exists already",
    errno.ENAMETOOLONG: "the name is too long",
}  # fmt: skip


def run_guarded(run: Callable[[], object], *, verb: Callable[[], str]) -> object:
    """Call `run`; a refusal exits 2 with its message, an interruption 130, and anything unforeseen 1 with a log file.

    The log holds the places in the code and the kinds of errors, never their messages or any value: those could be
    client data.
    """
    try:
        return run()
    except (InputRefused, OutputRefused) as refusal:
        _leave(f"Refused: {refusal}", REFUSED)
    except NormenkaderError as failure:
        _leave(f"Failed: {failure}", FAULT)
    except KeyboardInterrupt:
        _leave("Stopped. Nothing half-written was left behind.", INTERRUPTED)
    except (click.exceptions.Exit, click.Abort, click.ClickException, BrokenPipeError):
        raise
    except OSError as error:
        _leave_for_system(error, verb())
    except Exception as error:
        _leave_for_fault(error, verb())


def _leave(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    raise click.exceptions.Exit(code)


def _leave_for_system(error: OSError, verb: str) -> NoReturn:
    """A full disk or a locked folder is nobody's fault in the code, and the user can mend it."""
    reason = _NOT_OUR_FAULT.get(error.errno or 0)
    if reason is None or error.filename is None:
        _leave_for_fault(error, verb)
    _leave(f"Refused: {os.fsdecode(error.filename)}: {reason}", REFUSED)


def _leave_for_fault(error: Exception, verb: str) -> NoReturn:
    log = _write_log(error, verb)
    _leave(
        f"This is a fault of ours, not of your files ({type(error).__name__}). A log without client data: {log}", FAULT
    )


def _write_log(error: Exception, verb: str) -> str:
    handle, name = tempfile.mkstemp(prefix="normenkader-fault-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write("\n".join(_log_lines(error, verb)) + "\n")
    return name


def _log_lines(error: BaseException, verb: str) -> Iterator[str]:
    yield f"normenkader {__version__}, verb {verb or '(none)'}"
    yield f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield "Kinds of errors and places in the code; messages and values are left out on purpose."
    cause: BaseException | None = error
    while cause is not None:
        yield ""
        yield f"{type(cause).__module__}.{type(cause).__qualname__}"
        yield from _places(cause.__traceback__)
        cause = cause.__cause__ or cause.__context__


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {_module_path(frame.filename)}, line {frame.lineno}, in {frame.name}"


def _module_path(filename: str) -> str:
    """Path below the folder that Python imports from, so that a log names no user or machine."""
    owners = [folder for folder in sys.path if folder and filename.startswith(folder + os.sep)]
    return os.path.relpath(filename, max(owners, key=len)) if owners else os.path.basename(filename)
