"""Measures of the data-quality report about contacts that were summed by episode: exact, since they are counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from normenkader.casemix.ledger import CODES
from normenkader.casemix.measured import Measured
from normenkader.casemix.measuring import Ints
from normenkader.casemix.quality import Observed
from normenkader.casemix.quality_words import HEAPING_MINUTES, NO_INDIRECT

Texts = np.ndarray[Any, np.dtype[np.object_]]


def heaping(measured: Measured, pair: Ints, reason: str) -> list[Observed]:
    """Shares of contacts with some minutes that are a whole multiple."""
    return [_part(measured, pair, f"heaping_{k}", f"multiple_of_{k}", "positive", reason) for k in HEAPING_MINUTES]


def missing_indirect(measured: Measured, pair: Ints) -> Observed:
    """Share of contacts without indirect minutes."""
    assert measured.sums is not None
    reason = "" if measured.sums.has_indirect else NO_INDIRECT
    return _part(measured, pair, "missing_indirect", "no_indirect", "n", reason)


def outside_episode(measured: Measured, pair: Ints) -> Observed:
    """Share of contacts before the start or after the end of their episode."""
    return _part(measured, pair, "contacts_outside_episode", "outside", "n", "")


def set_aside(measured: Measured, pair: Ints, codes: Texts) -> list[Observed]:
    """Rows set aside by code: episodes one by one, contacts by their number."""
    assert measured.sums is not None
    broken, sums, rules = measured.sums.broken, measured.sums.sums, measured.sums.rules
    rule_codes = np.array([rule.code for rule in rules], dtype=object)
    place, standing = (frame["place"].to_numpy(np.int64) for frame in (broken, sums))
    orphan = ~np.append(measured.episode_used, False)[standing]
    about = np.concatenate([pair, np.append(pair, -1)[place], np.append(pair, -1)[standing]])
    weight = np.concatenate([np.ones(len(pair)), broken["n"].to_numpy(), sums["n"].to_numpy()]).astype(np.int64)
    found = np.concatenate([codes, rule_codes[broken["rule"].to_numpy(np.int64)], np.where(orphan, "orphan", "")])
    return [Observed(code=f"set_aside_{code}", pair=about, hit=found == code, weight=weight) for code in CODES]


def weeks_kept(measured: Measured, pair: Ints) -> list[Observed]:
    """Share of episodes that have weekly rows, where it is not all of them; nothing otherwise."""
    if measured.sums is None or measured.sums.sampled.all():
        return []
    used = measured.episode_used
    return [Observed(code="weeks_sampled", pair=pair[used], hit=measured.sums.sampled[used], overall_only=True)]


def _part(measured: Measured, pair: Ints, code: str, hits: str, rows: str, reason: str) -> Observed:
    """Contacts of used episodes with what is measured, and without it, each pair's number as a weight."""
    assert measured.sums is not None
    n = len(pair)
    with_it, all_of_them = measured.sums.by_episode(hits, n), measured.sums.by_episode(rows, n)
    used = measured.episode_used
    weight = np.concatenate([with_it[used], (all_of_them - with_it)[used]]).astype(np.int64)
    hit = np.repeat([True, False], int(used.sum()))
    return Observed(code=code, pair=np.tile(pair[used], 2), hit=hit, weight=weight, reason=reason)
