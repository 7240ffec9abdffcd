"""The additive fit: within providers, with fixed weights, and the intervals that few providers allow."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.measuring import CAP_TOLERANCE_MINUTES
from normenkader.errors import StudyRefused
from normenkader.model.censored import CensoredFit, censored_profile
from normenkader.model.design import Design, make_design
from normenkader.model.inference import infer, model_receipt, told_apart, without_hanging
from normenkader.model.moments import Moments, Profile, provider_moments, within_profile
from normenkader.model.outcomes import Outcomes, behind_caps
from normenkader.model.passes import fit_rows, settled_weights
from normenkader.model.results import CensoringChoice, MinutesModel
from normenkader.model.specification import mean_rows
from normenkader.model.variance import Setting, VarianceChoice
from normenkader.study import FILE_NAME, Study

FloatArray = npt.NDArray[np.float64]

CENSOR_FROM_SHARE = 0.05
UNBOUNDED = "with deliveries at the cap as lower limits nothing bounds some level or term from above"


def why_not_fitted(frame: pd.DataFrame) -> str:
    """Why no norm can be made of these rows of a casemix; empty where one can."""
    if frame["provider"].nunique() < 2:
        return "after setting rows aside fewer than two providers are left; a norm needs at least two"
    if not frame["minutes_per_week"].any():
        return "after setting rows aside every episode has zero minutes; no norm can be made of that"
    return ""


def fit_minutes(
    casemix: Casemix,
    *,
    censoring: Literal["on", "off", "auto"] | None = None,
    variance: Setting | None = None,
    unregistered_as_zero: bool = False,
    design: Design | None = None,
) -> MinutesModel:
    """Fit minutes per week to factors, within providers.

    ``minutes = provider's level + terms + interactions + overlap``, least squares with weights that come from
    passes before and stay fixed; deliveries at the cap are lower limits when `censoring` is on. The level is that of
    the average provider, weighted by clients.

    Parameters
    ----------
    casemix : Casemix
    censoring, variance : str, optional
        In place of the study's settings, to show what a choice does.
    unregistered_as_zero : bool
        Count episodes without any registration as zero minutes, to show what they would do.
    design : Design, optional
        `identified_design` of these rows and settings, where several fits share it.

    Returns
    -------
    MinutesModel

    Raises
    ------
    InputRefused
        With fewer than two providers: nothing can be compared within and between them. With nothing but zeros.

    References
    ----------
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, chapter 10. MacKinnon, Nielsen & Webb
    (2023), Journal of Applied Econometrics 38(5).
    """
    study = casemix.study
    frame = casemix.to_frame(unregistered_as_zero=unregistered_as_zero)
    if why := why_not_fitted(frame):
        raise StudyRefused(why, file=FILE_NAME, column="[sources] episodes")
    choice = choose_censoring(frame, censoring or study.model.censoring)
    design = identified_design(frame, study) if design is None else design
    choice, weighting, w, fit = _settled(design, frame, choice, variance or study.model.variance)
    moments = _moments(design, fit.expected, w)
    profile = replace(_profile(design, frame, w, fit, moments), n=_clients_by_provider(design, frame))
    design = replace(design, cells=without_hanging(design.cells, profile))
    return _model(casemix, frame, design, choice, weighting, w, fit, moments, profile)


def choose_censoring(frame: pd.DataFrame, setting: Literal["on", "off", "auto"]) -> CensoringChoice:
    """Whether deliveries at the cap count as lower limits: by the study, or from a share of 5 % at the cap."""
    share = float(frame["at_cap"].mean())
    assigned = float(frame["assigned_minutes_per_week"].notna().mean())
    applied = share > 0 and (setting == "on" or (setting == "auto" and share >= CENSOR_FROM_SHARE))
    if setting != "auto":
        reason = f"the study says '{setting}'"
    else:
        reason = f"{'at least' if applied else 'fewer than'} 5 % of the episodes are at their cap"
    if assigned == 0:
        reason = "no episode carries assigned minutes, so a cap cannot be seen"
    return CensoringChoice(applied=applied, setting=setting, share_at_cap=share, share_assigned=assigned, reason=reason)


def identified_design(frame: pd.DataFrame, study: Study) -> Design:
    """The design of a casemix frame without the columns that cannot be told apart within providers.

    What these stood for is marked. Neither outcomes nor weights bear on it.

    Parameters
    ----------
    frame : DataFrame
        As `Casemix.to_frame` gives it.
    study : Study
    """
    design = make_design(frame, study)
    n, _ = design.matrix().shape
    profile = within_profile(_moments(design, np.zeros(n), np.ones(n)))
    kept, columns, cells = told_apart(design.columns, design.cells, profile)
    if len(kept) == len(design.columns):
        return design
    matrix = np.ascontiguousarray(design.matrix()[:, kept])
    matrix.setflags(write=False)
    return replace(design, cells=cells, columns=columns, _matrix=matrix)


def _moments(design: Design, y: FloatArray, w: FloatArray) -> Moments:
    return provider_moments(design.matrix(), y, w, design.provider_codes(), len(design.providers))


def _clients_by_provider(design: Design, frame: pd.DataFrame) -> FloatArray:
    """Distinct clients of every provider: the weights of the average provider, however many episodes each has."""
    counts = frame.groupby(design.provider_codes())["client"].nunique()
    return np.asarray(counts.to_numpy(), dtype=np.float64)


def _settled(
    design: Design, frame: pd.DataFrame, choice: CensoringChoice, setting: Setting
) -> tuple[CensoringChoice, VarianceChoice, FloatArray, CensoredFit]:
    """Weights and fit; without lower limits where nothing bounds some level or term from above."""
    at_cap = frame["at_cap"].to_numpy(bool) & choice.applied
    weighting, w = settled_weights(design, frame, at_cap, setting)
    fit = fit_rows(design, frame, w, at_cap)
    as_delivered = 1.0 - fit.lower_limit.sum() / at_cap.sum() if at_cap.any() else choice.share_as_delivered
    if not fit.converged or (at_cap.any() and as_delivered == 1.0):
        told = 1.0 if fit.converged else 0.0
        without = replace(choice, applied=False, reason=UNBOUNDED, share_as_delivered=told)
        return _settled(design, frame, without, setting)
    return replace(choice, share_as_delivered=float(as_delivered)), weighting, w, fit


def _profile(design: Design, frame: pd.DataFrame, w: FloatArray, fit: CensoredFit, moments: Moments) -> Profile:
    if not fit.lower_limit.any():
        return within_profile(moments)
    y = frame["minutes_per_week"].to_numpy(float)
    return censored_profile(fit, design.matrix(), y, w, design.provider_codes(), len(design.providers))


def _behind_caps(design: Design, frame: pd.DataFrame, w: FloatArray, fit: CensoredFit) -> Outcomes | None:
    if not fit.lower_limit.any() or fit.sigma <= 0:
        return None
    limit = frame["assigned_minutes_per_week"].to_numpy(float) - CAP_TOLERANCE_MINUTES
    return behind_caps(
        fit, mean=fit.level[design.provider_codes()] + design.matrix() @ fit.terms, sd=fit.sigma / np.sqrt(w),
        delivered=frame["minutes_per_week"].to_numpy(float), limit=limit, at_cap=frame["at_cap"].to_numpy(bool),
    )  # fmt: skip


def _model(
    casemix: Casemix, frame: pd.DataFrame, design: Design, choice: CensoringChoice, weighting: VarianceChoice,
    w: FloatArray, fit: CensoredFit, moments: Moments, profile: Profile,
) -> MinutesModel:  # fmt: skip
    theta = np.append(fit.terms, np.log(fit.sigma)) if profile.b.shape[1] > len(fit.terms) else fit.terms
    mean_x = mean_rows(design.matrix(), design.provider_codes())
    behind = _behind_caps(design, frame, w, fit)
    working = None if behind is None else _moments(design, behind.response, w * behind.information)
    found = infer(profile, moments, mean_x, design.cells, theta, n_terms=len(fit.terms),
                  mean_variance=float((1 / w).mean()), working=working)  # fmt: skip
    for array in (w, fit.expected, fit.terms):
        array.setflags(write=False)
    return MinutesModel(
        study=casemix.study, casemix=casemix, ijkclient=found.ijkclient, terms=found.terms, variance=weighting,
        censoring=choice, mixed=found.mixed, specification=found.specification,
        residual_sd=fit.sigma, n_rows=len(frame), n_clients=frame["client"].nunique(),
        n_providers=len(design.providers), receipt=model_receipt(casemix, found.ijkclient, found.terms),
        _design=design, _moments=moments, _profile=profile, _outcome=fit.expected, _weights=w, _coefficients=fit.terms,
        _behind_caps=behind, _working_moments=working,
    )  # fmt: skip
