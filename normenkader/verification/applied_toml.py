"""An applied table as TOML.

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
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from normenkader.errors import InputRefused, why_not_read
from normenkader.settings.section import Section, as_tuple, broken_rule
from normenkader.verification.applied_table import AppliedBand, AppliedTable, AppliedTerm


def _as_number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("a number is needed")
    return value


Number = Annotated[float, BeforeValidator(_as_number), Field(strict=False, allow_inf_nan=False)]
_NOT_TOML = "this is not valid TOML; see data/codebook.md for the form of an applied table"


class _Band(Section):
    label: Annotated[str, Field(min_length=1)]
    lower: Number
    upper: Number | None = None


class _Partner(Section):
    factor: str
    level: str


class _Term(Section):
    factor: str
    level: str
    minutes: Number | None = None
    partner: _Partner | None = Field(default=None, alias="with")


class _Premise(Section):
    id: str
    text: str
    source: str = ""


class _File(Section):
    name: str = ""
    version: str = ""
    calibration_number: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")] | None = None
    unit: str | None = None
    time_definition: Literal["direct", "direct+indirect"] | None = None
    in_doubt: Literal["higher", "table"] | None = None
    ijkclient_minutes: Number | None = None
    band: Annotated[tuple[_Band, ...], BeforeValidator(as_tuple)] = ()
    term: Annotated[tuple[_Term, ...], BeforeValidator(as_tuple)] = ()
    premise: Annotated[tuple[_Premise, ...], BeforeValidator(as_tuple)] = ()


def read_applied_toml(path: Path) -> AppliedTable:
    """Read an applied table from TOML.

    Raises
    ------
    InputRefused
        If it is not TOML, or a key or value is wrong.
    """
    try:
        content = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line ([0-9]+)", str(error))
        raise InputRefused(_NOT_TOML, file=path.name, lines=(int(found[1]),) if found else ()) from None
    except UnicodeDecodeError:
        raise InputRefused("this file cannot be read as UTF-8 text", file=path.name) from None
    except OSError as error:
        raise InputRefused(why_not_read(error), file=path.name) from None
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
    return InputRefused(broken_rule(first), file=file, column=" ".join(place))
