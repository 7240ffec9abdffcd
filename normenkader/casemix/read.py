"""From a study's files to a casemix: read, refuse, set aside, measure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import pandas as pd

from normenkader.casemix.casemix import Casemix
from normenkader.casemix.input_table import InputFile
from normenkader.casemix.large_files import is_large
from normenkader.casemix.large_ledger import with_contacts
from normenkader.casemix.large_minutes import ContactSums, Stage, sum_contacts
from normenkader.casemix.ledger import JudgedRows, Rule, build_ledger
from normenkader.casemix.measured import measure
from normenkader.casemix.measuring import Floats
from normenkader.casemix.quality_measures import quality_report
from normenkader.casemix.rows import rows_and_weeks, unregistered_rows
from normenkader.casemix.tables import Table, read_table, refuse_conflicting_episodes
from normenkader.casemix.values import episode_values, minutes_values
from normenkader.errors import InputRefused, StudyRefused
from normenkader.provenance import Receipt, canonical_json, sha256_of_parts
from normenkader.study import FILE_NAME, Study

_RATE_WITH_MINUTES = (
    "outcome_is = 'rate' says that the episodes carry the outcome, so a minutes table cannot be used; leave out "
    "[sources] minutes or say outcome_is = 'total'"
)
_NO_INDIRECT = "time_definition is direct+indirect, so this column is required; without it indirect time is unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTables:
    """The tables of a casemix as they stand in the files; no minutes where the episodes carry them.

    `sums` takes the place of `minutes` where these files are too large to be held.
    """

    episodes: Table
    minutes: Table | None
    sums: ContactSums | None = None


def read_casemix(study: Study, *, stage: Stage = nullcontext) -> Casemix:
    """Read what providers delivered: one row a client-episode with its minutes per week.

    Minutes per week are 7 times the minutes in the window, over the days of the window on which the episode was
    open. A bad row is set aside with a code and its place, never changed; a bad file is refused.

    Parameters
    ----------
    study : Study
        From `read_study`.
    stage : callable, optional
        Shows progress where the minutes files are large: see `large_files.LARGE_BYTES`.

    Returns
    -------
    Casemix
        Rows, weekly rows, ledger, data-quality report and receipt.

    Raises
    ------
    InputRefused
        If a file cannot be read, lacks a column, or holds personal data, an unknown level or one episode id with
        different content; or if the study and its files contradict each other.
    """
    tables = read_tables(study, stage=stage)
    try:
        return casemix_from(tables, study)
    finally:
        if tables.sums is not None:
            tables.sums.close()


def casemix_from(tables: StudyTables, study: Study) -> Casemix:
    """What `read_casemix` gives, from tables read before: `study` may differ in ``[casemix]`` from the one they are of.

    Raises
    ------
    InputRefused
        If the tables hold an unknown level, or contradict the study.
    """
    episodes, minutes, sums = tables.episodes, tables.minutes, tables.sums
    values = episode_values(episodes, study)
    contacts = None if minutes is None else minutes_values(minutes, values.text["episode"], study)
    measured = measure(values, contacts, study, sums=sums)
    rows, weeks, starts = rows_and_weeks(measured, study)
    unregistered = unregistered_rows(measured, study)
    judged = [_judged(episodes, measured.episode_rules)]
    judged += [] if minutes is None else [_judged(minutes, measured.contact_rules)]
    ledger = build_ledger(judged)
    return Casemix(
        study=study,
        files=episodes.files + (() if minutes is None else minutes.files) + (() if sums is None else sums.files),
        ledger=ledger if sums is None else with_contacts(ledger, sums, measured.episode_used),
        quality=quality_report(measured, weeks, study),
        receipt=receipt_of(rows, weeks, unregistered, starts, study),
        _rows=rows,
        _in_order=True,
        _weeks=weeks,
        _unregistered=unregistered,
        _starts=starts,
    )


def receipt_of(
    rows: pd.DataFrame, weeks: pd.DataFrame, unregistered: pd.DataFrame, starts: pd.DataFrame, study: Study
) -> Receipt:
    """Receipt over the content of the rows, to the last bit of every number, and the settings in force."""
    settings = Receipt(stage="study", sha256=study.sha256())
    frames = (rows, weeks, unregistered, starts)
    parts = [settings.sha256.encode(), *(part for frame in frames for part in _canonical_parts(frame))]
    return Receipt(stage="casemix", sha256=sha256_of_parts(parts), made_from=(settings,))


def read_tables(study: Study, *, stage: Stage = nullcontext) -> StudyTables:
    """The files of the casemix as text, checked for what no setting of ``[casemix]`` bears on.

    Raises
    ------
    InputRefused
        If a file cannot be read, lacks a column, or holds personal data or one episode id with different content; or if
        the study and its files contradict each other.
    """
    if study.sources.minutes and study.info.outcome_is == "rate":
        raise StudyRefused(_RATE_WITH_MINUTES, file=FILE_NAME, column="[sources] minutes")
    episodes = read_table(study, "episodes")
    refuse_conflicting_episodes(episodes)
    if not study.sources.minutes:
        return StudyTables(episodes=episodes, minutes=None)
    if is_large(study):
        sums = sum_contacts(study, episodes, stage=stage)
        _refuse_no_indirect(study, sums.files, has_indirect=sums.has_indirect)
        return StudyTables(episodes=episodes, minutes=None, sums=sums)
    minutes = read_table(study, "minutes")
    _refuse_no_indirect(study, minutes.files, has_indirect="minutes_indirect" in minutes.columns)
    return StudyTables(episodes=episodes, minutes=minutes)


def _refuse_no_indirect(study: Study, files: tuple[InputFile, ...], *, has_indirect: bool) -> None:
    if study.info.time_definition == "direct+indirect" and not has_indirect:
        raise InputRefused(_NO_INDIRECT, file=files[0].file, column="minutes_indirect")


def _judged(table: Table, rules: tuple[Rule, ...]) -> JudgedRows:
    frame = table.to_frame()
    return JudgedRows(
        file_names=tuple(file.file for file in table.files),
        files=frame["_file"].to_numpy(dtype=object),
        lines=frame["_line"].to_numpy(dtype=np.int64),
        rules=rules,
    )


def _canonical_parts(frame: pd.DataFrame) -> Iterator[bytes]:
    """Name and content of every column: numbers as little-endian bytes, text as a JSON list."""
    for name in frame.columns:
        yield str(name).encode()
        column = frame[name]
        if pd.api.types.is_float_dtype(column.dtype):
            yield _one_pattern(column.to_numpy(dtype=np.float64)).astype("<f8").tobytes()
        elif pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_integer_dtype(column.dtype):
            yield column.to_numpy(dtype="<i8").tobytes()
        else:
            yield _json_list(column)


def _json_list(column: pd.Series) -> bytes:
    """``canonical_json(column.tolist())``; a text that stands there many times is written out once."""
    place, texts = pd.factorize(column)
    if (place < 0).any():
        return canonical_json(column.tolist()).encode()
    written = np.array([canonical_json(text) for text in texts], dtype=object)
    return f"[{','.join(written[place])}]".encode()


def _one_pattern(values: Floats) -> Floats:
    """Minus zero as zero, and every nan as the same nan: what is one number must have one hash."""
    return np.where(np.isnan(values), np.nan, values + 0.0)
