"""study.toml as frozen, validated settings: every choice that decides an outcome, stated or default, in one place."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from normenkader.errors import StudyRefused, why_not_read
from normenkader.provenance import canonical_json, sha256_of_bytes
from normenkader.settings import (
    BandSettings,
    CasemixSettings,
    DeviationSettings,
    DisclosureSettings,
    Factor,
    ModelSettings,
    PlanSettings,
    Premise,
    Sources,
    StudyFile,
    StudyInfo,
    TriangulationSettings,
)
from normenkader.settings.section import broken_rule, not_toml

FILE_NAME = "study.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study as read: its folder, the text of study.toml, and every setting in force.

    Attributes
    ----------
    folder : Path
        Folder of study.toml; all sources are relative to it.
    text : str
        study.toml as it was read.
    info, sources, columns, factors, model, bands, triangulation, casemix, disclosure, deviation, premises, research
        The sections of study.toml, with defaults filled in.
    """

    folder: Path
    text: str
    info: StudyInfo
    sources: Sources
    columns: dict[str, dict[str, tuple[str, ...]]]
    factors: tuple[Factor, ...]
    model: ModelSettings
    bands: BandSettings
    triangulation: TriangulationSettings
    casemix: CasemixSettings
    disclosure: DisclosureSettings
    deviation: DeviationSettings
    premises: tuple[Premise, ...]
    research: dict[str, Any]
    plan: PlanSettings | None = None

    def factor(self, name: str) -> Factor:
        """The factor called `name`.

        Raises
        ------
        KeyError
            If the study has no such factor.
        """
        return next((f for f in self.factors if f.name == name), None) or _no_factor(name)

    def overlap_groups(self) -> tuple[str, ...]:
        """Groups in force whose minutes may add up to less than their sum."""
        used = {factor.group for factor in self.factors}
        return tuple(group for group in self.model.overlap if group in used)

    def members(self, group: str) -> tuple[Factor, ...]:
        """Factors of one group, in the study's order."""
        return tuple(factor for factor in self.factors if factor.group == group)

    def settings(self) -> dict[str, Any]:
        """Every value in force, stated or default, as plain JSON values."""
        sections: dict[str, BaseModel] = {
            "study": self.info, "sources": self.sources, "model": self.model, "bands": self.bands,
            "triangulation": self.triangulation, "casemix": self.casemix, "disclosure": self.disclosure,
            "deviation": self.deviation,
        }  # fmt: skip
        plain: dict[str, Any] = {name: section.model_dump(mode="json") for name, section in sections.items()}
        plain["columns"] = {t: {k: list(v) for k, v in sorted(c.items())} for t, c in sorted(self.columns.items())}
        plain["factor"] = [factor.model_dump(mode="json") for factor in self.factors]
        plain["premise"] = [premise.model_dump(mode="json") for premise in self.premises]
        plain["research"] = _plain(self.research)
        # What was supposed beforehand bears on no outcome: it stands among the settings only where it is stated.
        plain |= {} if self.plan is None else {"plan": self.plan.model_dump(mode="json")}
        return plain

    def sha256(self) -> str:
        """Hash of the settings in force."""
        return sha256_of_bytes(canonical_json(self.settings()).encode())


def read_study(path: str | Path) -> Study:
    """Read and validate a study.

    Parameters
    ----------
    path : str or Path
        A study.toml, or the folder that holds it.

    Returns
    -------
    Study
        Frozen settings; nothing else has been read.

    Raises
    ------
    StudyRefused
        If the file is missing, is not TOML, or holds a wrong key or value; the message names its place.
    """
    file = Path(path)
    file = file / FILE_NAME if file.is_dir() else file
    text = _read_text(file)
    return study_from_text(text, folder=file.parent, file_name=file.name)


def study_from_text(text: str, *, folder: Path, file_name: str = FILE_NAME) -> Study:
    """Validate the text of a study.toml whose sources are relative to `folder`; see `read_study`."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyRefused(not_toml(error, text), file=file_name) from None
    try:
        parsed = StudyFile.model_validate(content)
    except ValidationError as error:
        raise _refusal(error, content, text, file_name) from None
    return Study(
        folder=folder, text=text, info=parsed.study, sources=parsed.sources,
        columns={str(table): dict(mapping) for table, mapping in parsed.columns.items()},
        factors=parsed.factor, model=parsed.model, bands=parsed.bands, triangulation=parsed.triangulation,
        casemix=parsed.casemix, disclosure=parsed.disclosure, deviation=parsed.deviation,
        premises=parsed.premise, research=parsed.research, plan=parsed.plan,
    )  # fmt: skip


def _no_factor(name: str) -> Factor:
    raise KeyError(f"the study has no factor '{name}'")


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StudyRefused("no such file; a study is a folder with a study.toml", file=str(file)) from None
    except UnicodeDecodeError:
        raise StudyRefused("the file cannot be read as UTF-8 text", file=str(file)) from None
    except OSError as error:
        raise StudyRefused(why_not_read(error), file=str(file)) from None


def _refusal(error: ValidationError, content: dict[str, Any], text: str, file_name: str) -> StudyRefused:
    # A key that may hold one of two types gives an error for each: they belong together.
    by_place: dict[tuple[int | str, ...], list[str]] = {}
    # An unknown key first: misspelt, it is why another one seems to be missing.
    listed = error.errors(include_url=False, include_input=False)
    for one in sorted(listed, key=lambda one: one["type"] != "extra_forbidden"):
        at = tuple(part for part in one["loc"] if not _is_type_tag(part))
        by_place.setdefault(at, []).append(_rule_in_words(one, at))
    place, rules = next(iter(by_place.items()))
    more = len(by_place) - 1
    rule = ", or: ".join(rules) + (f"; {more} more to mend after this one" if more else "")
    lines = _line_of(place, content, text)
    return StudyRefused(rule, file=file_name, column=_place_in_words(place, content), lines=lines)


def _is_type_tag(part: int | str) -> bool:
    return isinstance(part, str) and re.match(r"^(int|literal\[|constrained|tuple\[|function-)", part) is not None


def _rule_in_words(first: Any, place: tuple[int | str, ...]) -> str:
    if first["type"] == "extra_forbidden":
        return f"unknown key{_nearest(place)}"
    if first["type"] == "missing" and isinstance(first["loc"][-1], int):
        return "a list of two values is needed"
    return broken_rule(first)


def _nearest(place: tuple[int | str, ...]) -> str:
    sections: dict[str, type[BaseModel]] = {
        "study": StudyInfo, "sources": Sources, "factor": Factor, "model": ModelSettings, "bands": BandSettings,
        "triangulation": TriangulationSettings, "casemix": CasemixSettings, "disclosure": DisclosureSettings,
        "deviation": DeviationSettings,
        "premise": Premise, "plan": PlanSettings,
    }  # fmt: skip
    owner = sections.get(str(place[0]), StudyFile) if len(place) > 1 else StudyFile
    close = difflib.get_close_matches(str(place[-1]), list(owner.model_fields), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _place_in_words(place: tuple[int | str, ...], content: dict[str, Any]) -> str:
    if not place:
        return ""
    if len(place) > 1 and isinstance(place[1], int):
        entry = content[str(place[0])][place[1]]
        name = entry.get("name", entry.get("id", f"number {place[1] + 1}")) if isinstance(entry, dict) else ""
        return " ".join([f"[[{place[0]}]] {name}", *(str(part) for part in place[2:3])])
    return " ".join([f"[{place[0]}]", *(str(part) for part in place[1:2])])


def _line_of(place: tuple[int | str, ...], content: dict[str, Any], text: str) -> tuple[int, ...]:
    """Line of the key at `place`, or of its section; nothing when it is not there to point at."""
    if not place:
        return ()
    section, at = str(place[0]), 0
    wanted = place[1] if len(place) > 1 and isinstance(place[1], int) else 0
    heads = [i for i, line in enumerate(text.splitlines()) if re.match(rf"\s*\[\[?\s*{re.escape(section)}\b", line)]
    if len(heads) <= wanted:
        return ()
    at = heads[wanted]
    key = str(place[-1])
    for i, line in enumerate(text.splitlines()[at + 1 :], start=at + 1):
        if line.lstrip().startswith("["):
            break
        if re.match(rf"\s*{re.escape(key)}\b", line):
            return (i + 1,)
    return (at + 1,)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
