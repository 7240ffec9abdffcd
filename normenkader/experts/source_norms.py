"""An existing normenkader as data: its minutes term by term, and the premises it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from normenkader.casemix import InputFile
from normenkader.casemix.sources import source_files
from normenkader.errors import StudyRefused
from normenkader.experts.source_norms_file import ListedTerm, SourceFile, decoded, parsed_file, refused
from normenkader.model.factors import DesignFactor, design_factors
from normenkader.model.replaced import TermKey
from normenkader.provenance import Receipt, sha256_of_bytes
from normenkader.study import Study


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
    text = decoded(content, name)
    parsed = parsed_file(text, name)
    terms = _checked_terms(parsed, study, text, name)
    _refuse_repeated_premises(parsed, text, name)
    sha256 = sha256_of_bytes(content)
    return SourceNorms(
        name=parsed.name, version=parsed.version, ijkclient_minutes=parsed.ijkclient_minutes, terms=terms,
        premises=tuple((premise.id, premise.text) for premise in parsed.premise),
        file=InputFile(file=name, table="source_norms", sha256=sha256, dialect="toml"),
        receipt=Receipt(stage="source_norms", sha256=sha256),
    )  # fmt: skip


def _checked_terms(parsed: SourceFile, study: Study, text: str, name: str) -> tuple[SourceTerm, ...]:
    factors = {factor.name: factor for factor in design_factors(study)}
    terms: dict[TermKey, SourceTerm] = {}
    for number, given in enumerate(parsed.term):
        rule, key = _broken_rule(given, factors)
        if rule:
            raise refused(rule, text, name, "term", number, key)
        term = _term(given, factors)
        if term.key in terms:
            raise refused("this term is listed twice", text, name, "term", number)
        terms[term.key] = term
    own = {(factor.name, factor.levels[factor.reference]) for factor in factors.values()}
    return tuple(term for key, term in terms.items() if key[:2] not in own)


def _broken_rule(given: ListedTerm, factors: dict[str, DesignFactor]) -> tuple[str, str]:
    """The rule that a term breaks and the key it stands at; empty when it breaks none."""
    for place, part in (("", given), ("with", given.partner)):
        if part is None:
            continue
        if part.factor not in factors:
            return "the study has no factor of this name", place or "factor"
        if part.level not in factors[part.factor].levels:
            return "the factor has no such level in the study", place or "level"
    return _broken_meaning(given, factors)


def _broken_meaning(given: ListedTerm, factors: dict[str, DesignFactor]) -> tuple[str, str]:
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


def _term(given: ListedTerm, factors: dict[str, DesignFactor]) -> SourceTerm:
    """The term, an interaction under the factor that declares it."""
    if given.partner is None:
        return SourceTerm(factor=given.factor, level=given.level, minutes=given.minutes)
    first, second = (given.factor, given.level), (given.partner.factor, given.partner.level)
    if second[0] not in factors[first[0]].partners:
        first, second = second, first
    return SourceTerm(
        factor=first[0], level=first[1], with_factor=second[0], with_level=second[1], minutes=given.minutes
    )


def _refuse_repeated_premises(parsed: SourceFile, text: str, name: str) -> None:
    seen: set[str] = set()
    for number, premise in enumerate(parsed.premise):
        if premise.id in seen:
            raise refused("this id is given to two premises", text, name, "premise", number, "id")
        seen.add(premise.id)
