"""Terms corrected for assessors' errors on the levels, by making the errors larger and extrapolating back to none.

References
----------
Kuechenhoff, Mwalili & Lesaffre (2006), A general method for dealing with misclassification in regression: the
misclassification SIMEX, Biometrics 62, 85-96. Cook & Stefanski (1994), JASA 89, 1314-1328.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from normenkader.experts.agreement_weights import rating_codes
from normenkader.experts.arrays import Floats, Ints
from normenkader.experts.assessments import Assessments
from normenkader.experts.misclassification import LevelErrors, level_errors
from normenkader.experts.recorded_errors import errors_in_record
from normenkader.model.design import indicator
from normenkader.model.factors import count_class, level_codes
from normenkader.model.intervals import leave_one_out
from normenkader.model.moments import average_level, provider_moments, solve, within_profile
from normenkader.model.results import MinutesModel

AMOUNTS = (0.5, 1.0, 1.5, 2.0)
_ROWS_IN_ALL = 240_000
_MOST_DRAWS, _LEAST_DRAWS = 40, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedTerms:
    """Terms as they would be without assessors' errors, in the study's unit.

    Attributes
    ----------
    ijkclient : float
    by_column : tuple of float
        By design column of the model.
    n_draws : int
        Times that errors of each size were drawn.
    errors_in_record : float
        How many times one assessor's error the recorded levels hold, by `errors_in_record`; that is taken away.
    shift : (columns + 1,)
        Corrected less fitted, the ijkclient last.
    shift_left_out : (providers, columns + 1)
        The same with each provider left out in turn, under the same drawn errors.
    """

    ijkclient: float
    by_column: tuple[float, ...]
    n_draws: int
    errors_in_record: float
    shift: Floats = field(repr=False, compare=False)
    shift_left_out: Floats = field(repr=False, compare=False)


def corrected_terms(model: MinutesModel, assessments: Assessments) -> CorrectedTerms:
    """MC-SIMEX with a quadratic extrapolant; weights, and what a cap hides, stay as they were fitted.

    Errors half, once, one and a half times and twice as large as one assessor's are added to the recorded levels,
    independently between factors, the model is solved anew, and the mean terms are extrapolated to where the record's
    own error, as large as it appears beside the double assessments, is gone.
    """
    errors = {f.name: _errors_of(assessments, f.name, f.levels) for f in model.study.factors}
    held = errors_in_record(model.casemix.to_frame(), assessments, errors)
    n_draws = int(np.clip(_ROWS_IN_ALL // max(model.n_rows, 1), _LEAST_DRAWS, _MOST_DRAWS))
    means, amounts = _solved_under(model, errors, n_draws), (0.0, *AMOUNTS)
    shift = extrapolated(amounts, means, to=-held) - extrapolated(amounts, means, to=0.0)
    return CorrectedTerms(
        ijkclient=float(model.ijkclient.value + shift[0, -1]),
        by_column=tuple((model.coefficients() + shift[0, :-1]).tolist()), n_draws=n_draws, errors_in_record=held,
        shift=shift[0], shift_left_out=shift[1:],
    )  # fmt: skip


def _solved_under(model: MinutesModel, errors: dict[str, LevelErrors], n_draws: int) -> Floats:
    """Mean terms with no error added and with each of `AMOUNTS`, (amounts, 1 + providers, columns + 1)."""
    recorded, rng = level_codes(model.casemix.to_frame(), model.study), np.random.default_rng(model.study.info.seed)
    means = [_solved(model, recorded)]
    for amount in AMOUNTS:
        chances = {name: found.power(amount) for name, found in errors.items()}
        draws = (_solved(model, _with_errors(model, recorded, chances, rng)) for _ in range(n_draws))
        means.append(sum(draws, np.zeros_like(means[0])) / n_draws)
    return np.array(means)


def extrapolated(amounts: tuple[float, ...], values: Floats, *, to: float = -1.0) -> Floats:
    """Quadratic through `values` (amounts, ...) by least squares, at `to`."""
    weights = np.vander(np.array([to]), 3)[0] @ np.linalg.pinv(np.vander(np.array(amounts), 3))
    return np.asarray(np.tensordot(weights, values, axes=1))


def _errors_of(assessments: Assessments, factor: str, levels: tuple[str, ...]) -> LevelErrors:
    _, codes = rating_codes(assessments.wide(factor).to_numpy(dtype=object), categories=levels)
    return level_errors(codes, len(levels))


def _with_errors(
    model: MinutesModel, recorded: dict[str, Ints], chances: dict[str, Floats], rng: np.random.Generator
) -> dict[str, Ints]:
    codes = {}
    for name, table in chances.items():
        drawn = rng.random(len(recorded[name]))
        codes[name] = (drawn[:, None] > np.cumsum(table, axis=1)[recorded[name], :-1]).sum(axis=1).astype(np.int64)
    for group in model.study.overlap_groups():
        above = sum((codes[f.name] > 0).astype(np.int64) for f in model.study.members(group))
        codes[f"n_{group}"] = count_class(np.asarray(above), model.study.model.breaks_of(group))
    return codes


def _solved(model: MinutesModel, codes: dict[str, Ints]) -> Floats:
    """Terms, then the ijkclient, with the levels in `codes`: of all providers, then with each left out in turn."""
    design, seen = model.design(), model.outcomes()
    columns = [indicator(column, codes) for column in design.columns]
    matrix = np.column_stack(columns) if columns else np.zeros((model.n_rows, 0))
    profile = within_profile(
        provider_moments(
            matrix, seen.response, model.weights() * seen.information, design.provider_codes(), len(design.providers)
        )
    )
    terms = solve(profile.a.sum(axis=0), profile.b.sum(axis=0))
    left_terms, left_level = leave_one_out(profile)
    return np.vstack([np.append(terms, average_level(profile, terms)), np.column_stack([left_terms, left_level])])
