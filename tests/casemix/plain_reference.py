"""The contract once more in plain, slow Python, day by day: what the vectorised code is held against."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

Row = Mapping[str, str]
BASES = ["measured", "registered", "declared", "planned", "estimated"]
MOST = 10_080
FACTORS = ("orientation", "load")


@dataclass
class Plain:
    """Codes by row number of each table (empty = used), rows by episode id, weeks by (episode id, week)."""

    episode_codes: list[str]
    contact_codes: list[str]
    rows: dict[str, dict[str, object]] = field(default_factory=dict)
    weeks: dict[tuple[str, int], float] = field(default_factory=dict)


def as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def plain_casemix(
    episodes: Sequence[Row], minutes: Sequence[Row] | None, first: date, last: date, *, concurrent: str = "sum"
) -> Plain:
    window = [first + timedelta(days=d) for d in range((last - first).days + 1)]
    contacts = [] if minutes is None else minutes
    codes = [_episode_code(i, episodes, window, with_minutes=minutes is None) for i in range(len(episodes))]
    plain = Plain(codes, [_contact_code(j, contacts, window) for j in range(len(contacts))])
    by_id: dict[str, int] = {}
    for i, row in enumerate(episodes):
        by_id.setdefault(row["episode"], i)
    totals = {i: as_number(row.get("minutes", "")) for i, row in enumerate(episodes)}
    if minutes is not None:
        totals = _totals(plain, episodes, minutes, window, by_id)
    groups = _groups([i for i in range(len(episodes)) if not codes[i]], episodes, window)
    groups = _judged_groups(plain, groups, episodes) if concurrent == "sum" else [[i] for g in groups for i in g]
    for j, contact in enumerate(contacts):
        at = by_id.get(contact["episode"])
        if not plain.contact_codes[j] and (at is None or codes[at]):
            plain.contact_codes[j] = "orphan"
    for group in groups:
        _add(plain, group, episodes, minutes, totals, window, by_id)
    return plain


def _totals(
    plain: Plain, episodes: Sequence[Row], minutes: Sequence[Row], window: list[date], by_id: Mapping[str, int]
) -> dict[int, float]:
    """Minutes of each sound episode; codes those without any contact, or with more than a week holds."""
    totals = {}
    for i in [i for i, code in enumerate(plain.episode_codes) if not code]:
        own = [j for j, m in enumerate(minutes) if not plain.contact_codes[j] and by_id.get(m["episode"]) == i]
        totals[i] = sum(as_number(minutes[j]["minutes_direct"]) for j in own)
        if not own:
            plain.episode_codes[i] = "no_registration"
        elif 7 * totals[i] / _exposure(episodes[i], window) > MOST:
            plain.episode_codes[i] = "impossible"
    return totals


def _judged_groups(plain: Plain, groups: list[list[int]], episodes: Sequence[Row]) -> list[list[int]]:
    agree = [group for group in groups if len({tuple(episodes[i][f] for f in FACTORS) for i in group}) == 1]
    for group in groups:
        for i in group if group not in agree else []:
            plain.episode_codes[i] = "concurrent_conflict"
    return agree


def _open(row: Row, window: list[date]) -> list[date]:
    start, end = as_date(row["start"]), as_date(row["end"])
    return [d for d in window if start is not None and start <= d and (end is None or d <= end)]


def _exposure(row: Row, window: list[date]) -> float:
    return as_number(row["exposure_days"]) if row["exposure_days"] else float(len(_open(row, window)))


def _episode_code(i: int, episodes: Sequence[Row], window: list[date], *, with_minutes: bool) -> str:  # noqa: C901
    row = episodes[i]
    numbers = ["exposure_days", "assigned_minutes_per_week"] + (["minutes"] if with_minutes else [])
    if any(row[c] and as_date(row[c]) is None for c in ("start", "end")):
        return "impossible"
    if any(row[c] and math.isnan(as_number(row[c])) for c in numbers) or not row["start"]:
        return "impossible"
    if any(as_number(row[c]) < 0 for c in numbers):
        return "negative"
    if row["end"] and row["end"] < row["start"]:
        return "end_before_start"
    if not _open(row, window) or row["exposure_days"] in ("0", "0.0"):
        return "outside_window"
    if as_number(row["exposure_days"]) > len(window):
        return "impossible"
    if any(not row[f] for f in FACTORS):
        return "missing_factor"
    if row["minutes_basis"] not in ("measured", "registered", "declared"):
        return "basis_not_accepted"
    if with_minutes and not row["minutes"]:
        return "missing_minutes"
    if with_minutes and 7 * as_number(row["minutes"]) / _exposure(row, window) > MOST:
        return "impossible"
    if as_number(row["assigned_minutes_per_week"]) > MOST:
        return "impossible"
    return "duplicate" if any(earlier["episode"] == row["episode"] for earlier in episodes[:i]) else ""


def _contact_code(j: int, minutes: Sequence[Row], window: list[date]) -> str:
    row = minutes[j]
    day, direct = as_date(row["date"]), as_number(row["minutes_direct"])
    if day is None or (row["minutes_direct"] and math.isnan(direct)):
        return "impossible"
    if direct < 0:
        return "negative"
    if math.isnan(direct):
        return "missing_minutes"
    if direct > MOST:
        return "impossible"
    if day not in window:
        return "outside_window"

    def key(m: Row) -> tuple[object, ...]:
        return m["episode"], as_date(m["date"]), as_number(m["minutes_direct"]), m["contact"]

    return "duplicate" if any(key(earlier) == key(row) for earlier in minutes[:j]) else ""


def _groups(used: list[int], episodes: Sequence[Row], window: list[date]) -> list[list[int]]:
    """Join two episodes of one client whenever they share an open day, until nothing joins any more."""
    label = {i: i for i in used}
    for i, k in combinations(used, 2):
        same = episodes[i]["client"] == episodes[k]["client"]
        if same and set(_open(episodes[i], window)) & set(_open(episodes[k], window)):
            old, new = label[k], label[i]
            label = {at: new if of == old else of for at, of in label.items()}
    return [[i for i in used if label[i] == of] for of in sorted(set(label.values()))]


def _add(
    plain: Plain, group: list[int], episodes: Sequence[Row], minutes: Sequence[Row] | None, totals: Mapping[int, float],
    window: list[date], by_id: Mapping[str, int],
) -> None:  # fmt: skip
    chosen = [episodes[i] for i in group]
    exposures = [_exposure(row, window) for row in chosen]
    union = {d for row in chosen for d in _open(row, window)}
    days = min(max(len(union), max(exposures)), sum(exposures)) if len(group) > 1 else exposures[0]
    assigned = [as_number(row["assigned_minutes_per_week"]) for row in chosen]
    spread = sum(a * e for a, e in zip(assigned, exposures, strict=True)) / days if len(group) > 1 else assigned[0]
    order = sorted(group, key=lambda i: (-totals[i], episodes[i]["provider"], episodes[i]["episode"]))
    lead = episodes[order[0]]
    delivered = 7 * sum(totals[i] for i in group) / days
    plain.rows[lead["episode"]] = {
        "client": lead["client"], "provider": lead["provider"], "municipality": lead["municipality"],
        "exposure_days": days, "minutes_per_week": delivered, "assigned_minutes_per_week": spread,
        "minutes_basis": max((row["minutes_basis"] for row in chosen), key=BASES.index),
    }  # fmt: skip
    if minutes is not None:
        for week in range(len(window) // 7):
            its_days = window[7 * week : 7 * week + 7]
            if set(its_days) <= union:
                plain.weeks[lead["episode"], week] = sum(
                    as_number(m["minutes_direct"])
                    for m, code in zip(minutes, plain.contact_codes, strict=True)
                    if not code and by_id[m["episode"]] in group and as_date(m["date"]) in its_days
                )
