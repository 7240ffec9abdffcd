"""Expert panels with known truth: are verdicts right where a difference was planted, and silent of alarms elsewhere?

Plain functions. A panel judges vignettes by the truth of a synthetic regime, changed where a scenario says so, and is
compared with the data of that regime. Nothing here says how many processes to use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed

import normenkader as nk
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.casemix.synthetic import factors as known
from normenkader.casemix.synthetic.regimes import regime_of
from normenkader.casemix.synthetic.truth import norm_minutes
from normenkader.experts.crossed import t_quantile
from normenkader.experts.judgements import Judgements
from normenkader.experts.source_values import CONFIDENCE, Comparison
from normenkader.experts.triangulation import Triangulation
from normenkader.model.results import MinutesModel
from normenkader.provenance import Receipt
from normenkader.study import Study

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SEEDS = tuple(range(1, 201))
# Providers and clients more alike than in practice, so that the level too is known well enough for a verdict.
REGIME = replace(regime_of("clean"), provider_sd=5.0, cv_client=0.20, cv_week=0.30)
N_PROVIDERS, N_CLIENTS = 40, 12_000
N_EXPERTS, N_VIGNETTES, N_TRUE = 12, 144, 12
MARGIN = 15.0
Term = tuple[str, str]
IJKCLIENT: Term = ("ijkclient", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One kind of panel.

    Attributes
    ----------
    planted : mapping of (factor, level) to minutes
        What the panel finds more than the truth; the level goes by ``ijkclient``.
    noise_cv : float
        Noise of one judgement, as a share of the minutes.
    n_better : int
        Experts with `better_cv` instead, who also state intervals that fit their noise.
    missing : float
        Share of the judgements that are not there.
    """

    name: str
    planted: tuple[tuple[Term, float], ...] = ()
    noise_cv: float = 0.04
    n_better: int = 0
    better_cv: float = 0.04
    missing: float = 0.0


SCENARIOS = (
    Scenario(name="none"),
    Scenario(name="bias", planted=((IJKCLIENT, 2 * MARGIN),)),
    # Truth is -14 minutes: the panel sees it the other way round.
    Scenario(name="opposite", planted=((("own_strength", "veel"), 2 * MARGIN),)),
    Scenario(name="at_margin", planted=((IJKCLIENT, MARGIN), (("leefgebied_wonen", "zwaar"), MARGIN))),
    Scenario(name="noisy", planted=((IJKCLIENT, 2 * MARGIN),), noise_cv=0.35),
    Scenario(name="few_better", noise_cv=0.30, n_better=3),
    Scenario(name="incomplete", planted=((("own_strength", "veel"), -2 * MARGIN),), missing=0.35),
)
LEVEL_SD, TASTE_SD, VIGNETTE_SD = 4.0, 3.0, 2.0
"""Minutes: how experts differ in level and on each factor level, and what all see in a vignette beyond the factors."""


def draw_panel(study: Study, scenario: Scenario, seed: int) -> Judgements:
    """A panel's judgements in memory, one round."""
    rng = np.random.default_rng([seed, SCENARIOS.index(scenario)])
    codes = _vignettes(rng)
    truth = norm_minutes(codes, REGIME)
    minutes = truth + _planted(codes, scenario) + VIGNETTE_SD * rng.standard_normal(N_VIGNETTES)
    centre = minutes + LEVEL_SD * rng.standard_normal((N_EXPERTS, 1)) + _tastes(rng, codes)
    cv = np.where(np.arange(N_EXPERTS) < scenario.n_better, scenario.better_cv, scenario.noise_cv)[:, None]
    best = np.maximum(1.0, centre * (1 + cv * rng.standard_normal(centre.shape)))
    there = rng.random(best.shape) >= scenario.missing
    return _judgements(study, codes, truth, best, cv, there)


def _vignettes(rng: np.random.Generator) -> IntArray:
    """In half of the vignettes the ijkclient's own level, in the others each level equally often."""
    columns = [rng.permutation(np.resize(_cycle(factor), N_VIGNETTES)) for factor in known.FACTORS]
    return np.column_stack(columns).astype(np.int64)


def _cycle(factor: known.SyntheticFactor) -> IntArray:
    levels = np.arange(len(factor.setting.levels))
    return np.concatenate([levels, np.full(len(levels) - 2, factor.ijkclient_code)])


def _planted(codes: IntArray, scenario: Scenario) -> FloatArray:
    total = np.zeros(len(codes))
    for (factor, level), minutes in scenario.planted:
        if factor == IJKCLIENT[0]:
            total += minutes
            continue
        at = next(i for i, f in enumerate(known.FACTORS) if f.setting.name == factor)
        total += minutes * (codes[:, at] == known.FACTORS[at].setting.levels.index(level))
    return total


def _tastes(rng: np.random.Generator, codes: IntArray) -> FloatArray:
    """What each expert finds a level worth beyond the others, relative to the ijkclient's own level."""
    total = np.zeros((N_EXPERTS, len(codes)))
    for at, factor in enumerate(known.FACTORS):
        own = TASTE_SD * rng.standard_normal((N_EXPERTS, len(factor.setting.levels)))
        own[:, factor.ijkclient_code] = 0.0
        total += own[:, codes[:, at]]
    return total


def _judgements(
    study: Study, codes: IntArray, truth: FloatArray, best: FloatArray, cv: FloatArray, there: npt.NDArray[np.bool_]
) -> Judgements:
    names = [f"v{at:03d}" for at in range(N_VIGNETTES)]
    who, what = np.nonzero(there)
    levels = {f.setting.name: np.asarray(f.setting.levels, object)[codes[:, i]] for i, f in enumerate(known.FACTORS)}
    realised = np.where(np.arange(N_VIGNETTES) < N_TRUE, truth, np.nan)
    # Every expert states the interval of a good expert: only for a good one is it true.
    width = 1.645 * float(cv.min()) * best[who, what]
    rows = pd.DataFrame({
        "expert": [f"x{at:02d}" for at in who], "round": 1, "vignette": [names[at] for at in what],
        "minutes_low": np.maximum(best[who, what] - width, 0.0), "minutes_best": best[who, what],
        "minutes_high": best[who, what] + width, "employer": "",
    })  # fmt: skip
    return Judgements(
        study=study, files=(), experts=tuple(sorted(set(rows["expert"]))), vignettes=tuple(names), n_unanswered=0,
        receipt=Receipt(stage="judgements", sha256=""),
        _vignettes=pd.DataFrame({"vignette": names, **levels, "realised_minutes": realised}), _rounds=rows,
    )  # fmt: skip


def fitted(seed: int) -> MinutesModel:
    """The data of one seed, fitted."""
    data = simulate(REGIME, seed=seed, n_providers=N_PROVIDERS, n_clients=N_CLIENTS)
    return nk.fit_minutes(casemix_of(data))


def one_seed(seed: int, scenarios: Sequence[Scenario] = SCENARIOS) -> list[dict[str, Any]]:
    """Verdicts of one seed under every scenario, against one fit of the data."""
    model = fitted(seed)
    return [judged(model, scenario, seed) for scenario in scenarios]


def judged(model: MinutesModel, scenario: Scenario, seed: int) -> dict[str, Any]:
    """How one panel's verdicts turned out."""
    found = nk.triangulate(model, draw_panel(model.study, scenario, seed))
    own = [c for c in found.comparisons if c.sources == ("data", "experts")]
    planted = dict(scenario.planted)
    on_planted = [c for c in own if not c.with_factor and (c.factor, c.level) in planted]
    elsewhere = [c for c in own if c not in on_planted]
    return {
        "seed": seed, "scenario": scenario.name,
        "planted": [[c.factor, c.level, c.verdict, round(_standard_error(c), 3)] for c in on_planted],
        "n_elsewhere": len(elsewhere), "false_alarms": sum(c.verdict == "conflict" for c in elsewhere),
        "agree_elsewhere": sum(c.verdict == "agree" for c in elsewhere),
        "better_weight": _better_weight(found, scenario),
    }  # fmt: skip


def _standard_error(c: Comparison) -> float:
    """Half-width over 1.645: at least the standard error, as few clusters make the quantile larger."""
    assert c.interval is not None
    return (c.interval[1] - c.interval[0]) / 2 / t_quantile(CONFIDENCE, float("inf"))


def _better_weight(found: Triangulation, scenario: Scenario) -> float | None:
    """Weight that Cooke's global scheme gives to the better experts; they come first by name."""
    if found.pooling is None or not scenario.n_better:
        return None
    maker = dict(found.pooling.makers)["global"]
    better = [int(name[1:]) < scenario.n_better for name in found.pooling.experts]
    return round(float(maker.weights[better, 0].sum()), 4)


def run(seeds: Sequence[int] = SEEDS) -> list[dict[str, Any]]:
    """Every seed under every scenario."""
    each = Parallel()(delayed(one_seed)(seed) for seed in seeds)
    return [row for rows in each for row in rows]


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """By scenario: verdicts on what was planted, and alarms elsewhere with their Monte-Carlo error over seeds."""
    return {s.name: _summary([r for r in rows if r["scenario"] == s.name], s) for s in SCENARIOS}


def _summary(rows: Sequence[dict[str, Any]], scenario: Scenario) -> dict[str, Any]:
    alarms = np.array([r["false_alarms"] / r["n_elsewhere"] for r in rows])
    planted = [p for r in rows for p in r["planted"]]
    sharp = [p for p in planted if p[3] <= MARGIN / 4]
    weights = [r["better_weight"] for r in rows if r["better_weight"] is not None]
    return {
        "seeds": len(rows), "comparisons_elsewhere": int(sum(r["n_elsewhere"] for r in rows)),
        "false_alarm_share": round(float(alarms.mean()), 5),
        "false_alarm_mc_error": round(float(alarms.std(ddof=1) / np.sqrt(len(rows))), 5) if len(rows) > 1 else None,
        "agree_share_elsewhere": round(
            float(sum(r["agree_elsewhere"] for r in rows) / sum(r["n_elsewhere"] for r in rows)), 4
        ),
        "planted": len(planted), "planted_sharp": len(sharp),
        "sharp_conflict_share": _share(sharp, "conflict"),
        "verdicts": {v: sum(p[2] == v for p in planted) for v in ("agree", "conflict", "silent")},
        "better_weight_above_share": round(
            float(np.mean([w > scenario.n_better / N_EXPERTS for w in weights])), 4
        ) if weights else None,
        "better_weight_mean": round(float(np.mean(weights)), 4) if weights else None,
    }  # fmt: skip


def _share(planted: Sequence[Any], verdict: str) -> float | None:
    return round(sum(p[2] == verdict for p in planted) / len(planted), 4) if planted else None
