"""The table that a municipality really applies, read from TOML, CSV or a workbook.

TOML has the keys of source norms, and bands::

    name = "Beleidsregel Wmo 2026, bijlage 2"
    calibration_number = "7b9f2816"      # optional: what the table says it rests on; the start of the number will do
    unit = "minutes per week"            # optional
    time_definition = "direct"           # optional: direct | direct+indirect
    in_doubt = "higher"                  # optional: higher | table
    ijkclient_minutes = 170

    [[band]]
    label = "minder"
    lower = 0
    upper = 150                          # left out: open, or not stated

    [[term]]
    factor = "orientation"
    level = "ontwikkelgericht"
    minutes = 15
    with = { factor = "duration_weeks", level = "<=13" }   # an interaction; else left out

    [[premise]]
    id = "P1"
    text = "Reistijd telt niet mee."

A CSV or workbook has one row a value: see `normenkader.verification.applied_rows`. A part that is left out (bands,
terms, the ijkclient, premises) is not compared; of a part that is there, every value is.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from normenkader.errors import InputRefused


def _as_number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("a number is needed")
    return value


Number = Annotated[float, BeforeValidator(_as_number), Field(strict=False, allow_inf_nan=False)]
_NOT_TOML = "this is not valid TOML; see data/codebook.md for the form of an applied table"


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

    file = Path(path)
    if not file.is_file():
        raise InputRefused("no such file", file=str(file))
    table = _read_toml(file) if file.suffix.lower() == ".toml" else read_applied_rows(file)
    _refuse_repeated(table)
    if not (table.bands or table.terms or table.ijkclient_minutes is not None):
        raise InputRefused("this table holds no band, no term and no minutes of the ijkclient", file=table.file)
    return table


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class _Band(_Part):
    label: Annotated[str, Field(min_length=1)]
    lower: Number
    upper: Number | None = None


class _Partner(_Part):
    factor: str
    level: str


class _Term(_Part):
    factor: str
    level: str
    minutes: Number | None = None
    partner: _Partner | None = Field(default=None, alias="with")


class _Premise(_Part):
    id: str
    text: str
    source: str = ""


class _File(_Part):
    name: str = ""
    version: str = ""
    calibration_number: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")] | None = None
    unit: str | None = None
    time_definition: Literal["direct", "direct+indirect"] | None = None
    in_doubt: Literal["higher", "table"] | None = None
    ijkclient_minutes: Number | None = None
    band: Annotated[tuple[_Band, ...], BeforeValidator(_as_tuple)] = ()
    term: Annotated[tuple[_Term, ...], BeforeValidator(_as_tuple)] = ()
    premise: Annotated[tuple[_Premise, ...], BeforeValidator(_as_tuple)] = ()


def _read_toml(path: Path) -> AppliedTable:
    try:
        content = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line ([0-9]+)", str(error))
        raise InputRefused(_NOT_TOML, file=path.name, lines=(int(found[1]),) if found else ()) from None
    except (OSError, UnicodeDecodeError):
        raise InputRefused("this file cannot be read as UTF-8 text", file=path.name) from None
    except ValidationError as error:
        raise _refusal(error, path.name) from None
    return AppliedTable(
        file=path.name, name=" ".join(filter(None, (content.name, content.version))),
        calibration_number=content.calibration_number, unit=content.unit, time_definition=content.time_definition,
        in_doubt=content.in_doubt, ijkclient_minutes=content.ijkclient_minutes,
        bands=tuple(AppliedBand(label=b.label, lower=b.lower, upper=b.upper) for b in content.band),
        terms=tuple(map(_term, content.term)), premises=tuple((p.id, p.text) for p in content.premise),
    )  # fmt: skip


def _term(given: _Term) -> AppliedTerm:
    beside = given.partner
    return AppliedTerm(
        factor=given.factor, level=given.level, minutes=given.minutes,
        with_factor=beside.factor if beside else "", with_level=beside.level if beside else "",
    )  # fmt: skip


def _refusal(error: ValidationError, file: str) -> InputRefused:
    first = error.errors(include_url=False, include_input=False)[0]
    place = [f"{part + 1}" if isinstance(part, int) else str(part) for part in first["loc"]]
    rules = {"extra_forbidden": "this key is unknown", "missing": "this key is required"}
    rule = rules.get(first["type"], str(first["msg"]).removeprefix("Value error, "))
    return InputRefused(rule, file=file, column=" ".join(place))


def _refuse_repeated(table: AppliedTable) -> None:
    parts: dict[str, list[Any]] = {
        "a band is listed twice": [band.label for band in table.bands],
        "a term is listed twice": [(t.factor, t.level, t.with_factor, t.with_level) for t in table.terms],
        "a premise is listed twice": [key for key, _ in table.premises],
    }
    for rule, names in parts.items():
        if len(set(names)) < len(names):
            raise InputRefused(rule, file=table.file)
