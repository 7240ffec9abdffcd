"""A draft of study.toml from a provider's own files: what is recognised, and what a person must still decide."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from normenkader.casemix.cells import date_of, is_number, number_of
from normenkader.casemix.dialects import RawFile, read_raw
from normenkader.casemix.draft_text import Draft, draft_text
from normenkader.casemix.export_names import EPISODE_NAMES, MINUTES_NAMES, factor_name, recognised
from normenkader.casemix.personal_data import refuse_personal_data
from normenkader.casemix.proposals import LEAST_ROWS, ColumnValues, FactorProposal, propose_factor
from normenkader.errors import InputRefused
from normenkader.study import study_from_text

_EPISODE_MARKS = ("client", "provider", "start", "end", "municipality", "minutes_basis")
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    """One file, the table it is taken for, and which of its columns are which."""

    file: str
    table: str
    columns: dict[str, str]
    raw: RawFile = field(repr=False)

    def counts(self, column: str) -> Counter[str]:
        cells = self.raw.cells
        texts = cells.columns[cells.header.index(column)].value_counts().to_pylist()
        return Counter({str(entry["values"]): int(entry["counts"]) for entry in texts if entry["values"]})

    def others(self) -> list[str]:
        return [name for name in self.raw.cells.header if name and name not in self.columns.values()]


def draft_study(files: Sequence[Path], *, folder: Path) -> str:
    """Text of a study.toml, to stand in `folder`, for exports that stay where they are.

    Every setting that a person must decide is marked ``# OPEN:`` and has a proposal that works. A value is named only
    where `LEAST_ROWS` rows or more hold it, or where it is a word of a known scale.

    Parameters
    ----------
    files : sequence of Path
        Exports of episodes and, if there are, of time registration.
    folder : Path
        Folder of the study; sources are named relative to it.

    Returns
    -------
    str
        TOML that `read_study` accepts.

    Raises
    ------
    InputRefused
        If a file cannot be read, holds personal data, or is no export of episodes or of minutes; or if no column can
        be a factor.
    """
    exports = [_read(path, _relative(path, folder)) for path in sorted(set(files))]
    episodes = [export for export in exports if export.table == "episodes"]
    minutes = [export for export in exports if export.table == "minutes"]
    if not episodes:
        rule = "none of these files has a column for the client; name the column of the pseudonym, for instance, client"
        raise InputRefused(rule, file=_some(exports))
    factors, unused = _factors(episodes)
    if not factors:
        rule = "no column of these files can be a factor: a factor needs two levels, each in enough rows"
        raise InputRefused(rule, file=_some(episodes))
    text = draft_text(Draft(
        episode_files=tuple(e.file for e in episodes), minute_files=tuple(e.file for e in minutes),
        episode_columns=_mapping(episodes), minute_columns=_mapping(minutes),
        missing=_missing(episodes, minutes), unused=(*unused, *_unused(minutes)), factors=factors,
        window=_window(episodes, minutes), has_indirect=_all_have(minutes, "minutes_indirect"),
    ))  # fmt: skip
    study_from_text(text, folder=folder)
    return text


def _read(path: Path, file: str) -> _Export:
    raw = read_raw(path, file=file)
    table, columns = _table_of(raw.cells.header)
    roles = {raw.cells.header.index(local): (contract,) for contract, local in columns.items()}
    refuse_personal_data(raw.cells, file=file, roles=roles)
    if not table:
        rule = "this is no export of episodes (client, provider, start, end), nor of minutes (episode, date, minutes)"
        raise InputRefused(rule, file=file)
    return _Export(file=file, table=table, columns=columns, raw=raw)


def _table_of(header: Sequence[str]) -> tuple[str, dict[str, str]]:
    as_minutes, as_episodes = recognised(header, MINUTES_NAMES), recognised(header, EPISODE_NAMES)
    is_contact = {"episode", "date", "minutes_direct"} <= set(as_minutes)
    if is_contact and sum(mark in as_episodes for mark in _EPISODE_MARKS) < 3:
        return "minutes", as_minutes
    return ("episodes" if "client" in as_episodes else "", as_episodes)


def _some(exports: Sequence[_Export]) -> str:
    more = f" and {len(exports) - 1} more" if len(exports) > 1 else ""
    return exports[0].file + more


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        # On Windows there is no way from one drive to another.
        return path.resolve().as_posix()


def _mapping(exports: Iterable[_Export]) -> dict[str, tuple[str, ...]]:
    """Contract column to the local names of all files; a name that is the contract's own needs no mention."""
    found: dict[str, dict[str, None]] = {}
    for export in exports:
        for contract, local in export.columns.items():
            found.setdefault(contract, {})[local] = None
    return {contract: tuple(names) for contract, names in found.items() if set(names) != {contract}}


def _missing(episodes: Sequence[_Export], minutes: Sequence[_Export]) -> tuple[str, ...]:
    needed = ["client", "provider", "municipality", "episode", "start", "end", "minutes_basis"]
    needed += [] if minutes else ["minutes"]
    return tuple(name for name in needed if not _all_have(episodes, name))


def _all_have(exports: Sequence[_Export], name: str) -> bool:
    return bool(exports) and all(name in export.columns for export in exports)


def _unused(minutes: Iterable[_Export]) -> tuple[tuple[str, str], ...]:
    names = dict.fromkeys(name for export in minutes for name in export.others())
    return tuple((name, "a file of minutes carries no factors") for name in names)


def _factors(
    episodes: Sequence[_Export],
) -> tuple[tuple[tuple[FactorProposal, tuple[str, ...]], ...], tuple[tuple[str, str], ...]]:
    """Factors with their local names, and the columns that are none with the reason."""
    factors, unused, taken = [], [], set(EPISODE_NAMES)
    for names in _columns_of_one_kind(episodes):
        proposal = _proposal(names, episodes)
        if isinstance(proposal, str):
            unused.append((names[0], proposal))
        elif proposal.name in taken:
            unused.append((names[0], f"another column is called {proposal.name} already"))
        else:
            taken.add(proposal.name)
            factors.append((proposal, names))
    return tuple(factors), tuple(unused)


def _columns_of_one_kind(episodes: Iterable[_Export]) -> list[tuple[str, ...]]:
    """Local columns, taken together over files where they give the same factor; within one file each is its own."""
    kinds: dict[str, dict[str, None]] = {}
    for export in episodes:
        keys = [factor_name(name) for name in export.others()]
        for name, key in zip(export.others(), keys, strict=True):
            kinds.setdefault(key if keys.count(key) == 1 else name, {})[name] = None
    return [tuple(names) for names in kinds.values()]


def _proposal(names: tuple[str, ...], episodes: Sequence[_Export]) -> FactorProposal | str:
    absent = [export.file for export in episodes if not set(names) & set(export.others())]
    if absent:
        return f"{len(absent)} of the {len(episodes)} files do not have it, such as {absent[0]}"
    values = _values(names, episodes)
    if sum(n for text, n in values.texts.items() if date_of(text)) >= _MOSTLY * max(values.filled, 1):
        return "it holds dates"
    return propose_factor(values)


def _values(names: tuple[str, ...], exports: Iterable[_Export]) -> ColumnValues:
    texts: Counter[str] = Counter()
    numbers: Counter[float] = Counter()
    for export in exports:
        mark = export.raw.dialect.decimal
        for name in (n for n in names if n in export.raw.cells.header):
            counts = export.counts(name)
            texts.update(counts)
            numbers.update({number_of(text, mark): n for text, n in counts.items() if is_number(text, mark)})
    return ColumnValues(column=names[0], texts=texts, numbers=numbers)


def _window(episodes: Sequence[_Export], minutes: Sequence[_Export]) -> tuple[date, date] | None:
    """The whole weeks with contacts, else the whole months with starts and ends.

    A week or month with few rows, beside the fullest one, is a slip of the pen or a single client: it does not count.
    """
    mondays = _usual(_days(minutes, ("date",)), lambda day: day - timedelta(days=day.weekday()))
    if mondays:
        return mondays[0], mondays[-1] + timedelta(days=6)
    months = _usual(_days(episodes, ("start", "end")), lambda day: day.replace(day=1))
    if not months:
        return None
    following = (months[-1].replace(day=28) + timedelta(days=4)).replace(day=1)
    return months[0], following - timedelta(days=1)


def _usual(days: Counter[date], period: Callable[[date], date]) -> list[date]:
    rows: Counter[date] = Counter()
    for day, count in days.items():
        rows[period(day)] += count
    floor = max(LEAST_ROWS, 0.1 * max(rows.values(), default=0))
    return sorted(start for start, count in rows.items() if count >= floor)


def _days(exports: Iterable[_Export], columns: Sequence[str]) -> Counter[date]:
    days: Counter[date] = Counter()
    for export in exports:
        for column in (export.columns[c] for c in columns if c in export.columns):
            for text, count in export.counts(column).items():
                if day := date_of(text):
                    days[day] += count
    return days
