from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from normenkader.errors import InputRefused
from normenkader.experts.assessments import read_assessments
from normenkader.experts.judgements import read_judgements
from normenkader.study import read_study

STUDY = """
[study]
name = "Proef"
window = [2025-09-01, 2025-10-26]
time_definition = "direct"
seed = 1

[sources]
episodes = "episodes.csv"
vignettes = "vignetten.csv"
judgements = ["deskundigen*.csv"]
assessments = "dubbel.csv"

[triangulation]
margin = 15

[[factor]]
name = "severity"
kind = "ordinal"
levels = ["licht", "zwaar"]
ijkclient = "licht"

[[factor]]
name = "duration_weeks"
kind = "numeric"
breaks = [13, 26]
ijkclient = "14-26"
"""
VIGNETTES = "vignette;severity;duration_weeks;realised_minutes\nv2;zwaar;40;\nv1;licht;20;95,5\nv3;licht;14-26;\n"
HEAD = "expert,round,vignette,minutes_low,minutes_best,minutes_high\n"
ROWS = ("e2,1,v1,60,90,150", "e1,1,v1,50,80,120", "e1,1,v2,100,180,260", "e1,2,v1,70,85,110", "e2,2,v2,,,")
ASSESSED = "assessor,episode,severity,duration_weeks\na1,x1,licht,10\na2,x1,zwaar,30\na1,x2,,20\n"


@pytest.fixture
def write(tmp_path: Path):
    def study_with(*rows: str, vignettes: str = VIGNETTES, assessed: str = ASSESSED, text: str = STUDY):
        for name, content in {
            "study.toml": text, "vignetten.csv": vignettes, "dubbel.csv": assessed,
            "deskundigen.csv": HEAD + "\n".join(rows or ROWS) + "\n",
        }.items():  # fmt: skip
            (tmp_path / name).write_text(content, encoding="utf-8")
        return read_study(tmp_path)

    return study_with


def test_last_estimates_count_and_gaps_are_missing(write):
    panel = read_judgements(write())
    assert panel is not None
    assert (panel.experts, panel.vignettes, panel.n_unanswered) == (("e1", "e2"), ("v1", "v2", "v3"), 1)
    wanted = np.full((2, 3, 3), np.nan)
    wanted[0, 0], wanted[0, 1], wanted[1, 0] = (70, 85, 110), (100, 180, 260), (60, 90, 150)
    np.testing.assert_array_equal(panel.quantiles(), wanted)
    np.testing.assert_array_equal(panel.realised_minutes(), [95.5, np.nan, np.nan])
    frame = panel.to_frame()
    assert frame[["expert", "vignette", "round", "severity", "duration_weeks"]].to_numpy().tolist() == [
        ["e1", "v1", 2, "licht", "14-26"], ["e1", "v2", 1, "zwaar", ">26"], ["e2", "v1", 1, "licht", "14-26"],
    ]  # fmt: skip


def test_an_estimate_stands_until_it_is_replaced(write):
    rounds, best = read_judgements(write()).best_by_round()
    assert rounds == (1, 2)
    np.testing.assert_array_equal(best[0], [[80, 180, np.nan], [90, np.nan, np.nan]])
    np.testing.assert_array_equal(best[1], [[85, 180, np.nan], [90, np.nan, np.nan]])


def test_a_frame_is_a_copy_and_the_receipt_hashes_content_not_order(write):
    panel = read_judgements(write())
    rounds, vignettes = panel.rounds_frame(), panel.vignettes_frame()
    rounds.loc[:, "minutes_best"] = 0.0
    vignettes.loc[:, "realised_minutes"] = 0.0
    panel.quantiles()[:] = 0.0
    panel.realised_minutes()[:] = 0.0
    assert panel.to_frame()["minutes_best"].tolist() == [85, 180, 90]
    assert panel.realised_minutes()[0] == 95.5
    again = read_judgements(write(*reversed(ROWS)))
    assert again.receipt == panel.receipt
    assert read_judgements(write("e2,1,v1,60,91,150", *ROWS[1:])).receipt != panel.receipt


def test_an_identical_row_counts_once(write):
    assert read_judgements(write(*ROWS, ROWS[0])).receipt == read_judgements(write()).receipt


def test_a_study_without_judgements_or_assessments_has_none(write):
    bare = STUDY.replace(
        'vignettes = "vignetten.csv"\njudgements = ["deskundigen*.csv"]\nassessments = "dubbel.csv"\n', ""
    )
    study = write(text=bare)
    assert read_judgements(study) is None
    assert read_assessments(study) is None


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ("e9,1,v1,100,80,120", "minutes_low", "low <= best <= high"),
        ("e9,1,v1,60,80,70", "minutes_high", "low <= best <= high"),
        ("e9,1,v1,-5,80,120", "minutes_low", "negative"),
        ("e9,1,v1,5,80,10081", "minutes_high", "10080"),
        ("e9,1,v1,5,veel,120", "minutes_best", "not a number"),
        ("e9,1,v1,5,80,", "minutes_high", "three points"),
        ("e9,1,v7,5,80,120", "vignette", "not among the vignettes"),
        ("e9,nul,v1,5,80,120", "round", "round"),
        ("e9,0,v1,5,80,120", "round", "round"),
        (",1,v1,5,80,120", "expert", "empty"),
        ("e1,1,v1,50,81,120", "vignette", "two different estimates"),
    ],
)
def test_what_is_refused_names_file_column_rule_and_line_and_no_value(write, row, column, rule):
    with pytest.raises(InputRefused, match=rule) as caught:
        read_judgements(write(*ROWS, row))
    assert (caught.value.file, caught.value.column) == ("deskundigen.csv", column)
    assert caught.value.lines[-1] == 7
    for value in ("veel", "10081", "v7", "e9"):
        assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("vignettes", "column", "rule"),
    [
        (VIGNETTES + "v1;zwaar;3;\n", "vignette", "more than once"),
        (VIGNETTES + "v4;;3;\n", "severity", "every factor"),
        (VIGNETTES + "v4;zwaar;lang;\n", "duration_weeks", "neither"),
        (VIGNETTES + "v4;zwaar;3;-1\n", "realised_minutes", "negative"),
        (VIGNETTES + ";zwaar;3;\n", "vignette", "empty"),
    ],
)
def test_vignettes_that_are_refused(write, vignettes, column, rule):
    with pytest.raises(InputRefused, match=rule) as caught:
        read_judgements(write(vignettes=vignettes))
    assert (caught.value.file, caught.value.column) == ("vignetten.csv", column)
    assert caught.value.lines[-1] == 5


def test_assessments_are_ready_for_agreement(write):
    found = read_assessments(write())
    assert found.to_frame().to_numpy().tolist() == [
        ["a1", "x1", "licht", "<=13"], ["a2", "x1", "zwaar", ">26"], ["a1", "x2", "", "14-26"],
    ]  # fmt: skip
    assert found.wide("severity").to_numpy().tolist() == [["licht", "zwaar"], [None, None]]
    assert found.wide("duration_weeks").to_numpy().tolist() == [["<=13", ">26"], ["14-26", None]]


def test_contradicting_assessments_are_refused_and_equal_ones_count_once(write):
    same = write(assessed=ASSESSED + "a1,x1,licht,10\n")
    assert read_assessments(same).receipt == read_assessments(write()).receipt
    with pytest.raises(InputRefused, match="two different assessments") as caught:
        read_assessments(write(assessed=ASSESSED + "a1,x1,zwaar,10\n"))
    assert caught.value.lines == (2, 5)


def test_the_example_study_has_a_panel():
    folder = Path(__file__).resolve().parents[2] / "data/example"
    panel = read_judgements(read_study(folder))
    assert panel is not None
    assert panel.quantiles().shape == (len(panel.experts), len(panel.vignettes), 3)
    assert (~np.isnan(panel.realised_minutes())).any()
    assert read_assessments(read_study(folder)) is not None
