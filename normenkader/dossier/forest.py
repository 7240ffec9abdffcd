"""The figure of the norm table: every row with its margin, those without support shown as such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from normenkader.dossier import wording
from normenkader.dossier.documents import Document
from normenkader.dossier.drawing import BLUE, GREY, INK, Picture, minutes_axis, picture, rows_axis

_MOST_ROWS = 36


def norm_terms(terms: Sequence[Document], unit: str) -> tuple[Picture, ...]:
    """Every row of the norm table with its 95 % interval, in as many parts as fit a page each."""
    parts = _parts(terms)
    limits = _limits(terms)
    return tuple(_term_part(i, part, len(parts), limits, unit) for i, part in enumerate(parts, start=1))


def _parts(terms: Sequence[Document]) -> list[list[Document]]:
    parts: list[list[Document]] = [[]]
    for factor in dict.fromkeys(term["factor"] for term in terms):
        own = [term for term in terms if term["factor"] == factor]
        if parts[-1] and _rows(parts[-1]) + len(own) + 1 > _MOST_ROWS:
            parts.append([])
        parts[-1].extend(own)
    return parts


def _rows(terms: Sequence[Document]) -> int:
    return len(terms) + len({term["factor"] for term in terms})


def _limits(terms: Sequence[Document]) -> tuple[float, float]:
    sides = [side for term in terms for side in (*(term["interval"] or ()), term["published"], 0) if side is not None]
    spread = max(max(sides) - min(sides), 1)
    return min(sides) - 0.05 * spread, max(sides) + 0.05 * spread


def _term_part(number: int, terms: Sequence[Document], total: int, limits: tuple[float, float], unit: str) -> Picture:
    which, counted = f" (deel {number} van {total})" if total > 1 else "", unit.partition(" ")[0]
    alternative = (
        f"Rijen van de normtabel{which}: een punt voor de schatting, een lijn voor de marge van 95% en een vierkant "
        f"voor de {counted} in de tabel, op een schaal in {unit} ten opzichte van de ijkcliënt. De getallen staan in "
        "de normtabel."
    )

    def draw(axes: Any) -> None:
        axes.axvline(0, color=INK, lw=1, zorder=0.5)
        rows_axis(axes, _draw_terms(axes, terms))
        axes.set_xlim(*limits)
        minutes_axis(axes, f"{unit} ten opzichte van de ijkcliënt")

    height = 0.9 + 0.215 * _rows(terms)
    return picture(f"normtabel-{number}", height_inches=height, alternative=alternative, draw=draw)


def _draw_terms(axes: Any, terms: Sequence[Document]) -> list[str]:
    labels: list[str] = []
    for factor in dict.fromkeys(term["factor"] for term in terms):
        axes.axhspan(len(labels) - 0.5, len(labels) + 0.5, color="#ececec", lw=0)
        heading = {"va": "center", "weight": "bold", "transform": axes.get_yaxis_transform()}
        axes.text(0.01, len(labels), wording.name(factor), **heading)
        labels.append("")
        for term in (t for t in terms if t["factor"] == factor):
            _draw_term(axes, len(labels), term)
            labels.append(term_words(term))
    return labels


def term_words(term: Mapping[str, Any]) -> str:
    """Level of a row, with the partner's level for an interaction."""
    partner = term.get("with")
    own = wording.level(term["level"])
    return f"{own}, met {wording.level(partner['level'])}" if partner else own


def _draw_term(axes: Any, row: int, term: Document) -> None:
    if term["published"] is not None:
        axes.plot(term["published"], row, marker="s", ms=6.5, mfc="none", mec=INK, mew=1.1)
    if term["estimate"] is None or not term["interval"]:
        at = 0 if term["published"] is None else term["published"]
        axes.text(at, row, "   te weinig gegevens", va="center", style="italic", color=GREY, size=7.5)
        return
    axes.plot(term["interval"], [row, row], color=BLUE, lw=1.6)
    axes.plot(term["estimate"], row, marker="o", ms=3.6, color=BLUE)
