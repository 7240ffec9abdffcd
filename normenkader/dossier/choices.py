"""Every setting in force as a row of the chapter *Keuzes*: what it decides, its value, and the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from normenkader.dossier import wording
from normenkader.dossier.choice_words import MEANINGS, SECTIONS, VALUES
from normenkader.dossier.numbers import dutch_date, dutch_unit, exact
from normenkader.settings import (
    BandSettings,
    CasemixSettings,
    DeviationSettings,
    DisclosureSettings,
    ModelSettings,
    Sources,
    StudyInfo,
    TriangulationSettings,
)
from normenkader.terms.units import in_unit

NOT_GIVEN = "niet opgegeven"
_MODELS: dict[str, type[BaseModel]] = {
    "study": StudyInfo, "sources": Sources, "casemix": CasemixSettings, "model": ModelSettings, "bands": BandSettings,
    "triangulation": TriangulationSettings, "disclosure": DisclosureSettings, "deviation": DeviationSettings,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One setting: its key, what it decides, its value and default in words, and whether they differ."""

    key: str
    meaning: str
    value: str
    default: str
    departs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The settings of one section of study.toml."""

    name: str
    title: str
    choices: tuple[Choice, ...]


def sections(settings: Mapping[str, Any]) -> tuple[Section, ...]:
    """Every section of single settings, known ones first; lists of tables are chapters of their own."""
    listed = {"factor", "premise", "columns", "research"}
    names = [*_MODELS, *sorted(set(settings) - set(_MODELS) - listed)]
    unit = settings["study"]["unit"]
    return tuple(_section(name, settings[name], unit) for name in names if settings.get(name))


def _section(name: str, values: Mapping[str, Any], unit: str) -> Section:
    rows = tuple(_in_unit(_choice(name, key, values[key]), unit, name) for key in values)
    return Section(name=name, title=in_unit(unit, SECTIONS.get(name, wording.name(name))), choices=rows)


def _in_unit(choice: Choice, unit: str, section: str) -> Choice:
    """A choice in the study's unit, but for the sections whose values are names and words of the study's own."""
    meant = replace(choice, meaning=in_unit(unit, choice.meaning))
    if section in ("study", "sources"):
        return meant
    return replace(meant, value=in_unit(unit, choice.value), default=in_unit(unit, choice.default))


def _choice(section: str, key: str, value: Any) -> Choice:
    default = _default(section, key)
    known = default is not PydanticUndefined
    return Choice(
        key=key,
        meaning=MEANINGS.get((section, key), wording.name(key)),
        value=in_words(value, section=section, key=key),
        default=in_words(default, section=section, key=key) if known else "geen: verplicht",
        departs=known and not _is_empty(default) and _comparable(default) != _comparable(value),
    )


def _default(section: str, key: str) -> Any:
    model = _MODELS.get(section)
    field = model.model_fields.get(key) if model else None
    return PydanticUndefined if field is None else field.get_default(call_default_factory=True)


def _is_empty(default: Any) -> bool:
    """Nothing stands as default, so a stated value departs from nothing."""
    return default is None or default in ((), {}, "")


def _comparable(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def in_words(value: Any, *, section: str = "", key: str = "") -> str:
    """A value of study.toml as a Dutch reader reads it."""
    if isinstance(value, str):
        return _text_in_words(value, section, key)
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int | float):
        return str(value) if key == "seed" else exact(value)
    if isinstance(value, Mapping):
        pairs = (f"{inner}: {in_words(value[inner])}" for inner in value)
        return "; ".join(pairs) or NOT_GIVEN
    if isinstance(value, list | tuple):
        return _list_in_words(value, section, key)
    return NOT_GIVEN


def _text_in_words(value: str, section: str, key: str) -> str:
    known = VALUES.get((section, key, value))
    if (section, key) == ("study", "unit") and dutch_unit(value) != value:
        known = dutch_unit(value)
    return f"{value}: {known}" if known else value


def _list_in_words(values: list[Any] | tuple[Any, ...], section: str, key: str) -> str:
    if (section, key) == ("study", "window"):
        return " t/m ".join(dutch_date(str(day)) for day in values)
    return ", ".join(in_words(value, section=section, key=key) for value in values) or NOT_GIVEN
