"""The file of an existing normenkader: its keys, and where a refusal points in it."""

from __future__ import annotations

import re
import tomllib
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from normenkader.errors import StudyRefused
from normenkader.settings.section import Section, as_tuple, broken_rule, not_toml

Minutes = Annotated[float, Field(strict=False, ge=-10_080, le=10_080)]


class Partner(Section):
    """The other level of an interaction."""

    factor: str
    level: str


class ListedTerm(Section):
    """One ``[[term]]``: minutes per week relative to the ijkclient."""

    factor: str
    level: str
    minutes: Minutes
    partner: Partner | None = Field(default=None, alias="with")


class ListedPremise(Section):
    """One ``[[premise]]`` that the minutes rest on."""

    id: str
    text: str


class SourceFile(Section):
    """The whole file."""

    name: Annotated[str, Field(min_length=1)]
    version: Annotated[str, Field(min_length=1)]
    ijkclient_minutes: Annotated[float, Field(strict=False, ge=0, le=10_080)]
    term: Annotated[tuple[ListedTerm, ...], BeforeValidator(as_tuple)] = ()
    premise: Annotated[tuple[ListedPremise, ...], BeforeValidator(as_tuple)] = ()


def decoded(content: bytes, name: str) -> str:
    """The text of the file.

    Raises
    ------
    StudyRefused
        If it is no UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StudyRefused("the file cannot be read as UTF-8 text", file=name) from None


def parsed_file(text: str, name: str) -> SourceFile:
    """The file as its keys, none unknown or missing.

    Raises
    ------
    StudyRefused
        If it is not TOML, or a key or value is wrong.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyRefused(not_toml(error, text), file=name) from None
    try:
        return SourceFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _refusal(first, text, name) from None


def _refusal(error: Any, text: str, name: str) -> StudyRefused:
    rule, place = broken_rule(error), error["loc"]
    if len(place) > 1 and isinstance(place[1], int):
        return refused(rule, text, name, str(place[0]), place[1], " ".join(str(part) for part in place[2:3]))
    key = str(place[0]) if place else ""
    lines = [i for i, line in enumerate(text.splitlines(), start=1) if re.match(rf"\s*{re.escape(key)}\s*=", line)]
    return StudyRefused(rule, file=name, column=key, lines=lines[:1])


def refused(rule: str, text: str, name: str, section: str, number: int, key: str = "") -> StudyRefused:
    """A refusal that points at the head of the section's entry with this number."""
    head = re.compile(rf"\s*\[\[\s*{section}\s*\]\]")
    heads = [i for i, line in enumerate(text.splitlines(), start=1) if head.match(line)]
    column = f"[[{section}]] number {number + 1}" + (f" {key}" if key else "")
    return StudyRefused(rule, file=name, column=column, lines=heads[number : number + 1])
