"""The ledger of minutes files that were summed: every row counted, and the first lines of each reason listed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from normenkader.casemix.large_minutes import MOST_LISTED, ContactSums
from normenkader.casemix.ledger import Code, FileCount, Ledger, SetAside, Unlisted
from normenkader.casemix.measuring import Ints
from normenkader.casemix.values import Mask


def with_contacts(ledger: Ledger, sums: ContactSums, episode_used: Mask) -> Ledger:
    """`ledger` of the episodes with the rows of the minutes files that were set aside.

    Parameters
    ----------
    ledger : Ledger
    sums : ContactSums
    episode_used : mask
        Contacts of any other episode are orphans.
    """
    names = [file.file for file in sums.files]
    rows, unlisted, aside = list(ledger.rows), [], np.zeros(len(names), dtype=np.int64)
    for file, column, code, n, lines in _reasons(sums, episode_used):
        aside[file] += n
        rows += [SetAside(file=names[file], line=int(line), column=column, code=code) for line in lines]
        if n > len(lines):
            unlisted.append(Unlisted(file=names[file], column=column, code=code, n=n - len(lines)))
    counts = [
        FileCount(file=name, read=read, used=read - int(out), set_aside=int(out))
        for name, read, out in zip(names, sums.n_read, aside, strict=True)
    ]
    return Ledger(
        rows=tuple(sorted(rows, key=lambda row: (row.file, row.line, row.code))),
        files=tuple(sorted([*ledger.files, *counts], key=lambda count: count.file)), unlisted=tuple(unlisted),
    )  # fmt: skip


def _reasons(sums: ContactSums, episode_used: Mask) -> Iterator[tuple[int, str, Code, int, Ints]]:
    """File, column, code, number and first lines of every reason, in a fixed order."""
    rules = sums.rules
    for (file, rule), n in _totals(sums.broken, "file", "rule"):
        yield file, rules[rule].column, rules[rule].code, n, _lines(sums.lines, file=file, rule=rule)
    orphan = sums.by_file[~np.append(episode_used, False)[sums.by_file["place"].to_numpy(np.int64)]]
    if orphan.empty:
        return
    where = sums.orphan_lines(episode_used)
    for (file, _), n in _totals(orphan.assign(rule=0), "file", "rule"):
        yield file, "episode", "orphan", n, _lines(where, file=file)


def _totals(frame: pd.DataFrame, first: str, second: str) -> Iterator[tuple[tuple[int, int], int]]:
    """Sum of ``n`` by two columns of codes, in their order."""
    found = frame.groupby([first, second], sort=True)["n"].sum().reset_index()
    for a, b, n in found[[first, second, "n"]].to_numpy(np.int64).tolist():
        yield (a, b), n


def _lines(frame: pd.DataFrame, **where: int) -> Ints:
    """The first lines of the rows of `frame` with these codes."""
    chosen = np.ones(len(frame), dtype=bool)
    for column, code in where.items():
        chosen &= (frame[column] == code).to_numpy(dtype=bool)
    return np.sort(frame["line"].to_numpy(np.int64)[chosen])[:MOST_LISTED]
