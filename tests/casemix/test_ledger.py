"""Every kind of bad row goes to the ledger with its file, line, column and code; the rest is used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_studies import Row, per_week, set_aside, small_study

import normenkader as nk
from normenkader.casemix import CODES
from normenkader.casemix.ledger import JudgedRows, Rule, build_ledger, codes_of, first_broken

GOOD_EPISODE = {"client": "c9", "episode": "e9"}
GOOD_CONTACT = {"episode": "e9"}

EPISODES = [
    ({"start": "31-02-2025"}, "start", "impossible"),
    ({"start": ""}, "start", "impossible"),
    ({"end": "onbekend"}, "end", "impossible"),
    ({"exposure_days": "n.v.t."}, "exposure_days", "impossible"),
    ({"exposure_days": "29"}, "exposure_days", "impossible"),
    ({"exposure_days": "-3"}, "exposure_days", "negative"),
    ({"exposure_days": "0"}, "exposure_days", "outside_window"),
    ({"assigned_minutes_per_week": "veel"}, "assigned_minutes_per_week", "impossible"),
    ({"assigned_minutes_per_week": "10081"}, "assigned_minutes_per_week", "impossible"),
    ({"assigned_minutes_per_week": "-60"}, "assigned_minutes_per_week", "negative"),
    ({"start": "2025-09-10", "end": "2025-09-09"}, "end", "end_before_start"),
    ({"start": "2025-09-29"}, "start", "outside_window"),
    ({"end": "2025-08-31"}, "end", "outside_window"),
    ({"load": ""}, "load", "missing_factor"),
    ({"orientation": "", "load": ""}, "orientation", "missing_factor"),
    ({"client": ""}, "client", "missing_factor"),
    ({"provider": ""}, "provider", "missing_factor"),
    ({"minutes_basis": "planned"}, "minutes_basis", "basis_not_accepted"),
    ({"minutes_basis": ""}, "minutes_basis", "basis_not_accepted"),
]  # fmt: skip

TOTALS = [
    ({"minutes": ""}, "minutes", "missing_minutes"),
    ({"minutes": "twee uur"}, "minutes", "impossible"),
    ({"minutes": "-1"}, "minutes", "negative"),
    ({"minutes": "40321"}, "minutes", "impossible"),
    ({"minutes": "40321", "exposure_days": "x"}, "exposure_days", "impossible"),
]  # fmt: skip

CONTACTS = [
    ({"date": ""}, "date", "impossible"),
    ({"date": "2025-13-01"}, "date", "impossible"),
    ({"minutes_direct": "kwartier"}, "minutes_direct", "impossible"),
    ({"minutes_direct": "10081"}, "minutes_direct", "impossible"),
    ({"minutes_direct": "-5"}, "minutes_direct", "negative"),
    ({"minutes_direct": ""}, "minutes_direct", "missing_minutes"),
    ({"date": "2025-08-31"}, "date", "outside_window"),
    ({"date": "2025-09-29"}, "date", "outside_window"),
    ({"episode": "unknown"}, "episode", "orphan"),
    ({"episode": ""}, "episode", "orphan"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "column", "code"), EPISODES)
def test_a_bad_episode_and_its_minutes(tmp_path: Path, bad: Row, column: str, code: str) -> None:
    study = small_study(tmp_path, [GOOD_EPISODE, bad], [GOOD_CONTACT, {}])
    casemix = nk.read_casemix(study)
    assert set_aside(casemix) == [("episodes.csv", 3, column, code), ("minutes.csv", 3, "episode", "orphan")]
    assert per_week(casemix) == {"e9": 15.0}


@pytest.mark.parametrize(("bad", "column", "code"), TOTALS)
def test_a_bad_total(tmp_path: Path, bad: Row, column: str, code: str) -> None:
    casemix = nk.read_casemix(small_study(tmp_path, [{**GOOD_EPISODE, "minutes": "40320"}, bad]))
    assert set_aside(casemix) == [("episodes.csv", 3, column, code)]
    assert per_week(casemix) == {"e9": 10_080.0}


@pytest.mark.parametrize(("bad", "column", "code"), CONTACTS)
def test_a_bad_contact(tmp_path: Path, bad: Row, column: str, code: str) -> None:
    study = small_study(tmp_path, [{}, GOOD_EPISODE], [{}, bad, {**GOOD_CONTACT, "minutes_direct": "10080"}])
    casemix = nk.read_casemix(study)
    assert set_aside(casemix) == [("minutes.csv", 3, column, code)]
    assert per_week(casemix) == {"e1": 15.0, "e9": 2520.0}


@pytest.mark.parametrize("cell", ["", "x", "-1"])
def test_bad_indirect_minutes_count_only_where_the_study_counts_them(tmp_path: Path, cell: str) -> None:
    rows = [{"minutes_indirect": "12"}, {"date": "2025-09-09", "minutes_indirect": cell}]
    direct = small_study(tmp_path, [{}], rows)
    assert set_aside(nk.read_casemix(direct)) == []
    both = small_study(tmp_path, [{}], rows, study='time_definition = "direct+indirect"')
    casemix = nk.read_casemix(both)
    code = {"": "missing_minutes", "x": "impossible", "-1": "negative"}[cell]
    assert set_aside(casemix) == [("minutes.csv", 3, "minutes_indirect", code)]
    assert per_week(casemix) == {"e1": 18.0}


def test_an_identical_episode_is_there_once(tmp_path: Path) -> None:
    casemix = nk.read_casemix(small_study(tmp_path, [{}, {}], [{}]))
    assert set_aside(casemix) == [("episodes.csv", 3, "episode", "duplicate")]
    assert per_week(casemix) == {"e1": 15.0}


def test_equal_contacts_on_one_day_are_one(tmp_path: Path) -> None:
    rows = [{}, {"minutes_direct": "60.0"}, {"date": "2025-09-03"}, {"minutes_direct": "45"}, {}]
    casemix = nk.read_casemix(small_study(tmp_path, [{}], rows))
    assert set_aside(casemix) == [("minutes.csv", 3, "", "duplicate"), ("minutes.csv", 6, "", "duplicate")]
    assert per_week(casemix) == {"e1": (60 + 60 + 45) / 4}


def test_a_contact_id_tells_equal_contacts_apart(tmp_path: Path) -> None:
    rows = [{"contact": "k1"}, {"contact": "k2"}, {"contact": "k1"}, {"contact": ""}]
    casemix = nk.read_casemix(small_study(tmp_path, [{}], rows))
    assert set_aside(casemix) == [("minutes.csv", 4, "", "duplicate")]
    assert per_week(casemix) == {"e1": 45.0}


def test_other_indirect_minutes_make_another_contact(tmp_path: Path) -> None:
    rows = [{"minutes_indirect": "5"}, {"minutes_indirect": "10"}, {"minutes_indirect": "5"}]
    casemix = nk.read_casemix(small_study(tmp_path, [{}], rows))
    assert set_aside(casemix) == [("minutes.csv", 4, "", "duplicate")]


def test_no_registration_is_not_zero(tmp_path: Path) -> None:
    """Neither without any row, nor when every row was set aside; a registered zero is a zero."""
    episodes = [{"episode": f"e{i}", "client": f"c{i}"} for i in (1, 2, 3)]
    contacts = [{"minutes_direct": "-60"}, {"episode": "e3", "minutes_direct": "0"}]
    casemix = nk.read_casemix(small_study(tmp_path, episodes, contacts))
    assert set_aside(casemix) == [
        ("episodes.csv", 2, "", "no_registration"), ("episodes.csv", 3, "", "no_registration"),
        ("minutes.csv", 2, "minutes_direct", "negative"),
    ]  # fmt: skip
    assert per_week(casemix) == {"e3": 0.0}
    assert casemix.to_frame(unregistered_as_zero=True)["minutes_per_week"].tolist() == [0.0, 0.0, 0.0]


def test_more_than_a_week_holds_in_all_is_impossible(tmp_path: Path) -> None:
    """Each contact could be, their sum over a single open day could not."""
    episodes = [{"end": "2025-09-02"}, GOOD_EPISODE]
    contacts = [{"minutes_direct": "5000"}, {"minutes_direct": "6000"}, GOOD_CONTACT]
    casemix = nk.read_casemix(small_study(tmp_path, episodes, contacts))
    assert set_aside(casemix) == [
        ("episodes.csv", 2, "", "impossible"),
        ("minutes.csv", 2, "episode", "orphan"), ("minutes.csv", 3, "episode", "orphan"),
    ]  # fmt: skip


def test_overlap_with_other_factors_is_a_conflict_for_all(tmp_path: Path) -> None:
    episodes = [{}, {"episode": "e2", "load": "zwaar"}, GOOD_EPISODE]
    contacts = [{}, {"episode": "e2"}, GOOD_CONTACT]
    casemix = nk.read_casemix(small_study(tmp_path, episodes, contacts))
    assert set_aside(casemix) == [
        ("episodes.csv", 2, "", "concurrent_conflict"), ("episodes.csv", 3, "", "concurrent_conflict"),
        ("minutes.csv", 2, "episode", "orphan"), ("minutes.csv", 3, "episode", "orphan"),
    ]  # fmt: skip
    separate = small_study(tmp_path, episodes, contacts, more='[casemix]\nconcurrent = "separate"')
    assert set_aside(nk.read_casemix(separate)) == []


def test_no_limit_is_known_for_another_unit(tmp_path: Path) -> None:
    study = small_study(tmp_path, [{"minutes": "50000"}], study='time_definition = "direct"\nunit = "hours per year"')
    assert per_week(nk.read_casemix(study)) == {"e1": 12_500.0}


def test_a_number_that_is_no_number_for_a_numeric_factor(tmp_path: Path) -> None:
    study = small_study(tmp_path, [{"weeks": "26"}, {**GOOD_EPISODE, "weeks": "lang"}], [{}, GOOD_CONTACT])
    factor = '\n[[factor]]\nname = "weeks"\nkind = "numeric"\nbreaks = [13, 26]\nijkclient = "14-26"\n'
    (tmp_path / "study.toml").write_text((tmp_path / "study.toml").read_text() + factor)
    casemix = nk.read_casemix(nk.read_study(study.folder))
    assert set_aside(casemix)[0] == ("episodes.csv", 3, "weeks", "impossible")
    assert casemix.to_frame()["weeks"].tolist() == ["14-26"]


def test_rows_without_an_episode_id_are_no_duplicates_and_have_no_minutes(tmp_path: Path) -> None:
    rows = [{"episode": ""}, {"episode": "", "load": "zwaar"}, GOOD_EPISODE]
    casemix = nk.read_casemix(small_study(tmp_path, rows, [{"episode": ""}, GOOD_CONTACT]))
    assert set_aside(casemix) == [
        ("episodes.csv", 2, "episode", "missing_factor"), ("episodes.csv", 3, "episode", "missing_factor"),
        ("minutes.csv", 2, "episode", "orphan"),
    ]  # fmt: skip


def test_all_codes_of_the_contract_are_shown_above() -> None:
    shown = {code for _, _, code in EPISODES + TOTALS + CONTACTS}
    assert shown | {"duplicate", "no_registration", "concurrent_conflict"} == set(CODES)


def test_the_first_rule_that_hits_is_the_code() -> None:
    rules = (
        Rule("negative", "a", np.array([False, True, True, False])),
        Rule("duplicate", "b", np.array([True, True, False, False])),
    )
    assert first_broken(rules, 4).tolist() == [1, 0, 0, -1]
    assert codes_of(rules, 4).tolist() == ["duplicate", "negative", "negative", ""]
    assert codes_of((), 2).tolist() == ["", ""]


def test_rows_of_a_file_without_any_row_count_as_zero() -> None:
    nothing = JudgedRows(
        file_names=("empty.csv",), files=np.zeros(0, dtype=object), lines=np.zeros(0, dtype=np.int64), rules=()
    )
    (count,) = build_ledger([nothing]).files
    assert (count.file, count.read, count.used, count.set_aside) == ("empty.csv", 0, 0, 0)
