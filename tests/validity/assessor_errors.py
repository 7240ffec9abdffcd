"""Does the correction for assessors' errors take bias away, and at what price? Known errors on synthetic levels.

The levels of a synthetic study are recorded with errors (one step off with a chance of 12 %, by the panel's own rule,
which breaks the premise that errors leave the shares of levels as they are), minutes follow the true levels, and 150
episodes are assessed twice. Terms as recorded, and as corrected, are held against the fit on the true levels.
Run as a script it makes ``results/assessor_errors.json``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from normenkader.casemix import Casemix
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.casemix.synthetic.panel import _misread
from normenkader.experts.assessments import Assessments
from normenkader.experts.corrected_terms import corrected_terms
from normenkader.experts.vignette_candidates import casemix_codes, frame_of
from normenkader.model.fit import fit_minutes
from normenkader.provenance import Receipt

RESULTS = Path(__file__).parent / "results" / "assessor_errors.json"
SEEDS = tuple(range(1, 101))
N_DOUBLES = 150
Key = tuple[str, str, str, str]


def draw(seed: int) -> dict[Key, tuple[float, float, float]]:
    """Of every term: on the true levels, as recorded, and corrected."""
    true = casemix_of(simulate("clean", seed=seed))
    rng = np.random.default_rng(1000 + seed)
    codes = casemix_codes(true)
    model = fit_minutes(_with_levels(true, _misread(rng, codes)))
    corrected = corrected_terms(model, _doubles(true, codes, rng))
    truth = {_key(t): t.estimate.value for t in fit_minutes(true).terms if t.estimate}
    return {
        _key(t): (truth[_key(t)], t.estimate.value, corrected.by_column[t.column])
        for t in model.terms if t.estimate and _key(t) in truth
    }  # fmt: skip


def summary(draws: list[dict[Key, tuple[float, float, float]]]) -> dict[str, Any]:
    """Mean absolute bias and root mean squared error over terms, in minutes, each with its Monte-Carlo error."""
    keys = [key for key in draws[0] if all(key in found for found in draws)]
    values = np.array([[found[key] for key in keys] for found in draws])
    off = values[:, :, 1:] - values[:, :, :1]
    bias, noise = off.mean(axis=0), off.std(axis=0, ddof=1) / np.sqrt(len(draws))
    largest = int(np.abs(bias[:, 0]).argmax())
    return {
        "seeds": len(draws), "terms": len(keys),
        "root_mean_squared_bias": _unbiased(bias, noise), "root_mean_squared_error": _rms(off),
        "most_biased": {"term": list(keys[largest]), "recorded": round(float(bias[largest, 0]), 2),
                        "corrected": round(float(bias[largest, 1]), 2),
                        "monte_carlo_error": [round(float(v), 2) for v in noise[largest]]},
    }  # fmt: skip


def _unbiased(bias: np.ndarray, noise: np.ndarray) -> dict[str, float]:
    """Square root of the mean squared bias, with what chance adds to it taken off."""
    squared = np.maximum((bias**2 - noise**2).mean(axis=0), 0.0)
    return dict(zip(("recorded", "corrected"), np.round(np.sqrt(squared), 3).tolist(), strict=True))


def _rms(off: np.ndarray) -> dict[str, float]:
    values = np.sqrt((off**2).mean(axis=(0, 1)))
    return dict(zip(("recorded", "corrected"), np.round(values, 3).tolist(), strict=True))


def _with_levels(casemix: Casemix, codes: np.ndarray) -> Casemix:
    rows, levels = casemix.to_frame(), frame_of(codes, casemix.study)
    rows[levels.columns] = levels
    return replace(casemix, _rows=rows)


def _doubles(casemix: Casemix, codes: np.ndarray, rng: np.random.Generator) -> Assessments:
    chosen = np.sort(rng.permutation(len(codes))[:N_DOUBLES])
    rows = frame_of(_misread(rng, np.repeat(codes[chosen], 2, axis=0)), casemix.study)
    rows.insert(0, "assessor", np.tile(["a1", "a2"], N_DOUBLES))
    rows.insert(1, "episode", np.repeat(casemix.to_frame()["episode"].to_numpy()[chosen], 2))
    return Assessments(study=casemix.study, files=(), receipt=Receipt(stage="assessments", sha256="0"), _rows=rows)


def _key(term: Any) -> Key:
    return term.factor, term.level, term.with_factor, term.with_level


if __name__ == "__main__":
    found = [draw(seed) for seed in SEEDS]
    first = [[list(key), [round(v, 6) for v in values]] for key, values in found[0].items()]
    RESULTS.write_text(json.dumps({"summary": summary(found), "seed_1": first}, indent=1) + "\n", encoding="utf-8")
