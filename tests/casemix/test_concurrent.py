"""One client's episodes at the same time: sums by hand, and the grouping against plain Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_studies import per_week, set_aside, small_study

import normenkader as nk
from normenkader.casemix.concurrent import disagreeing, overlap_groups, profile_codes, shared

SECOND = {"episode": "e2", "provider": "B", "municipality": "N"}


def test_minutes_add_up_over_the_days_of_the_union(tmp_path: Path) -> None:
    """e1 days 1-14 with 120 minutes, e2 days 8-28 with 300: 420 minutes in 28 days are 105 a week."""
    episodes = [{"end": "2025-09-14", "minutes": "120"}, {**SECOND, "start": "2025-09-08", "minutes": "300"}]
    casemix = nk.read_casemix(small_study(tmp_path, episodes))
    row = casemix.to_frame().iloc[0]
    assert len(casemix.to_frame()) == 1
    assert (row["minutes_per_week"], row["exposure_days"]) == (pytest.approx(105.0), 28.0)
    assert (row["provider"], row["municipality"], row["episode"]) == ("B", "N", "e2")
    (count,) = casemix.ledger.files
    assert (count.read, count.used, count.set_aside) == (2, 2, 0)


def test_weeks_add_up_too(tmp_path: Path) -> None:
    """Neither is open in the whole second week, together they are."""
    episodes = [{"end": "2025-09-10"}, {**SECOND, "start": "2025-09-10", "end": "2025-09-21"}]
    contacts = [{"date": "2025-09-09"}, {"date": "2025-09-11", "episode": "e2", "minutes_direct": "30"}]
    casemix = nk.read_casemix(small_study(tmp_path, episodes, contacts))
    assert casemix.weeks_frame().to_numpy().tolist() == [["e1", 0, 0.0], ["e1", 1, 90.0], ["e1", 2, 0.0]]
    assert per_week(casemix) == {"e1": 7 * 90 / 21}


def test_a_day_apart_stays_apart(tmp_path: Path) -> None:
    episodes = [{"end": "2025-09-14", "minutes": "100"}, {**SECOND, "start": "2025-09-15", "minutes": "200"}]
    assert per_week(nk.read_casemix(small_study(tmp_path, episodes))) == {"e1": 50.0, "e2": 100.0}


def test_overlap_before_the_window_is_no_overlap(tmp_path: Path) -> None:
    """Both are open on days before the window; in it only one is, and it stands alone."""
    episodes = [
        {"start": "2025-01-01", "end": "2025-08-20", "minutes": "0"},
        {**SECOND, "start": "2025-08-01", "minutes": "200"},
    ]
    casemix = nk.read_casemix(small_study(tmp_path, episodes))
    assert per_week(casemix) == {"e2": 50.0}
    assert set_aside(casemix) == [("episodes.csv", 2, "end", "outside_window")]


def test_other_clients_never_join(tmp_path: Path) -> None:
    episodes = [{"minutes": "100"}, {**SECOND, "client": "c2", "minutes": "200"}]
    assert per_week(nk.read_casemix(small_study(tmp_path, episodes))) == {"e1": 25.0, "e2": 50.0}


def test_assigned_minutes_add_up_only_if_all_have_them(tmp_path: Path) -> None:
    """60 a week for 28 days and 120 a week for 14 days are 120 a week over 28 days."""
    first = {"minutes": "240", "assigned_minutes_per_week": "60"}
    second = {**SECOND, "start": "2025-09-15", "minutes": "240", "assigned_minutes_per_week": "120"}
    row = nk.read_casemix(small_study(tmp_path, [first, second])).to_frame().iloc[0]
    assert (row["assigned_minutes_per_week"], row["minutes_per_week"], row["at_cap"]) == (120.0, 120.0, True)
    unknown = {**second, "assigned_minutes_per_week": ""}
    row = nk.read_casemix(small_study(tmp_path, [first, unknown])).to_frame().iloc[0]
    assert np.isnan(row["assigned_minutes_per_week"])
    assert not row["at_cap"]


def test_of_equals_the_first_provider_by_name_leads(tmp_path: Path) -> None:
    episodes = [{**SECOND, "minutes": "100"}, {"episode": "e3", "minutes": "100"}]
    row = nk.read_casemix(small_study(tmp_path, episodes)).to_frame().iloc[0]
    assert (row["provider"], row["episode"]) == ("A", "e3")


def test_most_minutes_lead_not_most_minutes_a_week(tmp_path: Path) -> None:
    """B has 100 minutes in one day (700 a week), A has 120 in four weeks (30 a week)."""
    episodes = [{"minutes": "120"}, {**SECOND, "start": "2025-09-28", "minutes": "100"}]
    assert nk.read_casemix(small_study(tmp_path, episodes)).to_frame()["provider"].tolist() == ["A"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [(("ja", "ja"), "ja"), (("ja", "nee"), "nee"), (("ja", ""), "onbekend"), (("", ""), ""), (("nee", "nee"), "nee")],
)
def test_basis_is_the_weakest_and_need_is_met_only_if_all_say_so(
    tmp_path: Path, answers: tuple[str, str], expected: str
) -> None:
    episodes = [
        {"minutes": "100", "minutes_basis": "measured", "need_met": answers[0]},
        {**SECOND, "minutes": "10", "minutes_basis": "declared", "need_met": answers[1]},
    ]
    row = nk.read_casemix(small_study(tmp_path, episodes)).to_frame().iloc[0]
    assert (row["minutes_basis"], row["need_met"]) == ("declared", expected)


def test_given_exposure_holds_the_union_within_bounds(tmp_path: Path) -> None:
    """By the dates 28 days each; given 5 and 9, so the union is at most 14 and never below 9."""
    episodes = [{"minutes": "70", "exposure_days": "5"}, {**SECOND, "minutes": "70", "exposure_days": "9"}]
    row = nk.read_casemix(small_study(tmp_path, episodes)).to_frame().iloc[0]
    assert (row["exposure_days"], row["minutes_per_week"]) == (14.0, pytest.approx(70.0))


def test_rates_are_weighted_by_their_days(tmp_path: Path) -> None:
    """100 a week for 28 days and 40 a week for 14 of them are 120 a week."""
    episodes = [{"minutes": "100"}, {**SECOND, "start": "2025-09-15", "minutes": "40"}]
    study = small_study(tmp_path, episodes, study='time_definition = "direct"\noutcome_is = "rate"')
    assert per_week(nk.read_casemix(study)) == {"e1": pytest.approx(120.0)}


def test_a_chain_of_overlaps_is_one_sum_or_one_conflict(tmp_path: Path) -> None:
    """e1 and e3 do not overlap, both overlap with e2."""
    chain = [
        {"end": "2025-09-08", "minutes": "10"},
        {**SECOND, "start": "2025-09-08", "end": "2025-09-20", "minutes": "20"},
        {"episode": "e3", "start": "2025-09-20", "minutes": "40"},
    ]
    assert per_week(nk.read_casemix(small_study(tmp_path, chain))) == {"e3": pytest.approx(7 * 70 / 28)}
    chain[2] = {**chain[2], "load": "zwaar"}
    casemix = nk.read_casemix(small_study(tmp_path, chain))
    assert [code for *_, code in set_aside(casemix)] == ["concurrent_conflict"] * 3


spans = st.tuples(st.integers(0, 3), st.integers(0, 20), st.integers(0, 8))


@given(st.lists(spans, max_size=12))
def test_groups_equal_joining_until_nothing_joins(some: list[tuple[int, int, int]]) -> None:
    client, first, length = (np.array([s[i] for s in some], dtype=np.int64) for i in range(3))
    found = overlap_groups(client, first.astype(float), (first + length).astype(float))
    label = list(range(len(some)))
    for i in range(len(some)):
        for k in range(i):
            days = [set(range(a, a + n + 1)) for _, a, n in (some[i], some[k])]
            if some[i][0] == some[k][0] and days[0] & days[1]:
                label = [label[i] if of == label[k] else of for of in label]
    same = [[a == b for b in label] for a in label]
    assert [[a == b for b in found.tolist()] for a in found.tolist()] == same
    assert sorted(set(found.tolist())) == list(range(len(set(label))))
    assert shared(found).tolist() == [sum(row) > 1 for row in same]


def test_an_episode_without_dates_stays_alone() -> None:
    first, last = np.array([np.nan, 0.0, np.nan, 3.0]), np.array([np.nan, 5.0, np.nan, 9.0])
    groups = overlap_groups(np.zeros(4, dtype=np.int64), first, last)
    assert groups[1] == groups[3]
    assert len({groups[0], groups[1], groups[2]}) == 3


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.sampled_from("xyz")), min_size=1, max_size=12))
def test_disagreement_is_more_than_one_profile(some: list[tuple[int, str, str]]) -> None:
    codes = profile_codes(pd.DataFrame({"one": [s[1] for s in some], "two": [s[2] for s in some]}))
    groups = np.array([s[0] for s in some], dtype=np.int64)
    expected = [len({s[1:] for s in some if s[0] == group}) > 1 for group in groups]
    assert disagreeing(groups, codes).tolist() == expected


def test_many_factors_do_not_overflow() -> None:
    rng = np.random.default_rng(1)
    levels = pd.DataFrame({f"f{i}": rng.choice(list("abcdef"), 50) for i in range(80)})
    levels = pd.concat([levels, levels], ignore_index=True)
    codes = profile_codes(levels)
    assert len(set(codes.tolist())) == 50
    assert codes[:50].tolist() == codes[50:].tolist()
