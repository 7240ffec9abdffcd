"""The table that a municipality really applies, read from TOML, CSV or a workbook.

TOML has the keys of source norms, and bands: see `normenkader.verification.applied_toml`. A CSV or workbook has one row
a value: see `normenkader.verification.applied_rows`. A part that is left out (bands, terms, the ijkclient, premises) is
not compared; of a part that is there, every value is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normenkader.errors import InputRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedBand:
    """One band as it is applied; an upper edge of None is open or not stated."""

    label: str
    lower: float
    upper: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedTerm:
    """Minutes of one level, or of one pair of levels, as they are applied; None: a level without a norm."""

    factor: str
    level: str
    minutes: float | None
    with_factor: str = ""
    with_level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedTable:
    """What a municipality applies; whatever the file does not state is None or empty.

    Attributes
    ----------
    file, name : str
        File name, and what the table calls itself.
    calibration_number, unit, time_definition, in_doubt : str or None
    ijkclient_minutes : float or None
    bands : tuple of AppliedBand
        In the order of the file.
    terms : tuple of AppliedTerm
    premises : tuple of (id, text)
    """

    file: str
    name: str = ""
    calibration_number: str | None = None
    unit: str | None = None
    time_definition: str | None = None
    in_doubt: str | None = None
    ijkclient_minutes: float | None = None
    bands: tuple[AppliedBand, ...] = ()
    terms: tuple[AppliedTerm, ...] = ()
    premises: tuple[tuple[str, str], ...] = ()


def read_applied(path: str | Path) -> AppliedTable:
    """Read an applied table; a file that ends in .toml is TOML, another is a CSV, workbook or Parquet file.

    Raises
    ------
    InputRefused
        If the file is missing or cannot be read, a key or column is missing or wrong, a value stands twice, or the
        table holds no value at all.
    """
    from normenkader.verification.applied_rows import read_applied_rows
    from normenkader.verification.applied_toml import read_applied_toml

    file = Path(path)
    if not file.is_file():
        raise InputRefused("no such file", file=str(file))
    table = read_applied_toml(file) if file.suffix.lower() == ".toml" else read_applied_rows(file)
    _refuse_repeated(table)
    if not (table.bands or table.terms or table.ijkclient_minutes is not None):
        raise InputRefused("this table holds no band, no term and no minutes of the ijkclient", file=table.file)
    return table


def _refuse_repeated(table: AppliedTable) -> None:
    parts: dict[str, list[Any]] = {
        "a band is listed twice": [band.label for band in table.bands],
        "a term is listed twice": [(t.factor, t.level, t.with_factor, t.with_level) for t in table.terms],
        "a premise is listed twice": [key for key, _ in table.premises],
    }
    for rule, names in parts.items():
        if len(set(names)) < len(names):
            raise InputRefused(rule, file=table.file)
