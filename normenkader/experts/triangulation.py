"""Do data, experts and existing norms point the same way? Conflict is kept, never averaged away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from normenkader.evidence import Reservation
from normenkader.model.results import MinutesModel
from normenkader.provenance import Receipt, canonical_json, sha256_of_bytes

Source = Literal["data", "experts", "source_norms"]
CONFIDENCE = 0.90
_NO_EXPERTS = (
    "no_experts",
    "Er is geen oordeel van deskundigen. De normen rusten alleen op wat aanbieders leverden.",
)
_NO_SOURCE_NORMS = ("no_source_norms", "Er is geen bestaand normenkader om de uitkomst mee te vergelijken.")
_NO_ASSESSMENTS = (
    "no_assessments",
    "Er zijn geen dubbele beoordelingen. Hoe vaak twee beoordelaars dezelfde klasse geven, is niet bekend.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sources on one term.

    Attributes
    ----------
    sources : (str, str)
        The difference is the first minus the second.
    factor, level, with_factor, with_level : str
        The term; factor ``ijkclient`` for the level.
    difference : float
        Minutes per week.
    interval : (low, high)
        90 % interval.
    verdict : {"agree", "conflict", "silent"}
        Agree: the interval lies within the margin; conflict: wholly outside it; else silent.
    """

    sources: tuple[Source, Source]
    factor: str
    level: str
    with_factor: str = ""
    with_level: str = ""
    difference: float
    interval: tuple[float, float]
    verdict: Literal["agree", "conflict", "silent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangulation:
    """What the sources say of one another, and what could not be compared.

    Attributes
    ----------
    comparisons : tuple of Comparison
    reservations : tuple of Reservation
    receipt : Receipt
    """

    comparisons: tuple[Comparison, ...]
    reservations: tuple[Reservation, ...]
    receipt: Receipt


def triangulate(model: MinutesModel, panel: object | None = None) -> Triangulation:
    """Compare the model with the expert panel and the existing norms, term by term.

    Parameters
    ----------
    model : MinutesModel
    panel : Judgements or None
        The expert panel; None when the study has none, which becomes a reservation.

    Returns
    -------
    Triangulation
    """
    sources = model.study.sources
    missing = [(not sources.judgements, *_NO_EXPERTS), (not sources.source_norms, *_NO_SOURCE_NORMS),
               (not sources.assessments, *_NO_ASSESSMENTS)]  # fmt: skip
    reservations = tuple(Reservation(code=code, text=text) for lacks, code, text in missing if lacks)
    content = canonical_json([r.code for r in reservations])
    return Triangulation(
        comparisons=(), reservations=reservations,
        receipt=Receipt(stage="triangulation", sha256=sha256_of_bytes(content.encode()), made_from=(model.receipt,)),
    )  # fmt: skip
