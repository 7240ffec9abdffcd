"""What a conflict between data and experts leads to, by the rule that the study stated beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from normenkader.experts.source_values import Comparison, SourceValue
from normenkader.model.replaced import IJKCLIENT, Replaced, ReplacedTerm, TermKey
from normenkader.terms.names import term_name

Rule = Literal["data", "experts", "cautious", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One conflict between data and experts and what it led to.

    Attributes
    ----------
    factor, level, with_factor, with_level : str
    data, experts : float
        Minutes per week by either.
    rule : {"data", "experts", "cautious", "open"}
        The study's rule.
    source : {"data", "experts"}
        Whose minutes the norm table takes.
    settled : bool
        False when the rule leaves the conflict open: the data's minutes stand, with a reservation.
    """

    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    data: float
    experts: float
    rule: Rule
    source: Literal["data", "experts"]
    settled: bool

    @property
    def words(self) -> str:
        """The term in a few words."""
        return term_words((self.factor, self.level, self.with_factor, self.with_level))


def outcomes_of(
    conflicts: Iterable[Comparison], data: Mapping[TermKey, SourceValue], experts: Mapping[TermKey, SourceValue],
    rule: Rule,
) -> tuple[Outcome, ...]:  # fmt: skip
    """What `rule` makes of each conflict; nothing is averaged."""
    return tuple(_outcome(found, data[found.key], experts[found.key], rule) for found in conflicts)


def replaced_by(outcomes: Iterable[Outcome], experts: Mapping[TermKey, SourceValue]) -> Replaced:
    """The terms in which the experts' minutes take the place of the data's."""
    keys = [(o.factor, o.level, o.with_factor, o.with_level) for o in outcomes if o.source == "experts"]
    return all_terms_of({key: experts[key] for key in keys}, source="experts")


def all_terms_of(values: Mapping[TermKey, SourceValue], *, source: Literal["experts", "source_norms"]) -> Replaced:
    """Every term that a source values, as minutes that may take the place of the data's."""
    return Replaced(
        terms=tuple(
            ReplacedTerm(
                factor=v.factor, level=v.level, with_factor=v.with_factor, with_level=v.with_level,
                minutes=v.estimate.value, interval=v.estimate.interval(), source=source,
            )
            for v in values.values() if v.estimate is not None
        )
    )  # fmt: skip


def term_words(key: TermKey) -> str:
    """``leefgebied wonen: zwaar``, with the other factor of an interaction; the ijkclient for the level."""
    return "de ijkcliënt" if key[0] == IJKCLIENT else term_name(*key)


def _outcome(conflict: Comparison, data: SourceValue, experts: SourceValue, rule: Rule) -> Outcome:
    # A conflict is a verdict on two estimates, so both are there.
    ours, theirs = (v.estimate.value if v.estimate else float("nan") for v in (data, experts))
    takes_experts = rule == "experts" or (rule == "cautious" and theirs > ours)
    return Outcome(
        factor=conflict.factor, level=conflict.level, with_factor=conflict.with_factor, with_level=conflict.with_level,
        data=ours, experts=theirs, rule=rule, source="experts" if takes_experts else "data", settled=rule != "open",
    )  # fmt: skip
