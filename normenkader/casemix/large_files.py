"""The files of a large minutes table as relations of the engine: typed where the file is, as text where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from normenkader.casemix.columns import contract_columns, match_columns, roles_of
from normenkader.casemix.dialects import Dialect, parquet_dialect, read_raw, text_dialect
from normenkader.casemix.input_table import InputFile
from normenkader.casemix.large_csv import CsvBlocks, csv_blocks
from normenkader.casemix.large_store import Store, literal, quoted, trimmed
from normenkader.casemix.personal_data import refuse_personal_data
from normenkader.casemix.raw_cells import MISSING_WORDS, RawCells
from normenkader.casemix.sources import source_files
from normenkader.casemix.typed_files import parquet_sample
from normenkader.errors import InputRefused
from normenkader.provenance import sha256_of_file
from normenkader.study import Study

LARGE_BYTES = 200_000_000
"""Minutes files of so many bytes together are summed by episode without ever being held as a whole."""

LARGE_ROWS = 5_000_000
"""The same for Parquet, which is many times smaller than text: rows, as its own header counts them."""

TABLE = "minutes"
_LINE = "_line"
_PARQUET, _BINARY = b"PAR1", (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeFile:
    """One file as a relation.

    Attributes
    ----------
    input : InputFile
    relation : str
        SQL that gives its columns.
    line : str
        SQL of the physical line of a row.
    columns : dict of str to str
        Name in the relation of every contract column that the file has.
    types : dict of str to pyarrow type
        By contract column.
    content : str
        SQL that holds for a row with anything in it.
    decimal : str
        Decimal mark of text that can be read two ways.
    """

    input: InputFile
    relation: str
    line: str
    columns: dict[str, str]
    types: dict[str, Any]
    content: str
    decimal: str


def is_large(study: Study) -> bool:
    """Whether the minutes files exceed `LARGE_BYTES` together, or `LARGE_ROWS` where they are Parquet."""
    if not study.sources.minutes:
        return False
    paths = list(source_files(study, TABLE).values())
    if sum(path.stat().st_size for path in paths) > LARGE_BYTES:
        return True
    return sum(_parquet_rows(path) for path in paths) > LARGE_ROWS


def large_files(study: Study, store: Store) -> Iterator[LargeFile]:
    """Every minutes file, judged by its header and a sample of its rows, in the order of the table.

    Raises
    ------
    InputRefused
        As `tables.read_table`. Personal data are looked for in the header, in a sample of the rows of a Parquet file,
        and in the first and last block of a text file.
    """
    for number, (file, path) in enumerate(source_files(study, TABLE).items()):
        start = _start_of(path, file)
        if start.startswith(_PARQUET):
            yield _parquet_file(study, file, path)
        elif start.startswith(_BINARY):
            raw = read_raw(path, file=file)
            yield _text_file(study, file, path, [raw.cells], raw.dialect, store, number)
        else:
            blocks = csv_blocks(path, file=file)
            yield _text_file(study, file, path, blocks, None, store, number)


def _start_of(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except OSError:
        raise InputRefused("this file cannot be opened", file=file) from None


def _parquet_rows(path: Path) -> int:
    if not _start_of(path, path.name).startswith(_PARQUET):
        return 0
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError):
        return 0


def _judged(study: Study, cells: RawCells, file: str) -> dict[str, int]:
    """Position of every contract column, once nothing personal has been found."""
    columns, mapping = contract_columns(study, TABLE), study.columns.get(TABLE, {})
    factors = [factor.name for factor in study.factors]
    refuse_personal_data(cells, file=file, roles=roles_of(cells.header, columns, mapping), factors=factors)
    return match_columns(cells.header, columns, mapping, table=TABLE, file=file)


def _parquet_file(study: Study, file: str, path: Path) -> LargeFile:
    sample = parquet_sample(path, file=file)
    positions = _judged(study, sample.cells, file)
    if not sample.n_rows:
        raise InputRefused("this file has a header and no rows", file=file)
    dialect = parquet_dialect(sample.cells, sample.mark).describe()
    return LargeFile(
        input=InputFile(file=file, table=TABLE, sha256=sha256_of_file(path), dialect=dialect),
        relation=f"read_parquet({literal(str(path))}, file_row_number = true)",
        line="file_row_number + 2",
        columns={name: sample.names[at] for name, at in positions.items()},
        types={name: sample.types[at] for name, at in positions.items()},
        content=_content(sample.names, sample.types), decimal=sample.mark,
    )  # fmt: skip


def _content(names: Sequence[str], types: Sequence[Any]) -> str:
    filled = []
    for name, kind in zip(names, types, strict=True):
        column = quoted(name)
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            filled.append(f"{trimmed(column)} NOT IN ('', {_missing_words()})")
        elif pa.types.is_floating(kind):
            filled.append(f"isfinite({column})")
        else:
            filled.append(f"{column} IS NOT NULL")
    return "coalesce(" + ", false) OR coalesce(".join(filled) + ", false)"


def _missing_words() -> str:
    return ", ".join(literal(word) for word in MISSING_WORDS)


def _text_file(
    study: Study, file: str, path: Path, blocks: CsvBlocks | list[RawCells], dialect: Dialect | None, store: Store,
    number: int,
) -> LargeFile:  # fmt: skip
    """Text rewritten as Parquet in the store: the contract's columns only, each row with its line."""
    import pyarrow.parquet as pq

    target, positions, last = store.folder / f"text-{number}.parquet", {}, None
    writer, n_rows = None, 0
    for block in blocks:
        if writer is None:
            positions = _judged(study, block, file)
            dialect = dialect or _dialect_of(block, blocks)
            writer = pq.ParquetWriter(target, _schema(positions), compression="lz4")
        rows = pa.table([block.columns[at] for at in positions.values()] + [pa.array(block.lines)],
                        schema=_schema(positions))  # fmt: skip
        writer.write_table(rows)
        n_rows, last = n_rows + len(block.lines), block
    if writer is not None:
        writer.close()
    if not n_rows or last is None or dialect is None:
        raise InputRefused("this file has a header and no rows", file=file)
    _judged(study, last, file)
    return LargeFile(
        input=InputFile(file=file, table=TABLE, sha256=sha256_of_file(path), dialect=dialect.describe()),
        relation=f"read_parquet({literal(str(target))})", line=_LINE, columns={name: name for name in positions},
        types=dict.fromkeys(positions, pa.string()), content="true", decimal=dialect.decimal,
    )  # fmt: skip


def _schema(positions: dict[str, int]) -> Any:
    return pa.schema([*((name, pa.string()) for name in positions), (_LINE, pa.int64())])


def _dialect_of(head: RawCells, blocks: CsvBlocks | list[RawCells]) -> Dialect:
    assert isinstance(blocks, CsvBlocks)
    encoding = "utf-8" if blocks.encoding == "utf-8-sig" else blocks.encoding
    return text_dialect(head, encoding=encoding, delimiter=blocks.delimiter)
