"""The whole chain of one calibration, in its only order: whoever calibrates or recomputes calls this."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from normenkader.bands.table import BandTable
    from normenkader.study import Study

Stage = Callable[[str], AbstractContextManager[None]]
"""Called with the name of each stage; the stage runs inside what it gives."""


def no_stage(what: str) -> AbstractContextManager[None]:
    """Run a stage without telling anybody."""
    return nullcontext()


def calibrated_bands(study: Study, *, stage: Stage = no_stage) -> BandTable:
    """From a study's settings to its bands, with every piece of evidence between.

    Parameters
    ----------
    study : Study
        Settings as read; their files are read here.
    stage : callable, optional
        Shows progress.

    Returns
    -------
    BandTable

    Raises
    ------
    InputRefused
        By any stage.
    """
    from normenkader.model.free_models import load
    from normenkader.parallel import processes_ready

    # Before this process itself loads what it needs: the others take as long to be ready.
    with processes_ready(load):
        return _calibrated(study, stage)


def _calibrated(study: Study, stage: Stage) -> BandTable:
    from normenkader.bands.derive import derive_bands
    from normenkader.bands.inputs import read_inputs
    from normenkader.experts.triangulation import triangulate
    from normenkader.model.fit import fit_minutes

    with stage("reading the data"):
        given = read_inputs(study, stage=stage)
    with stage("fitting minutes"):
        model = fit_minutes(given.casemix)
    with stage("comparing with experts"):
        agreed = triangulate(model, given.panel)
    with stage("deriving bands, with resamples of providers"):
        return derive_bands(model, agreed, assessments=given.assessments, panel=given.panel)
