"""Figures of the dossier: each shows what a table beside it says, and colour never carries a meaning alone."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from normenkader.dossier import wording
from normenkader.dossier.documents import Document
from normenkader.dossier.drawing import BLUE, GREY, INK, ORANGE, PALE, Picture, minutes_axis, picture, rows_axis
from normenkader.dossier.example import Example
from normenkader.dossier.numbers import exact, signed

_LABEL_WIDTH = 42


def minutes_by_band(bands: Sequence[Document], unit: str) -> Picture:
    """What clients of each band have: 10th percentile, median, mean and 90th percentile beside the band's edges."""
    alternative = (
        f"Per klasse een lijn van het 10e tot het 90e percentiel van de geleverde tijd in {unit}, met een streep bij "
        "de mediaan en een ruit bij het gemiddelde; het grijze vlak loopt van de ondergrens tot de bovengrens. "
        "De getallen staan in de tabel."
    )

    def draw(axes: Any) -> None:
        for row, band in enumerate(bands):
            _draw_band(axes, row, band, _right_end(bands))
        axes.set_xlim(0, _right_end(bands))
        rows_axis(axes, [f"Klasse {band['band']}\n{wording.name(band['label'])}" for band in bands])
        minutes_axis(axes, unit)

    return picture("klassen", height_inches=0.9 + 0.55 * len(bands), alternative=alternative, draw=draw)


def _right_end(bands: Sequence[Document]) -> float:
    shown = [band["p90"] for band in bands if band.get("p90") is not None]
    return float(max([*shown, 1.25 * bands[-1]["lower"], 1.0])) * 1.05


def _draw_band(axes: Any, row: int, band: Document, right: float) -> None:
    # The highest band has no end: its field runs off the paper.
    upper = right if band["upper"] is None else band["upper"]
    axes.barh(row, max(upper - band["lower"], 0), left=band["lower"], height=0.72, color=PALE, edgecolor=GREY, lw=0.5)
    if band.get("median_minutes") is None or band.get("p10") is None:
        axes.text(right, row, "te weinig gegevens  ", va="center", ha="right", style="italic")
        return
    axes.plot([band["p10"], band["p90"]], [row, row], color=BLUE, lw=2.2, solid_capstyle="butt")
    axes.plot(band["median_minutes"], row, marker="|", ms=15, mew=2.6, color=INK)
    axes.plot(band["mean_minutes"], row, marker="D", ms=6.5, mfc="white", mec=ORANGE, mew=1.6)


def waterfall(example: Example, unit: str) -> Picture:
    """The sum of the worked example, bar by bar, from the ijkclient to the client's norm."""
    alternative = (
        f"Trapsgewijze optelling: begin bij de ijkcliënt met {exact(example.start.minutes)}, "
        + ", ".join(f"{step_words(step.factor, step.level)} {signed(step.minutes)}" for step in example.steps)
        + f", samen {exact(example.decision.norm_minutes)} {unit}."
    )
    labels = ["ijkcliënt", *(_step_label(step) for step in example.steps), "norm van deze cliënt"]
    n_lines = sum(1 + label.count("\n") for label in labels)

    def draw(axes: Any) -> None:
        _draw_steps(axes, example)
        rows_axis(axes, labels)
        minutes_axis(axes, unit)

    return picture(
        "rekenvoorbeeld", height_inches=0.8 + 0.16 * n_lines + 0.16 * len(labels), alternative=alternative, draw=draw
    )


def step_words(factor: str, level: str) -> str:
    """A row of the table in a few words: ``leefgebied financien: zwaar``."""
    return f"{wording.name(factor)}: {wording.level(level)}"


def _step_label(step: Any) -> str:
    own = step_words(step.factor, step.level)
    partner = f"samen met {step_words(step.with_factor, step.with_level)}" if step.with_factor else ""
    return "\n".join([*wrap(own, _LABEL_WIDTH), *wrap(partner, _LABEL_WIDTH)])


def _draw_steps(axes: Any, example: Example) -> None:
    at, total, highest = float(example.start.minutes or 0), float(example.decision.norm_minutes or 0), 0.0
    axes.barh(0, at, color=GREY, height=0.6)
    axes.text(at, 0, f" {exact(at)}", va="center")
    for row, step in enumerate(example.steps, start=1):
        change = float(step.minutes or 0)
        style = {"color": BLUE} if change >= 0 else {"color": "white", "edgecolor": ORANGE, "hatch": "////"}
        axes.barh(row, change, left=at, height=0.6, linewidth=1, **style)
        axes.text(max(at, at + change), row, f" {signed(change)}", va="center")
        axes.plot([at, at], [row - 0.7, row + 0.3], color=GREY, lw=0.7)
        at, highest = at + change, max(highest, at, at + change)
    axes.barh(len(example.steps) + 1, total, color=INK, height=0.6)
    axes.text(total, len(example.steps) + 1, f" {exact(total)}", va="center", weight="bold")
    axes.set_xlim(min(0.0, at), 1.1 * max(highest, total, 1.0))


def edges(bands: Sequence[Document], unit: str) -> Picture:
    """Every lower bound with its stability interval and doubt zone."""
    inner = list(bands[1:])
    alternative = (
        f"Per grens een verticale streep op een schaal in {unit}, een dunne lijn voor de grenzen die bij andere "
        "aanbieders zouden zijn gevonden (95 van de 100 keer) en een gearceerd vlak voor de twijfelzone. "
        "De getallen staan in de tabel."
    )

    def draw(axes: Any) -> None:
        for row, band in enumerate(inner):
            _draw_edge(axes, row, band)
        # Bars cling to the side of the paper otherwise, and hide where an interval ends.
        axes.use_sticky_edges = False
        axes.margins(x=0.05)
        rows_axis(axes, [f"grens {band['band'] - 1} – {band['band']}" for band in inner])
        minutes_axis(axes, unit)

    return picture("grenzen", height_inches=0.9 + 0.5 * max(len(inner), 1), alternative=alternative, draw=draw)


def _draw_edge(axes: Any, row: int, band: Document) -> None:
    zone, interval = band.get("doubt_zone"), band.get("lower_interval")
    if zone and None not in zone:
        axes.barh(row, zone[1] - zone[0], left=zone[0], height=0.5, color="white", edgecolor=ORANGE, hatch="////")
    if interval and None not in interval:
        axes.plot(interval, [row, row], color=BLUE, lw=2.2, marker="|", ms=8, mew=1.6)
    axes.plot([band["lower"]] * 2, [row - 0.3, row + 0.3], color=INK, lw=2.6)
    axes.text(band["lower"], row - 0.34, exact(band["lower"]), ha="center", va="bottom", weight="bold")
