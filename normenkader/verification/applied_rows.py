"""An applied table as rows: a CSV, workbook or Parquet file with one value a row.

==============  =======================================  =================================================
column          or, in Dutch                             a row that fills it
==============  =======================================  =================================================
``label``       klasse, band, bandbreedte                is a band; needs ``lower``
``lower``       ondergrens, vanaf, van
``upper``       bovengrens, tot                          empty: open, or not stated
``factor``      kenmerk                                  is a term, or with ``ijkclient`` the ijkclient's own minutes
``level``       niveau
``minutes``     minuten, minuten per week                empty: a level without a norm
``with_factor`` met kenmerk                              an interaction; needs ``with_level``
``with_level``  met niveau
==============  =======================================  =================================================

Other columns, such as an explanation, are not read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from normenkader.casemix.cells import number_of
from normenkader.casemix.dialects import read_raw
from normenkader.errors import InputRefused
from normenkader.verification.applied_table import AppliedBand, AppliedTable, AppliedTerm

IJKCLIENT = "ijkclient"
_COLUMNS = {
    "label": ("label", "klasse", "band", "bandbreedte"), "lower": ("lower", "ondergrens", "vanaf", "van"),
    "upper": ("upper", "bovengrens", "tot"), "factor": ("factor", "kenmerk"), "level": ("level", "niveau"),
    "minutes": ("minutes", "minuten", "minutes per week", "minuten per week"),
    "with_factor": ("with factor", "met kenmerk"), "with_level": ("with level", "met niveau"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    file: str
    line: int
    mark: str
    names: Mapping[str, str]
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def number(self, column: str) -> float | None:
        text = self.text(column)
        value = number_of(text, self.mark)
        if text and math.isnan(value):
            raise self.refusal("this is not a number", column)
        return value if text else None

    def needed(self, column: str) -> str:
        if not self.text(column):
            raise self.refusal("this must be filled in for this kind of row", column)
        return self.text(column)

    def refusal(self, rule: str, column: str = "") -> InputRefused:
        return InputRefused(rule, file=self.file, column=self.names.get(column, column), lines=(self.line,))


def read_applied_rows(path: Path) -> AppliedTable:
    """Read an applied table from rows.

    Raises
    ------
    InputRefused
        If the file cannot be read; no column of bands or terms is there; a row is neither a band nor a term, or
        lacks what it needs; or a workbook has content on more than one visible sheet.
    """
    rows = _rows(path)
    bands, terms, ijkclient = [], [], []
    for row in rows:
        kind = _kind(row)
        if kind == "band":
            bands.append(_band(row))
        elif kind == "term":
            terms.append(_term(row))
        else:
            row.needed("minutes")
            ijkclient.append(row.number("minutes"))
    if len(ijkclient) > 1:
        raise InputRefused("the ijkclient's minutes are listed twice", file=path.name)
    return AppliedTable(file=path.name, bands=tuple(bands), terms=tuple(terms),
                        ijkclient_minutes=ijkclient[0] if ijkclient else None)  # fmt: skip


def _rows(path: Path) -> list[_Row]:
    raw = read_raw(path, file=path.name)
    if raw.dialect.form == "xlsx":
        _refuse_other_sheets(path)
    positions = _positions(raw.cells.header, path.name)
    columns = {name: raw.cells.columns[at].to_pylist() for name, at in positions.items()}
    names = {name: raw.cells.header[at] for name, at in positions.items()}
    return [
        _Row(file=path.name, line=int(line), mark=raw.dialect.decimal, names=names,
             cells={name: str(column[i]) for name, column in columns.items()})
        for i, line in enumerate(raw.cells.lines)
    ]  # fmt: skip


def _positions(header: tuple[str, ...], file: str) -> dict[str, int]:
    plain = [re.sub(r"[\s_]+", " ", name).strip().casefold() for name in header]
    found: dict[str, int] = {}
    for column, names in _COLUMNS.items():
        at = [i for i, name in enumerate(plain) if name in names]
        if len(at) > 1:
            raise InputRefused(f"more than one column can be '{column}'", file=file, column=header[at[1]])
        found |= dict.fromkeys([column][: len(at)], at[0] if at else 0)
    if not ({"label", "lower"} <= set(found) or {"factor", "level", "minutes"} <= set(found)):
        rule = "this file has neither the columns of bands (label, lower) nor those of terms (factor, level, minutes)"
        raise InputRefused(rule, file=file)
    return found


def _kind(row: _Row) -> str:
    is_band, is_term = bool(row.text("label") or row.text("lower")), bool(row.text("factor"))
    if is_band and is_term:
        raise row.refusal("a row is a band or a term, not both")
    if is_term:
        return IJKCLIENT if row.text("factor").casefold() in (IJKCLIENT, "ijkcliënt") else "term"
    if not is_band:
        raise row.refusal("this row has neither the label of a band nor a factor")
    return "band"


def _band(row: _Row) -> AppliedBand:
    label, _ = row.needed("label"), row.needed("lower")
    return AppliedBand(label=label, lower=row.number("lower") or 0.0, upper=row.number("upper"))


def _term(row: _Row) -> AppliedTerm:
    if row.text("with_factor"):
        row.needed("with_level")
    return AppliedTerm(
        factor=row.needed("factor"), level=row.needed("level"), minutes=row.number("minutes"),
        with_factor=row.text("with_factor"), with_level=row.text("with_level"),
    )  # fmt: skip


def _refuse_other_sheets(path: Path) -> None:
    """A second sheet would be left unread and its values unchecked."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(str(path))
    shown = [i for i, sheet in enumerate(book.sheets_metadata) if sheet.visible == SheetVisibleEnum.Visible]
    filled = [
        i for i in shown if any(any(str(c).strip() for c in row) for row in book.get_sheet_by_index(i).to_python())
    ]
    if len(filled) > 1:
        raise InputRefused("this workbook has content on more than one sheet; put the table on one", file=path.name)
