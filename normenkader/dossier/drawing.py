"""SVG that is the same bytes each time, whatever the reader's matplotlib settings: paper, ink and marks."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from normenkader.dossier.numbers import exact

INK = "#1a1a1a"
GREY = "#6b6b6b"
PALE = "#e4e4e4"
BLUE = "#0072b2"
ORANGE = "#d55e00"
WIDTH_INCHES = 7.0
_SETTINGS = {
    "svg.hashsalt": "normenkader", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 8.5,
    "axes.edgecolor": GREY, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "text.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.unicode_minus": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure as SVG text, with the words that stand in its place for who cannot see it."""

    key: str
    svg: str
    alternative: str

    @property
    def data_uri(self) -> str:
        """The SVG inside the page itself, so that nothing is fetched and no identifiers clash."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg.encode()).decode("ascii")


def picture(key: str, *, height_inches: float, alternative: str, draw: Callable[[Any], None]) -> Picture:
    """Draw on fresh axes of a fixed width and give the SVG.

    Parameters
    ----------
    key : str
        Name of the figure, fixed in its file.
    height_inches : float
        Height of the paper; the width is the page's.
    alternative : str
        The text alternative, in Dutch.
    draw : callable
        Takes matplotlib axes and draws on them.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        figure = Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")
        draw(figure.add_subplot())
        paper = io.StringIO()
        metadata = {"Date": None, "Creator": None, "Title": key}
        FigureCanvasSVG(figure).print_svg(paper, metadata=metadata)
    return Picture(key=key, svg=_bare(paper.getvalue()), alternative=alternative)


def minutes_axis(axes: Any, label: str) -> None:
    """Numbers along the bottom in Dutch, with a pale grid behind."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: exact(round(float(value), 6))))
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    # Beside long names the axes are narrower than their label: it grows to the left, where there is room.
    axes.set_xlabel(label, loc="right")


def rows_axis(axes: Any, labels: list[str]) -> None:
    """Names down the side, the first at the top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _bare(svg: str) -> str:
    """Without the XML prologue and the document type, which name addresses nobody needs."""
    return svg[svg.index("<svg") :]
