"""What each band promises: how many of its clients need at least its lower bound, at a provider not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from normenkader.bands.grid import band_numbers
from normenkader.bands.new_provider import NewProvider, Shares, highest_kept
from normenkader.bands.observed_limit import lower_limit
from normenkader.disclosure import published_providers, rows_as_clients
from normenkader.model.clients import clients_by, distinct
from normenkader.model.intervals import leave_one_out
from normenkader.model.need import Need, need_of
from normenkader.model.norm_table import NormTable, round_up
from normenkader.model.sampled import on_sample
from normenkader.model.unseen import predict_unseen
from normenkader.remembered import remembered
from normenkader.settings import DisclosureSettings

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NO_WEEKS = "Er zijn geen weekregels, zodat schommelingen van week tot week niet van de behoefte te scheiden zijn."
FIRST_BAND = "De eerste klasse begint bij nul: daar heeft iedereen ten minste de ondergrens nodig, per definitie."
LAST_BAND = "De laatste klasse heeft geen bovengrens: daar past iedereen onder, per definitie."
# A mean and a spread over providers leave no degree of freedom with two.
LEAST_PROVIDERS = 3
SMALL = "Te weinig cliënten of aanbieders in deze klasse."


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A share of a band's clients, with the interval for a provider not seen; or no value, with the reason."""

    value: float | None
    interval: tuple[float, float] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BandPromise:
    """What one band promises.

    Attributes
    ----------
    kept : Promise
        Share that needs at least the lower bound.
    fits : Promise
        Share that needs less than the upper bound.
    lower : int or None
        Highest multiple of the band step that a client of the band at a provider not seen needs at least with the
        chance of the study's promise, the uncertainty of the share included.
    worst : float or None
        Lowest share that needs at least the lower bound, among the providers with enough clients in the band.
    observed_limit : Promise
        Observed minutes that a client at a provider not seen reaches with at least the chance of the promise, without
        any assumption on distributions; in whole steps of the norm table, rounded down.
    noise_share : float or None
        Share of the variance within bands that is noise of weeks, and no difference in need.
    """

    kept: Promise
    fits: Promise
    lower: int | None
    worst: float | None
    observed_limit: Promise
    noise_share: float | None


def needed_providers(promise: float) -> int:
    """How many providers a statement at confidence `promise` about one more asks for: p / (1 - p), rounded up.

    With fewer, a new provider falls below all that were seen with a chance above 1 - p, whatever the distribution.

    References
    ----------
    Dunn, Wasserman & Ramdas (2023), Distribution-free prediction sets for two-layer hierarchical models, JASA 118(544).
    """
    return max(int(np.ceil(promise / (1 - promise) - 1e-9)), LEAST_PROVIDERS)


def too_few(n_providers: int, promise: float, floor: DisclosureSettings) -> str:
    """Why the statement is withheld, a number of providers under `floor` not told; empty when it is not."""
    needed = needed_providers(promise)
    if n_providers >= needed:
        return ""
    told = published_providers(n_providers, floor) or f"minder dan {floor.min_providers}"
    return f"Er zijn {told} aanbieders; voor deze uitspraak zijn er ten minste {needed} nodig."


def band_promises(norms: NormTable, edges: Sequence[int]) -> tuple[BandPromise, ...]:
    """Promises of every band with these edges, from need: provider-neutral and without the noise of weeks.

    Parameters
    ----------
    norms : NormTable
    edges : sequence of int
        Lower bounds, the first 0.
    """
    return _promises(on_sample(norms), tuple(edges))


@remembered
def _promises(norms: NormTable, edges: tuple[int, ...]) -> tuple[BandPromise, ...]:
    band = bands_by_others(norms, edges)
    need = need_of(norms.model, band)
    uppers: list[int | None] = [*edges[1:], None]
    return tuple(
        _promise(norms, need, None if need is None else band[need.row] == k, k, edges[k], uppers[k], band)
        for k in range(len(edges))
    )


def bands_by_others(norms: NormTable, edges: Sequence[int]) -> IntArray:
    """Band (0, 1, ...) of every row by the terms that the other providers would have led to; -1 without a norm.

    A table fitted to a client's own minutes places that client too well; a new provider's clients are placed by others.
    """
    unseen, known = predict_unseen(norms), norms.model.design().has_norm()
    level = round_up(norms.replaced.in_level(leave_one_out(norms.model.profile())[1]), norms.step)
    level = level[norms.model.design().provider_codes()]
    norm = np.maximum(unseen.norm_table - level + norms.ijkclient_minutes, 0.0)
    return np.where(known, band_numbers(norm, edges) - 1, -1).astype(np.int64)


def _promise(
    norms: NormTable, need: Need | None, inside: BoolArray | None, k: int, lower: int, upper: int | None, band: IntArray
) -> BandPromise:
    study, provider = norms.model.study, norms.model.design().provider_codes()
    client = norms.model.design().client_codes()[band == k]
    present = clients_by(provider[band == k], client, norms.model.n_providers)
    n_providers, p = int((present > 0).sum()), study.bands.promise
    floor = study.disclosure
    small = distinct(client) < floor.min_clients or n_providers < floor.min_providers
    withheld = too_few(norms.model.n_providers, p, floor) or (SMALL if small else too_few(n_providers, p, floor))
    if withheld or need is None or inside is None:
        silent = Promise(value=None, reason=withheld or NO_WEEKS)
        return BandPromise(
            kept=_by_rule(FIRST_BAND) if k == 0 and not withheld else silent,
            fits=_by_rule(LAST_BAND) if upper is None and not withheld else silent, lower=None, worst=None,
            observed_limit=_observed(norms, band == k, withheld), noise_share=None,
        )  # fmt: skip
    shares = Shares.of(need, inside)
    return BandPromise(
        kept=_by_rule(FIRST_BAND) if lower == 0 else _stated(shares.at_least(float(lower), p)),
        fits=_by_rule(LAST_BAND) if upper is None else _stated(_reversed(shares.at_least(float(upper), p))),
        lower=highest_kept(shares, p, study.bands.step),
        worst=None if lower == 0 else shares.worst(float(lower), present, floor),
        observed_limit=_observed(norms, band == k, ""), noise_share=need.noise_share,
    )  # fmt: skip


def _observed(norms: NormTable, inside: BoolArray, withheld: str) -> Promise:
    """The conformal limit; the clients below it must be enough for it to tell of no one of them."""
    study = norms.model.study
    if withheld:
        return Promise(value=None, reason=withheld)
    client = norms.model.design().client_codes()[inside]
    if rows_as_clients(client, study.disclosure) * (1 - study.bands.promise) < study.disclosure.min_clients:
        return Promise(value=None, reason=SMALL)
    delivered = norms.model.casemix.to_frame()["minutes_per_week"].to_numpy(float)[inside]
    found = lower_limit(delivered, norms.model.design().provider_codes()[inside], study.bands.promise)
    return Promise(value=None if found is None else float(found // norms.step * norms.step))


def _by_rule(reason: str) -> Promise:
    return Promise(value=1.0, interval=(1.0, 1.0), reason=reason)


def _stated(found: NewProvider) -> Promise:
    return Promise(value=found.value, interval=found.interval)


def _reversed(found: NewProvider) -> NewProvider:
    low, high = found.interval
    return NewProvider(value=1 - found.value, interval=(1 - high, 1 - low), expected=1 - found.expected)
