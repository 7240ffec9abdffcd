"""From summaries, alone or beside files of episodes, to a norm table and, once round 2 is in, to bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.input_table import InputFile
from normenkader.casemix.read import read_casemix
from normenkader.errors import InputRefused
from normenkader.federated.bands import SummedBands, bands_of_summaries
from normenkader.federated.files import ReceivedSummaries, read_summaries
from normenkader.federated.fit import fit_summaries
from normenkader.federated.pooled import SummedSupport
from normenkader.federated.summarise import summarise, summarise_cells
from normenkader.federated.summary import CellSummary, Summary
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOne:
    """The norm table from sums, before any band.

    Attributes
    ----------
    study : Study
    norms : NormTable
    support : SummedSupport
        Clients and providers at every level.
    received : ReceivedSummaries
    casemix : Casemix or None
        Episodes that the study holds itself; None when all providers keep theirs.
    local : tuple of str
        Providers among these that are summed here.
    too_small : int
        Providers among these with too few clients for sums of their own; they are left out.
    """

    study: Study
    norms: NormTable
    support: SummedSupport
    received: ReceivedSummaries
    casemix: Casemix | None
    local: tuple[str, ...]
    too_small: int

    def files(self) -> tuple[InputFile, ...]:
        """Every file that was read."""
        return self.received.files + (() if self.casemix is None else self.casemix.files)


def norm_table_of(study: Study) -> RoundOne:
    """Fit and norm table from what providers sent, and from the study's own episodes where it has any.

    Raises
    ------
    InputRefused
        If a summary breaks a rule, a provider both sent a summary and stands in the episodes, or fewer than two
        providers are left.
    """
    received = read_summaries(study)
    casemix = read_casemix(study) if study.sources.episodes else None
    own, too_small = _summed_here(casemix, {summary.provider for summary in received.first})
    summaries = (*received.first, *own)
    norms = make_norm_table(fit_summaries(study, summaries, files=received.files))
    return RoundOne(
        study=study, norms=norms, support=SummedSupport(study, summaries), received=received, casemix=casemix,
        local=tuple(s.provider for s in own), too_small=too_small,
    )  # fmt: skip


def bands_of(found: RoundOne, *, norms_document: dict[str, object], norms_sha256: str) -> SummedBands | None:
    """Bands, once every provider of round 1 has counted its clients under this norm table; None before round 2.

    Parameters
    ----------
    found : RoundOne
    norms_document, norms_sha256
        norms.json of this round 1, and the hash of its bytes.

    Raises
    ------
    InputRefused
        If round 2 is in for some providers only, or was counted under another norm table.
    """
    sent = found.received.second
    if found.received.first and not sent:
        return None
    _refuse_other_rounds(found.received.first, sent, norms_sha256)
    local = [
        summarise_cells(found.casemix, name, norms=norms_document, norms_sha256=norms_sha256)
        for name in found.local if found.casemix is not None
    ]  # fmt: skip
    return bands_of_summaries(found.norms, (*sent, *local))


def _summed_here(casemix: Casemix | None, sent: set[str]) -> tuple[list[Summary], int]:
    if casemix is None:
        return [], 0
    names = sorted(casemix.to_frame()["provider"].unique())
    both = [name for name in names if name in sent]
    if both:
        raise InputRefused("this provider sent a summary and stands in the episodes too; it would count twice",
                           file="study.toml", column=both[0])  # fmt: skip
    own: list[Summary] = []
    for name in names:
        try:
            own.append(summarise(casemix, name))
        except InputRefused:
            continue
    return own, len(names) - len(own)


def _refuse_other_rounds(first: Sequence[Summary], second: Sequence[CellSummary], norms: str) -> None:
    if [s.provider for s in first] != [s.provider for s in second]:
        raise InputRefused(
            "rounds 1 and 2 are not of the same providers; bands need the second round of every provider that sent "
            "the first", file="study.toml", column="[sources] summaries",
        )  # fmt: skip
    if any(summary.norms != norms for summary in second):
        raise InputRefused(
            "round 2 was counted under another norm table than round 1 gives; send the providers this norms.json and "
            "ask for round 2 again", file="study.toml", column="[sources] summaries",
        )  # fmt: skip
