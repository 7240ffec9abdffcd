"""Reading the tables of the contract from a study's files.

The rest of the reading interface (`numbers`, `dates`, `levels`, …) can be had from here as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from normenkader.casemix.columns import (
    contract_columns,
    match_columns,
    refuse_unknown_names,
    refuse_unused_names,
    roles_of,
)
from normenkader.casemix.dialects import RawFile, read_raw
from normenkader.casemix.input_table import InputFile, Table, Texts
from normenkader.casemix.personal_data import refuse_bsn_over_files, refuse_personal_data
from normenkader.casemix.readings import (
    dates,
    level_codes,
    levels,
    numbers,
    refuse_conflicting_episodes,
    unreadable_levels,
)
from normenkader.casemix.sources import source_files
from normenkader.errors import InputRefused
from normenkader.provenance import sha256_of_file
from normenkader.study import Study

__all__ = [
    "InputFile", "Table", "Texts", "dates", "level_codes", "levels", "numbers", "read_table",
    "refuse_conflicting_episodes", "unreadable_levels",
]  # fmt: skip


def read_table(study: Study, name: str) -> Table:
    """Read one table of the contract from the study's files.

    Parameters
    ----------
    study : Study
        Its folder, sources, columns and factors.
    name : str
        ``episodes``, ``minutes``, ``vignettes``, ``judgements`` or ``assessments``.

    Returns
    -------
    Table
        The contract's columns only; everything else has been screened for personal data and dropped.

    Raises
    ------
    InputRefused
        If a pattern matches no file; or a file cannot be read, is empty, lacks a required column, or holds personal
        data; or study.toml names a column that no file has.
    """
    refuse_unknown_names(study, name)
    parts = [_read_part(study, name, file, path) for file, path in source_files(study, name).items()]
    columns = tuple(c for c in contract_columns(study, name).all if any(c in part.positions for part in parts))
    refuse_unused_names(study, name, columns)
    table = Table(
        name=name,
        files=tuple(part.file for part in parts),
        columns=columns,
        _frame=pd.concat([_frame_of(part, columns) for part in parts], ignore_index=True),
        _n_rows=tuple(len(part.raw.cells.lines) for part in parts),
        _decimals=tuple(part.raw.dialect.decimal for part in parts),
    )
    refuse_bsn_over_files(table)
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    file: InputFile
    raw: RawFile
    positions: dict[str, int]


def _read_part(study: Study, name: str, file: str, path: Path) -> _Part:
    raw = read_raw(path, file=file)
    header, columns, mapping = raw.cells.header, contract_columns(study, name), study.columns.get(name, {})
    factors = [factor.name for factor in study.factors]
    refuse_personal_data(raw.cells, file=file, roles=roles_of(header, columns, mapping), factors=factors)
    positions = match_columns(header, columns, mapping, table=name, file=file)
    if not len(raw.cells.lines):
        raise InputRefused("this file has a header and no rows", file=file)
    described = InputFile(file=file, table=name, sha256=sha256_of_file(path), dialect=raw.dialect.describe())
    return _Part(file=described, raw=raw, positions=positions)


def _frame_of(part: _Part, columns: tuple[str, ...]) -> pd.DataFrame:
    cells = part.raw.cells
    empty = pa.array([""]).take(pa.array(np.zeros(len(cells.lines), dtype=np.int64)))
    texts = {c: cells.columns[part.positions[c]] if c in part.positions else empty for c in columns}
    frame = pd.DataFrame({name: text.to_pandas() for name, text in texts.items()})
    frame["_file"] = part.file.file
    frame["_line"] = cells.lines
    return frame
