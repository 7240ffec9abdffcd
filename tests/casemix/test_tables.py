"""Tables of the contract from a study's files: what is read, and what is refused before anything is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from normenkader.casemix.columns import contract_columns
from normenkader.casemix.tables import read_table
from normenkader.errors import InputRefused, StudyRefused
from normenkader.study import Study, read_study

StudyOf = Callable[..., Study]

EPISODES = """\
client,provider,municipality,episode,start,end,orientation,duration_weeks,minutes_basis,minutes
c1,Aanbieder A,Lisse,e1,2025-08-01,,behoudgericht,30,registered,600
c2,Aanbieder A,Lisse,e2,2025-08-01,2025-10-01,ontwikkelgericht,13,registered,480
"""
HEADER, FIRST, SECOND = EPISODES.splitlines()
SECRET = "geheim-4711"


def refused(study: Any, name: str = "episodes") -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        read_table(study, name)
    assert SECRET not in str(caught.value), "a message never holds a value from a file"
    return caught.value


def test_rows_of_all_files_in_order_of_path_and_line(study_of: StudyOf, tmp_path: Path) -> None:
    other = EPISODES.replace("e1", "e3").replace("e2", "e4").replace(",", ";")
    study = study_of({"aanbieders/b.csv": EPISODES, "aanbieders/a.csv": f"\n{other}", "aanbieders/~$b.xlsx": b"lock"})
    table = read_table(study, "episodes")
    frame = table.to_frame()
    assert list(frame["episode"]) == ["e3", "e4", "e1", "e2"]
    assert list(frame["_file"]) == ["aanbieders/a.csv"] * 2 + ["aanbieders/b.csv"] * 2
    assert list(frame["_line"]) == [3, 4, 2, 3]
    assert [file.file for file in table.files] == ["aanbieders/a.csv", "aanbieders/b.csv"]
    assert [file.table for file in table.files] == ["episodes"] * 2
    content = (tmp_path / "aanbieders/b.csv").read_bytes()
    assert table.files[1].sha256 == hashlib.sha256(content).hexdigest()
    assert table.files[0].dialect == "csv, semicolon, utf-8, no decimals, dates yyyy-mm-dd"


def test_a_copy_is_given_and_the_table_is_frozen(study_of: StudyOf) -> None:
    table = read_table(study_of(), "episodes")
    copy = table.to_frame()
    copy["client"] = "x"
    table.texts("client")[:] = "x"
    assert list(table.texts("client")) == ["c1", "c2"]
    with pytest.raises(FrozenInstanceError):
        table.name = "x"  # type: ignore[misc]


def test_every_cell_is_text_and_missing_is_empty(study_of: StudyOf) -> None:
    frame = read_table(study_of(), "episodes").to_frame()
    texts = frame.drop(columns="_line")
    assert all(isinstance(value, str) for value in texts.to_numpy().ravel())
    assert frame["end"].iloc[0] == ""
    assert frame["_line"].dtype == np.int64


def test_columns_that_the_contract_does_not_know_are_not_kept(study_of: StudyOf) -> None:
    text = f"kleur,{HEADER},\nrood,{FIRST},\nblauw,{SECOND},\n"
    table = read_table(study_of({"aanbieders/a.csv": text}), "episodes")
    assert "kleur" not in table.to_frame().columns
    assert not (table.to_frame() == "rood").to_numpy().any()
    assert list(table.to_frame().columns) == [*table.columns, "_file", "_line"]


def test_a_column_that_some_files_lack_is_empty_there(study_of: StudyOf) -> None:
    with_product = f"{HEADER},product\n{FIRST},IB1\n"
    table = read_table(study_of({"aanbieders/a.csv": EPISODES, "aanbieders/b.csv": with_product}), "episodes")
    assert list(table.texts("product")) == ["", "", "IB1"]
    assert list(table.texts("need_met")) == [""] * 3
    assert "need_met" not in table.columns


def test_one_pattern_or_many_and_a_file_is_read_once(study_of: StudyOf, tmp_path: Path) -> None:
    study = study_of()
    text = (tmp_path / "study.toml").read_text().replace('["aanbieders/*"]', '["aanbieders/*", "**/a.csv"]')
    (tmp_path / "study.toml").write_text(text)
    assert len(read_table(read_study(tmp_path), "episodes")) == len(read_table(study, "episodes")) == 2


def test_a_file_whose_name_has_brackets_is_found_by_its_name(study_of: StudyOf) -> None:
    sources = 'vignettes = "vignetten [1].csv"'
    files = {
        "aanbieders/a.csv": EPISODES,
        "vignetten [1].csv": "vignette,orientation,duration_weeks\nv1,behoudgericht,<=13\n",
    }
    assert len(read_table(study_of(files, sources=sources), "vignettes")) == 1


class TestMapping:
    MAPPED = '[columns.episodes]\nclient = ["Cliëntnummer (pseudo)", "client_id"]\nminutes = "Minuten; totaal"'

    def test_local_names_of_different_providers(self, study_of: StudyOf) -> None:
        one = EPISODES.replace("client,", "Cliëntnummer (pseudo),").replace(",minutes\n", ',"Minuten; totaal"\n')
        two = EPISODES.replace("client,", " CLIENT_ID ,").replace(",minutes\n", ",minutes\n")
        table = read_table(study_of({"aanbieders/a.csv": one, "aanbieders/b.csv": two}, rest=self.MAPPED), "episodes")
        assert list(table.texts("client")) == ["c1", "c2"] * 2
        assert list(table.texts("minutes")) == ["600", "480"] * 2

    def test_accents_stored_as_two_characters_match(self, study_of: StudyOf) -> None:
        text = EPISODES.replace("client,", "Clie\u0308ntnummer (PSEUDO),")
        assert list(read_table(study_of({"aanbieders/a.csv": text}, rest=self.MAPPED), "episodes").texts("client"))

    def test_a_mapped_name_goes_before_the_contract_name(self, study_of: StudyOf) -> None:
        text = f"client_id,{HEADER}\nx1,{FIRST}\n"
        table = read_table(study_of({"aanbieders/a.csv": text}, rest=self.MAPPED), "episodes")
        assert list(table.texts("client")) == ["x1"]

    def test_one_local_column_may_serve_two_contract_columns(self, study_of: StudyOf) -> None:
        text = EPISODES.replace("episode,", "weg,")
        mapped = '[columns.episodes]\nepisode = "client"\nclient = "client"'
        table = read_table(study_of({"aanbieders/a.csv": text}, rest=mapped), "episodes")
        assert list(table.texts("episode")) == list(table.texts("client")) == ["c1", "c2"]

    @pytest.mark.parametrize("extra", ["client_id,Cliëntnummer (pseudo)", "client_id,Client_ID"])
    def test_two_local_columns_for_one_are_refused(self, study_of: StudyOf, extra: str) -> None:
        text = f"{extra},{HEADER}\n{SECRET},{SECRET},{FIRST}\n"
        error = refused(study_of({"aanbieders/a.csv": text}, rest=self.MAPPED))
        assert (error.file, error.column) == ("aanbieders/a.csv", "client")
        assert "more than one column" in error.rule

    def test_a_name_that_the_table_does_not_have_is_refused(self, study_of: StudyOf) -> None:
        error = refused(study_of(rest='[columns.episodes]\nclien = "x"'))
        assert isinstance(error, StudyRefused)
        assert error.column == "[columns.episodes] clien"
        assert "did you mean 'client'?" in error.rule


class TestRequiredColumns:
    @pytest.mark.parametrize("column", HEADER.split(","))
    def test_each_is_demanded_by_name(self, study_of: StudyOf, column: str) -> None:
        text = EPISODES.replace(FIRST, FIRST.replace("c1", SECRET))
        header = HEADER.split(",")
        header[header.index(column)] = "iets"
        error = refused(study_of({"aanbieders/a.csv": text.replace(HEADER, ",".join(header))}))
        assert (error.file, error.column) == ("aanbieders/a.csv", column)
        assert "[columns.episodes]" in error.rule

    def test_minutes_are_not_demanded_when_there_is_a_minutes_table(self, study_of: StudyOf) -> None:
        text = "\n".join(line.rpartition(",")[0] for line in EPISODES.splitlines())
        minutes = "episode,date,minutes_direct\ne1,2025-09-02,60\n"
        files = {"aanbieders/a.csv": text, "m.csv": minutes}
        study = study_of(files, sources='minutes = "m.csv"')
        assert "minutes" not in read_table(study, "episodes").columns
        assert list(read_table(study, "minutes").texts("minutes_direct")) == ["60"]

    def test_a_rate_needs_no_days(self, study_of: StudyOf) -> None:
        study = study_of(study='outcome_is = "rate"')
        columns = contract_columns(study, "episodes")
        assert "minutes" in columns.required
        assert {"start", "end", "exposure_days"} <= set(columns.optional)

    @pytest.mark.parametrize(
        ("table", "header"),
        [
            ("minutes", "episode,date,minutes_direct"), ("vignettes", "vignette,orientation,duration_weeks"),
            ("judgements", "expert,round,vignette,minutes_low,minutes_best,minutes_high"),
            ("assessments", "assessor,episode,orientation,duration_weeks"),
        ],
    )  # fmt: skip
    def test_the_other_tables(self, study_of: StudyOf, table: str, header: str) -> None:
        sources = 'minutes = "minutes.csv"\nvignettes = "vignettes.csv"\nassessments = "assessments.csv"\n'
        sources += 'judgements = "judgements.csv"'
        row = ",".join("1" for _ in header.split(","))
        rest = "[triangulation]\nmargin = 15"
        complete = {"aanbieders/a.csv": EPISODES, f"{table}.csv": f"{header}\n{row}\n"}
        assert read_table(study_of(complete, sources=sources, rest=rest), table).columns == tuple(header.split(","))
        for column in header.split(","):
            files = {**complete, f"{table}.csv": f"{header.replace(column, 'iets', 1)}\n{row}\n"}
            assert refused(study_of(files, sources=sources, rest=rest), table).column == column

    def test_a_file_with_another_delimiter_is_explained(self, study_of: StudyOf) -> None:
        error = refused(study_of({"aanbieders/a.csv": EPISODES.replace(",", "|")}))
        assert "one column only" in error.rule


class TestRefusedFiles:
    @pytest.mark.parametrize(
        "content", [b"", b"\n\n", b"\x00\x01\x02", b"PK\x03\x04", HEADER.encode(), f"{HEADER}\n,,,\n".encode()]
    )
    def test_empty_binary_or_without_rows(self, study_of: StudyOf, content: bytes) -> None:
        assert refused(study_of({"aanbieders/a.csv": EPISODES, "aanbieders/b.csv": content})).file == "aanbieders/b.csv"

    def test_a_pattern_that_matches_nothing(self, study_of: StudyOf) -> None:
        error = refused(study_of({"elders/a.csv": EPISODES}))
        assert error.file == "aanbieders/*"
        assert "[sources] episodes" in error.rule

    def test_one_of_two_patterns_that_matches_nothing(self, study_of: StudyOf) -> None:
        study = study_of(sources='minutes = ["aanbieders/*", "weg/*.csv"]')
        assert refused(study, "minutes").file == "weg/*.csv"

    def test_a_table_without_a_source(self, study_of: StudyOf) -> None:
        error = refused(study_of(), "minutes")
        assert (error.file, error.column) == ("study.toml", "[sources] minutes")

    @pytest.mark.parametrize(
        ("name", "cell"),
        [
            ("bsn", "x"), ("Naam cliënt", "x"), ("Adres", "x"), ("geboortedatum", "x"), ("Toelichting", "x"),
            ("kolom", "a.b@voorbeeld.nl"),
        ],
    )  # fmt: skip
    def test_personal_data_in_a_column_that_the_study_does_not_use(
        self, study_of: StudyOf, name: str, cell: str
    ) -> None:
        error = refused(study_of({"aanbieders/a.csv": f"{HEADER},{name}\n{FIRST},{cell}\n"}))
        assert (error.file, error.column) == ("aanbieders/a.csv", name)
        assert "a.b@" not in str(error)

    def test_personal_data_go_before_a_missing_column(self, study_of: StudyOf) -> None:
        assert refused(study_of({"aanbieders/a.csv": f"x,bsn\n{SECRET},1\n"})).column == "bsn"

    def test_citizen_service_numbers_over_files_that_are_each_too_small_to_tell(self, study_of: StudyOf) -> None:
        numbers = ["111222333", "123456782", "100000009", "100000010", "100000022", "100000034"]
        files = {
            f"aanbieders/{i}.csv": EPISODES.replace("c1", numbers[2 * i]).replace("c2", numbers[2 * i + 1])
            for i in range(3)
        }
        error = refused(study_of(files))
        assert (error.file, error.column, error.lines) == ("aanbieders/0.csv", "client", (2, 3))
        assert not any(number in str(error) for number in numbers)
        read_table(study_of({**files, "aanbieders/0.csv": EPISODES, "aanbieders/1.csv": EPISODES}), "episodes")
