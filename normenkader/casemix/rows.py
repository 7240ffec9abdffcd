"""From what was measured to the rows and weeks of a casemix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from normenkader.casemix.concurrent import sum_groups
from normenkader.casemix.large_minutes import ContactSums
from normenkader.casemix.measured import Measured
from normenkader.casemix.measuring import Ints, at_cap, in_canonical_order, weekly_minutes, whole_weeks
from normenkader.casemix.values import Mask
from normenkader.study import Study


def rows_and_weeks(measured: Measured, study: Study) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Rows of the casemix, its weekly rows, and starts; see `Casemix.to_frame`, `weeks_frame` and `starts_frame`."""
    rows = _rows(measured, measured.episode_used)
    place = np.arange(len(rows), dtype=np.int64)
    if study.casemix.concurrent == "sum":
        rows, place = sum_groups(rows, measured.groups[measured.episode_used])
    return _finished(rows, study), _weeks(measured, rows, place), _starts(measured, rows, place)


def unregistered_rows(measured: Measured, study: Study) -> pd.DataFrame:
    """Episodes without any registration, with zero minutes.

    Each stays a row of its own, also beside a registered episode of the same client at the same time: the question
    it answers is what every such episode would do if it were a zero.
    """
    rows = _rows(measured, measured.episode_codes() == "no_registration")
    return _finished(rows.assign(minutes_per_week=np.zeros(len(rows))), study)


def _rows(measured: Measured, chosen: Mask) -> pd.DataFrame:
    text = measured.episodes.text[chosen].reset_index(drop=True)
    numbers = {
        "minutes_per_week": measured.minutes_per_week, "exposure_days": measured.exposure_days,
        "assigned_minutes_per_week": measured.episodes.assigned, "first_day": measured.first_day,
        "last_day": measured.last_day,
    }  # fmt: skip
    figures = pd.DataFrame({name: values[chosen] for name, values in numbers.items()})
    return pd.concat([text, figures, measured.episodes.levels[chosen].reset_index(drop=True)], axis=1)


def _finished(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    delivered, assigned = (rows[c].to_numpy(np.float64) for c in ("minutes_per_week", "assigned_minutes_per_week"))
    columns = [
        "client", "provider", "municipality", "episode", "minutes_per_week", "exposure_days",
        "assigned_minutes_per_week", "at_cap", "minutes_basis", "product", "target_group", "need_met",
        *(factor.name for factor in study.factors),
    ]  # fmt: skip
    ordered = rows.assign(at_cap=at_cap(delivered, assigned))[columns]
    return ordered.sort_values(["provider", "client", "episode"], kind="stable").reset_index(drop=True)


def _weeks(measured: Measured, rows: pd.DataFrame, place: Ints) -> pd.DataFrame:
    if not measured.has_contacts:
        return pd.DataFrame({"episode": pd.Series(dtype="str"), "week": np.zeros(0, np.int64), "minutes": np.zeros(0)})
    row, day, minutes = _contacts_by_row(measured, place)
    first_week, n_weeks = whole_weeks(rows["first_day"].to_numpy(np.float64), rows["last_day"].to_numpy(np.float64))
    if measured.sums is not None:
        n_weeks = np.where(_sampled_rows(measured, place, len(rows)), n_weeks, 0)
    # Rows are put in order of episode first: there are far fewer of them than weeks.
    order = rows["episode"].reset_index(drop=True).sort_values(kind="stable").index.to_numpy()
    rank = np.argsort(order)
    of_row, week, total = weekly_minutes(rank[row], day, minutes, first_week[order], n_weeks[order])
    episode = rows["episode"].take(order[of_row]).reset_index(drop=True)
    return pd.DataFrame({"episode": episode, "week": week, "minutes": total})


def _starts(measured: Measured, rows: pd.DataFrame, place: Ints) -> pd.DataFrame:
    start = np.full(len(rows), np.nan)
    np.fmin.at(start, place, measured.episodes.start_day[measured.episode_used])
    starts = pd.DataFrame({"episode": rows["episode"].to_numpy(), "start_day": start})
    return starts.sort_values("episode", kind="stable").reset_index(drop=True)


def _contacts_by_row(measured: Measured, place: Ints) -> tuple[Ints, np.ndarray, np.ndarray]:
    row_of_episode = np.full(len(measured.episode_used), -1, dtype=np.int64)
    row_of_episode[measured.episode_used] = place
    if measured.sums is not None:
        row, day, minutes = _sampled_contacts(measured.sums, row_of_episode)
        order = in_canonical_order(row, day, minutes)
        return row[order], day[order], minutes[order]
    contacts = measured.contacts
    assert contacts is not None
    used = measured.contact_used
    row = row_of_episode[contacts.place[used]]
    day, minutes = contacts.day[used], measured.contact_minutes[used]
    order = in_canonical_order(row, day, minutes)
    return row[order], day[order], minutes[order]


def _sampled_contacts(sums: ContactSums, row_of_episode: Ints) -> tuple[Ints, np.ndarray, np.ndarray]:
    row = row_of_episode[sums.sample["place"].to_numpy(dtype=np.int64)]
    used = row >= 0
    return row[used], sums.sample["day"].to_numpy(float)[used], sums.sample["minutes"].to_numpy(float)[used]


def _sampled_rows(measured: Measured, place: Ints, n_rows: int) -> Mask:
    """Rows of clients whose contacts were kept; the others have no weekly rows, which is not to have empty weeks."""
    assert measured.sums is not None
    sampled = np.zeros(n_rows, dtype=bool)
    sampled[place] = measured.sums.sampled[measured.episode_used]
    return sampled
