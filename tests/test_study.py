from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from normenkader.casemix.columns import contract_columns
from normenkader.errors import StudyRefused
from normenkader.settings import RESERVED_NAMES, count_level_names, level_names
from normenkader.study import Study, read_study, study_from_text
from tests.made_studies import made

GOOD = """
[study]
name = "proef"
window = [2025-09-01, 2025-10-26]
time_definition = "direct"
seed = 1

[sources]
episodes = ["a/*.csv"]

[[factor]]
name = "duration_weeks"
kind = "numeric"
breaks = [13, 26, 52]
ijkclient = "27-52"

[[factor]]
name = "orientation"
kind = "nominal"
levels = ["behoudgericht", "ontwikkelgericht"]
ijkclient = "behoudgericht"
interacts_with = ["duration_weeks"]

[[factor]]
name = "leefgebied_financien"
kind = "ordinal"
levels = ["geen", "licht", "zwaar"]
ijkclient = "licht"
direction = "up"
group = "leefgebied"
"""


def parsed(text: str) -> Study:
    return study_from_text(text, folder=Path())


def test_defaults_are_those_of_the_contract() -> None:
    study = parsed(GOOD)
    assert study.info.unit == "minutes per week"
    assert study.info.outcome_is == "total"
    assert study.info.window_days == 56
    assert (study.model.step, study.model.variance, study.model.censoring, study.model.thin_levels) == (
        5, "auto", "auto", "merge",
    )  # fmt: skip
    assert study.model.breaks_of("leefgebied") == (2, 4, 6)
    bands = study.bands
    assert (bands.n, bands.range, bands.step, bands.min_share, bands.min_providers) == (5, (3, 8), 15, 0.05, 3)
    assert (bands.min_width, bands.same_band_floor, bands.in_doubt, bands.promise) == (15, 0.5, "higher", 0.9)
    assert bands.ijkclient_band is None
    assert bands.labels == ("veel minder", "minder", "ijkclient", "meer", "veel meer")
    assert study.triangulation.on_conflict == "open"
    assert study.casemix.accepted_basis == ("measured", "registered", "declared")
    assert study.casemix.concurrent == "sum"
    floor = study.disclosure
    assert (floor.min_clients, floor.min_providers, floor.round_to) == (10, 3, 5)
    assert study.overlap_groups() == ("leefgebied",)


def test_levels_of_a_numeric_factor_follow_from_its_breaks() -> None:
    assert parsed(GOOD).factor("duration_weeks").levels == ("<=13", "14-26", "27-52", ">52")
    assert level_names([1, 2, 4]) == ("<=1", "2", "3-4", ">4")
    assert level_names([0.5, 1.5]) == ("<=0.5", ">0.5-1.5", ">1.5")
    assert count_level_names((2, 4, 6)) == ("0-2", "3-4", "5-6", ">6")


@pytest.mark.parametrize(
    ("old", "new", "place", "rule", "line"),
    [
        ("seed = 1", "", "[study] seed", "required", 2),
        ("seed = 1", "seed = 1\nsead = 2", "[study] sead", "did you mean 'seed'", 7),
        ("seed = 1", "seed = '1'", "[study] seed", "whole number", 6),
        ("2025-10-26", "2024-10-26", "[study] window", "before the first", 4),
        ("[2025-09-01, 2025-10-26]", "2025-09-01", "[study] window", "must be a list", 4),
        ('"direct"', '"travel"', "[study] time_definition", "direct", 5),
        ('ijkclient = "27-52"', 'ijkclient = "13"', "[[factor]] duration_weeks", "must be one of", 11),
        ("breaks = [13, 26, 52]", "breaks = [26, 13]", "[[factor]] duration_weeks", "must rise", 11),
        ('levels = ["geen", "licht", "zwaar"]', 'levels = ["licht"]', "leefgebied_financien", "two levels", 24),
        ('direction = "up"', 'direction = "omhoog"', "[[factor]] leefgebied_financien direction", "up", 29),
        ('interacts_with = ["duration_weeks"]', 'interacts_with = ["network"]', "", "names no factor", None),
        ('levels = ["behoudgericht"', 'direction = "up"\nlevels = ["behoudgericht"', "orientation", "no direction", 17),
    ],
)
def test_a_wrong_key_or_value_names_its_place(old: str, new: str, place: str, rule: str, line: int | None) -> None:
    assert old in GOOD
    with pytest.raises(StudyRefused) as caught:
        parsed(GOOD.replace(old, new))
    message = str(caught.value)
    assert message.startswith("study.toml")
    assert place in message
    assert rule in message
    assert line is None or f"(line {line})" in message


@pytest.mark.parametrize(
    ("extra", "rule"),
    [
        ("[bandz]\nn = 3", "did you mean 'bands'"),
        ("[bands]\nn = 1", "greater than or equal to 2"),
        ("[bands]\nn = 'many'", "auto"),
        ("[bands]\nn = 3\nijkclient_band = 4", "ijkclient_band is beyond n"),
        ("[bands]\nlabels = ['a', 'b']", "'ijkclient' once"),
        ("[model]\noverlap = ['wonen']", "group 'wonen', which no factor has"),
        ("[model]\noverlap_breaks.leefgebied = [4, 2]", "must rise"),
        ("[disclosure]\nmin_clients = 0", "greater than or equal to 1"),
        ("[disclosure]\nround_to = 20", "round_to"),
        ("[casemix]\naccepted_basis = ['guessed']", "accepted_basis takes"),
        ("[casemix]\naccepted_basis = []", "one or more of"),
        ("[bands]\nmin_width = inf", "finite"),
        ("[bands]\nrange = [3]", "two values"),
        ("[columns.clients]\na = 'b'", "episodes"),
        ("[[premise]]\nid = 'P9'\ntext = 'a'\n[[premise]]\nid = 'P9'\ntext = 'b'", "an id is used twice"),
    ],
)
def test_sections_are_held_to_their_rules(extra: str, rule: str) -> None:
    with pytest.raises(StudyRefused, match=rule):
        parsed(f"{GOOD}\n{extra}\n")


def test_judgements_need_vignettes_and_a_margin() -> None:
    with pytest.raises(StudyRefused, match="need vignettes"):
        parsed(GOOD.replace('["a/*.csv"]', '["a/*.csv"]\njudgements = "d.csv"'))
    with pytest.raises(StudyRefused, match="margin is required"):
        parsed(GOOD.replace('["a/*.csv"]', '["a/*.csv"]\njudgements = "d.csv"\nvignettes = "v.csv"'))


def test_a_factor_with_a_direction_interacts_with_one_other_at_most() -> None:
    third = '\n[[factor]]\nname = "x"\nkind = "nominal"\nlevels = ["a", "b"]\nijkclient = "a"\n'
    text = GOOD.replace('group = "leefgebied"', 'interacts_with = ["orientation", "x"]') + third
    with pytest.raises(StudyRefused, match="one other factor at most"):
        parsed(text)


@pytest.mark.parametrize("name", ["client", "minutes", "ijkclient", "minutes_per_week", "n_leefgebied"])
def test_a_factor_may_not_have_a_name_that_means_something_else(name: str) -> None:
    """Accepted, one would take the place of a column, or of the number of factors that play a part."""
    third = f'\n[[factor]]\nname = "{name}"\nkind = "nominal"\nlevels = ["a", "b"]\nijkclient = "a"\n'
    with pytest.raises(StudyRefused, match=f"'{name}' is .*give the factor") as caught:
        parsed(GOOD + third)
    assert str(caught.value).startswith("study.toml")


def test_every_column_of_the_tables_and_of_the_casemix_is_reserved() -> None:
    study = parsed(GOOD)
    factors = {f.name for f in study.factors}
    for table in ("episodes", "minutes", "vignettes", "judgements", "assessments"):
        assert set(contract_columns(study, table).all) - factors <= set(RESERVED_NAMES)
    made_study = made(n=60, providers=3)
    assert set(made_study.to_frame().columns) - {f.name for f in made_study.study.factors} <= set(RESERVED_NAMES)


def test_all_that_is_wrong_is_counted() -> None:
    with pytest.raises(StudyRefused, match="1 more to mend"):
        parsed(GOOD.replace("seed = 1", "sead = 1"))


def test_a_study_is_a_file_or_its_folder(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(GOOD, encoding="utf-8")
    assert read_study(tmp_path).settings() == read_study(tmp_path / "study.toml").settings()
    assert read_study(tmp_path).folder == tmp_path
    with pytest.raises(StudyRefused, match="no such file"):
        read_study(tmp_path / "elsewhere")
    (tmp_path / "study.toml").write_text("[study", encoding="utf-8")
    with pytest.raises(StudyRefused, match="not valid TOML"):
        read_study(tmp_path)


def test_settings_hold_every_value_in_force_and_hash_by_content() -> None:
    stated = parsed(GOOD + "\n[bands]\nn = 5\n")
    assert stated.sha256() == parsed(GOOD).sha256()
    assert stated.sha256() != parsed(GOOD + "\n[bands]\nn = 4\n").sha256()
    assert stated.settings()["study"]["window"] == [date(2025, 9, 1).isoformat(), "2025-10-26"]


def test_a_study_cannot_be_written_through() -> None:
    study = parsed(GOOD)
    with pytest.raises(AttributeError):
        study.text = ""  # type: ignore[misc]
    with pytest.raises(Exception, match="frozen"):
        study.bands.n = 3  # type: ignore[misc]
