from __future__ import annotations

import pytest

from normenkader.errors import InputRefused, StudyRefused
from normenkader.experts.premises import compare_premises
from normenkader.experts.source_norms import read_source_norms
from normenkader.study import read_study

STUDY = """
[study]
name = "Proef"
window = [2025-09-01, 2025-10-26]
time_definition = "direct"
seed = 1

[sources]
episodes = "episodes.csv"
source_norms = "bron.toml"

[model]
overlap = ["leefgebied"]

[[factor]]
name = "leefgebied_wonen"
kind = "ordinal"
levels = ["geen", "licht", "zwaar"]
ijkclient = "geen"
group = "leefgebied"

[[factor]]
name = "orientation"
kind = "nominal"
levels = ["behoud", "ontwikkel"]
ijkclient = "behoud"
interacts_with = ["leefgebied_wonen"]

[[premise]]
id = "P1"
text = "Reistijd telt niet mee."

[[premise]]
id = "P2"
text = "Alleen directe tijd."

[[premise]]
id = "P3"
text = "Groepen tellen niet mee."
"""
SOURCE = """
name = "Kader"
version = "2.0"
ijkclient_minutes = 120

[[term]]
factor = "leefgebied_wonen"
level = "zwaar"
minutes = 25.5

[[term]]
factor = "leefgebied_wonen"
level = "licht"
with = { factor = "orientation", level = "ontwikkel" }
minutes = -5

[[term]]
factor = "n_leefgebied"
level = "3-4"
minutes = -10

[[premise]]
id = "P1"
text = "Reistijd  telt\\nniet mee."

[[premise]]
id = "P2"
text = "Directe en indirecte tijd."

[[premise]]
id = "P9"
text = "Huishoudelijke hulp telt niet mee."
"""


@pytest.fixture
def read(tmp_path):
    def source(text=SOURCE, *, study=STUDY):
        (tmp_path / "study.toml").write_text(study, encoding="utf-8")
        (tmp_path / "bron.toml").write_text(text, encoding="utf-8")
        return read_source_norms(read_study(tmp_path))

    return source


def test_terms_are_read_with_interactions_under_the_factor_that_declares_them(read):
    found = read()
    assert (found.name, found.version, found.ijkclient_minutes) == ("Kader", "2.0", 120)
    assert {term.key: term.minutes for term in found.terms} == {
        ("leefgebied_wonen", "zwaar", "", ""): 25.5,
        ("orientation", "ontwikkel", "leefgebied_wonen", "licht"): -5,
        ("n_leefgebied", "3-4", "", ""): -10,
    }
    assert found.file.file == "bron.toml"
    assert len(found.file.sha256) == 64


def test_a_study_without_source_norms_has_none(read):
    assert read(study=STUDY.replace('source_norms = "bron.toml"\n', "")) is None


@pytest.mark.parametrize(
    ("old", "new", "rule", "column", "line"),
    [
        ('level = "zwaar"', 'level = "heel zwaar"', "no such level", "[[term]] number 1 level", 6),
        ('factor = "n_leefgebied"', 'factor = "n_wonen"', "no factor of this name", "[[term]] number 3 factor", 17),
        ("minutes = 25.5", 'minutes = "veel"', "valid number", "[[term]] number 1 minutes", 6),
        ("minutes = 25.5\n", "", "required", "[[term]] number 1 minutes", 6),
        ("minutes = 25.5", "minutes = 25.5\nuren = 1", "unknown key", "[[term]] number 1 uren", 6),
        ('"orientation", level = "ontwikkel"', '"orientation", level = "behoud"', "differ from the ijkclient",
         "[[term]] number 2 with", 11),
        ('"orientation", level = "ontwikkel"', '"n_leefgebied", level = "3-4"', "no interaction",
         "[[term]] number 2 with", 11),
        ('level = "zwaar"', 'level = "geen"', "own level is worth 0", "[[term]] number 1 minutes", 6),
        ("ijkclient_minutes = 120", "ijkclient_minutes = -1", "greater than or equal", "ijkclient_minutes", 4),
        ("ijkclient_minutes = 120\n", "", "required", "ijkclient_minutes", None),
        ('id = "P9"', 'id = "P2"', "two premises", "[[premise]] number 3 id", 30),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(read, old, new, rule, column, line):
    with pytest.raises(StudyRefused, match=rule) as refused:
        read(SOURCE.replace(old, new, 1))
    assert refused.value.file == "bron.toml"
    assert refused.value.column == column
    assert refused.value.lines == (() if line is None else (line,))


def test_a_term_twice_is_refused(read):
    again = '\n[[term]]\nfactor = "leefgebied_wonen"\nlevel = "zwaar"\nminutes = 30\n'
    with pytest.raises(StudyRefused, match="twice") as refused:
        read(SOURCE + again)
    assert refused.value.column == "[[term]] number 4"


def test_text_that_is_no_toml_is_refused(read):
    with pytest.raises(StudyRefused, match="not valid TOML"):
        read("name = ")


def test_a_file_that_is_not_there_is_refused(read):
    study = STUDY.replace("bron.toml", "weg.toml")
    with pytest.raises(InputRefused, match="no file"):
        read(study=study)


def test_the_ijkclients_own_level_worth_nothing_adds_no_term(read):
    own = '\n[[term]]\nfactor = "leefgebied_wonen"\nlevel = "geen"\nminutes = 0\n'
    assert len(read(SOURCE + own).terms) == 3


def test_premises_are_compared_one_by_one(read, tmp_path):
    found = compare_premises(read_study_of(tmp_path, read).premises, read())
    assert [(p.id, p.status) for p in found] == [
        ("P1", "same"), ("P2", "differs"), ("P3", "only_study"), ("P9", "only_source"),
    ]  # fmt: skip
    differing = found[1]
    assert (differing.study_text, differing.source_text) == ("Alleen directe tijd.", "Directe en indirecte tijd.")
    assert found[3].study_text == ""


def read_study_of(folder, read):
    read()
    return read_study(folder)
