"""From summaries, alone or beside files of episodes, to a norm table and, once round 2 is in, to bands.

What the municipality has itself bears no record of a client: the panel, existing norms, double assessments and prices
are read here as in a calibration on records.
"""

from __future__ import annotations

from dataclasses import dataclass

from normenkader.bands.assessed import Assessed, assess
from normenkader.bands.prices import Prices, read_prices
from normenkader.casemix.casemix import Casemix
from normenkader.casemix.input_table import InputFile
from normenkader.casemix.read import read_casemix
from normenkader.errors import InputRefused
from normenkader.experts.assessments import read_assessments
from normenkader.experts.judgements import read_judgements
from normenkader.experts.panel_prmse import PanelPrmse, panel_prmse
from normenkader.experts.triangulation import Triangulation, triangulate
from normenkader.federated.bands import SummedBands, bands_of_summaries
from normenkader.federated.files import ReceivedSummaries, read_summaries
from normenkader.federated.fit import fit_summaries
from normenkader.federated.pooled import SummedSupport
from normenkader.federated.refusals import refuse_both_ways, refuse_other_rounds
from normenkader.federated.summarise import summarise, summarise_cells
from normenkader.federated.summary import Summary
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
    agreed : Triangulation
        What the panel and existing norms say of the fit.
    assessed : Assessed or None
        Double assessments carried through the norm table.
    prmse : PanelPrmse or None
        How well the norm table predicts what the panel finds needed.
    prices : Prices or None
    summaries : tuple of Summary
        Round 1 of every provider that counts: received, and summed here.
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
    agreed: Triangulation
    assessed: Assessed | None
    prmse: PanelPrmse | None
    prices: Prices | None
    summaries: tuple[Summary, ...]
    casemix: Casemix | None
    local: tuple[str, ...]
    too_small: int

    def files(self) -> tuple[InputFile, ...]:
        """Every file that was read."""
        records = () if self.casemix is None else self.casemix.files
        assessments = () if self.assessed is None else self.assessed.assessments.files
        prices = () if self.prices is None else (self.prices.input_file,)
        return (*self.received.files, *records, *self.agreed.files, *assessments, *prices)


def norm_table_of(study: Study) -> RoundOne:
    """Fit and norm table from what providers sent, and from the study's own episodes where it has any.

    Raises
    ------
    InputRefused
        If a summary breaks a rule, a provider both sent a summary and stands in the episodes, fewer than two providers
        are left, or a file of the panel, existing norms, assessments or prices is wrong.
    """
    # A price file is needed only at the end; that it cannot be used is said at once.
    prices, received = read_prices(study), read_summaries(study)
    casemix = read_casemix(study) if study.sources.episodes else None
    own, too_small = _summed_here(casemix, received)
    summaries = (*received.first, *own)
    model, panel = fit_summaries(study, summaries, files=received.files), read_judgements(study)
    agreed, assessments = triangulate(model, panel), read_assessments(study)
    norms = make_norm_table(model, replaced=agreed.replaced)
    return RoundOne(
        study=study, norms=norms, support=SummedSupport(study, summaries), received=received, agreed=agreed,
        assessed=None if assessments is None else assess(norms, assessments),
        prmse=None if panel is None else panel_prmse(norms, panel), prices=prices, summaries=summaries,
        casemix=casemix, local=tuple(s.provider for s in own), too_small=too_small,
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
    refuse_other_rounds(found.received.first, sent, norms_sha256=norms_sha256, files=found.received.file_of)
    local = [
        summarise_cells(found.casemix, name, norms=norms_document, norms_sha256=norms_sha256)
        for name in found.local if found.casemix is not None
    ]  # fmt: skip
    return bands_of_summaries(found.norms, (*sent, *local), found.assessed)


def _summed_here(casemix: Casemix | None, received: ReceivedSummaries) -> tuple[list[Summary], int]:
    if casemix is None:
        return [], 0
    names = sorted(casemix.to_frame()["provider"].unique())
    refuse_both_ways(names, received.file_of)
    own: list[Summary] = []
    for name in names:
        try:
            own.append(summarise(casemix, name))
        except InputRefused:
            continue
    return own, len(names) - len(own)
