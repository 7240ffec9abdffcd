"""How many bands: every number that the study allows with what it explains and how often two assessors agree."""

from __future__ import annotations

from dataclasses import dataclass

from normenkader.bands.assessed import NO_ASSESSMENTS, Assessed, SameBand, without_value
from normenkader.bands.cells import Cells
from normenkader.bands.norm_bands import optimum_of
from normenkader.errors import StudyRefused
from normenkader.model.norm_table import NormTable

AUTO_REFUSED = (
    "'auto' needs evidence on how reliably two assessors give one client the same level; add [sources] assessments "
    "with enough double assessments, or state a number of bands"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One number of bands.

    Attributes
    ----------
    n_bands : int
    edges : tuple of int or None
        Lower bounds of the optimum; None when the demands allow no such number.
    explained_of_norm : float or None
        Share of the variation of norm minutes between bands.
    same_band : SameBand
    """

    n_bands: int
    edges: tuple[int, ...] | None
    explained_of_norm: float | None
    same_band: SameBand


def list_candidates(
    norms: NormTable, assessed: Assessed | None, *, cells: Cells | None = None
) -> tuple[Candidate, ...]:
    """Every number in the study's range, and the stated number, rising; `cells` as in `optimum_of`."""
    settings = norms.model.study.bands
    numbers = set(range(settings.range[0], settings.range[1] + 1))
    stated = numbers if settings.n == "auto" else numbers | {settings.n}
    return tuple(_candidate(norms, assessed, n, cells) for n in sorted(stated))


def choose_number(norms: NormTable, candidates: tuple[Candidate, ...], assessed: Assessed | None) -> int:
    """The stated number; for ``auto`` the most bands of the range that keep the chance of the same band at its floor.

    When none keeps it, the fewest bands that the demands allow: a check and a reservation then say that the floor is
    not kept.

    Raises
    ------
    InputRefused
        If the study says ``auto`` and there are no double assessments, or too few.
    """
    settings = norms.model.study.bands
    if settings.n != "auto":
        return settings.n
    if assessed is None or assessed.reliability is None:
        raise StudyRefused(AUTO_REFUSED, file="study.toml", column="[bands] n")
    possible = [c for c in candidates if c.edges is not None]
    kept = [c.n_bands for c in possible if (c.same_band.value or 0.0) >= settings.same_band_floor]
    return max(kept) if kept else min((c.n_bands for c in possible), default=settings.range[0])


def _candidate(norms: NormTable, assessed: Assessed | None, n_bands: int, cells: Cells | None) -> Candidate:
    found, infeasible = optimum_of(norms, n_bands, cells=cells)
    if infeasible is not None:
        nothing = without_value("Met dit aantal klassen is niet aan alle eisen te voldoen.")
        return Candidate(n_bands=n_bands, edges=None, explained_of_norm=None, same_band=nothing)
    chance = without_value(NO_ASSESSMENTS) if assessed is None else assessed.same_band(found.edges)
    return Candidate(n_bands=n_bands, edges=found.edges, explained_of_norm=found.explained, same_band=chance)
