"""Every check of a calibration on studies without any fault: how often does one fail where the truth says it holds?

Plain functions. Nothing here says how many processes to use: a caller states that with ``joblib.parallel_config``.
What is true of each check stands in `clean_truth`; the figures are made in `false_failure_rates`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from joblib import Parallel, delayed

import normenkader as nk
from normenkader.bands.conditions import five_conditions
from normenkader.bands.impact import impact
from normenkader.bands.multiverse import multiverse
from normenkader.bands.robustness import Robustness, robustness_checks
from normenkader.bands.table import BandTable
from normenkader.casemix.synthetic import SyntheticData, casemix_of, simulate
from normenkader.casemix.synthetic.panel import draw_panel
from normenkader.casemix.synthetic.study_text import study_text
from normenkader.casemix.synthetic.write import _panel_files
from normenkader.experts.judgements import read_judgements
from normenkader.study import study_from_text

REGIME = "clean"
SEEDS = tuple(range(1001, 1201))
"""Fresh: no limit was chosen on any of them."""
EARLIER_SEEDS = tuple(range(1, 181))
"""On these a limit was chosen and faults of checks were found."""
N_RESAMPLES, N_FOLDS = 400, 2
"""In place of 2,000 and 5. Only the checks on possible bands and stability rest on the draws, one on the folds.

That one (`_MAP`) takes as long as all others together, so it is asked of the first 36 seeds in each hundred.
"""
_MAP = "sum_keeps_ceiling"
Answers = dict[str, list[Any]]
Seed = dict[str, Any]


def one(seed: int) -> Seed:
    """Answers (passed, value) of every check of one seed, and what is true of its draw."""
    data = simulate(REGIME, seed=seed)
    table = calibrated(data)
    return {"seed": seed, "checks": answers(table), "true_of_draw": true_of_draw(data, table)}


def calibrated(data: SyntheticData) -> BandTable:
    """A calibration with its panel, double assessments and source norms, but without a dossier.

    The panel's files are written and read as in any study; the clients' are not, which changes nothing: they hold no
    faulty row.
    """
    with TemporaryDirectory() as folder:
        casemix = _with_panel(data, Path(folder))
        model, panel = nk.fit_minutes(casemix), read_judgements(casemix.study)
        return nk.derive_bands(
            model,
            nk.triangulate(model, panel),
            n_resamples=N_RESAMPLES,
            n_folds=folds_of(data.seed),
            with_robustness=False,
        )


def folds_of(seed: int) -> int:
    """Folds of the map of loss; 0 leaves it out."""
    return N_FOLDS if 1 <= seed % 100 <= 36 else 0


def answers(table: BandTable) -> Answers:
    """Passed and value of every check made: those of the table, and those on other choices and on today's clients.

    The latter are made here without the tables of other numbers of bands, on which no check rests.
    """
    edges, held = tuple(band.lower for band in table.bands), table.stability
    robust = Robustness(
        multiverse=multiverse(table.norms, edges), exclusions=(), impact=impact(table.norms, edges, held), numbers=(),
        conditions=five_conditions(()),
    )  # fmt: skip
    checks = (*table.checks, *robustness_checks(robust, held, table.study))
    made = (check for check in checks if check.code != _MAP or table.soundness.loss_map is not None)
    return {check.code: [check.passed, _short(check.value)] for check in made}


def true_of_draw(data: SyntheticData, table: BandTable) -> dict[str, bool]:
    """Whether the properties hold that depend on which providers were drawn."""
    edges = [band.lower for band in table.bands]
    effect, size = data.providers.effect, data.providers.size
    worst = float(np.abs(effect - effect @ size / size.sum()).max())
    return {"provider_effects": bool(worst < min(b - a for a, b in pairwise(edges[1:])))}


def _with_panel(data: SyntheticData, folder: Path) -> nk.Casemix:
    _, _, experts = (np.random.default_rng(s) for s in np.random.SeedSequence([data.seed, 1]).spawn(3))
    for name, content in _panel_files(data, draw_panel(experts, data)).items():
        (folder / name).write_bytes(content)
    study = study_from_text(study_text(data.regime, seed=data.seed, with_panel=True), folder=folder)
    return replace(casemix_of(data), study=study)


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def run(seeds: Sequence[int]) -> list[Seed]:
    """Every seed, in their order."""
    return list(Parallel()(delayed(one)(seed) for seed in seeds))
