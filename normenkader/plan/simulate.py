"""Made-up studies of the size that is planned, in a region as it is supposed to be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.ledger import Ledger
from normenkader.plan.assumptions import Assumptions
from normenkader.provenance import Receipt
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def simulated_casemix(
    study: Study, assumed: Assumptions, *, n_providers: int, n_clients: int, weeks: float, seed: np.random.SeedSequence
) -> Casemix:
    """One region: providers drawn with their case mix and size, clients drawn within, minutes by the assumptions.

    Parameters
    ----------
    study : Study
    assumed : Assumptions
    n_providers, n_clients : int
    weeks : float
        Length of the measurement.
    seed : SeedSequence
    """
    random = np.random.default_rng(seed)
    frame = _profiles(study, assumed, n_providers, n_clients, random)
    need = assumed.norm_minutes(study, frame)
    provider = frame["provider"].cat.codes.to_numpy()
    style = _styles(assumed, np.bincount(provider, need) / np.bincount(provider), random)[provider]
    mean = need + style
    # As the model defines it: variance follows the mean at the client's own provider, and the standard deviation is
    # that at weight 1, with weights that average 1.
    spread = np.maximum(mean / mean.mean(), 0.2) ** assumed.power
    sd = assumed.sd_over(weeks) * np.sqrt(spread * (1 / spread).mean())
    minutes = np.maximum(mean + random.normal(0.0, 1.0, len(frame)) * sd, 0.0)
    return _casemix(study, frame.assign(provider=frame["provider"].astype(str)), minutes)


def _styles(assumed: Assumptions, casemix: FloatArray, random: np.random.Generator) -> FloatArray:
    """Own levels of providers: what goes with their mean norm, and chance to the spread that is assumed in all."""
    along = assumed.style_slope * (casemix - casemix.mean())
    rest = np.sqrt(max(assumed.provider_sd**2 - float(along.var()), 0.0))
    return np.asarray(along + random.normal(0.0, rest, len(casemix)))


def _profiles(
    study: Study, assumed: Assumptions, n_providers: int, n_clients: int, random: np.random.Generator
) -> pd.DataFrame:
    """Clients of providers whose case mix and relative size are those of providers in the pool, drawn again.

    Some come from the whole pool, as heavy as the provider's own: see `own_share`. Where the pool is stated, all do,
    and providers' mean norms differ as stated.
    """
    pool = assumed.pool_frame()
    names, sizes = np.unique(pool["provider"].to_numpy(dtype=str), return_counts=True)
    drawn = random.integers(len(names), size=n_providers)
    counts = _whole(sizes[drawn] / sizes[drawn].sum() * n_clients, n_clients)
    need = assumed.norm_minutes(study, pool)
    by_name = [np.flatnonzero(pool["provider"].to_numpy(dtype=str) == name) for name in names]
    means = np.array([need[rows].mean() for rows in by_name])
    shifts = means[drawn] - need.mean() + random.normal(0.0, assumed.casemix_sd, n_providers)
    own = np.concatenate([random.choice(by_name[d], n) for d, n in zip(drawn, counts, strict=True)])
    share = 0.0 if assumed.casemix_sd else own_share(pool)
    rows = np.where(random.random(n_clients) < share, own, _tilted(need, shifts, counts, random))
    labels = [f"aanbieder-{g:03d}" for g in range(n_providers)]
    provider = pd.Categorical(np.repeat(labels, counts), categories=labels)
    return pool.iloc[rows].reset_index(drop=True).assign(provider=provider)


def _tilted(need: FloatArray, shifts: FloatArray, counts: IntArray, random: np.random.Generator) -> IntArray:
    """Rows for every provider with more of the heavy or of the light clients, so that its mean norm moves by its shift.

    Exponential tilting: to first order it moves the mean by what is asked, and every level by its share in need.
    """
    tilts = [shift * (need - need.mean()) / max(need.var(), np.finfo(float).tiny) for shift in shifts]
    weights = [np.exp(tilt - tilt.max()) for tilt in tilts]
    return np.concatenate([random.choice(len(need), n, p=w / w.sum()) for n, w in zip(counts, weights, strict=True)])


def own_share(pool: pd.DataFrame) -> float:
    """Share of a made-up provider's clients that come from the provider it is modelled on, the rest from the pool.

    Case mixes of a pilot's providers differ by chance as well, the more the fewer clients they have; drawn as they
    are, chance counts twice, and a rare level that a small provider happened not to have stays away. Mixed so, shares
    of levels differ as much as they do beyond chance: the square of the share is one less the ratio of mean squares
    within and between providers, over the indicators of all levels.

    References
    ----------
    Searle, Casella & McCulloch (1992), Variance Components, chapter 3.
    """
    provider = pool["provider"].to_numpy(dtype=str)
    _, code, n = np.unique(provider, return_inverse=True, return_counts=True)
    g = len(n)
    if g < 2 or len(pool) <= g:
        return 1.0
    within = between = 0.0
    for name in pool.columns.drop("provider"):
        counts = pd.crosstab(code, pool[name]).to_numpy(dtype=float)
        own, all_of_them = counts / n[:, None], counts.sum(axis=0) / len(pool)
        between += float((n[:, None] * (own - all_of_them) ** 2).sum()) / (g - 1)
        within += float((n[:, None] * own * (1 - own)).sum()) / (len(pool) - g)
    return float(np.sqrt(max(1 - within / between, 0.0))) if between > 0 else 1.0


def _whole(shares: FloatArray, total: int) -> IntArray:
    """Whole numbers near `shares` that add up to `total`, each at least 1."""
    counts = np.maximum(np.floor(shares).astype(np.int64), 1)
    order = np.argsort(-(shares - np.floor(shares)), kind="stable")
    left = total - int(counts.sum())
    counts[order[: max(left, 0)]] += 1
    return counts


def _casemix(study: Study, frame: pd.DataFrame, minutes: FloatArray) -> Casemix:
    names = [f"{i:07d}" for i in range(len(frame))]
    rows = frame.assign(
        client=names, municipality="", episode=names, minutes_per_week=minutes,
        exposure_days=float(study.info.window_days), assigned_minutes_per_week=np.nan, at_cap=False,
        minutes_basis="registered", product="", need_met="", target_group="",
    )  # fmt: skip
    none = pd.DataFrame({"episode": [], "week": [], "minutes": []})
    return Casemix(
        study=study, files=(), ledger=Ledger(rows=(), files=()), quality=(),
        receipt=Receipt(stage="casemix", sha256=study.sha256()), _rows=rows, _weeks=none, _unregistered=rows.iloc[:0],
    )  # fmt: skip
