"""An existing normenkader as data: its minutes term by term, and the premises it rests on."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from normenkader.casemix import InputFile
from normenkader.casemix.sources import source_files
from normenkader.errors import StudyRefused
from normenkader.model.factors import DesignFactor, design_factors
from normenkader.model.replaced import TermKey
from normenkader.provenance import Receipt, sha256_of_bytes
from normenkader.settings import Premise
from normenkader.study import Study

PremiseStatus = Literal["same", "differs", "only_study", "only_source"]
Minutes = Annotated[float, Field(strict=False, ge=-10_080, le=10_080)]


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Partner(_Part):
    factor: str
    level: str


class _Term(_Part):
    factor: str
    level: str
    minutes: Minutes
    partner: _Partner | None = Field(default=None, alias="with")


class _SourcePremise(_Part):
    id: str
    text: str


class _File(_Part):
    name: Annotated[str, Field(min_length=1)]
    version: Annotated[str, Field(min_length=1)]
    ijkclient_minutes: Annotated[float, Field(strict=False, ge=0, le=10_080)]
    term: Annotated[tuple[_Term, ...], BeforeValidator(_as_tuple)] = ()
    premise: Annotated[tuple[_SourcePremise, ...], BeforeValidator(_as_tuple)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTerm:
    """Minutes per week of one level, or of one pair of levels, relative to the ijkclient."""

    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    minutes: float

    @property
    def key(self) -> TermKey:
        """What identifies the term in every source."""
        return self.factor, self.level, self.with_factor, self.with_level


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNorms:
    """An existing normenkader; numbers without an interval.

    Attributes
    ----------
    name, version : str
    ijkclient_minutes : float
        Minutes per week.
    terms : tuple of SourceTerm
        As the file lists them; a term it does not list is unknown, not zero.
    premises : tuple of (id, text)
    file : InputFile
    receipt : Receipt
    """

    name: str
    version: str
    ijkclient_minutes: float
    terms: tuple[SourceTerm, ...]
    premises: tuple[tuple[str, str], ...]
    file: InputFile
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiseComparison:
    """One premise in the study and in the source; a text is empty where the premise is not there."""

    id: str
    status: PremiseStatus
    study_text: str
    source_text: str


def read_source_norms(study: Study) -> SourceNorms | None:
    """Read and check the existing normenkader; None when the study names none.

    Raises
    ------
    StudyRefused
        If the file is missing, is not TOML, or holds a wrong key, factor, level or value, or one term twice; the
        message names its place and line.
    """
    if not study.sources.source_norms:
        return None
    found = source_files(study, "source_norms")
    if len(found) != 1:
        raise StudyRefused("name one file with source norms, not several", file="study.toml",
                           column="[sources] source_norms")  # fmt: skip
    ((name, path),) = found.items()
    content = path.read_bytes()
    text = _decoded(content, name)
    parsed = _parsed(text, name)
    terms = _checked_terms(parsed, study, text, name)
    _refuse_repeated_premises(parsed, text, name)
    sha256 = sha256_of_bytes(content)
    return SourceNorms(
        name=parsed.name, version=parsed.version, ijkclient_minutes=parsed.ijkclient_minutes, terms=terms,
        premises=tuple((premise.id, premise.text) for premise in parsed.premise),
        file=InputFile(file=name, table="source_norms", sha256=sha256, dialect="toml"),
        receipt=Receipt(stage="source_norms", sha256=sha256),
    )  # fmt: skip


def compare_premises(study: tuple[Premise, ...], source: SourceNorms) -> tuple[PremiseComparison, ...]:
    """Every premise of either, one by one: the study's in order, then those that only the source has.

    Premises with one id are the same when their texts are, white space apart. Whether another text means another
    thing is for a reader to say: policy that leaves the premises of its research loses the research's support.

    References
    ----------
    CRvB 10 December 2018, ECLI:NL:CRVB:2018:3835.
    """
    theirs = dict(source.premises)
    ours = {premise.id: premise.text for premise in study}
    listed = [*ours, *(key for key in theirs if key not in ours)]
    return tuple(
        PremiseComparison(
            id=key, status=_status(ours.get(key), theirs.get(key)), study_text=ours.get(key, ""),
            source_text=theirs.get(key, ""),
        )
        for key in listed
    )  # fmt: skip


def _status(ours: str | None, theirs: str | None) -> PremiseStatus:
    if ours is None:
        return "only_source"
    if theirs is None:
        return "only_study"
    return "same" if ours.split() == theirs.split() else "differs"


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StudyRefused("the file cannot be read as UTF-8 text", file=name) from None


def _parsed(text: str, name: str) -> _File:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyRefused(f"this is not valid TOML: {error}", file=name) from None
    try:
        return _File.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _refusal(first, text, name) from None


def _refusal(error: Any, text: str, name: str) -> StudyRefused:
    rules = {"extra_forbidden": "unknown key", "missing": "this key is required"}
    rule = rules.get(error["type"], str(error["msg"]).removeprefix("Value error, "))
    place = error["loc"]
    if len(place) > 1 and isinstance(place[1], int):
        return _refused(rule, text, name, str(place[0]), place[1], " ".join(str(part) for part in place[2:3]))
    key = str(place[0]) if place else ""
    lines = [i for i, line in enumerate(text.splitlines(), start=1) if re.match(rf"\s*{re.escape(key)}\s*=", line)]
    return StudyRefused(rule, file=name, column=key, lines=lines[:1])


def _refused(rule: str, text: str, name: str, section: str, number: int, key: str = "") -> StudyRefused:
    """A refusal that points at the head of the section's entry with this number."""
    head = re.compile(rf"\s*\[\[\s*{section}\s*\]\]")
    heads = [i for i, line in enumerate(text.splitlines(), start=1) if head.match(line)]
    column = f"[[{section}]] number {number + 1}" + (f" {key}" if key else "")
    return StudyRefused(rule, file=name, column=column, lines=heads[number : number + 1])


def _checked_terms(parsed: _File, study: Study, text: str, name: str) -> tuple[SourceTerm, ...]:
    factors = {factor.name: factor for factor in design_factors(study)}
    terms: dict[TermKey, SourceTerm] = {}
    for number, given in enumerate(parsed.term):
        rule, key = _broken_rule(given, factors)
        if rule:
            raise _refused(rule, text, name, "term", number, key)
        term = _term(given, factors)
        if term.key in terms:
            raise _refused("this term is listed twice", text, name, "term", number)
        terms[term.key] = term
    own = {(factor.name, factor.levels[factor.reference]) for factor in factors.values()}
    return tuple(term for key, term in terms.items() if key[:2] not in own)


def _broken_rule(given: _Term, factors: dict[str, DesignFactor]) -> tuple[str, str]:
    """The rule that a term breaks and the key it stands at; empty when it breaks none."""
    for place, part in (("", given), ("with", given.partner)):
        if part is None:
            continue
        if part.factor not in factors:
            return "the study has no factor of this name", place or "factor"
        if part.level not in factors[part.factor].levels:
            return "the factor has no such level in the study", place or "level"
    return _broken_meaning(given, factors)


def _broken_meaning(given: _Term, factors: dict[str, DesignFactor]) -> tuple[str, str]:
    own = factors[given.factor]
    is_base = given.level == own.levels[own.reference]
    if given.partner is None:
        rule = "minutes are relative to the ijkclient, so the ijkclient's own level is worth 0"
        return (rule, "minutes") if is_base and given.minutes != 0 else ("", "")
    other = factors[given.partner.factor]
    if other.name not in own.partners and own.name not in other.partners:
        return "the study declares no interaction of these two factors", "with"
    if is_base or given.partner.level == other.levels[other.reference]:
        return "an interaction is between levels that both differ from the ijkclient's", "with"
    return "", ""


def _term(given: _Term, factors: dict[str, DesignFactor]) -> SourceTerm:
    """The term, an interaction under the factor that declares it."""
    if given.partner is None:
        return SourceTerm(factor=given.factor, level=given.level, minutes=given.minutes)
    first, second = (given.factor, given.level), (given.partner.factor, given.partner.level)
    if second[0] not in factors[first[0]].partners:
        first, second = second, first
    return SourceTerm(
        factor=first[0], level=first[1], with_factor=second[0], with_level=second[1], minutes=given.minutes
    )


def _refuse_repeated_premises(parsed: _File, text: str, name: str) -> None:
    seen: set[str] = set()
    for number, premise in enumerate(parsed.premise):
        if premise.id in seen:
            raise _refused("this id is given to two premises", text, name, "premise", number, "id")
        seen.add(premise.id)
