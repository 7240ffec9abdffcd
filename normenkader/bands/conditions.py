"""The five conditions of the municipality: for each the measures that speak to it, for every number of bands.

Nothing is summed into one score: which condition weighs most is for the municipality to say, not for arithmetic.

References
----------
Sociale Dienst Drechtsteden, Toelichting bandbreedtemodel, inkoop Individuele begeleiding (28 November 2024), section 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from normenkader.bands.how_many import NumberOfBands

Condition = Literal["rechtszekerheid", "flexibiliteit", "kwaliteit", "doelmatigheid", "administratieve_lasten"]
Better = Literal["higher", "lower"]
Figure = Callable[[NumberOfBands], float | None]
_USUAL = "minutes per week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure under one condition.

    Attributes
    ----------
    condition, code, unit : str
    better : {"higher", "lower"}
        Which direction serves the condition.
    values : tuple of float or None
        One a number of bands, in the order of `Conditions.numbers`.
    """

    condition: Condition
    code: str
    unit: str
    better: Better
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The table: numbers of bands across, measures by condition down."""

    numbers: tuple[int, ...]
    measures: tuple[Measure, ...]


def five_conditions(found: Sequence[NumberOfBands], *, unit: str = _USUAL) -> Conditions:
    """The measures of every number of bands, by condition.

    Parameters
    ----------
    found : sequence of NumberOfBands
    unit : str
        The study's own, of the widths.
    """
    measures = tuple(
        Measure(
            condition=condition, code=code, unit=unit if own == _USUAL else own, better=better,
            values=tuple(figure(n) for n in found),
        )
        for condition, code, own, better, figure in _TABLE
    )  # fmt: skip
    return Conditions(numbers=tuple(n.n_bands for n in found), measures=measures)


_TABLE: tuple[tuple[Condition, str, str, Better, Figure], ...] = (
    ("rechtszekerheid", "same_band", "share", "higher", lambda n: n.same_band.value),
    ("rechtszekerheid", "share_in_doubt", "share", "lower", lambda n: n.share_in_doubt),
    ("rechtszekerheid", "promise_kept", "share", "higher", lambda n: n.promise_kept),
    ("rechtszekerheid", "guaranteed", "share", "higher", lambda n: n.guaranteed),
    ("flexibiliteit", "mean_width", _USUAL, "higher", lambda n: n.mean_width),
    ("flexibiliteit", "periods_within", "share", "higher", lambda n: n.periods_within),
    ("kwaliteit", "explained_unseen", "share", "higher", lambda n: n.explained_unseen),
    ("kwaliteit", "fits_below_upper", "share", "higher", lambda n: n.fits_below_upper),
    ("doelmatigheid", "explained_of_norm", "share", "higher", lambda n: n.explained_of_norm),
    ("doelmatigheid", "sd_within", _USUAL, "lower", lambda n: n.sd_within),
    ("doelmatigheid", "cost_of_doubt", "ratio", "lower", lambda n: n.cost_of_doubt),
    ("administratieve_lasten", "n_bands", "number", "lower", lambda n: n.n_bands if n.edges else None),
    ("administratieve_lasten", "moved_by_one_fact", "share", "lower", lambda n: n.moved_by_one_fact),
)
