"""Figures of merit of many draws, each with its Monte-Carlo error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from studies import Draw, Setting, names_of, values_of

FloatArray = npt.NDArray[np.float64]
Statistic = Callable[[Sequence[Draw]], float]

SIZE = 0.05
FIRST_SEEDS = 3
_LEAST_SEEDS = 20
_BLOCKS = 20


def term_figures(setting: Setting, draws: Sequence[Draw]) -> list[dict[str, Any]]:
    """Bias, RMSE, coverage and width of the ijkclient and every term; null where hardly any seed supports it."""
    truth = values_of(setting.truth())
    return [_figures(name, float(truth[at]), draws, at) for at, name in enumerate(names_of(setting.truth()))]


def _figures(name: str, truth: float, draws: Sequence[Draw], at: int) -> dict[str, Any]:
    error = stacked(draws, "estimate")[:, at] - truth
    held = np.isfinite(error)
    if held.sum() < _LEAST_SEEDS:
        return {"term": name, "truth": truth, "seeds": int(held.sum())}
    low, high = stacked(draws, "low")[held, at], stacked(draws, "high")[held, at]
    covered = ((low <= truth) & (truth <= high)).astype(float)
    pooled, uncensored = (stacked(draws, other)[held, at] - truth for other in ("pooled", "uncensored"))
    oracles = {f"rmse_{which}": stacked(draws, which)[held, at] - truth for which in ("within_oracle", "full_oracle")}
    return {
        "term": name, "truth": truth, "seeds": int(held.sum()),
        **_with_error("bias", error[held]), **_root("rmse", error[held]),
        **_with_error("coverage", covered), **_with_error("width", high - low),
        **_with_error("pooled_bias", pooled), **_with_error("uncensored_bias", uncensored),
        **{key: round(float(np.sqrt(np.mean(value**2))), 4) for key, value in oracles.items()},
    }  # fmt: skip


def average_figures(setting: Setting, draws: Sequence[Draw]) -> dict[str, Any]:
    """Figures over all terms, the ijkclient apart; errors by leaving out blocks of seeds."""
    truth = values_of(setting.truth())[1:]

    def errors(which: str, some: Sequence[Draw]) -> FloatArray:
        return stacked(some, which)[:, 1:] - truth

    def rmse(which: str, some: Sequence[Draw]) -> float:
        # Over the term-seeds that ours supports too.
        return float(np.sqrt(np.nanmean(errors(which, some) ** 2)))

    def absolute_bias(which: str, some: Sequence[Draw]) -> float:
        return float(np.mean(np.abs(means(errors(which, some)))))

    def largest_bias(which: str, some: Sequence[Draw]) -> float:
        return float(np.max(np.abs(means(errors(which, some)))))

    statistics: dict[str, Statistic] = {
        "coverage": lambda some: float(np.mean(means(_covered(some, truth)))),
        "width": lambda some: float(np.nanmean(stacked(some, "high")[:, 1:] - stacked(some, "low")[:, 1:])),
        "rmse": lambda some: rmse("estimate", some),
        "rmse_to_within_oracle": lambda some: rmse("estimate", some) / rmse("within_oracle", some),
        "rmse_to_full_oracle": lambda some: rmse("estimate", some) / rmse("full_oracle", some),
        "absolute_bias": lambda some: absolute_bias("estimate", some),
        "within_oracle_absolute_bias": lambda some: absolute_bias("within_oracle", some),
        "pooled_absolute_bias": lambda some: absolute_bias("pooled", some),
        "largest_bias": lambda some: largest_bias("estimate", some),
        "pooled_largest_bias": lambda some: largest_bias("pooled", some),
        "specification_rejects": lambda some: float(np.mean([d.p_value < SIZE for d in some])),
    }
    if np.isfinite(stacked(draws, "uncensored")).any():
        statistics["uncensored_absolute_bias"] = lambda some: absolute_bias("uncensored", some)
        statistics["bias_left_by_censored_fit"] = lambda some: (
            absolute_bias("estimate", some) / absolute_bias("uncensored", some)
        )
        statistics["rmse_to_uncensored_within_oracle"] = lambda some: (
            rmse("estimate", some) / rmse("uncensored_oracle", some)
        )
    found = {key: value for name, s in statistics.items() for key, value in _blockwise(name, s, draws).items()}
    return found | {
        "share_at_cap": round(float(np.mean([d.share_at_cap for d in draws])), 4),
        "variance_power": round(float(np.mean([d.power for d in draws])), 4),
    }


def least_coverage(terms: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The term that its interval covers least often, the ijkclient apart."""
    low = min((term for term in terms[1:] if "coverage" in term), key=lambda term: term["coverage"])
    return {"term": low["term"], "coverage": low["coverage"], "seeds": low["seeds"]}


def first_seeds(draws: Sequence[Draw]) -> list[dict[str, Any]]:
    """Figures of the first seeds, to be recomputed."""
    return [
        {"seed": d.seed, **{name: _plain(getattr(d, name)) for name in ("estimate", "low", "high", "within_oracle")}}
        for d in draws[:FIRST_SEEDS]
    ]  # fmt: skip


def stacked(draws: Sequence[Draw], name: str) -> FloatArray:
    """One array of every draw, (seeds, terms)."""
    return np.array([getattr(d, name) for d in draws])


def means(values: FloatArray) -> FloatArray:
    """Mean over seeds of every term that enough of them support."""
    held = np.isfinite(values)
    # A block is left out of the seeds at a time; the floor must not flip by that.
    kept = held.mean(axis=0) >= _LEAST_SEEDS / 200
    return np.asarray(np.where(held, values, 0.0)[:, kept].sum(axis=0) / held[:, kept].sum(axis=0))


def _covered(draws: Sequence[Draw], truth: FloatArray) -> FloatArray:
    low, high = stacked(draws, "low")[:, 1:], stacked(draws, "high")[:, 1:]
    return np.where(np.isfinite(low), (low <= truth) & (truth <= high), np.nan)


def _with_error(name: str, values: FloatArray) -> dict[str, Any]:
    if not np.isfinite(values).all():
        return {}
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    return {name: round(float(values.mean()), 4), f"{name}_mc": round(error, 4)}


def _root(name: str, error: FloatArray) -> dict[str, Any]:
    square = error**2
    root = float(np.sqrt(square.mean()))
    mc = float(square.std(ddof=1) / np.sqrt(len(square)) / (2 * root))
    return {name: round(root, 4), f"{name}_mc": round(mc, 4)}


def _blockwise(name: str, statistic: Statistic, draws: Sequence[Draw]) -> dict[str, Any]:
    """A statistic and its jackknife error over blocks of seeds."""
    left = [statistic([d for at, d in enumerate(draws) if at % _BLOCKS != block]) for block in range(_BLOCKS)]
    error = float(np.sqrt((_BLOCKS - 1) * np.var(left)))
    return {name: round(statistic(draws), 4), f"{name}_mc": round(error, 4)}


def _plain(values: FloatArray) -> list[float | None]:
    return [round(float(value), 7) if np.isfinite(value) else None for value in values]
