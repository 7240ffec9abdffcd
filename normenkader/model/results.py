"""What the fit gives: every term with its interval and support, the ijkclient, and the choices that were made."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from normenkader.casemix.casemix import Casemix
from normenkader.disclosure import rows_as_clients
from normenkader.model.design import Design
from normenkader.model.moments import Moments, Profile
from normenkader.model.outcomes import Outcomes, as_measured
from normenkader.model.variance import VarianceChoice
from normenkader.provenance import Receipt
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % interval by the provider jackknife, in the study's unit."""

    value: float
    standard_error: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEstimate:
    """Minutes per week of one level, or of one pair of levels, relative to the ijkclient.

    Attributes
    ----------
    factor, level, with_factor, with_level : str
        The term; `with_factor` is empty for a main term.
    estimate : Estimate or None
        None when the term is not supported.
    mixed : float or None
        The same term in the random-intercept fit.
    n_clients, n_providers : int
        Exact; only for publication through `disclosure`.
    column : int
        Design column it takes its value from; -1 for none.
    supported : bool
    merged_with : str
        Neighbouring level whose value is published for it; empty for none.
    reason : str
        Why it is not supported; empty when it is.
    """

    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    estimate: Estimate | None
    mixed: float | None
    n_clients: int
    n_providers: int
    column: int
    supported: bool
    merged_with: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CensoringChoice:
    """Whether deliveries at the assigned maximum were treated as lower limits of need, and why.

    Attributes
    ----------
    applied : bool
    setting : str
    share_at_cap, share_assigned : float
        Of episodes; nan where sums of providers do not tell.
    reason : str
    share_as_delivered : float
        Share of the episodes at the cap that count as delivered all the same, since all of their provider, or of
        their level, are at the cap.
    """

    applied: bool
    setting: str
    share_at_cap: float
    share_assigned: float
    reason: str
    share_as_delivered: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedSummary:
    """The random-intercept fit beside the within-provider fit.

    Attributes
    ----------
    ijkclient, provider_sd : float
    residual_sd : float
        At weight 1.
    provider_share : float
        Of the variance of minutes given the factors, for the average client: residual variance goes with weights.
    log_likelihood : float
    """

    ijkclient: float
    provider_sd: float
    residual_sd: float
    provider_share: float
    log_likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationTest:
    """Whether providers' own levels go together with their case mix, which a random-intercept or pooled fit denies.

    Attributes
    ----------
    slope : float
        Extra minutes in a provider's own level for each minute of its mean case-mix norm; 0 when unrelated.
    standard_error, t, p_value : float
        By the provider jackknife of the whole fit, with G - 2 degrees of freedom.
    degrees_of_freedom : int
    largest_difference : float
        Largest difference between a term here and in the random-intercept fit, in the study's unit.
    """

    slope: float
    standard_error: float
    t: float
    p_value: float
    degrees_of_freedom: int
    largest_difference: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesModel:
    """How factors relate to minutes per week, provider-neutral.

    Attributes
    ----------
    study : Study
    casemix : Casemix
        What it was fitted to.
    ijkclient : Estimate
        Minutes of the ijkclient at the average provider; its interval includes that providers differ.
    terms : tuple of TermEstimate
        In the study's order.
    variance : VarianceChoice
    censoring : CensoringChoice
    mixed : MixedSummary
    specification : SpecificationTest or None
        None with fewer than four providers.
    residual_sd : float
        Residual standard deviation at weight 1.
    n_rows, n_clients, n_providers : int
    receipt : Receipt
    """

    study: Study
    casemix: Casemix
    ijkclient: Estimate
    terms: tuple[TermEstimate, ...]
    variance: VarianceChoice
    censoring: CensoringChoice
    mixed: MixedSummary
    specification: SpecificationTest | None
    residual_sd: float
    n_rows: int
    n_clients: int
    n_providers: int
    receipt: Receipt
    _design: Design = field(repr=False)
    _moments: Moments = field(repr=False)
    _profile: Profile = field(repr=False)
    _outcome: FloatArray = field(repr=False)
    _weights: FloatArray = field(repr=False)
    _coefficients: FloatArray = field(repr=False)
    _behind_caps: Outcomes | None = field(default=None, repr=False)
    _working_moments: Moments | None = field(default=None, repr=False)

    def design(self) -> Design:
        """Design of the rows it was fitted to."""
        return self._design

    def clients_of_shares(self) -> int:
        """How many clients a share of rows is taken to be of: all where each has one row, else no more than is safe."""
        client = self._design.client_codes()
        return rows_as_clients(client, self.study.disclosure) if len(client) else self.n_clients

    def moments(self) -> Moments:
        """Provider moments of the outcome in force."""
        return self._moments

    def profile(self) -> Profile:
        """Provider profile from which the jackknife and every resample follow."""
        return self._profile

    def outcome(self) -> FloatArray:
        """Outcome by row as delivered, or, at the cap, as expected given the cap when censoring applies."""
        return self._outcome

    def outcomes(self) -> Outcomes:
        """What is known of the outcome by row: for figures about predictions, where `outcome` would flatter them."""
        return as_measured(self._outcome) if self._behind_caps is None else self._behind_caps

    def working_moments(self) -> Moments:
        """Provider moments from which variances follow: of working responses where some rows are lower limits."""
        return self._moments if self._working_moments is None else self._working_moments

    def weights(self) -> FloatArray:
        """Fixed weights by row, mean 1."""
        return self._weights

    def coefficients(self) -> FloatArray:
        """Coefficient of every design column, supported or not."""
        return self._coefficients
