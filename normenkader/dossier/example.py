"""A fictitious client for the worked example: which facts it has; the sum itself is that of every decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from normenkader.bands.decision import Decision, decide
from normenkader.bands.normsum import NormLine
from normenkader.dossier import view
from normenkader.dossier.documents import Document, Documents

_MOST_CHANGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The worked example: the client's levels, and what norms.json and bands.json decide for them."""

    profile: tuple[tuple[str, str], ...]
    decision: Decision

    @property
    def start(self) -> NormLine:
        """The line of the ijkclient."""
        return self.decision.lines[0]

    @property
    def steps(self) -> tuple[NormLine, ...]:
        """Lines on which the client differs from the ijkclient and something is added or taken off."""
        return tuple(line for line in self.decision.lines[1:] if not line.is_ijkclient and line.minutes is not None)

    @property
    def counts(self) -> tuple[NormLine, ...]:
        """Lines of the number of factors in a group."""
        return tuple(line for line in self.decision.lines if line.kind == "overlap")


def fictitious_client(documents: Documents) -> Example | None:
    """The worked example, or None when the table carries too little to make one."""
    factors, terms = view.factors(documents), view.terms(documents)
    profile = _profile(factors, terms)
    norms = {**documents.norms, "factors": factors, "overlap": documents.norms.get("overlap") or ()}
    doubt = documents.settings["bands"]["in_doubt"]
    bands = {"in_doubt": doubt, "bands": view.bands(documents)}
    if not profile or norms["ijkclient_minutes"]["published"] is None:
        return None
    decision = decide(norms, bands, profile, explain=False)
    return None if decision.norm_minutes is None else Example(profile=tuple(profile.items()), decision=decision)


def _profile(factors: Sequence[Document], terms: Sequence[Document]) -> dict[str, str]:
    """The ijkclient changed in a few factors: an interaction if there is one, then the largest steps up and down."""
    mains = [term for term in terms if not term["with"] and _usable(term, factors)]
    changes = _first_interaction(terms, {(term["factor"], term["level"]) for term in mains})
    up, down = ([term for term in mains if (term["published"] > 0) is sign] for sign in (True, False))
    for candidates in (up, down, up, down, up):
        _add_largest(changes, candidates)
    stated = {str(factor["name"]): str(factor["ijkclient"]) for factor in factors}
    return {**stated, **changes} if changes else {}


def _usable(term: Document, factors: Sequence[Document]) -> bool:
    known = any(factor["name"] == term["factor"] for factor in factors)
    return known and term["supported"] and bool(term["published"])


def _first_interaction(terms: Sequence[Document], mains: set[tuple[str, str]]) -> dict[str, str]:
    for term in terms:
        partner: Mapping[str, Any] | None = term["with"]
        if partner and term["supported"] and term["published"]:
            pair = {(str(term["factor"]), str(term["level"])), (str(partner["factor"]), str(partner["level"]))}
            if pair <= mains:
                return dict(sorted(pair))
    return {}


def _add_largest(changes: dict[str, str], candidates: Sequence[Document]) -> None:
    free = [term for term in candidates if term["factor"] not in changes]
    if free and len(changes) < _MOST_CHANGES:
        largest = max(free, key=lambda term: float(abs(term["published"])))
        changes[str(largest["factor"])] = str(largest["level"])
