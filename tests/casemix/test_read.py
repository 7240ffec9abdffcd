"""`read_casemix` as a whole, against plain Python on messy studies, and what it refuses."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import messy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_reference import Plain, plain_casemix
from small_studies import CONTACT, EPISODE, per_week, set_aside, small_study, write_rows

import normenkader as nk
from normenkader.casemix import Casemix
from normenkader.casemix.quality_words import NO_TARGET_GROUP
from normenkader.casemix.target_group import TARGET_GROUPS
from normenkader.errors import InputRefused, StudyRefused

FIRST, LAST = date(2025, 9, 1), date(2025, 9, 17)
SLOWLY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_same(casemix: Casemix, plain: Plain) -> None:
    aside = {(file, line): code for file, line, _, code in set_aside(casemix)}
    expected = {("episodes.csv", i + 2): code for i, code in enumerate(plain.episode_codes) if code}
    expected |= {("minutes.csv", i + 2): code for i, code in enumerate(plain.contact_codes) if code}
    assert aside == expected
    frame = casemix.to_frame().set_index("episode")
    assert sorted(frame.index) == sorted(plain.rows)
    for episode, row in plain.rows.items():
        for name, value in row.items():
            wanted = value if isinstance(value, str) else pytest.approx(value, rel=1e-12, nan_ok=True)
            assert frame.loc[episode, name] == wanted, (episode, name)
    weeks = casemix.weeks_frame()
    found = {(e, w): m for e, w, m in weeks.itertuples(index=False)}
    assert found == pytest.approx(plain.weeks)
    assert list(found) == sorted(found)


def assert_adds_up(casemix: Casemix, n_rows: dict[str, int]) -> None:
    assert {count.file: count.read for count in casemix.ledger.files} == n_rows
    for count in casemix.ledger.files:
        assert count.read == count.used + count.set_aside
        assert count.set_aside == sum(row.file == count.file for row in casemix.ledger.rows)
    places = [(row.file, row.line) for row in casemix.ledger.rows]
    assert len(set(places)) == len(places)


@SLOWLY
@given(messy.episodes(with_minutes=False), messy.contacts(), st.sampled_from(["sum", "separate"]))
def test_messy_contacts_equal_plain_python(
    episodes: list[dict[str, str]], contacts: list[dict[str, str]], concurrent: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        more = f'[casemix]\nconcurrent = "{concurrent}"'
        study = small_study(Path(folder), episodes, contacts, window=messy.WINDOW, more=more)
        casemix = nk.read_casemix(study)
    assert_same(casemix, plain_casemix(episodes, contacts, FIRST, LAST, concurrent=concurrent))
    assert_adds_up(casemix, {"episodes.csv": len(episodes), "minutes.csv": len(contacts)})


@SLOWLY
@given(messy.episodes(with_minutes=True), st.sampled_from(["sum", "separate"]))
def test_messy_totals_equal_plain_python(episodes: list[dict[str, str]], concurrent: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        more = f'[casemix]\nconcurrent = "{concurrent}"'
        casemix = nk.read_casemix(small_study(Path(folder), episodes, window=messy.WINDOW, more=more))
    assert_same(casemix, plain_casemix(episodes, None, FIRST, LAST, concurrent=concurrent))
    assert_adds_up(casemix, {"episodes.csv": len(episodes)})


@settings(SLOWLY, max_examples=12)
@given(messy.episodes(with_minutes=False), messy.contacts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_neither_rows_nor_receipt(episodes, contacts, random) -> None:  # type: ignore[no-untyped-def]
    receipts, frames = [], []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            casemix = nk.read_casemix(small_study(Path(folder), episodes, contacts, window=messy.WINDOW))
        receipts.append(casemix.receipt)
        frames.append(casemix.to_frame())
        random.shuffle(episodes)
        random.shuffle(contacts)
    assert frames[0].equals(frames[1])
    assert receipts[0] == receipts[1]


def test_columns_and_types_are_the_contract(tmp_path: Path) -> None:
    casemix = nk.read_casemix(small_study(tmp_path, [{}], [{}]))
    frame = casemix.to_frame()
    assert list(frame.columns) == [
        "client", "provider", "municipality", "episode", "minutes_per_week", "exposure_days",
        "assigned_minutes_per_week", "at_cap", "minutes_basis", "product", "target_group", "need_met",
        "orientation", "load",
    ]  # fmt: skip
    assert frame["at_cap"].dtype == bool
    assert frame[["minutes_per_week", "exposure_days", "assigned_minutes_per_week"]].dtypes.eq(np.float64).all()
    assert frame["need_met"].tolist() == [""]
    assert frame["product"].tolist() == [""]
    assert frame["assigned_minutes_per_week"].isna().all()
    assert list(casemix.weeks_frame().columns) == ["episode", "week", "minutes"]
    assert [(file.table, file.file) for file in casemix.files] == [
        ("episodes", "episodes.csv"), ("minutes", "minutes.csv")
    ]  # fmt: skip


def test_frames_are_copies(tmp_path: Path) -> None:
    casemix = nk.read_casemix(small_study(tmp_path, [{}], [{}]))
    rows, weeks = casemix.to_frame(), casemix.weeks_frame()
    rows.loc[0, "minutes_per_week"] = 0.0
    weeks.loc[0, "minutes"] = -1.0
    assert casemix.to_frame()["minutes_per_week"].tolist() == [15.0]
    assert (casemix.weeks_frame()["minutes"] >= 0).all()


def test_several_files_each_get_their_count(tmp_path: Path) -> None:
    study = small_study(tmp_path, [{}], [{}], more="")
    text = (tmp_path / "study.toml").read_text().replace('"episodes.csv"', '"*episodes.csv"')
    (tmp_path / "study.toml").write_text(text)
    write_rows(tmp_path / "b_episodes.csv", EPISODE, [{"episode": "e2", "client": "c2"}, {"episode": "e1"}])
    casemix = nk.read_casemix(nk.read_study(study.folder))
    counts = {(count.file, count.read, count.used, count.set_aside) for count in casemix.ledger.files}
    assert counts == {("b_episodes.csv", 2, 1, 1), ("episodes.csv", 1, 0, 1), ("minutes.csv", 1, 1, 0)}
    assert set_aside(casemix) == [
        ("b_episodes.csv", 2, "", "no_registration"), ("episodes.csv", 2, "episode", "duplicate")
    ]  # fmt: skip


def test_unregistered_episodes_are_apart_and_can_be_zero(tmp_path: Path) -> None:
    rows = [{}, {"episode": "e2", "client": "c2", "assigned_minutes_per_week": "120"}]
    casemix = nk.read_casemix(small_study(tmp_path, rows, [{}]))
    assert casemix.to_frame()["episode"].tolist() == ["e1"]
    zeros = casemix.to_frame(unregistered_as_zero=True)
    assert zeros["episode"].tolist() == ["e1", "e2"]
    assert zeros["minutes_per_week"].tolist() == [15.0, 0.0]
    assert zeros["at_cap"].dtype == bool
    assert zeros["at_cap"].tolist() == [False, False]


def test_all_rows_set_aside_still_gives_a_ledger(tmp_path: Path) -> None:
    casemix = nk.read_casemix(small_study(tmp_path, [{"load": ""}], [{}]))
    assert casemix.to_frame().empty
    assert casemix.weeks_frame().empty
    assert set_aside(casemix) == [
        ("episodes.csv", 2, "load", "missing_factor"), ("minutes.csv", 2, "episode", "orphan")
    ]  # fmt: skip


def test_the_receipt_hashes_content_and_settings(tmp_path: Path) -> None:
    def receipt(name: str, minutes: str, **options: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        return nk.read_casemix(small_study(folder, [{}], [{"minutes_direct": minutes}], **options)).receipt.sha256

    first = receipt("a", "60")
    assert receipt("b", "60") == first
    assert receipt("c", "60.0") == first
    assert receipt("d", "61") != first
    assert receipt("e", "60", more='[casemix]\nconcurrent = "separate"') != first


def test_one_id_with_different_content_is_refused(tmp_path: Path) -> None:
    study = small_study(tmp_path, [{}, {"load": "zwaar"}], [{}])
    with pytest.raises(InputRefused) as refused:
        nk.read_casemix(study)
    assert (refused.value.column, refused.value.lines) == ("episode", (2, 3))


def test_direct_and_indirect_needs_the_column(tmp_path: Path) -> None:
    study = small_study(tmp_path, [{}], [{}], study='time_definition = "direct+indirect"')
    with pytest.raises(InputRefused) as refused:
        nk.read_casemix(study)
    assert (refused.value.file, refused.value.column) == ("minutes.csv", "minutes_indirect")


def test_a_rate_and_a_minutes_table_contradict_each_other(tmp_path: Path) -> None:
    rate = 'time_definition = "direct"\noutcome_is = "rate"'
    study = small_study(tmp_path, [{"minutes": "60"}], [{}], study=rate)
    with pytest.raises(StudyRefused, match="rate"):
        nk.read_casemix(study)


def test_a_total_needs_start_and_end(tmp_path: Path) -> None:
    study = small_study(tmp_path, [{"minutes": "60"}])
    text = (tmp_path / "episodes.csv").read_text().replace("start", "begin")
    (tmp_path / "episodes.csv").write_text(text)
    with pytest.raises(InputRefused) as refused:
        nk.read_casemix(study)
    assert refused.value.column == "start"


def test_a_rate_in_another_unit_needs_no_dates(tmp_path: Path) -> None:
    """As length of stay in days: the outcome stays as it is, over 10,080 or not, and exposure stays unknown."""
    study = small_study(
        tmp_path, [{"minutes": "4"}, {"episode": "e2", "client": "c2", "minutes": "20000"}],
        study='time_definition = "direct"\noutcome_is = "rate"\nunit = "days"',
    )  # fmt: skip
    lines = (tmp_path / "episodes.csv").read_text().replace(",start,end", "").replace(",2025-01-01,", "")
    (tmp_path / "episodes.csv").write_text(lines)
    casemix = nk.read_casemix(study)
    assert per_week(casemix) == {"e1": 4.0, "e2": 20000.0}
    assert casemix.to_frame()["exposure_days"].isna().all()
    assert casemix.weeks_frame().empty


def test_contacts_are_the_usual_ones() -> None:
    """The defaults of the helper are a study without any fault; every other test departs from it."""
    assert plain_casemix([{**EPISODE, "exposure_days": "", "assigned_minutes_per_week": ""}],
                         [{**CONTACT, "contact": ""}], FIRST, LAST).episode_codes == [""]  # fmt: skip


def test_a_name_in_study_toml_that_no_file_has_is_refused(tmp_path: Path) -> None:
    """A slip in the name of an optional column would leave the assigned minutes out, and with them the censoring."""
    rows = [{"episode": "e1", "minutes": "60", "Toegekend": "90"}]
    slip = '[columns.episodes]\nassigned_minutes_per_week = "Toegekent"\n'
    with pytest.raises(StudyRefused, match="no file of this table has a column called 'Toegekent'") as caught:
        nk.read_casemix(small_study(tmp_path, rows, more=slip))
    assert "[columns.episodes] assigned_minutes_per_week" in str(caught.value)
    named = '[columns.episodes]\nassigned_minutes_per_week = ["Toegekend", "Toegekent"]\n'
    frame = nk.read_casemix(small_study(tmp_path, rows, more=named)).to_frame()
    assert frame["assigned_minutes_per_week"].tolist() == [90.0]


def test_target_group_is_coarse_optional_and_refuses_no_word(tmp_path: Path) -> None:
    told = ["lvb", "GGZ ", "Ouderen", "niet-aangeboren hersenletsel", "overig", "", "onbekend", "ernstig autisme"]
    rows = [{"episode": f"e{i}", "client": f"c{i}", "minutes": "60", "target_group": word}
            for i, word in enumerate(told)]  # fmt: skip
    casemix = nk.read_casemix(small_study(tmp_path, rows))
    coarse = ["LVB", "GGZ", "ouderen", "NAH", "overig", "", "", "overig"]
    assert casemix.to_frame().sort_values("client")["target_group"].tolist() == coarse
    assert set(coarse) <= {"", *TARGET_GROUPS}
    assert not casemix.ledger.rows
    finding = next(q for q in casemix.quality if q.code == "other_target_group" and not q.provider)
    assert (finding.unit, finding.reason != "") == ("share", True)  # one row: fewer than may be shown


def test_a_word_of_ones_own_is_reported_and_never_published(tmp_path: Path) -> None:
    rows = [{"episode": f"e{i}", "client": f"c{i:02d}", "minutes": "60", "target_group": "kern" if i % 2 else "nah"}
            for i in range(60)]  # fmt: skip
    casemix = nk.read_casemix(small_study(tmp_path, rows))
    finding = next(q for q in casemix.quality if q.code == "other_target_group" and not q.provider)
    assert finding.value == pytest.approx(0.5)
    assert set(casemix.to_frame()["target_group"]) == {"NAH", "overig"}


def test_without_target_groups_the_column_is_empty_and_says_why(tmp_path: Path) -> None:
    casemix = nk.read_casemix(small_study(tmp_path, [{"minutes": "60"}]))
    assert casemix.to_frame()["target_group"].tolist() == [""]
    finding = next(q for q in casemix.quality if q.code == "other_target_group")
    assert (finding.value, finding.reason) == (None, NO_TARGET_GROUP)


def test_need_met_is_one_of_three_answers(tmp_path: Path) -> None:
    rows = [{"episode": f"e{i}", "client": f"c{i}", "minutes": "60", "need_met": answer}
            for i, answer in enumerate(["ja", "nee", "onbekend", "", "misschien"])]  # fmt: skip
    with pytest.raises(InputRefused, match="they are ja, nee, onbekend") as caught:
        nk.read_casemix(small_study(tmp_path, rows))
    assert "line 6" in str(caught.value)
    assert "misschien" not in str(caught.value)
    kept = nk.read_casemix(small_study(tmp_path, rows[:4])).to_frame()
    assert sorted(kept["need_met"]) == ["", "ja", "nee", "onbekend"]
