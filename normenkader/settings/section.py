"""What every section of a TOML file shares: nothing unknown, nothing converted, lists as tuples, rules in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_RULES = {
    "extra_forbidden": "unknown key", "missing": "this key is required", "tuple_type": "this must be a list",
    "int_type": "a whole number is needed here, without quotation marks",
    "float_type": "a number is needed here, with a decimal point and without quotation marks",
    "string_type": "a text in quotation marks is needed here", "bool_type": "true or false is needed here",
    "date_type": "a date is needed here, written as 2025-09-01, without quotation marks",
    "model_type": "this must be a table of keys", "dict_type": "this must be a table of keys",
}  # fmt: skip
_SLIPS = (
    (r"\b\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b", "; write a date as 2025-09-01"),
    (r"=\s*-?\d+,\d", "; write a decimal with a point, not a comma"),
    (r"=\s*[\"']?[A-Za-z]:?\\\\", "; write a path with forward slashes"),
    (r"=\s*[A-Za-z]", "; a text stands in quotation marks"),
)


class Section(BaseModel):
    """One table of a TOML file: unknown keys are refused, and no value is taken for another kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def demand(holds: bool, rule: str) -> None:
    """Refuse a value that breaks `rule`.

    Raises
    ------
    ValueError
        With the rule; pydantic adds the place.
    """
    if not holds:
        raise ValueError(rule)


def broken_rule(error: Mapping[str, Any]) -> str:
    """What one error of a validation says, in words for the person who wrote the file.

    Parameters
    ----------
    error : mapping
        One entry of ``ValidationError.errors()``.
    """
    said = str(error["msg"]).removeprefix("Value error, ")
    return _RULES.get(error["type"], said.replace("Input should be ", "this must be ", 1))


def not_toml(error: Exception, text: str) -> str:
    """Why a file is no TOML, and what was most likely meant on the line that it names.

    Parameters
    ----------
    error : TOMLDecodeError
    text : str
        The whole file.
    """
    found = re.search(r"at line ([0-9]+)", str(error))
    line = text.splitlines()[int(found[1]) - 1 : int(found[1])] if found else []
    hint = next((words for pattern, words in _SLIPS for one in line if re.search(pattern, one)), "")
    return f"this is not valid TOML: {error}{hint}"


def as_tuple(value: Any) -> Any:
    """A list of TOML as the tuple that strict validation asks for."""
    return tuple(value) if isinstance(value, list) else value


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else as_tuple(value)


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
Numbers = Annotated[tuple[float, ...], BeforeValidator(as_tuple)]
Share = Annotated[float, Field(ge=0, le=1)]
