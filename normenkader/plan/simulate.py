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
    frame = _profiles(assumed.pool_frame(), n_providers, n_clients, random)
    need = assumed.norm_minutes(study, frame)
    provider = frame["provider"].cat.codes.to_numpy()
    style = _styles(assumed, np.bincount(provider, need) / np.bincount(provider), random)[provider]
    spread = np.maximum(need / need.mean(), 0.2) ** assumed.power
    # As the model defines it: the standard deviation at weight 1, with weights that average 1.
    sd = assumed.sd_over(weeks) * np.sqrt(spread * (1 / spread).mean())
    minutes = np.maximum(need + style + random.normal(0.0, 1.0, len(frame)) * sd, 0.0)
    return _casemix(study, frame.assign(provider=frame["provider"].astype(str)), minutes)


def _styles(assumed: Assumptions, casemix: FloatArray, random: np.random.Generator) -> FloatArray:
    """Own levels of providers: what goes with their mean norm, and chance to the spread that is assumed in all."""
    along = assumed.style_slope * (casemix - casemix.mean())
    rest = np.sqrt(max(assumed.provider_sd**2 - float(along.var()), 0.0))
    return np.asarray(along + random.normal(0.0, rest, len(casemix)))


def _profiles(pool: pd.DataFrame, n_providers: int, n_clients: int, random: np.random.Generator) -> pd.DataFrame:
    """Clients of providers whose case mix and relative size are those of providers in the pool, drawn again."""
    names, sizes = np.unique(pool["provider"].to_numpy(dtype=str), return_counts=True)
    drawn = random.integers(len(names), size=n_providers)
    counts = _whole(sizes[drawn] / sizes[drawn].sum() * n_clients, n_clients)
    by_name = {name: np.flatnonzero(pool["provider"].to_numpy(dtype=str) == name) for name in names}
    rows = np.concatenate([random.choice(by_name[names[d]], n) for d, n in zip(drawn, counts, strict=True)])
    labels = [f"aanbieder-{g:03d}" for g in range(n_providers)]
    provider = pd.Categorical(np.repeat(labels, counts), categories=labels)
    return pool.iloc[rows].reset_index(drop=True).assign(provider=provider)


def _whole(shares: FloatArray, total: int) -> npt.NDArray[np.int64]:
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
