"""Results on standard output: one JSON document, or text with tables that a narrow terminal can show."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from normenkader.provenance import readable_json

NOTHING = "-"


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ``--json`` that every verb takes; it arrives as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")(command)


def show(document: Any, text: str, *, as_json: bool) -> None:
    """Print a result in the form that was asked for."""
    click.echo(readable_json(document).rstrip("\n") if as_json else text)


def use_utf8() -> None:
    """Write UTF-8 where a pipe would have another encoding: a minus sign or an accent must never be lost."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8")


def text_table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns of equal width: text to the left, numbers to the right, ``-`` for what is not known or not shown."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(header), *cells]) for i in range(len(header))]
    right = [all(_is_number(row[i]) for row in rows) for i in range(len(header))]
    return "\n".join(_aligned(line, widths, right) for line in [list(header), *cells])


def pair(values: Sequence[Any] | None) -> str:
    """An interval as ``low to high``."""
    return NOTHING if not values or values[0] is None else f"{_cell(values[0])} to {_cell(values[1])}"


def _cell(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, int | float) or re.fullmatch(r"-?[0-9.]+ %", str(value)) is not None


def _aligned(line: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)]
    return "  ".join(parts).rstrip()
