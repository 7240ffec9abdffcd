"""The ledger: every row that was set aside, never changed, with its place and the rule it broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Code = Literal[
    "negative", "impossible", "end_before_start", "missing_factor", "missing_minutes", "outside_window", "duplicate",
    "orphan", "no_registration", "concurrent_conflict", "basis_not_accepted",
]  # fmt: skip

CODES: tuple[Code, ...] = get_args(Code)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One row set aside; `line` is physical (header = 1; in Parquet the first row = 2)."""

    file: str
    line: int
    column: str
    code: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCount:
    """Rows of one file: `read` = `used` + `set_aside`."""

    file: str
    read: int
    used: int
    set_aside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """`n` more rows of one file set aside for one reason, beyond those of which the lines are listed."""

    file: str
    column: str
    code: Code
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All rows set aside, by file and line, and the counts of every file. Exact, and not for publication.

    Of a file too large to be held the first lines of each reason are listed, and `unlisted` counts the others.
    """

    rows: tuple[SetAside, ...]
    files: tuple[FileCount, ...]
    unlisted: tuple[Unlisted, ...] = ()

    def codes(self) -> dict[str, int]:
        """Rows set aside by code, listed or not, in alphabetical order."""
        found = Counter(row.code for row in self.rows)
        for more in self.unlisted:
            found[more.code] += more.n
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and the rows of one table that break it: ``broken`` is a mask with one entry a row."""

    code: Code
    column: str
    broken: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRows:
    """The rows of one table, by place, with the rules they were held against, in order.

    Attributes
    ----------
    file_names : tuple of str
        Every file read for the table, also one without any row.
    files, lines : arrays, one entry a row
        The place of each row.
    rules : tuple of Rule
        In order: the first rule that a row breaks is the one it is set aside for.
    """

    file_names: tuple[str, ...]
    files: NDArray[np.object_] = field(repr=False)
    lines: NDArray[np.int64] = field(repr=False)
    rules: tuple[Rule, ...] = field(repr=False)


def first_broken(rules: Sequence[Rule], n_rows: int) -> NDArray[np.int64]:
    """Number of the first rule that each row breaks; -1 where it breaks none.

    Rules that are added at the end never change what a row was already set aside for.
    """
    first = np.full(n_rows, -1, dtype=np.int64)
    for number, rule in enumerate(rules):
        first[rule.broken & (first < 0)] = number
    return first


def codes_of(rules: Sequence[Rule], n_rows: int) -> NDArray[np.object_]:
    """Code each row is set aside for; empty text where it is used."""
    names = np.array([*(rule.code for rule in rules), ""], dtype=object)
    return np.asarray(names[first_broken(rules, n_rows)], dtype=object)


def build_ledger(tables: Sequence[JudgedRows]) -> Ledger:
    """Ledger over all tables: the rows set aside by file and line, and for every file ``read = used + set_aside``."""
    rows = [row for table in tables for row in _rows_set_aside(table)]
    names = sorted({name for table in tables for name in table.file_names})
    read: Counter[str] = Counter()
    for table in tables:
        read.update(table.files.tolist())
    aside = dict.fromkeys(names, 0)
    for row in rows:
        aside[row.file] += 1
    counts = (FileCount(file=n, read=read[n], used=read[n] - aside[n], set_aside=aside[n]) for n in names)
    return Ledger(rows=tuple(sorted(rows, key=lambda row: (row.file, row.line, row.code))), files=tuple(counts))


def _rows_set_aside(table: JudgedRows) -> list[SetAside]:
    first = first_broken(table.rules, len(table.lines))
    at = np.flatnonzero(first >= 0)
    places = zip(table.files[at], table.lines[at], first[at], strict=True)
    return [
        SetAside(file=str(file), line=int(line), column=table.rules[rule].column, code=table.rules[rule].code)
        for file, line, rule in places
    ]
