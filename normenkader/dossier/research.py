"""What a study says of its own research under ``[research]``, and what it leaves open: never filled in for it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

NOT_SHOWN = ("synthetic",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchKey:
    """One subject a study can speak of: its key, group, name, the question, and who can answer."""

    key: str
    group: str
    label: str
    asks: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject with the study's answer; None is open."""

    key: str
    label: str
    asks: str
    who: str
    said: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectGroup:
    """Subjects that are read together."""

    code: str
    title: str
    subjects: tuple[Subject, ...]

    @property
    def answered(self) -> tuple[Subject, ...]:
        """Subjects of which the study speaks."""
        return tuple(subject for subject in self.subjects if subject.said is not None)

    @property
    def open(self) -> tuple[Subject, ...]:
        """Subjects of which the study is silent."""
        return tuple(subject for subject in self.subjects if subject.said is None)


@cache
def _content() -> Mapping[str, Any]:
    return tomllib.loads((files("normenkader.dossier") / "data" / "research.toml").read_text(encoding="utf-8"))


@cache
def research_keys() -> tuple[ResearchKey, ...]:
    """Every key of ``[research]`` that the dossier knows."""
    return tuple(ResearchKey(**entry) for entry in _content()["key"])


def said(research: Mapping[str, Any], key: str) -> Any:
    """What the study says under `key`; None when it is absent, empty or only spaces."""
    value = research.get(key)
    if isinstance(value, str):
        return value.strip() or None
    return None if value in ([], {}, ()) else value


def subject_groups(research: Mapping[str, Any]) -> tuple[SubjectGroup, ...]:
    """Every subject with the study's answer, group by group; keys that we do not know stand in a group of their own."""
    known = tuple(_group(entry, research) for entry in _content()["group"])
    others = _others(research)
    return (*known, others) if others.subjects else known


def _group(entry: Mapping[str, str], research: Mapping[str, Any]) -> SubjectGroup:
    keys = [key for key in research_keys() if key.group == entry["code"]]
    subjects = tuple(
        Subject(key=k.key, label=k.label, asks=k.asks, who=k.who, said=said(research, k.key)) for k in keys
    )
    return SubjectGroup(code=entry["code"], title=entry["title"], subjects=subjects)


def _others(research: Mapping[str, Any]) -> SubjectGroup:
    known = {key.key for key in research_keys()} | set(NOT_SHOWN)
    unknown = [key for key in research if key not in known and said(research, key) is not None]
    subjects = tuple(Subject(key=k, label=k.replace("_", " "), asks="", who="", said=research[k]) for k in unknown)
    return SubjectGroup(code="other", title="Wat de studie verder zegt", subjects=subjects)
