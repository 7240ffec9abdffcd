"""Minutes files read out of core: the same casemix as the ordinary reading, whatever is wrong with the rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import messy
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_studies import per_week, set_aside, small_study

from normenkader.casemix import Casemix, large_csv, large_files, large_ledger, large_minutes
from normenkader.casemix.large_rules import own_rules
from normenkader.casemix.read import read_casemix, read_tables
from normenkader.casemix.setting_aside import minutes_rules
from normenkader.casemix.values import minutes_values
from normenkader.casemix.variants import reread
from normenkader.errors import InputRefused
from normenkader.study import Study, read_study

SLOWLY = settings(
    max_examples=10, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
ONE = [{"client": f"c{i}", "episode": f"e{i}", "provider": "AB"[i % 2]} for i in range(6)]


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(large_files, "LARGE_BYTES", -1)
    return monkeypatch


def both_ways(study: Study) -> tuple[Casemix, Casemix]:
    """The casemix by the ordinary reading and out of core."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_files, "is_large", lambda _: False)
        patch.setattr("normenkader.casemix.read.is_large", lambda _: False)
        ordinary = read_casemix(study)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_files, "LARGE_BYTES", -1)
        return ordinary, read_casemix(study)


def assert_equal(study: Study) -> Casemix:
    ordinary, large = both_ways(study)
    assert large.ledger == ordinary.ledger
    assert large.files == ordinary.files
    assert large.quality == ordinary.quality
    pd.testing.assert_frame_equal(large.weeks_frame(), ordinary.weeks_frame())
    # Of the content of every row, to the last bit.
    assert large.receipt == ordinary.receipt
    return large


@SLOWLY
@given(
    messy.episodes(with_minutes=False), messy.contacts(), st.sampled_from(["sum", "separate"]),
    st.sampled_from(["csv", "parquet"]), st.sampled_from([1, 7, 20_000_000]),
)  # fmt: skip
def test_messy_contacts_are_read_alike(
    monkeypatch: pytest.MonkeyPatch, episodes: list[dict[str, str]], contacts: list[dict[str, str]], concurrent: str,
    form: str, rows_per_pass: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(large_minutes, "_ROWS_PER_PASS", rows_per_pass)
    with tempfile.TemporaryDirectory() as folder:
        more = f'[casemix]\nconcurrent = "{concurrent}"'
        study = small_study(Path(folder), episodes, contacts, window=messy.WINDOW, more=more)
        if form == "parquet":
            study = as_parquet(Path(folder), pd.read_csv(Path(folder) / "minutes.csv", dtype=str))
        assert_equal(study)


@SLOWLY
@given(messy.episodes(with_minutes=False), messy.contacts(), st.sampled_from(["15", "0", "", "-3", "x"]))
def test_indirect_minutes_are_read_alike(
    episodes: list[dict[str, str]], contacts: list[dict[str, str]], indirect: str
) -> None:
    rows = [{**row, "minutes_indirect": indirect if i % 3 == 0 else "10"} for i, row in enumerate(contacts)]
    with tempfile.TemporaryDirectory() as folder:
        assert_equal(small_study(
            Path(folder), episodes, rows, window=messy.WINDOW, study='time_definition = "direct+indirect"'
        ))  # fmt: skip


def as_parquet(folder: Path, frame: pd.DataFrame) -> Study:
    frame.to_parquet(folder / "minutes.parquet", index=False)
    text = (folder / "study.toml").read_text(encoding="utf-8").replace("minutes.csv", "minutes.parquet")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder)


def typed_contacts() -> Mapping[str, Sequence[object]]:
    texts = ["2025-09-01", "2025-09-02 10:30", None, "2025-10-30", "2025-09-02", "2025-09-02"]
    days = pd.to_datetime(texts, format="mixed")
    return {
        "episode": ["e1", " e2 ", "e3", "e1", "e2", "vreemd"], "date": days,
        "minutes_direct": [60.0, 45.5, 30.0, 10.0, np.nan, 20.0], "contact": [1, 2, 3, 4, 5, 6],
        "leeg": [None] * 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {}, {"date": "datetime64[us, Europe/Amsterdam]"}, {"minutes_direct": "float32"}, {"episode": "category"},
        {"contact": "string"}, {"contact": "float64"}, {"date": "string"},
    ],
    ids=str,
)  # fmt: skip
def test_typed_columns_are_read_alike(tmp_path: Path, change: dict[str, str]) -> None:
    small_study(tmp_path, ONE, [{}])
    frame = pd.DataFrame(typed_contacts())
    for column, kind in change.items():
        zoned = "," in kind
        frame[column] = frame[column].dt.tz_localize("Europe/Amsterdam") if zoned else frame[column].astype(kind)
    casemix = assert_equal(as_parquet(tmp_path, frame))
    assert {code for *_, code in set_aside(casemix)} >= {"impossible", "missing_minutes", "orphan", "outside_window"}


def test_whole_numbers_as_episodes_and_compact_dates(tmp_path: Path) -> None:
    small_study(tmp_path, [{"client": "c1", "episode": "17"}, {"client": "c2", "episode": "18"}], [{}])
    frame = pd.DataFrame({"episode": [17, 18, 17], "date": [20250902, 20250903, 20250231], "minutes_direct": [30] * 3})
    casemix = assert_equal(as_parquet(tmp_path, frame))
    assert set_aside(casemix) == [("minutes.parquet", 4, "date", "impossible")]


@pytest.mark.parametrize("block", [40, 200, 16_000_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_alike_in_blocks_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, encoding: str
) -> None:
    monkeypatch.setattr(large_csv, "BLOCK_BYTES", block)
    small_study(tmp_path, ONE, [{}])
    lines = [f"e{i % 6};0{1 + i % 9}-09-2025;{30 + i},5;café {i}" for i in range(60)]
    lines[7:7] = ["", ";;;", 'e1;02-09-2025;"12,5";"twee\nregels; één cel"']
    text = "sep=;\nepisode;date;minutes_direct;team\n" + "\n".join(lines) + "\n\n"
    (tmp_path / "minutes.csv").write_bytes(text.encode(encoding))
    casemix = assert_equal(read_study(tmp_path))
    assert sum(count.read for count in casemix.ledger.files) == 61 + len(ONE)


def test_what_is_refused_is_refused_alike(tmp_path: Path, everything_is_large: pytest.MonkeyPatch) -> None:
    for name, cell, rule in (
        ("bsn", "1", "the name of this column says"), ("nummer", "111222333", "look like a BSN"),
        ("x", "a@b.nl", "an e-mail address"),
    ):  # fmt: skip
        rows = [{name: cell if name != "nummer" else bsn} for bsn in BSNS]
        with pytest.raises(InputRefused, match=rule):
            read_casemix(small_study(tmp_path, ONE, rows))
    with pytest.raises(InputRefused, match="month first"):
        read_casemix(small_study(tmp_path, ONE, [{"date": "09/13/2025"}, {"date": "09/14/2025"}]))
    with pytest.raises(InputRefused, match="BSN") as refused:
        read_casemix(small_study(tmp_path, ONE, [{"episode": bsn} for bsn in BSNS]))
    assert not any(bsn in str(refused.value) for bsn in BSNS)
    for text, rule in (("", "no rows"), ("e1,2025-09-02,1,2\n", "more cells than the header")):
        (tmp_path / "minutes.csv").write_text(f"episode,date,minutes_direct\n{text}", encoding="utf-8")
        study = read_study(tmp_path)
        with pytest.raises(InputRefused, match=rule):
            read_casemix(study)


BSNS = ("111222333", "123456782", "999999990", "100000009", "100000010", "100000022")


def test_rules_are_those_of_the_ordinary_reading(tmp_path: Path) -> None:
    for definition in ("direct", "direct+indirect"):
        study = small_study(
            tmp_path, ONE, [{"minutes_indirect": "5"}], study=f'time_definition = "{definition}"'
        )  # fmt: skip
        tables = read_tables(study)
        assert tables.minutes is not None
        ordinary = minutes_rules(minutes_values(tables.minutes, pd.Series(["e1"]), study), study)
        assert [(r.code, r.column) for r in own_rules(study)] == [(r.code, r.column) for r in ordinary]


def test_minutes_that_are_not_whole_are_summed_to_nine_digits_and_in_any_order(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    rows = [
        {"episode": f"e{i % 6}", "date": f"2025-09-{1 + i % 28:02}", "minutes_direct": f"{m:.7f}"}
        for i, m in enumerate(rng.uniform(1, 90, 600))
    ]  # fmt: skip
    ordinary, large = both_ways(small_study(tmp_path, ONE, rows))
    assert per_week(large) == pytest.approx(per_week(ordinary), rel=1e-9, abs=0)
    _, other = both_ways(small_study(tmp_path, ONE, [rows[i] for i in rng.permutation(600)]))
    assert other.receipt == large.receipt


def test_beyond_the_most_clients_weeks_are_those_of_whole_clients(
    tmp_path: Path, everything_is_large: pytest.MonkeyPatch
) -> None:
    episodes = [{"client": f"c{i // 2}", "episode": f"e{i}", "provider": "AB"[i % 4 // 2]} for i in range(200)]
    contacts = [{"episode": f"e{i}", "date": f"2025-09-{d:02}"} for i in range(200) for d in (2, 9)]
    study = small_study(tmp_path, episodes, contacts, more='[casemix]\nconcurrent = "separate"')
    whole = read_casemix(study)
    everything_is_large.setattr(large_minutes, "MOST_CLIENTS_WITH_WEEKS", 40)
    part = read_casemix(study)
    assert part.to_frame().equals(whole.to_frame())
    kept = part.weeks_frame()
    of = whole.weeks_frame()
    pd.testing.assert_frame_equal(kept, of[of["episode"].isin(kept["episode"])].reset_index(drop=True))
    clients = part.to_frame().set_index("episode").loc[kept["episode"].unique(), "client"]
    assert clients.value_counts().tolist() == [2] * 40
    shares = {f.code: f.value for f in part.quality if not f.provider}
    assert shares["weeks_sampled"] == pytest.approx(0.4)
    assert "weeks_sampled" not in {f.code for f in whole.quality}
    assert read_casemix(study).receipt == part.receipt


def test_a_long_ledger_lists_the_first_lines_and_counts_all(
    tmp_path: Path, everything_is_large: pytest.MonkeyPatch
) -> None:
    rows = [{"minutes_direct": "-1"}] * 5 + [{"episode": "vreemd", "date": f"2025-09-{d:02}"} for d in range(1, 8)]
    study = small_study(tmp_path, ONE, [*rows, {}])
    for module in (large_minutes, large_ledger):
        everything_is_large.setattr(module, "MOST_LISTED", 3)
    ledger = read_casemix(study).ledger
    listed = [(r.line, r.code) for r in ledger.rows if r.file == "minutes.csv"]
    assert listed == [(2, "negative"), (3, "negative"), (4, "negative"), (7, "orphan"), (8, "orphan"), (9, "orphan")]
    assert [(more.code, more.n) for more in ledger.unlisted] == [("negative", 2), ("orphan", 4)]
    assert ledger.codes() == {"negative": 5, "no_registration": 5, "orphan": 7}
    count = next(count for count in ledger.files if count.file == "minutes.csv")
    assert (count.read, count.used, count.set_aside) == (13, 1, 12)


def test_other_settings_need_no_second_reading(tmp_path: Path, everything_is_large: pytest.MonkeyPatch) -> None:
    episodes = [{**row, "minutes_basis": "planned" if i == 2 else "registered"} for i, row in enumerate(ONE)]
    contacts = [{"episode": row["episode"], "date": f"2025-09-{d:02}"} for row in ONE for d in (2, 9)]
    study = small_study(tmp_path, episodes, contacts)
    tables = read_tables(study)
    (tmp_path / "minutes.csv").unlink()
    every = reread(study, tables=tables, accepted_basis=("registered", "planned"))
    assert per_week(every) == dict.fromkeys((row["episode"] for row in ONE), 30.0)


def test_nothing_is_left_behind_and_no_extension_is_fetched(
    tmp_path: Path, everything_is_large: pytest.MonkeyPatch
) -> None:
    everything_is_large.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    study = small_study(tmp_path, ONE, [{"episode": row["episode"]} for row in ONE])
    tables = read_tables(study)
    assert tables.sums is not None
    assert tables.sums._store is not None
    assert list((tmp_path / "tmp").iterdir())
    names = ("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions")
    for name in names:
        value = tables.sums._store.table(f"SELECT current_setting('{name}') AS v").column("v")[0].as_py()
        assert value is False
    tables.sums.close()
    read_casemix(study)
    assert not list((tmp_path / "tmp").iterdir())
    refused = small_study(tmp_path, ONE, [{"date": "09/13/2025"}])
    with pytest.raises(InputRefused):
        read_casemix(refused)
    assert not list((tmp_path / "tmp").iterdir())
