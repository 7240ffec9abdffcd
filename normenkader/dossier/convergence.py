"""The chapter that sets sources side by side: its rows, its words, and the figure of differences against the margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from normenkader.dossier import wording
from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.drawing import BLUE, GREY, INK, ORANGE, PALE, Picture, minutes_axis, picture, rows_axis
from normenkader.dossier.numbers import exact
from normenkader.terms.names import term_name

PAIRS = (("data", "experts"), ("data", "source_norms"), ("experts", "source_norms"))
VERDICTS = ("agree", "conflict", "silent")
_MOST_ROWS = 36
_EMPTY: Document = {
    "margin": None, "on_conflict": None, "comparisons": (), "not_compared": (), "verdicts": {}, "terms": (),
    "panel": None, "pooling": {}, "agreement": {}, "experts": (), "source_norms": None, "premises": (),
}  # fmt: skip
_COLOURS = {"agree": (BLUE, "o"), "conflict": (ORANGE, "D"), "silent": (GREY, "s")}


def triangulation(documents: Documents) -> Document:
    """triangulation.json with every key, the names of the sources that are there, and the pairs that were compared."""
    found = {**_EMPTY, **documents.triangulation}
    compared = [pair for pair in PAIRS if any(tuple(row["sources"]) == pair for row in found["comparisons"])]
    present = [name for name in ("data", "experts", "source_norms") if any(name in pair for pair in compared)]
    return {**found, "pairs": compared, "sources": present}


def differences(documents: Documents, unit: str) -> tuple[Picture, ...]:
    """Differences of experts, or else existing norms, with the data: every row with its interval against the margin."""
    found = triangulation(documents)
    pair = next((pair for pair in found["pairs"] if pair[0] == "data"), None)
    if pair is None:
        return ()
    rows = [row for row in found["comparisons"] if tuple(row["sources"]) == pair]
    parts = [rows[start : start + _MOST_ROWS] for start in range(0, len(rows), _MOST_ROWS)]
    limits = _limits(rows, found["margin"])
    return tuple(
        _part(at, part, len(parts), pair, limits, found["margin"], unit) for at, part in enumerate(parts, start=1)
    )


def term_words(row: Mapping[str, Any]) -> str:
    """A term in words: ``leefgebied wonen: zwaar``, or the ijkclient."""
    partner = row.get("with") or {"factor": "", "level": ""}
    return term_name(row["factor"], row["level"] or "", partner["factor"], partner["level"])


def _short(row: Mapping[str, Any]) -> str:
    """The same beside a figure, where a line is short: of the other factor only its level."""
    own = term_name(row["factor"], row["level"] or "")
    return f"{own}, met {wording.level(row['with']['level'])}" if row.get("with") else own


def _limits(rows: Sequence[Document], margin: float | None) -> tuple[float, float]:
    sides = [side for row in rows for side in (*(row["interval"] or ()), row["difference"], 0.0)]
    sides += [] if margin is None else [margin, -margin]
    spread = max(max(sides) - min(sides), 1.0)
    return min(sides) - 0.05 * spread, max(sides) + 0.05 * spread


def _part(
    number: int, rows: Sequence[Document], total: int, pair: tuple[str, str], limits: tuple[float, float],
    margin: float | None, unit: str,
) -> Picture:  # fmt: skip
    which = f" (deel {number} van {total})" if total > 1 else ""
    first, second = (wording.source(name) for name in pair)
    field = "" if margin is None else f" Het grijze vlak loopt van {exact(-margin)} tot {exact(margin)}: de marge."
    alternative = (
        f"Per onderdeel van de normtabel{which} het verschil van {first} min {second}: een teken voor het verschil en "
        f"een lijn voor de marge van 90%, op een schaal in {unit}.{field} Rond: eens. Ruit: oneens. Vierkant: niet te "
        "zeggen. De getallen staan in de tabel."
    )

    def draw(axes: Any) -> None:
        if margin is not None:
            axes.axvspan(-margin, margin, color=PALE, lw=0)
        axes.axvline(0, color=INK, lw=1)
        for at, row in enumerate(rows):
            _draw(axes, at, row)
        rows_axis(axes, [_short(row) for row in rows])
        axes.set_xlim(*limits)
        minutes_axis(axes, f"{first} min {second}, {unit}")

    height = 0.9 + 0.215 * len(rows)
    return picture(f"bronnen-{number}", height_inches=height, alternative=alternative, draw=draw)


def _draw(axes: Any, at: int, row: Document) -> None:
    colour, marker = _COLOURS.get(row["verdict"] or "silent", (GREY, "s"))
    if row["interval"]:
        axes.plot(row["interval"], [at, at], color=colour, lw=1.6)
    axes.plot(row["difference"], at, marker=marker, ms=4.6, color=colour)
