"""Taking every measure of the data-quality report: which rows it is about, and which of them have it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from normenkader.casemix import large_quality
from normenkader.casemix.concurrent import crossing_providers, shared
from normenkader.casemix.ledger import CODES, Rule, first_broken
from normenkader.casemix.measured import Measured
from normenkader.casemix.measuring import CAP_TOLERANCE_MINUTES, Floats, Ints, at_cap, days_open
from normenkader.casemix.quality import Observed, Pairs, QualityFinding, report
from normenkader.casemix.quality_words import (
    HEAPING_MINUTES,
    NO_ASSIGNED,
    NO_CONTACTS,
    NO_EXPOSURE,
    NO_INDIRECT,
    NO_TARGET_GROUP,
    NOT_A_TOTAL,
    NOT_IN_MINUTES,
)
from normenkader.casemix.values import Mask
from normenkader.settings import MINUTES_BASES
from normenkader.study import Study

_DUST = 1e-9
_LEAST_WEEKS = 2
_HALF_A_DAY = 0.5
_NONE = np.zeros(0, dtype=bool)


def quality_report(measured: Measured, weeks: pd.DataFrame, study: Study) -> tuple[QualityFinding, ...]:
    """The data-quality report of a casemix, in the order of `QUALITY_MEASURES`: as a whole, then by provider.

    Parameters
    ----------
    measured : Measured
        Every episode and contact, as judged.
    weeks : DataFrame
        The weekly rows of the casemix.
    """
    pair, pairs = _pairs(measured)
    observed = [
        *_heaping(measured, pair, study),
        *_assigned(measured, pair, weeks),
        _missing_indirect(measured, pair),
        _other_group(measured, pair),
        *_overlap(measured, pair, study),
        *_basis(measured, pair),
        _exposure_disagreement(measured, pair),
        *_contacts(measured, pair, weeks),
        *_set_aside(measured, pair),
        *large_quality.weeks_kept(measured, pair),
    ]
    return report(observed, pairs, study)


def _pairs(measured: Measured) -> tuple[Ints, Pairs]:
    """Pair of provider and client of each episode (-1 where it names none), and the list of pairs."""
    text = measured.episodes.text
    named = ((text["provider"] != "") & (text["client"] != "")).to_numpy(dtype=bool)
    provider, names = pd.factorize(text.loc[named, "provider"], sort=True)
    client, clients = pd.factorize(text.loc[named, "client"])
    number, found = pd.factorize(provider.astype(np.int64) * len(clients) + client)
    of_provider, of_client = np.divmod(np.asarray(found, dtype=np.int64), max(len(clients), 1))
    pair = np.full(len(text), -1, dtype=np.int64)
    pair[named] = number
    pairs = Pairs(providers=tuple(str(name) for name in names), provider=of_provider, client=of_client)
    return pair, pairs


def _observed(code: str, pair: Ints, hit: Mask, *, reason: str = "", overall_only: bool = False) -> Observed:
    return Observed(code=code, pair=pair, hit=hit, reason=reason, overall_only=overall_only)


def _heaping(measured: Measured, pair: Ints, study: Study) -> list[Observed]:
    """Heaping shows in what somebody wrote down: the contacts, or the totals where there are no contacts."""
    reason = _no_heaping(study)
    if measured.sums is not None:
        return large_quality.heaping(measured, pair, reason)
    if measured.contacts is None:
        written, about = measured.episodes.minutes, pair[measured.episode_used]
        written = written[measured.episode_used]
    else:
        written, about = measured.contacts.direct[measured.contact_used], _of_contacts(measured, pair)
    some = written > 0
    return [
        _observed(f"heaping_{minutes}", about[some], _is_multiple(written[some], minutes), reason=reason)
        for minutes in HEAPING_MINUTES
    ]


def _no_heaping(study: Study) -> str:
    if not study.info.unit.strip().lower().startswith("minutes"):
        return NOT_IN_MINUTES
    return NOT_A_TOTAL if study.info.outcome_is == "rate" else ""


def _is_multiple(minutes: Floats, step: int) -> Mask:
    return np.abs(minutes - step * np.round(minutes / step)) < _DUST


def _assigned(measured: Measured, pair: Ints, weeks: pd.DataFrame) -> list[Observed]:
    known = measured.episode_used & ~np.isnan(measured.episodes.assigned)
    delivered, assigned = measured.minutes_per_week[known], measured.episodes.assigned[known]
    about = pair[known]
    reason = "" if known.any() else NO_ASSIGNED
    copied = np.abs(delivered - assigned) <= CAP_TOLERANCE_MINUTES + _DUST
    return [
        _observed("planned_copied", about, copied, reason=reason),
        _identical_weeks(measured, pair, weeks),
        _observed("at_cap", about, at_cap(delivered, assigned), reason=reason),
    ]


def _identical_weeks(measured: Measured, pair: Ints, weeks: pd.DataFrame) -> Observed:
    """Rows with minutes in their weeks only: weeks of zeros are no copies of a plan."""
    by_row = weeks.groupby("episode")["minutes"].agg(["size", "min", "max"])
    by_row = by_row[(by_row["size"] >= _LEAST_WEEKS) & (by_row["max"] > 0)]
    same = (by_row["max"] - by_row["min"]).to_numpy(dtype=np.float64) < _DUST
    about = pair[_place_of(measured, by_row.index)]
    return _observed("identical_weeks", about, same, reason=_without_contacts(measured))


def _missing_indirect(measured: Measured, pair: Ints) -> Observed:
    contacts = measured.contacts
    if measured.sums is not None:
        return large_quality.missing_indirect(measured, pair)
    if contacts is None:
        return _observed("missing_indirect", pair[:0], _NONE, reason=NO_CONTACTS)
    indirect = contacts.indirect[measured.contact_used]
    reason = "" if contacts.has_indirect else NO_INDIRECT
    return _observed("missing_indirect", _of_contacts(measured, pair), ~(indirect > 0), reason=reason)


def _other_group(measured: Measured, pair: Ints) -> Observed:
    told = (measured.episodes.text["target_group"] != "").to_numpy(dtype=bool)
    reason = "" if told.any() else NO_TARGET_GROUP
    return _observed("other_target_group", pair[told], measured.episodes.other_group[told], reason=reason)


def _overlap(measured: Measured, pair: Ints, study: Study) -> list[Observed]:
    grouped, used = measured.groups >= 0, measured.episode_used
    overlap = _observed("overlapping_episodes", pair[grouped], shared(measured.groups[grouped]))
    groups = measured.groups[used]
    crossing = crossing_providers(_codes(measured.episodes.text["provider"])[used], groups)
    first = np.unique(groups, return_index=True)[1]
    summed = crossing & (study.casemix.concurrent == "sum")
    return [overlap, _observed("sums_across_providers", pair[used][first], summed, overall_only=True)]


def _basis(measured: Measured, pair: Ints) -> list[Observed]:
    basis = measured.episodes.text["minutes_basis"]
    shares = [_observed(f"basis_{name}", pair, (basis == name).to_numpy(dtype=bool)) for name in MINUTES_BASES]
    return [*shares, _observed("basis_unknown", pair, ~basis.isin(MINUTES_BASES).to_numpy(dtype=bool))]


def _exposure_disagreement(measured: Measured, pair: Ints) -> Observed:
    dated = days_open(measured.first_day, measured.last_day)
    given = measured.episodes.exposure_days
    both = measured.episode_used & ~np.isnan(given) & ~np.isnan(dated)
    differs = np.abs(given - dated)[both] > _HALF_A_DAY
    return _observed("exposure_disagreement", pair[both], differs, reason="" if both.any() else NO_EXPOSURE)


def _contacts(measured: Measured, pair: Ints, weeks: pd.DataFrame) -> list[Observed]:
    reason = _without_contacts(measured)
    of_weeks = pair[_place_of(measured, weeks["episode"])]
    empty = (weeks["minutes"] == 0).to_numpy(dtype=bool)
    return [
        _outside_episode(measured, pair),
        _observed("weeks_without_contact", of_weeks, empty, reason=reason),
    ]


def _outside_episode(measured: Measured, pair: Ints) -> Observed:
    contacts = measured.contacts
    if measured.sums is not None:
        return large_quality.outside_episode(measured, pair)
    if contacts is None:
        return _observed("contacts_outside_episode", pair[:0], _NONE, reason=NO_CONTACTS)
    place, day = contacts.place[measured.contact_used], contacts.day[measured.contact_used]
    outside = (day < measured.episodes.start_day[place]) | (day > measured.episodes.end_day[place])
    return _observed("contacts_outside_episode", _of_contacts(measured, pair), outside)


def _set_aside(measured: Measured, pair: Ints) -> list[Observed]:
    if measured.sums is not None:
        return large_quality.set_aside(measured, pair, measured.episode_codes())
    number, about = _numbers_of_codes(measured.episode_rules, len(measured.episode_used)), pair
    if measured.contacts is not None:
        number = np.append(number, _numbers_of_codes(measured.contact_rules, len(measured.contact_used)))
        about = np.append(pair, np.append(pair, -1)[measured.contacts.place])
    return [_observed(f"set_aside_{code}", about, number == at) for at, code in enumerate(CODES)]


def _numbers_of_codes(rules: Sequence[Rule], n_rows: int) -> Ints:
    """Place in `CODES` of the code that each row is set aside for; -1 where it is used."""
    place = np.array([*(CODES.index(rule.code) for rule in rules), -1], dtype=np.int64)
    return place[first_broken(rules, n_rows)]


def _of_contacts(measured: Measured, pair: Ints) -> Ints:
    assert measured.contacts is not None
    return pair[measured.contacts.place[measured.contact_used]]


def _codes(text: pd.Series) -> Ints:
    return pd.factorize(text)[0].astype(np.int64)


def _place_of(measured: Measured, episodes: Sequence[str] | pd.Index | pd.Series) -> Ints:
    """Row in the episodes table of each episode that is used."""
    used = np.flatnonzero(measured.episode_used)
    known = pd.Index(measured.episodes.text["episode"].to_numpy()[used])
    codes, names = pd.factorize(pd.Index(episodes))
    return np.asarray(used[known.get_indexer(names)][codes], dtype=np.int64)


def _without_contacts(measured: Measured) -> str:
    return "" if measured.has_contacts else NO_CONTACTS
