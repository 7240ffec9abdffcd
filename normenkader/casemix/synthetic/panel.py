"""A synthetic panel: vignettes, experts with known bias, double assessments, and invented source norms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from normenkader.casemix.synthetic import factors as known
from normenkader.casemix.synthetic.clients import Floats
from normenkader.casemix.synthetic.generate import SyntheticData
from normenkader.casemix.synthetic.regimes import Regime
from normenkader.casemix.synthetic.truth import Codes, TrueTerm, norm_minutes

N_EXPERTS, N_VIGNETTES, N_SEEDS, N_ASSESSED, N_ASSESSORS = 12, 80, 10, 150, 6
MISREAD_CHANCE = 0.12
_BIAS_SD = 12.0
_PANEL_BIAS = 6.0
# In the first round experts are further off and less steady; the second moves them together.
_ROUNDS = {1: {"bias_times": 1.6, "noise_cv": 0.18}, 2: {"bias_times": 1.0, "noise_cv": 0.11}}
_REALISED_CV = 0.20
_NORMAL_95 = 1.6448536269514722
# What experts and source norms hold to be otherwise than the truth, in minutes: for the triangulation to find.
EXPERT_DEPARTURES = {("leefgebied_verslaving", "zwaar"): 32.0, ("own_strength", "veel"): -24.0}
SOURCE_DEPARTURES = {("leefgebied_financien", "zwaar"): -25.0, ("network", "steunend"): -20.0, ("ijkclient", ""): -15.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Tables of the panel, and what is true of it as it stands in truth.json."""

    vignettes: pd.DataFrame
    judgements: pd.DataFrame
    assessments: pd.DataFrame
    truth: dict[str, Any]


def draw_panel(rng: np.random.Generator, data: SyntheticData) -> Panel:
    """Draw vignettes, two rounds of three-point judgements, and double assessments of the study's own clients."""
    codes = _vignette_codes(rng)
    realised = _realised(rng, norm_minutes(codes, data.regime))
    vignettes = _profiles(rng, codes, "vignette", [f"synthetisch-v{at + 1:02d}" for at in range(N_VIGNETTES)])
    experts = _experts(rng)
    judgements = [_round(rng, data.regime, codes, experts, number) for number in _ROUNDS]
    return Panel(
        vignettes=vignettes.assign(realised_minutes=pd.Series(realised, dtype=object)),
        judgements=pd.concat(judgements, ignore_index=True),
        assessments=_assessments(rng, data),
        truth=_panel_truth(experts),
    )


def source_term_minutes(term: TrueTerm) -> int:
    """Minutes of a term in the invented source norms: the truth, departed from where stated, in fives."""
    return _in_fives(term.minutes + SOURCE_DEPARTURES.get((term.factor, term.level), 0.0))


def source_ijkclient_minutes() -> int:
    """Minutes of the ijkclient in the invented source norms."""
    return _in_fives(known.IJKCLIENT_MINUTES + SOURCE_DEPARTURES["ijkclient", ""])


def _in_fives(minutes: float) -> int:
    return 5 * round(minutes / 5)


def _vignette_codes(rng: np.random.Generator) -> Codes:
    """Levels of the vignettes: each level of a factor in equal numbers, a leefgebied absent in half of them."""
    return np.column_stack([_balanced(rng, factor) for factor in known.FACTORS])


def _balanced(rng: np.random.Generator, factor: known.SyntheticFactor) -> Codes:
    levels = np.arange(len(factor.setting.levels))
    cycle = np.concatenate([levels, [0, 0]]) if factor.setting.group else levels
    return rng.permutation(np.resize(cycle, N_VIGNETTES)).astype(np.int64)


def _realised(rng: np.random.Generator, norm: Floats) -> list[float | None]:
    """Minutes that turned out to be needed, for the seed vignettes only."""
    shape = _REALISED_CV**-2
    value = np.round(norm * rng.gamma(shape, 1 / shape, len(norm)))
    is_seed = rng.permutation(len(norm)) < N_SEEDS
    return [float(minutes) if seed else None for minutes, seed in zip(value, is_seed, strict=True)]


def _experts(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame({
        "expert": [f"synthetisch-x{at + 1:02d}" for at in range(N_EXPERTS)],
        "bias": np.round(_PANEL_BIAS + _BIAS_SD * rng.standard_normal(N_EXPERTS), 1),
        # How wide an expert's interval is, against how unsure he should be: under 1 is too sure.
        "width": np.round(rng.uniform(0.5, 1.1, N_EXPERTS), 2),
        "employer": np.resize(["aanbieder", "gemeente", "onafhankelijk"], N_EXPERTS),
    })  # fmt: skip


def _round(rng: np.random.Generator, regime: Regime, codes: Codes, experts: pd.DataFrame, number: int) -> pd.DataFrame:
    centre = norm_minutes(codes, regime) + _departures(codes)
    noise = np.exp(_ROUNDS[number]["noise_cv"] * rng.standard_normal((N_EXPERTS, N_VIGNETTES)))
    bias = _ROUNDS[number]["bias_times"] * experts["bias"].to_numpy()[:, None]
    best = np.maximum(5.0, 5 * np.round((centre + bias) * noise / 5)).ravel()
    spread = np.exp(_NORMAL_95 * 0.33 * np.repeat(experts["width"].to_numpy(), N_VIGNETTES))
    return pd.DataFrame({
        "expert": np.repeat(experts["expert"].to_numpy(), N_VIGNETTES), "round": number,
        "vignette": np.tile([f"synthetisch-v{at + 1:02d}" for at in range(N_VIGNETTES)], N_EXPERTS),
        "minutes_low": (5 * np.floor(best / spread / 5)).astype(int), "minutes_best": best.astype(int),
        "minutes_high": (5 * np.ceil(best * spread / 5)).astype(int),
        "employer": np.repeat(experts["employer"].to_numpy(), N_VIGNETTES),
    })  # fmt: skip


def _departures(codes: Codes) -> Floats:
    total = np.zeros(len(codes))
    for at, factor in enumerate(known.FACTORS):
        levels = factor.setting.levels
        total += np.array([EXPERT_DEPARTURES.get((factor.setting.name, level), 0.0) for level in levels])[codes[:, at]]
    return total


def _assessments(rng: np.random.Generator, data: SyntheticData) -> pd.DataFrame:
    """Two of six assessors each read the same clients, and now and then see a neighbouring level."""
    chosen = np.sort(rng.permutation(len(data.level_codes()))[:N_ASSESSED])
    assessors = np.argsort(rng.random((len(chosen), N_ASSESSORS)), axis=1)[:, :2].ravel()
    codes = _misread(rng, np.repeat(data.level_codes()[chosen], 2, axis=0))
    names = [f"synthetisch-a{at + 1}" for at in assessors]
    episodes = np.repeat(data.to_frame()["episode"].to_numpy()[chosen], 2)
    table = _profiles(rng, codes, "assessor", names)
    table.insert(1, "episode", episodes)
    return table


def _misread(rng: np.random.Generator, codes: Codes) -> Codes:
    top = np.array([len(factor.setting.levels) - 1 for factor in known.FACTORS])
    step = np.where(rng.random(codes.shape) < 0.5, -1, 1)
    # At the end of a scale there is only one neighbour.
    step = np.where(codes == 0, 1, np.where(codes == top, -1, step))
    return np.where(rng.random(codes.shape) < MISREAD_CHANCE, codes + step, codes)


def _profiles(rng: np.random.Generator, codes: Codes, key: str, names: list[str]) -> pd.DataFrame:
    columns: dict[str, Any] = {key: names}
    for at, factor in enumerate(known.FACTORS):
        columns[factor.setting.name] = np.asarray(factor.setting.levels, dtype=object)[codes[:, at]]
    low, high = np.asarray(known.DURATION_WEEKS_RANGES)[codes[:, known.FACTORS.index(known.DURATION)]].T
    columns[known.DURATION.setting.name] = (low + high) // 2
    return pd.DataFrame(columns)


def _panel_truth(experts: pd.DataFrame) -> dict[str, Any]:
    rows = zip(experts["expert"], experts["bias"], experts["width"], strict=True)
    rounds = [{"round": at, **numbers} for at, numbers in _ROUNDS.items()]
    return {
        "rule": "minutes_best = (norm + departures + bias_minutes x bias_times) x exp(noise_cv x normal), in fives",
        "experts": [{"expert": e, "bias_minutes": float(b), "interval_width": float(w)} for e, b, w in rows],
        "mean_bias_minutes": round(float(experts["bias"].mean()), 4),
        "rounds": rounds,
        "departures": _departure_list(EXPERT_DEPARTURES),
        "realised_cv": _REALISED_CV,
        "source_norms_departures": _departure_list(SOURCE_DEPARTURES),
        "assessments": {
            "misread_chance": MISREAD_CHANCE,
            "rule": "each factor independently one level off with this chance; recorded levels are free of error",
        },
    }


def _departure_list(departures: dict[tuple[str, str], float]) -> list[dict[str, Any]]:
    return [{"factor": factor, "level": level, "minutes": minutes} for (factor, level), minutes in departures.items()]
