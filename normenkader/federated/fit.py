"""The additive fit from the sums of providers who keep their records: the same estimates as with their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.input_table import InputFile
from normenkader.casemix.ledger import Ledger
from normenkader.errors import InputRefused
from normenkader.federated.at_cap import episodes_at_cap
from normenkader.federated.pooled import PooledSums, moments_by, pool
from normenkader.federated.refusals import listed
from normenkader.federated.summary import Summary, summary_document
from normenkader.model.design import Design
from normenkader.model.factors import design_factors
from normenkader.model.inference import infer, model_receipt, told_apart, without_hanging
from normenkader.model.layout import Cell, Column, lay_out
from normenkader.model.moments import Moments, Profile, solve, within_profile
from normenkader.model.results import CensoringChoice, MinutesModel
from normenkader.model.variance import UNWEIGHTED
from normenkader.provenance import Receipt, canonical_json, sha256_of_parts
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
NO_RECORDS = "who is at the cap is not known without records, so deliveries at the cap count as delivered"
FEWER_THAN_TWO = (
    "fewer than two providers are left with sums of round 1, and a norm needs at least two; a summary can be left out "
    "for having too few clients, and in round 2 the files of round 1 stay in the study beside the new ones"
)


def fit_summaries(study: Study, summaries: Sequence[Summary], *, files: tuple[InputFile, ...] = ()) -> MinutesModel:
    """Fit minutes per week to factors, within providers, from what each provider sent.

    Every episode counts alike and none is treated as censored. Otherwise this is `fit_minutes`, with the same terms,
    jackknife intervals and random-intercept fit.

    Weights would cost further rounds, those for exposure too: which part of the variance shrinks with exposure is
    estimated from the residuals of a first pass, so that a provider cannot know its weights before all are added up,
    and cannot be asked for sums under every possible weight, of which the differences would tell its short episodes.
    With a stated variance rule it would take one round for that part and one for the weighted sums; with ``auto`` one
    more for every step of the test that chooses the rule. Caps take a round for every step of the censored fit.

    Parameters
    ----------
    study : Study
    summaries : sequence of Summary
        One a provider.
    files : tuple of InputFile
        The files they were read from.

    Raises
    ------
    InputRefused
        With fewer than two providers.

    References
    ----------
    Karr et al. (2009), Privacy-preserving analysis of vertically partitioned and distributed data, Journal of Official
    Statistics 25(1): least squares from sums. Luo et al. (2022), Lossless distributed linear mixed model with
    application to integration of heterogeneous healthcare data, Nature Communications 13, 1678.
    """
    if len({summary.provider for summary in summaries}) < 2:
        raise InputRefused(FEWER_THAN_TWO, file=listed(f.file for f in files) or "study.toml")
    sums = pool(study, summaries)
    columns, cells = lay_out(design_factors(study), sums.support(), study)
    raw = within_profile(moments_by(sums, columns))
    _, columns, cells = told_apart(columns, cells, raw)
    moments = moments_by(sums, columns)
    profile = replace(within_profile(moments), n=sums.n_clients.copy())
    return _model(study, sums, _design(study, sums, columns, without_hanging(cells, profile), moments), moments,
                  profile, casemix_of_summaries(study, summaries, files), _not_censored(summaries))  # fmt: skip


def casemix_of_summaries(study: Study, summaries: Sequence[Summary], files: tuple[InputFile, ...]) -> Casemix:
    """A casemix without a row, so that whatever asks for clients finds none; its receipt covers the sums."""
    ordered = sorted(summaries, key=lambda summary: summary.provider)
    parts = [canonical_json(summary_document(summary)).encode() for summary in ordered]
    settings = Receipt(stage="study", sha256=study.sha256())
    receipt = Receipt(
        stage="casemix", sha256=sha256_of_parts([settings.sha256.encode(), *parts]), made_from=(settings,)
    )
    return Casemix(
        study=study, files=files, ledger=Ledger(rows=(), files=()), quality=(), receipt=receipt, _rows=_no_rows(study),
        _weeks=pd.DataFrame({"episode": [], "week": [], "minutes": []}), _unregistered=_no_rows(study),
    )  # fmt: skip


def _model(
    study: Study, sums: PooledSums, design: Design, moments: Moments, profile: Profile, casemix: Casemix,
    censoring: CensoringChoice,
) -> MinutesModel:  # fmt: skip
    terms = solve(profile.a.sum(axis=0)[None], profile.b.sum(axis=0)[None])[0]
    mean_x = moments.x / moments.w[:, None]
    found = infer(profile, moments, mean_x, design.cells, terms, n_terms=len(terms))
    nothing = np.zeros(0)
    for array in (nothing, terms):
        array.setflags(write=False)
    return MinutesModel(
        study=study, casemix=casemix, ijkclient=found.ijkclient, terms=found.terms, variance=UNWEIGHTED,
        censoring=censoring, mixed=found.mixed, specification=found.specification,
        residual_sd=_residual_sd(moments, profile, terms), n_rows=int(sums.n_episodes.sum()),
        n_clients=int(sums.n_clients.sum()), n_providers=len(sums.providers),
        receipt=model_receipt(casemix, found.ijkclient, found.terms), _design=design, _moments=moments,
        _profile=profile, _outcome=nothing, _weights=nothing, _coefficients=terms,
    )  # fmt: skip


def _design(
    study: Study, sums: PooledSums, columns: tuple[Column, ...], cells: tuple[Cell, ...], moments: Moments
) -> Design:
    return Design(
        factors=design_factors(study), cells=cells, columns=columns, providers=sums.providers,
        _matrix=np.zeros((0, len(columns))), _provider=np.zeros(0, dtype=np.int64),
        _client=np.zeros(0, dtype=np.int64),
        _codes={factor.name: np.zeros(0, dtype=np.int64) for factor in design_factors(study)},
        _rows_by_column=moments.x.sum(axis=0),
    )  # fmt: skip


def _residual_sd(moments: Moments, profile: Profile, terms: FloatArray) -> float:
    within = float((moments.yy - moments.y**2 / moments.w).sum() - profile.b.sum(axis=0) @ terms)
    degrees = moments.n.sum() - len(moments.n) - len(terms)
    return float(np.sqrt(max(within, 0.0) / degrees)) if degrees > 0 else float("nan")


def _not_censored(summaries: Sequence[Summary]) -> CensoringChoice:
    """Nothing counts as a lower limit; how much is at the cap is told where every provider may tell it."""
    unknown, told = float("nan"), episodes_at_cap(summaries)
    exact = None if told is None else told.exact
    return CensoringChoice(
        applied=False, setting="off", reason=NO_RECORDS, share_assigned=0.0 if told is None else unknown,
        share_at_cap=unknown if exact is None else exact / sum(s.n_episodes for s in summaries),
    )  # fmt: skip


def _no_rows(study: Study) -> pd.DataFrame:
    texts = ("client", "provider", "municipality", "episode", "minutes_basis", "product", "need_met")
    numbers = ("minutes_per_week", "exposure_days", "assigned_minutes_per_week")
    columns = {name: pd.Series([], dtype="object") for name in (*texts, *(f.name for f in study.factors))}
    columns |= {name: pd.Series([], dtype="float64") for name in numbers} | {"at_cap": pd.Series([], dtype="bool")}
    return pd.DataFrame(columns)
