"""Every file of a study, read and refused in one place: no later stage refuses a content that passed here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from normenkader.bands.assessed import LEAST_EPISODES
from normenkader.bands.candidates import AUTO_REFUSED
from normenkader.bands.prices import Prices, read_prices
from normenkader.casemix import read_casemix
from normenkader.casemix.casemix import Casemix
from normenkader.errors import StudyRefused
from normenkader.experts.assessments import Assessments, read_assessments
from normenkader.experts.judgements import Judgements, read_judgements, refuse_one_expert
from normenkader.experts.source_norms import SourceNorms, read_source_norms
from normenkader.study import FILE_NAME, Study

Stage = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a calibration on records rests on; None for what the study does not name."""

    casemix: Casemix
    panel: Judgements | None
    assessments: Assessments | None
    source_norms: SourceNorms | None
    prices: Prices | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a study names beside its providers' minutes; None for what it does not name."""

    panel: Judgements | None
    assessments: Assessments | None
    source_norms: SourceNorms | None
    prices: Prices | None


def read_inputs(study: Study, *, stage: Stage) -> Inputs:
    """Read every file that the study names, the quickest first, so that nothing is computed that cannot be used.

    Parameters
    ----------
    study : Study
    stage : callable
        Shows progress.

    Raises
    ------
    InputRefused
        If a file cannot be used, or the study asks for ``n = "auto"`` without enough double assessments.
    """
    beside = read_beside(study)
    return Inputs(
        casemix=read_casemix(study, stage=stage), panel=beside.panel, assessments=beside.assessments,
        source_norms=beside.source_norms, prices=beside.prices,
    )  # fmt: skip


def read_beside(study: Study) -> Beside:
    """The same without the files of providers, who may have sent summaries in their place."""
    _refuse_auto_without_source(study)
    prices, source_norms = read_prices(study), read_source_norms(study)
    panel, assessments = read_judgements(study), read_assessments(study)
    if panel is not None:
        refuse_one_expert(panel)
    if assessments is not None:
        _refuse_auto_with_too_few(study, assessments)
    return Beside(panel=panel, assessments=assessments, source_norms=source_norms, prices=prices)


def _refuse_auto_without_source(study: Study) -> None:
    if study.bands.n == "auto" and not study.sources.assessments:
        raise StudyRefused(AUTO_REFUSED, file=FILE_NAME, column="[bands] n")


def _refuse_auto_with_too_few(study: Study, assessments: Assessments) -> None:
    """Too few that are whole; whether the norm table then has minutes for enough of these shows only later."""
    if study.bands.n != "auto":
        return
    rows = assessments.to_frame()
    complete = rows[np.asarray((rows[[f.name for f in study.factors]] != "").all(axis=1))]
    twice = int((complete.groupby("episode").size() >= 2).sum())
    if twice < max(LEAST_EPISODES, study.disclosure.min_clients):
        raise StudyRefused(AUTO_REFUSED, file=FILE_NAME, column="[bands] n")
