"""Delivered against needed: the same terms as delivered and provider-neutral, and how far providers lie apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from normenkader.model.clients import clients_by
from normenkader.model.grouped import Figure
from normenkader.model.mixed import fit_mixed
from normenkader.model.moments import average_level, provider_moments, solve, within_profile
from normenkader.model.results import MinutesModel

FloatArray = npt.NDArray[np.float64]

IJKCLIENT = "ijkclient"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoEstimands:
    """One term, or the level (`factor` is ``ijkclient``), as delivered and provider-neutral."""

    factor: str
    level: str
    with_factor: str
    with_level: str
    delivered: float
    neutral: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSpread:
    """How far providers lie from the average one, shrunken for the number of their clients; no provider is named.

    Attributes
    ----------
    median, worst : float or None
        Minutes, without sign; None when too few providers have enough clients to be shown.
    standard_deviation : float
        Of providers, by restricted maximum likelihood.
    n_providers : int
        Providers with enough clients.
    distances : tuple of Figure
        Of each of these; none when too few have enough clients. For a verdict on all at once, not for publication.
    """

    median: float | None
    worst: float | None
    standard_deviation: float
    n_providers: int
    distances: tuple[Figure, ...]


def two_estimands(model: MinutesModel) -> tuple[TwoEstimands, ...]:
    """The level and every supported term: in the deliveries as they are, and within providers.

    As delivered is a fit without providers to the minutes delivered, also where these are at a cap, with the same
    weights. Its difference from the provider-neutral fit is what the style of providers does to a norm.
    """
    pooled = pooled_terms(model)
    rows = [_row("ijkclient", "", "", "", pooled[0], model.ijkclient.value)]
    rows += [
        _row(t.factor, t.level, t.with_factor, t.with_level, pooled[1 + t.column], t.estimate.value)
        for t in model.terms if t.estimate is not None
    ]  # fmt: skip
    return tuple(rows)


def pooled_terms(model: MinutesModel) -> FloatArray:
    """Weighted least squares of delivered minutes without providers: level first, then every design column."""
    design = model.design()
    delivered = model.casemix.to_frame()["minutes_per_week"].to_numpy(float)
    n = len(delivered)
    x = np.column_stack([np.ones(n), design.matrix()])
    moments = provider_moments(x, delivered, model.weights(), np.zeros(n, dtype=np.int64), 1)
    return solve(moments.xx[0], moments.xy[0])


def provider_effects(model: MinutesModel) -> FloatArray:
    """Minutes by which each provider lies above the average one, by empirical Bayes, (G,)."""
    return _effects(model)[0]


def _effects(model: MinutesModel) -> tuple[FloatArray, FloatArray]:
    """Minutes above the average provider, shrunken, and the standard deviation of what remains unknown of each.

    References
    ----------
    Robinson (1991), That BLUP is a good thing, Statistical Science 6(1). Normand, Glickman & Gatsonis (1997),
    Statistical methods for profiling providers of medical care, JASA 92(439).
    """
    moments = model.working_moments()
    mixed = fit_mixed(moments)
    if mixed.residual_variance <= 0:
        return np.zeros(len(moments.n)), np.zeros(len(moments.n))
    shrink = mixed.provider_variance * moments.w / (mixed.residual_variance + mixed.provider_variance * moments.w)
    own = (moments.y - moments.x @ mixed.terms[1:]) / moments.w - mixed.terms[0]
    return np.asarray(shrink * own), np.sqrt(mixed.provider_variance * (1 - shrink))


def provider_spread(model: MinutesModel) -> ProviderSpread:
    """Median and worst distance from the average provider, among providers with enough clients."""
    floor = model.study.disclosure
    effect, unknown = (values[model.profile().n >= floor.min_clients] for values in _effects(model))
    distance, degrees = np.abs(effect), model.n_providers - 1.0
    shown = len(distance) >= floor.min_providers
    each = zip(distance.tolist(), unknown.tolist(), strict=True) if shown else ()
    return ProviderSpread(
        median=float(np.median(distance)) if shown else None, worst=float(distance.max()) if shown else None,
        standard_deviation=model.mixed.provider_sd, n_providers=len(distance),
        distances=tuple(Figure(value=d, standard_error=u, degrees=degrees) for d, u in each),
    )  # fmt: skip


def with_outcome(model: MinutesModel, outcome: FloatArray) -> MinutesModel:
    """The same model with other minutes, at the weights as they stand: level and terms are fitted anew.

    Only what the norm table is made from is made anew; intervals and tests stay those of `model`.
    """
    design = model.design()
    moments = provider_moments(
        design.matrix(), outcome, model.weights(), design.provider_codes(), len(design.providers)
    )
    # The average provider stays weighted by clients, not by episodes.
    clients = clients_by(design.provider_codes(), design.client_codes(), len(design.providers))
    profile = replace(within_profile(moments), n=clients.astype(np.float64))
    terms = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    level = float(average_level(profile, terms))
    return replace(
        model, ijkclient=replace(model.ijkclient, value=level), _moments=moments, _profile=profile, _outcome=outcome,
        _coefficients=terms, _behind_caps=None, _working_moments=None,
    )  # fmt: skip


def _row(factor: str, level: str, with_factor: str, with_level: str, delivered: float, neutral: float) -> TwoEstimands:
    return TwoEstimands(
        factor=factor, level=level, with_factor=with_factor, with_level=with_level, delivered=float(delivered),
        neutral=float(neutral),
    )  # fmt: skip
