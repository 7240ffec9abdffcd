"""The ledger: every row that was set aside, never changed, with its place and the rule it broke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "negative", "impossible", "end_before_start", "missing_factor", "missing_minutes", "outside_window", "duplicate",
    "orphan", "no_registration", "concurrent_conflict", "basis_not_accepted",
]  # fmt: skip


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
class Ledger:
    """All rows set aside, by file and line, and the counts of every file. Exact, and not for publication."""

    rows: tuple[SetAside, ...]
    files: tuple[FileCount, ...]
