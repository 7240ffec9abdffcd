"""How delivered time runs through an episode: rows of the table and the figure, from validation.json."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from normenkader.dossier import wording
from normenkader.dossier.documents import Document, Documents
from normenkader.dossier.drawing import BLUE, INK, ORANGE, PALE, Picture, picture
from normenkader.dossier.numbers import exact

_MARKS = ("o", "s", "D", "^", "v", "P")
_COLOURS = (BLUE, ORANGE, INK)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow:
    """One stretch of weeks since the start, with a cell for each curve or None."""

    weeks: str
    cells: tuple[Document | None, ...]


def curve_name(curve: Document) -> str:
    """Which clients a curve is about."""
    if not curve["factor"]:
        return "alle trajecten"
    return f"{wording.name(curve['factor'])} {wording.level(curve['level'])}"


def course_rows(documents: Documents) -> tuple[CourseRow, ...]:
    """The curves side by side, by weeks since the start of the episode."""
    curves = _curves(documents)
    stretches = dict.fromkeys((c["from_week"], c["to_week"]) for curve in curves for c in curve["classes"])
    ordered = sorted(stretches, key=lambda stretch: stretch[0])
    return tuple(CourseRow(weeks=weeks_in_words(*s), cells=tuple(_cell(c, s) for c in curves)) for s in ordered)


def weeks_in_words(first: int, end: int | None) -> str:
    """Weeks ``[first, end)`` since the start, counted from one."""
    if end is None:
        return f"vanaf week {first + 1}"
    return f"week {first + 1}" if end == first + 1 else f"week {first + 1} t/m {end}"


def course_picture(documents: Documents, unit: str) -> Picture | None:
    """The curves with their margins; None without curves."""
    curves, rows = _curves(documents), course_rows(documents)
    if not curves:
        return None
    alternative = (
        f"Geleverde tijd in {unit} per periode sinds het begin van het traject, met de marge van 95%, "
        + "; ".join(_spoken(curve) for curve in curves)
        + ". Alle getallen staan in de tabel."
    )

    def draw(axes: Any) -> None:
        for number in range(len(curves)):
            _draw_curve(axes, number, len(curves), rows, curve_name(curves[number]))
        axes.set_xticks(range(len(rows)), [row.weeks.removeprefix("week ") for row in rows])
        axes.tick_params(axis="x", labelrotation=30)
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, axis="y", color=PALE, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.set_xlabel("weken sinds het begin van het traject")
        axes.set_ylabel(unit)
        axes.legend(frameon=False, loc="lower left")

    return picture("tijd-in-traject", height_inches=3.4, alternative=alternative, draw=draw)


def _curves(documents: Documents) -> Sequence[Document]:
    return (documents.validation.get("time_in_episode") or {}).get("curves") or ()


def _cell(curve: Document, stretch: tuple[int, int | None]) -> Document | None:
    return next((c for c in curve["classes"] if (c["from_week"], c["to_week"]) == stretch), None)


def _spoken(curve: Document) -> str:
    first, last = curve["classes"][0], curve["classes"][-1]
    ends = f"van {exact(round(first['minutes']))} in het begin tot {exact(round(last['minutes']))} aan het eind"
    return f"{curve_name(curve)}: {ends}"


def _draw_curve(axes: Any, number: int, total: int, rows: Sequence[CourseRow], label: str) -> None:
    # Marks differ in shape and stand a little apart, so that neither colour nor overlap hides one.
    apart = 0.0 if total == 1 else 0.24 * (number / (total - 1) - 0.5)
    drawn = [(at + apart, row.cells[number]) for at, row in enumerate(rows)]
    points = [(at, cell) for at, cell in drawn if cell is not None]
    colour, mark = _COLOURS[number % len(_COLOURS)], _MARKS[number % len(_MARKS)]
    for at, cell in points:
        axes.plot([at, at], cell["interval"], color=colour, lw=1.4)
    axes.plot([at for at, _ in points], [cell["minutes"] for _, cell in points], color=colour, lw=0.8, marker=mark,
              ms=4.5, label=label)  # fmt: skip
