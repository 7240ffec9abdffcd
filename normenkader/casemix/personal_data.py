"""Refusal of personal data: the first thing that happens to a file once it is text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from normenkader.casemix import personal_names as names
from normenkader.casemix import personal_values as values
from normenkader.casemix.cells import Mask
from normenkader.casemix.input_table import Table
from normenkader.casemix.raw_cells import RawCells, distinct_texts
from normenkader.errors import InputRefused

ORGANISATION_COLUMNS = ("provider", "municipality", "product", "employer")
DATE_COLUMNS = ("start", "end", "date")
_ID_COLUMNS = ("client", "episode", "expert", "assessor", "contact")

_NO_ROLES: Mapping[int, Collection[str]] = MappingProxyType({})
_MEND = "remove it at the source"
_NOUNS = {
    names.BSN: "a BSN (citizen service number)",
    names.NAME: "the name of a person",
    names.ADDRESS: "an address or a full postcode",
    names.BIRTH_DATE: "a date of birth",
    names.PHONE: "a telephone number",
    names.EMAIL: "an e-mail address",
    names.IBAN: "a bank account number",
    names.FREE_TEXT: "free text",
}


def refuse_personal_data(
    cells: RawCells, *, file: str, roles: Mapping[int, Collection[str]] = _NO_ROLES, factors: Collection[str] = ()
) -> None:
    """Refuse a file with a column that is named or valued like personal data, whether the study uses it or not.

    Names: see `personal_names.kind_of_name`. Values: a BSN by the eleven-test over the column, e-mail, telephone,
    bank account, full postcode or street with number, dates of birth, names with initials, free text.

    Parameters
    ----------
    cells : RawCells
        The whole file as text.
    file : str
        What messages call it.
    roles : mapping of position to contract columns
        What the study uses each column for; nothing yet, by default.
    factors : collection of str
        Names of the study's factors.

    Raises
    ------
    InputRefused
        With file, column, rule and lines, and never a value.
    """
    for position, name in enumerate(cells.header):
        _refuse_by_name(name, cells, file, set(roles.get(position, ())), factors)
    for position in range(len(cells.header)):
        _refuse_by_value(position, cells, file, set(roles.get(position, ())), factors)


def refuse_bsn_over_files(table: Table) -> None:
    """Refuse a column of a table whose values are BSNs once its files, each too small to tell, are taken together.

    Raises
    ------
    InputRefused
        With the first file, the column, the rule and lines in that file.
    """
    if len(table.files) < 2:
        return
    for column in _ID_COLUMNS:
        codes, texts = table.distinct(column)
        distinct = distinct_texts(pa.array(texts, pa.string()))
        found = values.bsn_like(distinct)
        if found.any():
            at = pc.is_in(pa.array(texts, pa.string()), value_set=distinct.filter(pa.array(found)))
            file, lines = table.place(np.asarray(at, dtype=bool)[codes])
            rule = f"the cells of this column, over all files together, look like {_NOUNS[names.BSN]}; {_MEND}"
            raise InputRefused(rule, file=file, column=column, lines=lines)


def _refuse_by_name(name: str, cells: RawCells, file: str, role: set[str], factors: Collection[str]) -> None:
    kind = names.kind_of_name(
        name, is_factor=bool(role & set(factors)), is_organisation=bool(role & set(ORGANISATION_COLUMNS))
    )
    if kind and kind != names.POSTCODE:
        rule = f"the name of this column says that it holds {_NOUNS[kind]}; {_MEND}"
        raise InputRefused(rule, file=file, column=name, lines=(cells.header_line,))


def _refuse_by_value(position: int, cells: RawCells, file: str, role: set[str], factors: Collection[str]) -> None:
    column = cells.columns[position]
    counted = pc.value_counts(column)
    texts, counts = counted.field("values"), np.asarray(counted.field("counts"), dtype=np.int64)
    filled = pc.not_equal(texts, "")
    texts, counts = texts.filter(filled), counts[np.asarray(filled, dtype=bool)]
    if not len(texts):
        return
    kind, found = _kind_of_values(cells.header[position], texts, counts, role, factors)
    if kind:
        at = np.asarray(pc.is_in(column, value_set=texts.filter(pa.array(found))), dtype=bool)
        lines = tuple(int(line) for line in cells.lines[at])
        rule = f"the cells of this column look like {_NOUNS[kind]}; {_MEND}"
        raise InputRefused(rule, file=file, column=_label(cells.header[position], position), lines=lines)


def _kind_of_values(
    name: str, texts: Any, counts: npt.NDArray[np.int64], role: set[str], factors: Collection[str]
) -> tuple[str, Mask]:
    for kind, test in _tests(name, texts, counts, role, factors).items():
        found = test(texts)
        if found.any():
            return kind, found
    return "", np.zeros(len(texts), dtype=bool)


def _tests(
    name: str, texts: Any, counts: npt.NDArray[np.int64], role: set[str], factors: Collection[str]
) -> dict[str, Any]:
    """The tests that make sense for a column: none for letters on bare numbers, none for dates on the study's own."""
    tests: dict[str, Any] = {}
    if _has(texts, "[0-9]"):
        tests |= {names.BSN: values.bsn_like, names.PHONE: values.phone_like}
        if not role & set(DATE_COLUMNS):
            tests[names.BIRTH_DATE] = values.birth_date_like
    if not _has(texts, r"\p{L}"):
        return tests
    tests |= {names.EMAIL: values.email_like, names.IBAN: values.iban_like}
    if names.kind_of_name(name) == names.POSTCODE:
        tests[names.ADDRESS] = values.full_postcodes
    elif not role & set(ORGANISATION_COLUMNS):
        tests[names.ADDRESS] = values.address_like
    if not role & {*ORGANISATION_COLUMNS, *factors}:
        tests[names.NAME] = values.name_like
        tests[names.FREE_TEXT] = lambda some: values.prose(some, counts)
    return tests


def _has(texts: Any, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern)).as_py())


def _label(name: str, position: int) -> str:
    """The column's name, or its number when the name could be a value: a file without a header has data there."""
    return f"number {position + 1}" if not name or re.search(r"[0-9]{4}|@", name) else name
