"""The specification curve: every combination of choices in a row, its edges above and its choices below."""

from __future__ import annotations

from typing import Any

from normenkader.dossier.documents import Document
from normenkader.dossier.drawing import BLUE, GREY, INK, ORANGE, PALE, Picture, picture
from normenkader.dossier.numbers import exact
from normenkader.dossier.robustness_words import dimension, option


def specification_curve(multiverse: Document, unit: str) -> Picture:
    """Edges under every combination of choices, sorted, with the options of each marked below."""
    shown = sorted((u for u in multiverse["universes"] if u["edges"]), key=lambda u: (u["edges"], u["options"]))
    at = shown.index(multiverse["universes"][0])
    rows = _rows(multiverse)
    alternative = (
        f"Bovenaan de grenzen in {unit} bij {len(shown)} combinaties van keuzes, van laag naar hoog gesorteerd; een "
        "verticale lijn staat bij de keuzes van deze studie. Onderaan een streep bij elke keuze die in een combinatie "
        "is gemaakt. Hoe ver elke grens hoogstens verschuift, staat in de tabel."
    )

    def draw(axes: Any) -> None:
        figure = axes.figure
        axes.remove()
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, max(0.16 * len(rows), 0.5) * 2.2])
        _draw_edges(top, shown, at, unit)
        _draw_options(bottom, shown, rows, at)

    return picture("keuzes", height_inches=3.4 + 0.19 * len(rows), alternative=alternative, draw=draw)


def _rows(multiverse: Document) -> list[tuple[int, str, str]]:
    """Place of the choice, option, and label of every option there is."""
    return [
        (place, chosen, f"{dimension(d['name'])}: {option(chosen)}")
        for place, d in enumerate(multiverse["dimensions"])
        if len(d["options"]) > 1
        for chosen in d["options"]
    ]


def _draw_edges(axes: Any, shown: list[Document], at: int, unit: str) -> None:
    from matplotlib.ticker import FuncFormatter

    axes.axvline(at, color=ORANGE, lw=1.2)
    for k in range(1, len(shown[0]["edges"])):
        heights = [u["edges"][k] for u in shown]
        axes.plot(range(len(shown)), heights, color=BLUE, lw=1.0, drawstyle="steps-mid")
        axes.plot(at, heights[at], marker="D", ms=5, mfc="white", mec=INK)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: exact(round(float(value), 6))))
    axes.set_ylabel(unit)
    axes.grid(visible=True, axis="y", color=PALE, linewidth=0.8)
    axes.tick_params(axis="x", length=0, labelbottom=False)


def _draw_options(axes: Any, shown: list[Document], rows: list[tuple[int, str, str]], at: int) -> None:
    axes.axvline(at, color=ORANGE, lw=1.2)
    for row, (place, chosen, _) in enumerate(rows):
        where = [x for x, u in enumerate(shown) if u["options"][place] == chosen]
        axes.plot(where, [row] * len(where), ls="", marker="|", ms=6, mew=1.2, color=INK)
        if row and rows[row - 1][0] != place:
            axes.axhline(row - 0.5, color=GREY, lw=0.5)
    axes.set_yticks(range(len(rows)), [label for _, _, label in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="both", length=0, labelbottom=False)
