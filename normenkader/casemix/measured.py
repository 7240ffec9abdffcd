"""Judge every row by the rules, and measure those that stand: from values to minutes per week."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from normenkader.casemix.concurrent import disagreeing, overlap_groups, profile_codes, shared
from normenkader.casemix.large_minutes import ContactSums
from normenkader.casemix.ledger import Rule, codes_of, first_broken
from normenkader.casemix.measuring import Floats, Ints, in_canonical_order, open_in_window, sum_by_row
from normenkader.casemix.setting_aside import (
    counted_minutes,
    episode_rules,
    exposure_in_force,
    minutes_rules,
    most_minutes_per_week,
    orphans,
    outcome,
)
from normenkader.casemix.values import EpisodeValues, Mask, MinutesValues
from normenkader.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Episodes and contacts as judged and measured; arrays have one entry a row of the table they are about.

    Attributes
    ----------
    episodes, contacts : values of the two tables; no contacts without a minutes table, or with one that is summed.
    sums : ContactSums or None
        Of a minutes table too large to be held, by episode.
    episode_rules, contact_rules : tuple of Rule
        In the order in which they were applied.
    first_day, last_day : array of float
        First and last day of the window on which the episode was open; nan where no dates are known.
    exposure_days, minutes_per_week : array of float
        As in `Casemix.to_frame`, before any summing; of use only where the episode is used.
    contact_minutes : array of float
        Minutes of each contact by the study's time definition.
    groups : array of int
        Group of overlapping episodes of one client; -1 for an episode that fell to an earlier rule.
    episode_used, contact_used : mask
    """

    episodes: EpisodeValues = field(repr=False)
    contacts: MinutesValues | None = field(repr=False)
    episode_rules: tuple[Rule, ...] = field(repr=False)
    contact_rules: tuple[Rule, ...] = field(repr=False)
    first_day: Floats = field(repr=False)
    last_day: Floats = field(repr=False)
    exposure_days: Floats = field(repr=False)
    minutes_per_week: Floats = field(repr=False)
    contact_minutes: Floats = field(repr=False)
    groups: Ints = field(repr=False)
    episode_used: Mask = field(repr=False)
    contact_used: Mask = field(repr=False)
    sums: ContactSums | None = field(repr=False, default=None)

    @property
    def has_contacts(self) -> bool:
        """Whether there is a minutes table, held or summed."""
        return self.contacts is not None or self.sums is not None

    def episode_codes(self) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """Code each episode is set aside for; empty where it is used."""
        return codes_of(self.episode_rules, len(self.episode_used))


def measure(
    episodes: EpisodeValues, contacts: MinutesValues | None, study: Study, *, sums: ContactSums | None = None
) -> Measured:
    """Judge and measure; without `contacts` and `sums` the episodes carry their own minutes."""
    own = contacts is None and sums is None
    first_day, last_day = open_in_window(episodes.start_day, episodes.end_day, study.info.window_days)
    exposure = exposure_in_force(episodes, study)
    rules = episode_rules(episodes, study, with_minutes=own)
    contact_rules = () if contacts is None else minutes_rules(contacts, study)
    minutes, n_contacts = (
        _minutes_of(episodes, contacts, contact_rules, study) if sums is None
        else (sums.by_episode("minutes", len(episodes.minutes)), sums.by_episode("n", len(episodes.minutes)))
    )  # fmt: skip
    per_week = outcome(minutes, exposure, study)
    if not own:
        # A contact that was set aside is no evidence that the provider registers for this client.
        rules += (Rule("no_registration", "", n_contacts == 0),)
        rules += (Rule("impossible", "", per_week > most_minutes_per_week(study)),)
    groups = _groups(episodes, first_day, last_day, _stands(rules, len(minutes)))
    if study.casemix.concurrent == "sum":
        rules += (Rule("concurrent_conflict", "", _conflicts(groups, episodes.levels)),)
    used = _stands(rules, len(minutes))
    contact_rules += () if contacts is None else (orphans(contacts.place, used),)
    return Measured(
        episodes=episodes, contacts=contacts, episode_rules=rules, contact_rules=contact_rules, first_day=first_day,
        last_day=last_day, exposure_days=exposure, minutes_per_week=per_week,
        contact_minutes=np.zeros(0) if contacts is None else counted_minutes(contacts, study), groups=groups,
        episode_used=used, contact_used=_stands(contact_rules, 0 if contacts is None else len(contacts.day)),
        sums=sums,
    )  # fmt: skip


def _stands(rules: tuple[Rule, ...], n_rows: int) -> Mask:
    return first_broken(rules, n_rows) < 0


def _minutes_of(
    episodes: EpisodeValues, contacts: MinutesValues | None, rules: tuple[Rule, ...], study: Study
) -> tuple[Floats, Floats | Ints]:
    """Minutes in the window and number of contacts of each episode.

    A contact in the window but outside the episode's own dates counts: the contract divides the minutes in the
    window by the days open, and care around a formal start or end was delivered all the same. How often it happens
    is in the quality report, since a wrong date inflates the figure.
    """
    if contacts is None:
        return episodes.minutes, np.ones(len(episodes.minutes), dtype=np.int64)
    counts = np.flatnonzero(_stands(rules, len(contacts.day)) & (contacts.place >= 0))
    minutes = counted_minutes(contacts, study)[counts]
    order = in_canonical_order(contacts.place[counts], contacts.day[counts], minutes)
    return sum_by_row(contacts.place[counts][order], minutes[order], len(episodes.minutes))


def _groups(episodes: EpisodeValues, first_day: Floats, last_day: Floats, stands: Mask) -> Ints:
    groups = np.full(len(stands), -1, dtype=np.int64)
    client = pd.factorize(episodes.text["client"])[0].astype(np.int64)
    groups[stands] = overlap_groups(client[stands], first_day[stands], last_day[stands])
    return groups


def _conflicts(groups: Ints, levels: pd.DataFrame) -> Mask:
    conflict = np.zeros(len(groups), dtype=bool)
    several = groups >= 0
    several[several] = shared(groups[several])
    conflict[several] = disagreeing(groups[several], profile_codes(levels[several]))
    return conflict
