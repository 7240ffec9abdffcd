"""What every section of a TOML file shares: nothing unknown, nothing converted, lists as tuples, rules in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


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
    rules = {"extra_forbidden": "unknown key", "missing": "this key is required", "tuple_type": "this must be a list"}
    return rules.get(error["type"], str(error["msg"]).removeprefix("Value error, "))


def as_tuple(value: Any) -> Any:
    """A list of TOML as the tuple that strict validation asks for."""
    return tuple(value) if isinstance(value, list) else value


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else as_tuple(value)


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
Numbers = Annotated[tuple[float, ...], BeforeValidator(as_tuple)]
Share = Annotated[float, Field(ge=0, le=1)]
