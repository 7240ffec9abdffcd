"""The rules a row must pass, in order: the first one it breaks is the code it is set aside for.

A row's own cells are judged first, then its minutes as a weekly figure, then its place among other rows. So the
code a reader finds in the ledger is the one nearest to the cell that must be mended.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from normenkader.casemix.ledger import Rule
from normenkader.casemix.measuring import Floats, days_open, minutes_per_week, open_in_window
from normenkader.casemix.values import EpisodeValues, Mask, MinutesValues
from normenkader.study import Study

MOST_MINUTES_PER_WEEK = 7 * 24 * 60
MINUTES_PER_WEEK = "minutes per week"
IDS = ("client", "provider", "episode")


def most_minutes_per_week(study: Study) -> float:
    """10,080 minutes a week, the week itself; no limit is known for another unit."""
    return MOST_MINUTES_PER_WEEK if study.info.unit.strip().lower() == MINUTES_PER_WEEK else np.inf


def exposure_in_force(values: EpisodeValues, study: Study) -> Floats:
    """Days open in the window: ``exposure_days`` where given, else from the dates; nan where neither is known."""
    by_dates = days_open(*open_in_window(values.start_day, values.end_day, study.info.window_days))
    return np.where(np.isnan(values.exposure_days), by_dates, values.exposure_days)


def outcome(minutes: Floats, exposure: Floats, study: Study) -> Floats:
    """The weekly figure of an episode: `minutes` themselves when they are a rate, else per seven days open."""
    return minutes if study.info.outcome_is == "rate" else minutes_per_week(minutes, exposure)


def episode_rules(values: EpisodeValues, study: Study, *, with_minutes: bool) -> tuple[Rule, ...]:
    """Rules on the episodes' own rows.

    Parameters
    ----------
    with_minutes : bool
        Whether the episodes carry their own minutes (the study has no minutes table).
    """
    used = ("exposure_days", "assigned_minutes_per_week", *(("minutes",) if with_minutes else ()))
    return (
        *_unreadable(values.unreadable, ("start", "end", *used, *values.levels)),
        Rule("impossible", "start", _no_start(values, study)),
        *_negative({name: _numbers_of(values)[name] for name in used}),
        Rule("end_before_start", "end", values.end_day < values.start_day),
        *_outside_window(values, study),
        # A row of nobody, or of no provider, can be placed nowhere: it is treated as one without its levels.
        *_missing(values.text[list(IDS)]),
        *_missing(values.levels),
        Rule("basis_not_accepted", "minutes_basis", _not_accepted(values, study)),
        *(_own_minutes(values, study) if with_minutes else ()),
        Rule("impossible", "assigned_minutes_per_week", values.assigned > most_minutes_per_week(study)),
        # An episode whose id returns with other content has been refused, so what returns is identical.
        Rule("duplicate", "episode", values.text["episode"].duplicated().to_numpy(dtype=bool)),
    )


def minutes_rules(values: MinutesValues, study: Study) -> tuple[Rule, ...]:
    """Rules on the minutes' own rows; `orphans` comes after them."""
    counted = {"minutes_direct": values.direct}
    if study.info.time_definition == "direct+indirect":
        counted["minutes_indirect"] = values.indirect
    last_day = study.info.window_days - 1
    return (
        *_unreadable(values.unreadable, ("date", *counted)),
        Rule("impossible", "date", np.isnan(values.day)),
        *_negative(counted),
        *(Rule("missing_minutes", name, np.isnan(minutes)) for name, minutes in counted.items()),
        # One row is a contact or a week at most, so no row can hold more than a week.
        Rule("impossible", "minutes_direct", counted_minutes(values, study) > most_minutes_per_week(study)),
        Rule("outside_window", "date", (values.day < 0) | (values.day > last_day)),
        Rule("duplicate", "", _equal_contacts(values)),
    )


def orphans(place: NDArray[np.int64], episode_used: Mask) -> Rule:
    """Minutes of an episode that is unknown (place -1) or was set aside."""
    used = np.append(episode_used, False)
    return Rule("orphan", "episode", ~used[place])


def counted_minutes(values: MinutesValues, study: Study) -> Floats:
    """Minutes of each row by the study's time definition; nan where a part is missing."""
    return values.direct + values.indirect if study.info.time_definition == "direct+indirect" else values.direct


def _unreadable(unreadable: dict[str, Mask], columns: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(Rule("impossible", name, unreadable[name]) for name in columns)


def _negative(numbers: dict[str, Floats]) -> tuple[Rule, ...]:
    return tuple(Rule("negative", name, value < 0) for name, value in numbers.items())


def _numbers_of(values: EpisodeValues) -> dict[str, Floats]:
    return {
        "minutes": values.minutes,
        "exposure_days": values.exposure_days,
        "assigned_minutes_per_week": values.assigned,
    }


def _no_start(values: EpisodeValues, study: Study) -> Mask:
    """An empty start is not a date; only a rate can do without."""
    return np.isnan(values.start_day) & (study.info.outcome_is == "total")


def _outside_window(values: EpisodeValues, study: Study) -> tuple[Rule, ...]:
    days = study.info.window_days
    longer = (values.exposure_days > days) & (study.info.outcome_is == "total")
    return (
        Rule("outside_window", "start", values.start_day > days - 1),
        Rule("outside_window", "end", values.end_day < 0),
        Rule("outside_window", "exposure_days", values.exposure_days == 0),
        Rule("impossible", "exposure_days", longer),
    )


def _missing(texts: pd.DataFrame) -> tuple[Rule, ...]:
    empty = {str(name): (texts[name] == "").to_numpy(dtype=bool) for name in texts}
    return tuple(Rule("missing_factor", name, mask) for name, mask in empty.items())


def _not_accepted(values: EpisodeValues, study: Study) -> Mask:
    return ~values.text["minutes_basis"].isin(study.casemix.accepted_basis).to_numpy(dtype=bool)


def _own_minutes(values: EpisodeValues, study: Study) -> tuple[Rule, ...]:
    per_week = outcome(values.minutes, exposure_in_force(values, study), study)
    return (
        Rule("missing_minutes", "minutes", np.isnan(values.minutes)),
        Rule("impossible", "minutes", per_week > most_minutes_per_week(study)),
    )


def _equal_contacts(values: MinutesValues) -> Mask:
    """All but the first of contacts with one episode, day, minutes and contact id (or none)."""
    key = {"episode": values.episode, "day": values.day, "direct": values.direct}
    frame = pd.DataFrame({**key, "indirect": values.indirect, "contact": values.contact})
    return frame.duplicated().to_numpy(dtype=bool)
