"""Synthetic clients in memory: fast enough for hundreds of seeds, with the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from normenkader.casemix.synthetic import clients, minutes
from normenkader.casemix.synthetic import factors as known
from normenkader.casemix.synthetic.assigned import draw_assigned, draw_product, tells_more
from normenkader.casemix.synthetic.clients import Floats, Providers
from normenkader.casemix.synthetic.regimes import Regime, regime_of
from normenkader.casemix.synthetic.truth import Codes, Truth, norm_minutes, overlap_codes, truth_of
from normenkader.errors import InputRefused

PREFIX = "synthetisch"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticData:
    """One draw of a regime: clients, their true need, and what was registered.

    Attributes
    ----------
    regime : Regime
    seed : int
    truth : Truth
        The same for every seed of a regime.
    providers : Providers
        Effects, case mix and sizes as drawn.
    """

    regime: Regime
    seed: int
    truth: Truth
    providers: Providers
    _codes: Codes
    _provider: Codes
    _municipality: Codes
    _weeks_indicated: Codes
    _first_day: Codes
    _last_day: Codes
    _open_days: Codes
    _mean: Floats
    _need: Floats
    _registered: Floats
    _product: Codes
    _assigned: Floats

    def provider_names(self) -> tuple[str, ...]:
        """Names of the providers, in the order of `providers`."""
        width = max(2, len(str(len(self.providers.size))))
        return tuple(f"aanbieder-{at + 1:0{width}d}" for at in range(len(self.providers.size)))

    def to_frame(self) -> pd.DataFrame:
        """One row a client: identity, levels, and the truth of its minutes.

        Returns
        -------
        DataFrame
            ``client``, ``provider``, ``municipality``, ``episode``, the factors' levels, ``n_leefgebied``;
            ``norm_minutes`` (at the average provider), ``provider_effect``, ``need_minutes`` (long run, at this
            provider), ``minutes_per_week`` (as registered), ``exposure_days``, ``variance`` (of minutes_per_week given
            levels and provider, before any cap), ``assigned_minutes_per_week`` (nan where the provider does not tell),
            ``product``, ``need_met``, ``duration_in_weeks``, ``first_day``, ``last_day`` (0 = first day of the window).
        """
        effect = self.providers.effect[self._provider]
        columns: dict[str, Any] = self._identity() | self._levels()
        columns[known.OVERLAP_FACTOR] = _named(known.OVERLAP_LEVELS, overlap_codes(self._codes))
        columns |= {
            "norm_minutes": self._mean - effect, "provider_effect": effect, "need_minutes": self._need,
            "minutes_per_week": self.minutes_per_week(), "exposure_days": self._open_days.sum(axis=1).astype(float),
            "variance": minutes.window_variance(self.regime, self._mean, self._open_days),
            "assigned_minutes_per_week": self._assigned, "product": _named(("IB1", "IB2", "IB3"), self._product),
            "need_met": self._need_met(),
            "duration_in_weeks": self._weeks_indicated, "first_day": self._first_day, "last_day": self._last_day,
        }  # fmt: skip
        return pd.DataFrame(columns)

    def weeks_frame(self) -> pd.DataFrame:
        """One row a client and open week: ``episode``, ``week``, ``day``, ``days_open``, ``minutes``."""
        row, week = np.nonzero(self._open_days)
        episode = np.asarray(self._identity()["episode"], dtype=object)
        day = np.maximum(7 * week, self._first_day[row])
        values = {"week": week, "day": day, "days_open": self._open_days[row, week]}
        return pd.DataFrame({"episode": episode[row], **values, "minutes": self._registered[row, week]})

    def level_codes(self) -> Codes:
        """A copy of every client's level positions, (n, f), in the order of the factors."""
        return self._codes.copy()

    def minutes_per_week(self) -> Floats:
        """Registered minutes per week of every client, as the contract counts them."""
        result: Floats = 7 * self._registered.sum(axis=1) / self._open_days.sum(axis=1)
        return result

    def content(self) -> tuple[bytes, ...]:
        """All that a reader of the study can see of the clients, as bytes to be hashed."""
        arrays = (self._codes, self._provider, self._open_days, self._registered, self._assigned)
        return tuple(np.ascontiguousarray(array).tobytes() for array in arrays)

    def _need_met(self) -> Any:
        at_cap = self.minutes_per_week() >= self._assigned - 1
        answer = np.where(at_cap & self.regime.capped, "nee", "ja")
        return np.where(tells_more(self._provider), answer, "").astype(object)

    def _identity(self) -> dict[str, Any]:
        number = [f"{at + 1:05d}" for at in range(len(self._codes))]
        return {
            "client": [f"{PREFIX}-c{n}" for n in number],
            "provider": _named(self.provider_names(), self._provider),
            "municipality": _named(clients.MUNICIPALITIES, self._municipality),
            "episode": [f"{PREFIX}-e{n}" for n in number],
        }

    def _levels(self) -> dict[str, Any]:
        settings = [factor.setting for factor in known.FACTORS]
        return {s.name: _named(s.levels, self._codes[:, at]) for at, s in enumerate(settings)}


def simulate(
    regime: str | Regime, *, seed: int, n_providers: int | None = None, n_clients: int | None = None
) -> SyntheticData:
    """Draw one synthetic study in memory.

    Parameters
    ----------
    regime : str or Regime
        Name of a regime, or settings of one's own.
    seed : int
        Everything random follows from it. The same seed gives the same providers and clients in every regime that
        has the same sizes.
    n_providers, n_clients : int, optional
        Sizes; the regime's own otherwise.

    Returns
    -------
    SyntheticData

    Raises
    ------
    InputRefused
        If there is no such regime, or there are fewer than 2 providers or 5 clients a provider.

    Notes
    -----
    The minutes of client i at provider g are (ijkclient + terms + u_g) times a factor with mean one, so that the
    additive mean is the truth exactly. The u_g are draws from a population with mean zero and are *not* recentred:
    the level to be recovered is that of the average provider of the population, and an interval for it must allow for
    the u_g of the providers at hand.
    """
    chosen = regime_of(regime) if isinstance(regime, str) else regime
    n_g, n = n_providers or chosen.n_providers, n_clients or chosen.n_clients
    if n_g < 2 or n < 5 * n_g:
        raise InputRefused("A synthetic study needs at least 2 providers and 5 clients a provider.")
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)]
    return _draw(chosen, seed, n_g, n, streams)


def _draw(regime: Regime, seed: int, n_g: int, n: int, streams: list[np.random.Generator]) -> SyntheticData:
    who, what, how_much, when = streams
    providers = clients.draw_providers(who, regime, n_g, n)
    provider = np.repeat(np.arange(n_g), providers.size)
    codes = clients.draw_codes(what, regime, providers, provider)
    weeks = clients.draw_weeks(when, codes[:, known.FACTORS.index(known.DURATION)])
    first, last = clients.draw_days(when, regime, weeks)
    open_days = minutes.days_open(first, last)
    norm = norm_minutes(codes, regime)
    product = draw_product(what, norm)
    assigned = draw_assigned(what, regime, norm, product, provider)
    mean = norm + providers.effect[provider]
    need = mean * minutes.draw_need_factor(how_much, regime, n)
    return SyntheticData(
        regime=regime, seed=seed, truth=truth_of(regime), providers=providers, _codes=codes, _provider=provider,
        _municipality=clients.draw_municipality(what, n), _weeks_indicated=weeks, _first_day=first, _last_day=last,
        _open_days=open_days, _mean=mean, _need=need, _product=product, _assigned=assigned,
        _registered=_registered(how_much, regime, mean, need, open_days, assigned, _steps(regime, provider)),
    )  # fmt: skip


def _steps(regime: Regime, provider: Codes) -> Floats:
    coarse = provider < regime.coarse_providers
    return np.where(coarse, 3.0, 1.0) * minutes.REGISTRATION_STEP


def _registered(
    rng: np.random.Generator,
    regime: Regime,
    mean: Floats,
    need: Floats,
    open_days: Codes,
    assigned: Floats,
    step: Floats,
) -> Floats:
    if not regime.capped:
        return minutes.register(rng, minutes.draw_weekly_minutes(rng, regime, need, open_days), step)
    latent = minutes.draw_capped_total(rng, regime, mean, need)
    total = minutes.N_WEEKS * np.minimum(latent, assigned)
    return minutes.register(rng, minutes.spread_total(rng, regime, total, open_days), step)


def _named(names: tuple[str, ...], codes: Codes) -> Any:
    return np.asarray(names, dtype=object)[codes]
