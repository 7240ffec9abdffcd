"""Regimes: which of the field's difficulties a synthetic study holds, as frozen settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from normenkader.errors import InputRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class RareLevel:
    """A level that only `n_clients` clients at `n_providers` providers have."""

    factor: str
    level: str
    n_clients: int
    n_providers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """Settings of one regime.

    Attributes
    ----------
    name, description : str
        English name; what it is for, in Dutch, as it is printed in the files.
    n_providers, n_clients : int
        Sizes unless the caller gives others.
    provider_sd : float
        Standard deviation of the provider effects, minutes per week.
    casemix_sd : float
        Spread of provider case mix, in standard deviations of clients' latent severity.
    style_correlation : float
        Correlation of provider effect and provider case mix; anything but zero biases a pooled fit.
    residual : str
        Distribution of a client's need around its mean: ``gamma``, ``normal`` (symmetric, bounded) or ``lognormal``
        (a mixture with a heavy right tail). Each has the mean exactly.
    cv_client, cv_week : float
        Coefficient of variation of need between like clients, and of minutes between weeks of one client.
    signal : bool
        Whether any factor matters.
    overlap_minutes : tuple of float
        True minutes of the classes of n_leefgebied, lowest class first; the ijkclient's class has zero.
    capped : bool
        Whether delivery stops at the assigned maximum.
    coarse_providers : int
        How many providers register in quarters of an hour instead of steps of 5 minutes.
    has_defects : bool
        Whether files hold bad rows for the ledger.
    rare : tuple of RareLevel
        Levels that are made rare.
    """

    name: str
    description: str
    n_providers: int = 16
    n_clients: int = 2400
    provider_sd: float = 20.0
    casemix_sd: float = 0.25
    style_correlation: float = 0.0
    residual: Literal["gamma", "normal", "lognormal"] = "gamma"
    cv_client: float = 0.36
    cv_week: float = 0.5
    signal: bool = True
    overlap_minutes: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    capped: bool = False
    coarse_providers: int = 0
    has_defects: bool = False
    rare: tuple[RareLevel, ...] = ()


_RARE = (
    RareLevel(factor="leefgebied_justitie", level="zwaar", n_clients=6, n_providers=4),
    RareLevel(factor="leefgebied_verslaving", level="zwaar", n_clients=24, n_providers=2),
    RareLevel(factor="leefgebied_vrije_tijd", level="zwaar", n_clients=14, n_providers=1),
)

_ALL = (
    Regime(
        name="clean",
        description="aanbieders verschillen los van de zwaarte van hun cliënten; milde spreiding; geen foute regels",
        residual="normal", cv_client=0.30, provider_sd=16.0, casemix_sd=0.0,
    ),
    Regime(
        name="practice",
        description="de stijl van een aanbieder hangt samen met de zwaarte van zijn cliënten; enkele foute regels",
        provider_sd=31.0, cv_client=0.33, casemix_sd=0.55, style_correlation=0.6, coarse_providers=2, has_defects=True,
    ),
    Regime(name="few", description="vijf aanbieders", n_providers=5, n_clients=1000),
    Regime(
        name="capped",
        description="geleverd wordt nooit meer dan het toegewezen maximum; ongeveer drie op de tien zitten daaraan",
        residual="normal", cv_client=0.30, cv_week=0.22, provider_sd=16.0, capped=True,
    ),
    Regime(
        name="heavy",
        description="enkele cliënten hebben zeer veel meer nodig dan hun kenmerken zeggen",
        residual="lognormal", cv_client=0.46,
    ),
    Regime(
        name="overlap",
        description="minuten van leefgebieden tellen minder dan op",
        overlap_minutes=(12.0, 0.0, -17.0, -38.0),
    ),
    Regime(name="nosignal", description="geen enkel kenmerk doet ertoe", signal=False),
    Regime(name="rare", description="enkele niveaus komen bij zeer weinig cliënten of aanbieders voor", rare=_RARE),
)  # fmt: skip

REGIMES = {regime.name: regime for regime in _ALL}


def regime_of(name: str) -> Regime:
    """The regime called `name`.

    Raises
    ------
    InputRefused
        If there is none; the message lists those there are.
    """
    if name not in REGIMES:
        raise InputRefused(f"There is no regime of that name; choose one of {', '.join(REGIMES)}.", column="--regime")
    return REGIMES[name]
