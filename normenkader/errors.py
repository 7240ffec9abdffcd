"""What can go wrong for a reason the user can mend, in words a municipal analyst understands."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_LINES_SHOWN = 5


class NormenkaderError(Exception):
    """Root of every error this package raises on purpose."""


class InputRefused(NormenkaderError):
    """An input that is refused, not repaired: the run stops with exit code 2.

    The message names the file, the column, the rule and the first line numbers. It never holds a value from the
    file: client data are health data.

    Parameters
    ----------
    rule : str
        What the input breaks, as a full sentence.
    file : str, optional
        Path as the study names it, relative to the study's folder.
    column : str, optional
        Column, for a study.toml the place of the key (``[bands] step``), or an option such as ``--reason``.
    lines : sequence of int
        Physical line numbers, header = 1.
    """

    def __init__(self, rule: str, *, file: str = "", column: str = "", lines: Sequence[int] = ()) -> None:
        self.rule, self.file, self.column, self.lines = rule, file, column, tuple(lines)
        super().__init__(self._message())

    def _message(self) -> str:
        column = f"option {self.column}" if self.column.startswith("--") else f"column '{self.column}'"
        place = ", ".join(part for part in (self.file, column if self.column else "") if part)
        text = f"{place}: {self.rule}" if place else self.rule
        return f"{text} ({_lines_in_words(self.lines)})" if self.lines else text


class StudyRefused(InputRefused):
    """A wrong key or value in study.toml; ``column`` holds the key's place, such as ``[bands] step``."""

    def _message(self) -> str:
        place = ", ".join(part for part in (self.file, self.column) if part)
        text = f"{place}: {self.rule}" if place else self.rule
        return f"{text} ({_lines_in_words(self.lines)})" if self.lines else text


class OutputRefused(NormenkaderError):
    """An output folder that exists with other content; nothing is ever overwritten."""


def why_not_read(error: OSError) -> str:
    """Why the system does not give a file to read, in words for who can mend it."""
    if isinstance(error, PermissionError):
        return "this file cannot be opened: there is no permission to read it, or another program has it open"
    if isinstance(error, IsADirectoryError):
        return "this is a folder, and a file is needed"
    return "no such file" if isinstance(error, FileNotFoundError) else "this file cannot be opened"


def _lines_in_words(lines: Sequence[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:_MOST_LINES_SHOWN])
    more = len(lines) - _MOST_LINES_SHOWN
    word = "line" if len(lines) == 1 else "lines"
    return f"{word} {shown}" + (f" and {more} more" if more > 0 else "")
