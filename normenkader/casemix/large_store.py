"""A DuckDB for one reading: bounded memory, spilling to a folder that goes away, and nothing from a network."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY_LIMIT = "1500MB"
"""What the engine may hold at once; beyond it, it spills to its folder."""

_SETTINGS: dict[str, Any] = {
    "memory_limit": MEMORY_LIMIT,
    # Rows carry their line, so that their order means nothing and need not be kept.
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
}
# What pyarrow trims as white space.
_SPACES = "".join(map(chr, [*range(9, 14), *range(28, 33), 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287,
                            12288]))  # fmt: skip


class Store:
    """One DuckDB and the folder of its files; both are gone when the value is, or when `close` is called.

    The folder is made in the system's place for temporary files, readable by its owner only.
    """

    def __init__(self) -> None:
        import duckdb

        self._folder = tempfile.TemporaryDirectory(prefix="normenkader-minutes-", ignore_cleanup_errors=True)
        self._base = duckdb.connect(":memory:", config={**_SETTINGS, "temp_directory": str(self.folder / "spill")})
        self._base.execute("SET enable_progress_bar = false")

    @property
    def folder(self) -> Path:
        """Where what is kept between passes is written."""
        return Path(self._folder.name)

    def run(self, sql: str) -> None:
        """Run a statement without an answer."""
        self._base.execute(sql)

    def table(self, sql: str) -> pa.Table:
        """The answer of a query."""
        return self._base.sql(sql).to_arrow_table()

    def put(self, name: str, table: pa.Table) -> None:
        """Make `table` a table of the engine under `name`."""
        self._base.register("_given", table)
        self._base.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _given")
        self._base.unregister("_given")

    def close(self) -> None:
        """Remove everything."""
        self._base.close()
        self._folder.cleanup()


def quoted(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def trimmed(expression: str) -> str:
    """Text as `raw_cells.clean_cells` leaves it, but for the words that stand for missing."""
    return f"nfc_normalize(trim(coalesce({expression}, ''), {literal(_SPACES)}))"
