"""Premises of the study beside those of an existing normenkader: the same, another text, or only in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from normenkader.experts.source_norms import SourceNorms
from normenkader.settings import Premise

PremiseStatus = Literal["same", "differs", "only_study", "only_source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiseComparison:
    """One premise in the study and in the source; a text is empty where the premise is not there."""

    id: str
    status: PremiseStatus
    study_text: str
    source_text: str


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
