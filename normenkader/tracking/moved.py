"""A store that was moved or copied as a folder: MLflow keeps absolute places, and would look where it once stood."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

# Every column of MLflow's database that holds the place of a file, as measured on 3.17.
_PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
HOME_TAG = "normenkader.artifacts"


def point_to_present_place(database: Path, artifacts: str) -> int:
    """Let every place under the store's former folder of artifacts point under `artifacts`.

    Parameters
    ----------
    database : Path
        MLflow's SQLite database.
    artifacts : str
        URI of the folder of artifacts as it is now.

    Returns
    -------
    int
        Number of places changed; 0 when the store stands where it stood.

    Notes
    -----
    One transaction: killed halfway, nothing has changed. Only places below a folder that this package noted on an
    experiment are touched.
    """
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        former = _former_places(connection, artifacts)
        return sum(_repoint(connection, column, old, artifacts) for old in former for column in _columns(connection))


def _former_places(connection: sqlite3.Connection, artifacts: str) -> list[str]:
    query = "SELECT DISTINCT value FROM experiment_tags WHERE key = ? AND value <> ? ORDER BY value"
    return [str(value) for (value,) in connection.execute(query, (HOME_TAG, artifacts))]


def _columns(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    yield "experiment_tags", "value"
    for table, column in _PLACES:
        if column in [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]:
            yield table, column


def _repoint(connection: sqlite3.Connection, place: tuple[str, str], old: str, new: str) -> int:
    table, column = place
    change = f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE {column} = ? OR substr({column}, 1, ?) = ?"
    return connection.execute(change, (new, len(old) + 1, old, len(old) + 1, f"{old}/")).rowcount
