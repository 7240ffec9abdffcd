"""Hypothesis strategies: studies with every fault a row can have, and few enough values that faults meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

DAYS = ["2025-08-20", "2025-09-01", "2025-09-04", "2025-09-08", "2025-09-12", "2025-09-17"]
AFTER = "2025-09-25"
WINDOW = "[2025-09-01, 2025-09-17]"

Cells = Mapping[str, Sequence[str]]
Rows = st.SearchStrategy[list[dict[str, str]]]

EPISODE: Cells = {
    "client": ["c1", "c2", "c3"],
    "provider": ["A", "B"],
    "municipality": ["M", "N"],
    "start": DAYS[:4],
    "end": ["", *DAYS[3:], AFTER],
    "orientation": ["behoud", "behoud", "behoud", "ontwikkel"],
    "load": ["licht"],
    "minutes_basis": ["registered", "measured", "declared"],
    "exposure_days": ["", "", "", "5", "10", "17"],
    "assigned_minutes_per_week": ["60", "", "120"],
    "minutes": ["60", "120", "60.5", "0"],
}
EPISODE_FAULTS: Cells = {
    "start": ["", "x", AFTER, DAYS[5]],
    "end": ["x", DAYS[0], DAYS[1]],
    "orientation": [""],
    "load": ["", "zwaar"],
    "minutes_basis": ["planned", ""],
    "exposure_days": ["0", "-1", "99", "n.v.t."],
    "assigned_minutes_per_week": ["-5", "20000", "x"],
    "minutes": ["", "-10", "x", "90000"],
}
CONTACT: Cells = {
    "episode": [f"e{i}" for i in range(6)],
    "date": DAYS[1:],
    "minutes_direct": ["30", "45", "45.0", "0", "1000"],
    "contact": ["", "", "", "k1", "k2"],
}
CONTACT_FAULTS: Cells = {
    "episode": ["unknown"],
    "date": [DAYS[0], AFTER, "", "x"],
    "minutes_direct": ["", "-5", "x", "20000", "9000"],
}


def _row(cells: Cells, faults: Cells) -> st.SearchStrategy[dict[str, str]]:
    """A sound row, in about one of four draws with one fault."""
    sound = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in cells.items()})
    every = [{name: value} for name, values in faults.items() for value in values if name in cells]
    fault = st.sampled_from([{}] * (3 * len(every)) + every)
    return st.builds(lambda row, wrong: {**row, **wrong}, sound, fault)


def episodes(*, with_minutes: bool) -> Rows:
    """Up to nine episodes with their own ids, then up to two of them again."""
    cells = {name: values for name, values in EPISODE.items() if with_minutes or name != "minutes"}
    rows = st.lists(_row(cells, EPISODE_FAULTS), min_size=2, max_size=9)
    numbered = rows.map(lambda some: [{**row, "episode": f"e{i}"} for i, row in enumerate(some)])
    return numbered.flatmap(lambda some: st.lists(st.sampled_from(some), max_size=2).map(lambda again: [*some, *again]))


def contacts() -> Rows:
    """Contacts of known and unknown episodes; few days and minutes, so that equal ones are common."""
    return st.lists(_row(CONTACT, CONTACT_FAULTS), min_size=8, max_size=40)
