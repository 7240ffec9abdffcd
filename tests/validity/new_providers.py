"""Statements about a provider not seen, held against providers that were not seen: coverage over simulated regions.

Plain functions. Nothing here says how many processes to use: a caller states that with ``joblib.parallel_config``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed

from normenkader.bands.grid import band_numbers
from normenkader.bands.norm_bands import optimum_of
from normenkader.bands.observed_limit import lower_limit
from normenkader.bands.promises import BandPromise, band_promises
from normenkader.casemix.synthetic import REGIMES, Regime, SyntheticData, casemix_of, simulate
from normenkader.casemix.synthetic.minutes import draw_need_factor
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table

FloatArray = npt.NDArray[np.float64]

PROVIDERS = (9, 12, 20, 40)
REGIONS = 500
CLIENTS_PER_PROVIDER = 60
NEW_CLIENTS = 2000
RESULTS = Path(__file__).parent / "results" / "new_providers.json"
PROVIDER_SHARES = (0.05, 0.30)
# Provider sd over residual sd, as the random-intercept fit sees them in regime practice.
_RESIDUAL_SD = 51.6
_NEW_REGION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One band of one region, and what is true of it at a provider that did not take part.

    Attributes
    ----------
    region, n_providers, band : int
    provider_share : float
        Providers' share of the variance.
    kept, kept_low, kept_high : stated share that needs at least the lower bound; nan where withheld
    fits, fits_low, fits_high : stated share that needs less than the upper bound
    promise_lower : stated minutes
    true_kept, true_fits, true_at_promise_lower : shares of the new provider's clients in the band
    observed_limit : conformal limit on observed minutes; nan where withheld
    true_observed : share of the new provider's clients in the band with at least so many observed minutes
    """

    region: int
    n_providers: int
    band: int
    provider_share: float
    kept: float
    kept_low: float
    kept_high: float
    fits: float
    fits_low: float
    fits_high: float
    promise_lower: float
    true_kept: float
    true_fits: float
    true_at_promise_lower: float
    observed_limit: float
    true_observed: float


def run(n_providers: int, regions: Sequence[int], n_regions: int = REGIONS) -> pd.DataFrame:
    """Every band of every region, as a frame with the fields of `Outcome`."""
    found = Parallel()(delayed(one_region)(n_providers, region, n_regions) for region in regions)
    return pd.DataFrame([{name: getattr(o, name) for name in Outcome.__slots__} for rows in found for o in rows])


def one_region(n_providers: int, region: int, n_regions: int = REGIONS) -> list[Outcome]:
    """Calibrate one region, then meet one provider from outside it."""
    share = PROVIDER_SHARES[0] + (PROVIDER_SHARES[1] - PROVIDER_SHARES[0]) * region / max(n_regions - 1, 1)
    regime = replace(REGIMES["practice"], provider_sd=_RESIDUAL_SD * np.sqrt(share / (1 - share)), coarse_providers=0)
    seed = 20_000 * n_providers + region
    data = simulate(regime, seed=seed, n_providers=n_providers, n_clients=CLIENTS_PER_PROVIDER * n_providers)
    norms = make_norm_table(fit_minutes(casemix_of(data)))
    edges = optimum_of(norms)[0].edges
    new = new_provider(regime, seed)
    promises, limits = band_promises(norms, edges), observed_limits(norms, edges)
    return [
        _outcome(region, n_providers, share, k, edges, promises[k], limits[k], new, norms) for k in range(len(edges))
    ]


def new_provider(regime: Regime, seed: int) -> tuple[pd.DataFrame, FloatArray]:
    """Clients of one provider from the same population, and draws of a client's need as a multiple of its mean."""
    data: SyntheticData = simulate(regime, seed=_NEW_REGION + seed, n_providers=2, n_clients=2 * NEW_CLIENTS)
    frame = data.to_frame()
    frame = frame[frame["provider"] == data.provider_names()[0]]
    return frame, np.sort(draw_need_factor(np.random.default_rng(seed), regime, 50_000))


def norm_of(frame: pd.DataFrame, norms: NormTable) -> FloatArray:
    """Published norm of every row by adding up the terms, as on paper; nan where a level carries none."""
    total = np.full(len(frame), float(norms.ijkclient_minutes))
    for norm_term in norms.terms:
        term, minutes = norm_term.term, norm_term.published
        here = (frame[term.factor] == term.level).to_numpy()
        if term.with_factor:
            here = here & (frame[term.with_factor] == term.with_level).to_numpy()
            minutes = minutes or 0
        total[here] += np.nan if minutes is None else minutes
    return np.maximum(total, 0.0)


def observed_limits(norms: NormTable, edges: Sequence[int]) -> list[float | None]:
    """The conformal limit of every band."""
    frame, band = norms.model.casemix.to_frame(), band_numbers(np.nan_to_num(norms.norm_minutes(), nan=-1.0), edges)
    minutes, provider = frame["minutes_per_week"].to_numpy(float), norms.model.design().provider_codes()
    p = norms.model.study.bands.promise
    return [lower_limit(minutes[band == k + 1], provider[band == k + 1], p) for k in range(len(edges))]


def _outcome(
    region: int, n_providers: int, share: float, k: int, edges: Sequence[int], stated: BandPromise,
    limit: float | None, new: tuple[pd.DataFrame, FloatArray], norms: NormTable,
) -> Outcome:  # fmt: skip
    frame, factors = new
    band = band_numbers(np.nan_to_num(norm_of(frame, norms), nan=-1.0), edges)
    inside = frame[band == k + 1]
    upper = edges[k + 1] if k + 1 < len(edges) else np.inf
    kept, fits = stated.kept, stated.fits
    low = np.nan if stated.lower is None else float(stated.lower)
    observed = inside["minutes_per_week"].to_numpy()
    return Outcome(
        region=region, n_providers=n_providers, band=k + 1, provider_share=share,
        kept=_value(kept.value), kept_low=_bound(kept.interval, 0), kept_high=_bound(kept.interval, 1),
        fits=_value(fits.value), fits_low=_bound(fits.interval, 0), fits_high=_bound(fits.interval, 1),
        promise_lower=low, true_kept=_needs(inside, factors, edges[k]), true_fits=1 - _needs(inside, factors, upper),
        true_at_promise_lower=_needs(inside, factors, low), observed_limit=_value(limit),
        true_observed=float((observed >= limit).mean()) if limit is not None and len(observed) else np.nan,
    )  # fmt: skip


def _needs(inside: pd.DataFrame, factors: FloatArray, limit: float) -> float:
    """Share of these clients that at the average provider needs at least `limit` in the long run, on expectation."""
    if not len(inside) or np.isnan(limit):
        return float("nan")
    times = limit / inside["norm_minutes"].to_numpy()
    return float(1 - (np.searchsorted(factors, times) / len(factors)).mean())


def _value(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _bound(interval: tuple[float, float] | None, at: int) -> float:
    return np.nan if interval is None else interval[at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often a statement held, with its Monte-Carlo standard error over regions."""

    held: float
    standard_error: float


def coverage(frame: pd.DataFrame, holds: pd.Series) -> Coverage:
    """Share of regions' bands in which a statement held; the error counts a region once."""
    by_region = holds.astype(float).groupby(frame.loc[holds.index, "region"]).mean()
    return Coverage(held=float(by_region.mean()), standard_error=float(by_region.std() / np.sqrt(len(by_region))))


def summary(frame: pd.DataFrame) -> dict[str, Coverage]:
    """Coverage of every statement that was made, over the bands in which it is not true by rule."""
    kept = frame[(frame["band"] > 1) & frame["kept"].notna() & frame["true_kept"].notna()]
    last = frame.groupby("region")["band"].transform("max")
    fits = frame[(frame["band"] < last) & frame["fits"].notna() & frame["true_fits"].notna()]
    lower = frame[frame["promise_lower"].notna() & frame["true_at_promise_lower"].notna()]
    seen = frame[frame["true_observed"].notna()]
    return {
        "promise_kept": coverage(frame, kept["true_kept"].between(kept["kept_low"], kept["kept_high"])),
        "fits_below_upper": coverage(frame, fits["true_fits"].between(fits["fits_low"], fits["fits_high"])),
        "promise_lower": coverage(frame, lower["true_at_promise_lower"] >= 0.90),
        "promise_lower_on_average": coverage(frame, lower["true_at_promise_lower"]),
        "observed_limit": coverage(frame, seen["true_observed"]),
    }


def document(found: Mapping[int, pd.DataFrame]) -> dict[str, Any]:
    """What is stored: coverage by number of providers, in three parts of the range of provider shares, and a region."""
    return {
        "regions": REGIONS, "promise": 0.90, "provider_shares": list(PROVIDER_SHARES),
        "coverage": {str(n): _rounded(summary(frame)) for n, frame in found.items()},
        "by_provider_share": {str(n): _by_share(frame) for n, frame in found.items()},
        "first_region": {str(n): _first(frame) for n, frame in found.items()},
    }  # fmt: skip


def _rounded(found: Mapping[str, Coverage]) -> dict[str, list[float]]:
    return {name: [round(c.held, 4), round(c.standard_error, 4)] for name, c in found.items()}


def _by_share(frame: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    part = np.minimum(3 * frame["region"] // REGIONS, 2)
    return {name: _rounded(summary(frame[part == k])) for k, name in enumerate(("low", "middle", "high"))}


def _first(frame: pd.DataFrame) -> list[list[float]]:
    """Stated share, its interval and the promised minutes of every band of region 0."""
    columns = ["kept", "kept_low", "kept_high", "promise_lower", "true_kept"]
    return frame.loc[frame["region"] == 0, columns].round(6).to_numpy().tolist()  # type: ignore[no-any-return]


if __name__ == "__main__":
    ran = {n: run(n, range(REGIONS)) for n in PROVIDERS}
    RESULTS.write_text(json.dumps(document(ran), indent=1) + "\n", encoding="utf-8")
