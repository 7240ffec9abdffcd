"""Taking every measure of the data-quality report: which rows it is about, and which of them have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from normenkader.casemix.concurrent import crossing_providers, shared
from normenkader.casemix.ledger import CODES
from normenkader.casemix.measured import Measured
from normenkader.casemix.measuring import CAP_TOLERANCE_MINUTES, Floats, Ints, at_cap, days_open
from normenkader.casemix.quality import Observed, QualityFinding, report
from normenkader.casemix.quality_words import (
    HEAPING_MINUTES,
    NO_ASSIGNED,
    NO_CONTACTS,
    NO_EXPOSURE,
    NO_INDIRECT,
    NOT_A_TOTAL,
    NOT_IN_MINUTES,
)
from normenkader.casemix.values import Mask
from normenkader.settings import MINUTES_BASES
from normenkader.study import Study

_DUST = 1e-9
_LEAST_WEEKS = 2
_HALF_A_DAY = 0.5


@dataclass(frozen=True, slots=True)
class _Whose:
    """Codes of provider and client, one entry a row."""

    provider: Ints = field(repr=False)
    client: Ints = field(repr=False)

    def only(self, rows: NDArray[np.bool_] | Ints) -> _Whose:
        return _Whose(self.provider[rows], self.client[rows])

    def observed(self, code: str, hit: Mask | Floats, *, reason: str = "", overall_only: bool = False) -> Observed:
        return Observed(
            code=code, provider=self.provider, client=self.client, hit=np.asarray(hit, dtype=np.float64),
            reason=reason, overall_only=overall_only,
        )  # fmt: skip


def quality_report(measured: Measured, weeks: pd.DataFrame, study: Study) -> tuple[QualityFinding, ...]:
    """The data-quality report of a casemix, in the order of `QUALITY_MEASURES`: as a whole, then by provider.

    Parameters
    ----------
    measured : Measured
        Every episode and contact, as judged.
    weeks : DataFrame
        The weekly rows of the casemix.
    """
    codes, providers = pd.factorize(measured.episodes.text["provider"], sort=True)
    whose = _Whose(codes.astype(np.int64), pd.factorize(measured.episodes.text["client"])[0].astype(np.int64))
    observed = [
        *_heaping(measured, whose, study),
        *_assigned(measured, whose, weeks),
        _missing_indirect(measured, whose),
        *_overlap(measured, whose, study),
        *_basis(measured, whose),
        _exposure_disagreement(measured, whose),
        *_contacts(measured, whose, weeks),
        *_set_aside(measured, whose),
    ]
    return report(observed, [str(name) for name in providers], study)


def _heaping(measured: Measured, whose: _Whose, study: Study) -> list[Observed]:
    """Heaping shows in what somebody wrote down: the contacts, or the totals where there are no contacts."""
    if measured.contacts is None:
        written, about = measured.episodes.minutes, whose.only(measured.episode_used)
        written = written[measured.episode_used]
    else:
        written, about = measured.contacts.direct[measured.contact_used], _of_contacts(measured, whose)
    some = written > 0
    reason = _no_heaping(study)
    return [
        about.only(some).observed(f"heaping_{minutes}", _is_multiple(written[some], minutes), reason=reason)
        for minutes in HEAPING_MINUTES
    ]


def _no_heaping(study: Study) -> str:
    if not study.info.unit.strip().lower().startswith("minutes"):
        return NOT_IN_MINUTES
    return NOT_A_TOTAL if study.info.outcome_is == "rate" else ""


def _is_multiple(minutes: Floats, step: int) -> Mask:
    return np.abs(minutes - step * np.round(minutes / step)) < _DUST


def _assigned(measured: Measured, whose: _Whose, weeks: pd.DataFrame) -> list[Observed]:
    known = measured.episode_used & ~np.isnan(measured.episodes.assigned)
    delivered, assigned = measured.minutes_per_week[known], measured.episodes.assigned[known]
    about = whose.only(known)
    reason = "" if known.any() else NO_ASSIGNED
    copied = np.abs(delivered - assigned) <= CAP_TOLERANCE_MINUTES + _DUST
    return [
        about.observed("planned_copied", copied, reason=reason),
        _identical_weeks(measured, whose, weeks),
        about.observed("at_cap", at_cap(delivered, assigned), reason=reason),
    ]


def _identical_weeks(measured: Measured, whose: _Whose, weeks: pd.DataFrame) -> Observed:
    """Rows with minutes in their weeks only: weeks of zeros are no copies of a plan."""
    by_row = weeks.groupby("episode")["minutes"].agg(["size", "min", "max"])
    by_row = by_row[(by_row["size"] >= _LEAST_WEEKS) & (by_row["max"] > 0)]
    same = (by_row["max"] - by_row["min"]).to_numpy(dtype=np.float64) < _DUST
    about = whose.only(_place_of(measured, by_row.index))
    return about.observed("identical_weeks", same, reason=_without_contacts(measured))


def _missing_indirect(measured: Measured, whose: _Whose) -> Observed:
    contacts = measured.contacts
    if contacts is None:
        return whose.observed("missing_indirect", np.zeros(len(whose.client)), reason=NO_CONTACTS)
    indirect = contacts.indirect[measured.contact_used]
    reason = "" if contacts.has_indirect else NO_INDIRECT
    return _of_contacts(measured, whose).observed("missing_indirect", ~(indirect > 0), reason=reason)


def _overlap(measured: Measured, whose: _Whose, study: Study) -> list[Observed]:
    grouped, used = measured.groups >= 0, measured.episode_used
    overlap = whose.only(grouped).observed("overlapping_episodes", shared(measured.groups[grouped]))
    groups = measured.groups[used]
    crossing = crossing_providers(whose.provider[used], groups) & (study.casemix.concurrent == "sum")
    first = np.unique(groups, return_index=True)[1]
    return [overlap, whose.only(used).only(first).observed("sums_across_providers", crossing, overall_only=True)]


def _basis(measured: Measured, whose: _Whose) -> list[Observed]:
    basis = measured.episodes.text["minutes_basis"]
    shares = [whose.observed(f"basis_{name}", (basis == name).to_numpy(dtype=bool)) for name in MINUTES_BASES]
    return [*shares, whose.observed("basis_unknown", ~basis.isin(MINUTES_BASES).to_numpy(dtype=bool))]


def _exposure_disagreement(measured: Measured, whose: _Whose) -> Observed:
    dated = days_open(measured.first_day, measured.last_day)
    given = measured.episodes.exposure_days
    both = measured.episode_used & ~np.isnan(given) & ~np.isnan(dated)
    differs = np.abs(given - dated)[both] > _HALF_A_DAY
    return whose.only(both).observed("exposure_disagreement", differs, reason="" if both.any() else NO_EXPOSURE)


def _contacts(measured: Measured, whose: _Whose, weeks: pd.DataFrame) -> list[Observed]:
    reason = _without_contacts(measured)
    of_weeks = whose.only(_place_of(measured, weeks["episode"]))
    empty = (weeks["minutes"] == 0).to_numpy(dtype=bool)
    return [
        _outside_episode(measured, whose),
        of_weeks.observed("weeks_without_contact", empty, reason=reason),
    ]


def _outside_episode(measured: Measured, whose: _Whose) -> Observed:
    contacts = measured.contacts
    if contacts is None:
        return whose.observed("contacts_outside_episode", np.zeros(len(whose.client)), reason=NO_CONTACTS)
    place, day = contacts.place[measured.contact_used], contacts.day[measured.contact_used]
    outside = (day < measured.episodes.start_day[place]) | (day > measured.episodes.end_day[place])
    return _of_contacts(measured, whose).observed("contacts_outside_episode", outside)


def _set_aside(measured: Measured, whose: _Whose) -> list[Observed]:
    codes = measured.episode_codes()
    about = whose
    if measured.contacts is not None:
        codes = np.concatenate([codes, measured.contact_codes()])
        padded = _Whose(np.append(whose.provider, -1), np.append(whose.client, -1)).only(measured.contacts.place)
        about = _Whose(np.append(whose.provider, padded.provider), np.append(whose.client, padded.client))
    return [about.observed(f"set_aside_{code}", codes == code) for code in CODES]


def _of_contacts(measured: Measured, whose: _Whose) -> _Whose:
    assert measured.contacts is not None
    return whose.only(measured.contacts.place[measured.contact_used])


def _place_of(measured: Measured, episodes: Sequence[str] | pd.Index | pd.Series) -> Ints:
    """Row in the episodes table of each episode that is used."""
    used = np.flatnonzero(measured.episode_used)
    known = pd.Index(measured.episodes.text["episode"].to_numpy()[used])
    return np.asarray(used[known.get_indexer(pd.Index(episodes))], dtype=np.int64)


def _without_contacts(measured: Measured) -> str:
    return NO_CONTACTS if measured.contacts is None else ""
