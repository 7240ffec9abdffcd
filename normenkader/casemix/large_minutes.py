"""Time registration of any size, summed by episode in the engine: what a casemix needs of it, and nothing of a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from normenkader.casemix import personal_values
from normenkader.casemix.draws import client_ranks
from normenkader.casemix.input_table import InputFile, Table
from normenkader.casemix.large_files import LargeFile, large_files
from normenkader.casemix.large_rules import LargeRule, own_rules, rule_number
from normenkader.casemix.large_store import Store, literal
from normenkader.casemix.large_values import clean_texts, day_value, number_value, raw_text, text_value
from normenkader.casemix.measuring import Floats
from normenkader.casemix.quality_words import HEAPING_MINUTES
from normenkader.casemix.values import days_of
from normenkader.errors import InputRefused
from normenkader.study import Study

MOST_CLIENTS_WITH_WEEKS = 20_000
"""Clients whose contacts are kept by week; of more than these a fixed draw by a hash of the seed and the client."""

MOST_LISTED = 10_000
"""Lines that the ledger names of one file, column and code; it counts them all."""

Stage = Callable[[str], AbstractContextManager[Any]]

# Minutes are summed as whole numbers of 2^-40 minute: exact for whole minutes, and the same in any order.
_FIXED = 1 << 40
_ROWS_PER_PASS = 20_000_000
_BSN = "the cells of this column look like a BSN (citizen service number); remove it at the source"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSums:
    """What the minutes files say of every episode; nothing in it depends on ``[casemix]``.

    Attributes
    ----------
    files : tuple of InputFile
    n_read : tuple of int
        Rows of each file.
    rules : tuple of LargeRule
        In the order in which rows were held against them, `duplicate` last.
    has_indirect : bool
    sums : DataFrame
        Of contacts that stand by `rules`, by ``place`` (row of the episodes table, -1 unknown): ``n``, ``minutes``,
        ``positive``, ``multiple_of_<k>``, ``no_indirect``, ``outside`` (the episode's dates).
    by_file : DataFrame
        Their number ``n`` by ``place`` and ``file`` (number).
    broken : DataFrame
        Number of rows ``n`` that break ``rule``, by ``place`` and ``file``.
    lines : DataFrame
        ``file``, ``rule``, ``line`` of the first `MOST_LISTED` of each.
    sampled : mask
        Rows of the episodes table whose contacts are in `sample`.
    sample : DataFrame
        ``place``, ``day``, ``minutes`` of contacts that stand.
    """

    files: tuple[InputFile, ...]
    n_read: tuple[int, ...]
    rules: tuple[LargeRule, ...]
    has_indirect: bool
    sums: pd.DataFrame = field(repr=False)
    by_file: pd.DataFrame = field(repr=False)
    broken: pd.DataFrame = field(repr=False)
    lines: pd.DataFrame = field(repr=False)
    sampled: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(repr=False)
    sample: pd.DataFrame = field(repr=False)
    _store: Store | None = field(repr=False, default=None)

    def by_episode(self, column: str, n_rows: int) -> Floats:
        """One figure of `sums` for every row of the episodes table."""
        known = self.sums[self.sums["place"] >= 0]
        return np.bincount(known["place"], weights=known[column], minlength=n_rows).astype(np.float64)

    def orphan_lines(self, used: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pd.DataFrame:
        """``file``, ``line`` of the first `MOST_LISTED` standing contacts of each file whose episode is not used."""
        if self._store is None:
            return pd.DataFrame({"file": np.zeros(0, np.int64), "line": np.zeros(0, np.int64)})
        self._store.put("used", pa.table({"place": np.flatnonzero(used)}))
        sql = (
            "SELECT file, unnest(min(line, {n})) AS line FROM standing ANTI JOIN used USING (place) GROUP BY file "
            "ORDER BY file, line"
        )  # fmt: skip
        found: pd.DataFrame = self._store.table(sql.format(n=MOST_LISTED)).to_pandas()
        return found

    def close(self) -> None:
        """Remove the files that were kept between passes."""
        if self._store is not None:
            self._store.close()


def sum_contacts(study: Study, episodes: Table, *, stage: Stage = nullcontext) -> ContactSums:
    """Read the minutes files in bounded memory.

    Parameters
    ----------
    study : Study
    episodes : Table
    stage : callable
        Shows progress.

    Raises
    ------
    InputRefused
        As `tables.read_table` and `values.minutes_values`.
    """
    store = Store()
    try:
        return _summed(store, study, episodes, stage)
    except BaseException:
        # What was read of the files does not outlive a refusal.
        store.close()
        raise


def _summed(store: Store, study: Study, episodes: Table, stage: Stage) -> ContactSums:
    _put_known(store, episodes, study)
    rules = own_rules(study)
    files: list[LargeFile] = []
    for file in large_files(study, store):
        with stage(f"reading {file.input.file}"):
            _stage_file(store, file, len(files), rules, study)
        files.append(file)
    with stage("looking for rows that stand twice"):
        _place_unknown(store, files)
        _mark_duplicates(store, len(rules))
    with stage("adding up minutes by episode"):
        drawn = _drawn(episodes, study)
        return _gathered(store, files, rules, drawn)


def _put_known(store: Store, episodes: Table, study: Study) -> None:
    """Every episode id with the first row it stands on and that row's dates."""
    texts = pd.Series(episodes.texts("episode"))
    first = np.flatnonzero(~texts.duplicated().to_numpy())
    opening, closing = (days_of(episodes, name, study)[0][first] for name in ("start", "end"))
    store.put("known", pa.table({
        "episode": pa.array(texts.to_numpy()[first], pa.string()), "place": pa.array(first, pa.int32()),
        "opening": pa.array(opening, from_pandas=True), "closing": pa.array(closing, from_pandas=True),
    }))  # fmt: skip


def _stage_file(store: Store, file: LargeFile, number: int, rules: Sequence[LargeRule], study: Study) -> None:
    """Values of one file, each row with its episode and the first rule that it breaks, in a file of the store."""
    day = day_value(file, "date", study, store)
    direct, indirect = (number_value(file, f"minutes_{name}", study, store) for name in ("direct", "indirect"))
    contact, episode = text_value(file, "contact", store), raw_text(file, "episode", store)
    joins = "".join(value.join for value in (day, direct, indirect, contact, episode))
    read = (
        f"SELECT {episode.value} AS raw, {day.value} AS day, {direct.value} AS direct, {indirect.value} AS indirect, "
        f"{contact.value} AS contact, coalesce({day.bad}, false) AS bad_date, "
        f"coalesce({direct.bad}, false) AS bad_minutes_direct, "
        f"coalesce({indirect.bad}, false) AS bad_minutes_indirect, {file.line} AS line "
        f"FROM {file.relation}{joins}" + ("" if file.content == "true" else f" WHERE {file.content}")
    )
    target = store.folder / f"contacts-{number}.parquet"
    store.run(
        f"COPY (SELECT known.place, CASE WHEN known.place IS NULL THEN coalesce(raw, '') END AS raw, "
        f"day::INTEGER AS day, direct, indirect, contact, line, {rule_number(rules)}::TINYINT AS rule, "
        f"coalesce(day < opening OR day > closing, false) AS outside "
        f"FROM ({read}) LEFT JOIN known ON known.episode = raw) TO {literal(str(target))} (FORMAT parquet)"
    )
    store.run(f"CREATE VIEW file_{number} AS SELECT *, {number} AS file FROM read_parquet({literal(str(target))})")


def _place_unknown(store: Store, files: Sequence[LargeFile]) -> None:
    """Ids that match no known one as they stand: once clean they may; others have a place below zero of their own."""
    parts = " UNION ALL ".join(f"SELECT * FROM file_{number}" for number in range(len(files)))
    store.run(f"CREATE VIEW found AS {parts}")
    raw = store.table("SELECT DISTINCT raw FROM found WHERE place IS NULL ORDER BY raw").column("raw")
    if not len(raw):
        store.run("CREATE VIEW contacts AS SELECT * EXCLUDE (raw) FROM found")
        return
    texts = clean_texts(raw.cast(pa.string()), files[0], "episode")
    _refuse_bsn(texts, files[0])
    codes, _ = pd.factorize(np.asarray(texts.to_pandas(), dtype=object))
    store.put("cleaned", pa.table({"raw": raw, "episode": texts, "code": -1 - codes.astype(np.int32)}))
    store.run(
        "CREATE TABLE late AS SELECT raw, coalesce(known.place, code) AS place, opening, closing "
        "FROM cleaned LEFT JOIN known USING (episode)"
    )
    store.run(
        "CREATE VIEW contacts AS SELECT coalesce(found.place, late.place) AS place, day, direct, indirect, contact, "
        "line, rule, CASE WHEN found.place IS NULL THEN coalesce(day < opening OR day > closing, false) "
        "ELSE outside END AS outside, file FROM found LEFT JOIN late ON found.raw = late.raw"
    )


def _refuse_bsn(texts: Any, file: LargeFile) -> None:
    """Ids of episodes that nobody knows; those that are known have been judged."""
    if len(texts) and personal_values.bsn_like(texts).any():
        raise InputRefused(_BSN, file=file.input.file, column="episode")


def _mark_duplicates(store: Store, rule: int) -> None:
    """All but the first of equal rows, by file and line: candidates by a hash, part by part, then row by row.

    Rows that are equal break the same rules, so that only rows that stand need comparing.
    """
    key = "hash(place, day, direct, indirect, contact)"
    n_rows = int(store.table("SELECT count(*) AS n FROM contacts").column("n")[0].as_py())
    parts = max(1, -(-n_rows // _ROWS_PER_PASS))
    store.run("CREATE TABLE suspect (key UBIGINT)")
    for part in range(parts):
        store.run(
            f"INSERT INTO suspect SELECT key FROM (SELECT {key} AS key FROM contacts WHERE rule < 0) "
            f"WHERE key % {parts} = {part} GROUP BY key HAVING count(*) > 1"
        )
    store.run(
        f"CREATE TABLE duplicate AS SELECT place, file, line FROM (SELECT place, file, line, row_number() OVER ("
        f"PARTITION BY place, day, direct, indirect, contact ORDER BY file, line) AS nth FROM contacts "
        f"WHERE rule < 0 AND {key} IN (SELECT key FROM suspect)) WHERE nth > 1"
    )
    without = "" if not _count(store, "duplicate") else " ANTI JOIN duplicate USING (file, line)"
    store.run(f"CREATE VIEW standing AS SELECT * FROM contacts{without} WHERE rule < 0")
    store.run(
        f"CREATE VIEW broken AS SELECT place, file, line, rule FROM contacts WHERE rule >= 0 "
        f"UNION ALL SELECT place, file, line, {rule - 1} AS rule FROM duplicate"
    )


def _count(store: Store, name: str) -> int:
    return int(store.table(f"SELECT count(*) AS n FROM {name}").column("n")[0].as_py())


def _gathered(
    store: Store, files: Sequence[LargeFile], rules: Sequence[LargeRule], drawn: np.ndarray[Any, np.dtype[np.bool_]]
) -> ContactSums:
    counted = rules[-1].counted
    store.put("drawn", pa.table({"place": np.flatnonzero(drawn)}))
    answers = {name: store.table(sql).to_pandas() for name, sql in _questions(counted).items()}
    return ContactSums(
        files=tuple(file.input for file in files), n_read=_n_read(store, len(files)), rules=tuple(rules),
        has_indirect=any("minutes_indirect" in file.columns for file in files), sampled=drawn, _store=store, **answers,
    )  # fmt: skip


def _questions(counted: str) -> dict[str, str]:
    """What is asked of the contacts, by the field of `ContactSums` that the answer is."""
    multiples = ", ".join(
        f"count_if(direct > 0 AND abs(direct - {k} * round(direct / {k})) < 1e-9)::INTEGER AS multiple_of_{k}"
        for k in HEAPING_MINUTES
    )
    place = "greatest(place, -1) AS place"
    return {
        "sums": f"SELECT {place}, count(*)::INTEGER AS n, "
        f"CAST(sum(CAST(round({counted} * {_FIXED}) AS HUGEINT)) AS DOUBLE) / {_FIXED} AS minutes, "
        f"count_if(direct > 0)::INTEGER AS positive, {multiples}, "
        "count_if(NOT coalesce(indirect > 0, false))::INTEGER AS no_indirect, "
        "count_if(outside)::INTEGER AS outside FROM standing GROUP BY 1 ORDER BY place",
        "by_file": f"SELECT {place}, file::SMALLINT AS file, count(*)::INTEGER AS n FROM standing GROUP BY 1, 2 "
        "ORDER BY place, file",
        "sample": f"SELECT place, day::DOUBLE AS day, {counted} AS minutes FROM standing SEMI JOIN drawn USING (place) "
        "ORDER BY place, day, minutes",
        "broken": f"SELECT {place}, file, rule, count(*) AS n FROM broken GROUP BY ALL ORDER BY place, file, rule",
        "lines": f"SELECT file, rule, unnest(min(line, {MOST_LISTED})) AS line FROM broken GROUP BY file, rule "
        "ORDER BY file, rule, line",
    }


def _n_read(store: Store, n_files: int) -> tuple[int, ...]:
    counts = store.table("SELECT file, count(*) AS n FROM found GROUP BY file").to_pandas()
    by_file = dict(zip(counts["file"], counts["n"], strict=True))
    return tuple(int(by_file.get(number, 0)) for number in range(n_files))


def _drawn(episodes: Table, study: Study) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Episodes of the clients with the lowest hashes: whole clients, so that what is summed over them is complete."""
    codes, clients = pd.factorize(episodes.texts("client"))
    if len(clients) <= MOST_CLIENTS_WITH_WEEKS:
        return np.ones(len(codes), dtype=bool)
    rank = client_ranks(np.asarray(clients, dtype=object), study.info.seed)
    chosen = np.zeros(len(clients), dtype=bool)
    chosen[np.argsort(rank, kind="stable")[:MOST_CLIENTS_WITH_WEEKS]] = True
    return np.asarray(chosen[codes], dtype=bool)
