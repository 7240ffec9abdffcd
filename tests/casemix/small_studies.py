"""Small studies written to a folder, row by row, for the tests of this room."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from normenkader.casemix import Casemix
from normenkader.study import Study, read_study

Row = Mapping[str, str]

EPISODE = {
    "client": "c1", "provider": "A", "municipality": "M", "episode": "e1", "start": "2025-01-01", "end": "",
    "orientation": "behoud", "load": "licht", "minutes_basis": "registered",
}  # fmt: skip
CONTACT = {"episode": "e1", "date": "2025-09-02", "minutes_direct": "60"}

FACTORS = """
[[factor]]
name = "orientation"
kind = "nominal"
levels = ["behoud", "ontwikkel"]
ijkclient = "behoud"

[[factor]]
name = "load"
kind = "ordinal"
levels = ["licht", "zwaar"]
ijkclient = "licht"
"""


def small_study(
    folder: Path,
    episodes: Sequence[Row],
    minutes: Sequence[Row] | None = None,
    *,
    window: str = "[2025-09-01, 2025-09-28]",
    study: str = 'time_definition = "direct"',
    more: str = "",
) -> Study:
    """Write a study of `episodes` and `minutes`, each a departure from `EPISODE` and `CONTACT`, and read it."""
    sources = 'episodes = "episodes.csv"\n'
    write_rows(folder / "episodes.csv", EPISODE, episodes)
    if minutes is not None:
        sources += 'minutes = "minutes.csv"\n'
        write_rows(folder / "minutes.csv", CONTACT, minutes)
    head = f'[study]\nname = "t"\nwindow = {window}\nseed = 1\n{study}\n[sources]\n{sources}'
    (folder / "study.toml").write_text(head + FACTORS + "\n[model]\noverlap = []\n" + more, encoding="utf-8")
    return read_study(folder)


def write_rows(path: Path, usual: Row, rows: Sequence[Row]) -> None:
    """One CSV; a column that no row departs in beyond `usual` stands there with its usual value."""
    names = list(dict.fromkeys([*usual, *(name for row in rows for name in row)]))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows([{**usual, **row} for row in rows])


def set_aside(casemix: Casemix) -> list[tuple[str, int, str, str]]:
    """The ledger as plain tuples: file, line, column, code."""
    return [(row.file, row.line, row.column, row.code) for row in casemix.ledger.rows]


def per_week(casemix: Casemix) -> dict[str, float]:
    """Minutes per week by episode."""
    frame = casemix.to_frame()
    return dict(zip(frame["episode"], frame["minutes_per_week"], strict=True))
