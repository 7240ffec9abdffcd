"""Reading applied tables: three forms of file, one content; what is wrong is refused with its place."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from normenkader.errors import InputRefused
from normenkader.verification.applied_table import AppliedBand, AppliedTable, AppliedTerm, read_applied

TOML = """
name = "Beleidsregel Wmo"
version = "2026"
unit = "minuten per week"
time_definition = "direct"
ijkclient_minutes = 170

[[band]]
label = "minder"
lower = 0
upper = 150

[[band]]
label = "ijkclient"
lower = 150.5

[[term]]
factor = "orientation"
level = "ontwikkelgericht"
minutes = 15

[[term]]
factor = "orientation"
level = "ontwikkelgericht"
with = { factor = "duration_weeks", level = "<=13" }
minutes = 1250

[[term]]
factor = "network"
level = "geen"

[[premise]]
id = "P1"
text = "Reistijd telt niet mee."
"""
DUTCH = """klasse;ondergrens;bovengrens;kenmerk;niveau;minuten;met kenmerk;met niveau;toelichting
;;;ijkcliënt;;170;;;
minder;0;150;;;;;;tot hier
ijkclient;150,5;;;;;;;
;;;orientation;ontwikkelgericht;15;;;
;;;orientation;ontwikkelgericht;1250;duration_weeks;<=13;
;;;network;geen;;;;
"""
BANDS = (AppliedBand(label="minder", lower=0, upper=150), AppliedBand(label="ijkclient", lower=150.5))
TERMS = (
    AppliedTerm(factor="orientation", level="ontwikkelgericht", minutes=15),
    AppliedTerm(factor="orientation", level="ontwikkelgericht", minutes=1250, with_factor="duration_weeks",
                with_level="<=13"),
    AppliedTerm(factor="network", level="geen", minutes=None),
)  # fmt: skip


def written(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(content, encoding=encoding)
    return path


def workbook(folder: Path, *sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for rows, sheet in zip(sheets, [book.active, *(book.create_sheet() for _ in sheets[1:])], strict=True):
        for row in rows:
            sheet.append(row)
    book.save(folder / "tabel.xlsx")
    return folder / "tabel.xlsx"


def test_toml(tmp_path: Path) -> None:
    assert read_applied(written(tmp_path, "tabel.toml", TOML)) == AppliedTable(
        file="tabel.toml", name="Beleidsregel Wmo 2026", unit="minuten per week", time_definition="direct",
        ijkclient_minutes=170, bands=BANDS, terms=TERMS, premises=(("P1", "Reistijd telt niet mee."),),
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_csv_in_dutch(tmp_path: Path, encoding: str) -> None:
    found = read_applied(written(tmp_path, "tabel.csv", DUTCH, encoding))
    assert found == AppliedTable(file="tabel.csv", ijkclient_minutes=170, bands=BANDS, terms=TERMS)


def test_workbook(tmp_path: Path) -> None:
    rows = [line.split(";") for line in DUTCH.strip().splitlines()]
    typed = [[float(c.replace(",", ".")) if c[:1].isdigit() else c or None for c in row] for row in rows]
    found = read_applied(workbook(tmp_path, typed))
    assert (found.ijkclient_minutes, found.bands, found.terms) == (170, BANDS, TERMS)


def test_a_second_sheet_is_refused_rather_than_left_unread(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["label", "lower"], ["minder", 0]], [["factor", "level", "minutes"], ["a", "b", 5]])
    with pytest.raises(InputRefused, match="more than one sheet"):
        read_applied(path)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.toml", "name = ", "not valid TOML"),
        ("a.toml", "ijkclient = 170", "unknown"),
        ("a.toml", "ijkclient_minutes = true", "a number is needed"),
        ("a.toml", 'ijkclient_minutes = "170"', "a number is needed"),
        ("a.toml", '[[band]]\nlabel = "a"', "band 1 lower.*required"),
        ("a.toml", 'name = "leeg"', "no band, no term"),
        ("a.toml", 2 * '[[band]]\nlabel = "a"\nlower = 0\n', "a band is listed twice"),
        ("a.toml", 'ijkclient_minutes = 170\ncalibration_number = "xyz"', "pattern"),
        ("a.csv", "a;b\n1;2\n", "neither the columns"),
        ("a.csv", "label;lower\nminder;nul\n", "'lower'.*not a number.*line 2"),
        ("a.csv", "label;lower\nminder;\n", "must be filled in"),
        ("a.csv", "label;lower;lower\nminder;1;2\n", "more than one column can be 'lower'"),
        ("a.csv", "label;lower;factor;level;minutes\nminder;0;orientation;x;5\n", "not both"),
        ("a.csv", "factor;level;minutes;lower;label\n;x;5;;\n", "neither the label"),
        ("a.csv", "factor;level;minutes\nijkclient;;170\nijkclient;;175\n", "listed twice"),
        ("a.csv", "factor;level;minutes\na;b;5\na;b;6\n", "a term is listed twice"),
        ("a.csv", "", "empty"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(tmp_path: Path, name: str, content: str, rule: str) -> None:
    with pytest.raises(InputRefused, match=rule) as refusal:
        read_applied(written(tmp_path, name, content))
    assert name in str(refusal.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no such file"):
        read_applied(tmp_path / "tabel.toml")


def test_the_example_in_the_codebook_is_one(tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "data" / "codebook.md").read_text(encoding="utf-8")
    example = text.partition("## The applied table")[2].partition("```toml\n")[2].partition("```")[0]
    found = read_applied(written(tmp_path, "tabel.toml", example))
    assert (len(found.bands), len(found.terms), found.ijkclient_minutes) == (1, 2, 170)
    assert found.calibration_number == "7b9f2816d70c"
