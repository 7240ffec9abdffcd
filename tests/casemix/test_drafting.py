"""A draft study.toml from exports as providers make them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from normenkader.casemix.drafting import draft_study
from normenkader.casemix.read import read_casemix
from normenkader.errors import InputRefused
from normenkader.study import read_study

HEADER = ["Cliëntnr (pseudo)", "Aanbieder", "Gemeente", "Trajectnummer", "Startdatum", "Einddatum", "Herkomst minuten",
          "Doel", "Duur in weken", "Financiën", "Eigen kracht", "Intern volgnummer"]  # fmt: skip


def _episodes(provider: str, n: int = 60, seed: int = 1) -> list[list[str]]:
    draw = random.Random(f"{provider}{seed}")
    return [
        [f"p{provider}{i:03d}", provider, draw.choice(["Dordrecht", "Zwijndrecht"]), f"t{provider}{i:03d}",
         "01-03-2025", "", "registered", draw.choice(["behoudgericht", "ontwikkelgericht"]), str(draw.randint(5, 90)),
         draw.choice(["geen", "licht", "matig", "zwaar"]), draw.choice(["weinig", "enige", "veel"]),
         f"x{provider}{i:04d}q"]
        for i in range(n)
    ]  # fmt: skip


def _contacts(rows: list[list[str]]) -> list[list[str]]:
    draw = random.Random(len(rows))
    days = [date(2025, 9, 1) + timedelta(weeks=week, days=day) for week in range(4) for day in (1, 3)]
    return [[row[3], f"{day:%d-%m-%Y}", str(draw.randint(10, 90))] for row in rows for day in days]


def _write(path: Path, header: list[str], rows: list[list[str]], *, encoding: str = "cp1252", mark: str = ";") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [mark.join(row) for row in [header, *rows]]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


@pytest.fixture
def exports(tmp_path: Path) -> list[Path]:
    """Two providers: one with Dutch names in cp1252, one with other names in UTF-8; and their contacts."""
    first, second = _episodes("A"), _episodes("B")
    other = ["client", "Zorgaanbieder", "gemeente", "Traject-ID", "start", "einde", "minutes_basis", "orientation",
             "duration_weeks", "leefgebied_financien", "own_strength", "Volgnr. (eigen)"]  # fmt: skip
    folder = tmp_path / "van aanbieders"
    return [
        _write(folder / "a.csv", HEADER, first),
        _write(folder / "b.csv", other, second, encoding="utf-8", mark=","),
        _write(folder / "uren a.csv", ["Trajectnummer", "Datum", "Directe minuten"], _contacts(first)),
        _write(folder / "uren b.csv", ["Traject-ID", "Contactdatum", "Minuten"], _contacts(second), encoding="utf-8"),
    ]


def _study(files: list[Path], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(draft_study(files, folder=folder), encoding="utf-8")
    return folder


def test_the_draft_is_a_study_that_reads_the_files_as_they_are(exports: list[Path], tmp_path: Path) -> None:
    casemix = read_casemix(read_study(_study(exports, tmp_path / "study")))
    rows = casemix.to_frame()
    assert len(rows) == 120
    assert set(rows["provider"]) == {"A", "B"}
    assert rows["minutes_per_week"].between(20, 180).all()
    assert not casemix.ledger.rows


def test_columns_of_providers_that_differ_are_taken_together(exports: list[Path], tmp_path: Path) -> None:
    columns = read_study(_study(exports, tmp_path / "study")).columns
    assert columns["episodes"]["client"] == ("Cliëntnr (pseudo)", "client")
    assert columns["episodes"]["leefgebied_financien"] == ("Financiën", "leefgebied_financien")
    assert columns["minutes"]["minutes_direct"] == ("Directe minuten", "Minuten")


def test_factors_and_window_are_proposed(exports: list[Path], tmp_path: Path) -> None:
    study = read_study(_study(exports, tmp_path / "study"))
    assert [factor.name for factor in study.factors] == [
        "orientation", "duration_weeks", "leefgebied_financien", "own_strength",
    ]  # fmt: skip
    assert study.factor("duration_weeks").breaks == (13, 26, 52)
    assert study.factor("leefgebied_financien").group == "leefgebied"
    assert study.info.window == (date(2025, 9, 1), date(2025, 9, 28))
    assert study.info.time_definition == "direct"


def test_what_a_person_must_decide_is_marked(exports: list[Path], tmp_path: Path) -> None:
    text = draft_study(exports, folder=tmp_path)
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if line.startswith(("ijkclient", "window", "time_definition", "direction", 'name = "Concept"')):
            assert lines[at - 1].startswith("# OPEN:"), line
    assert '# OPEN: "Intern volgnummer": 1 of the 2 files do not have it, such as van aanbieders/b.csv.' in lines


def test_no_value_of_a_client_stands_in_the_draft(exports: list[Path], tmp_path: Path) -> None:
    text = draft_study(exports, folder=tmp_path)
    for provider in ("A", "B"):
        for row in _episodes(provider):
            assert row[0] not in text
            assert row[3] not in text
            assert row[11] not in text
    assert "Dordrecht" not in text


def test_a_lone_date_does_not_stretch_the_window(exports: list[Path], tmp_path: Path) -> None:
    with exports[2].open("ab") as stream:
        stream.write(b"tA001;03-03-2031;30\r\n")
    assert "window = [2025-09-01, 2025-09-28]" in draft_study(exports, folder=tmp_path)


def test_the_same_files_in_any_order_give_the_same_draft(exports: list[Path], tmp_path: Path) -> None:
    assert draft_study(exports, folder=tmp_path) == draft_study([*reversed(exports), exports[0]], folder=tmp_path)


def test_without_contacts_the_window_is_whole_months_and_minutes_are_open(tmp_path: Path) -> None:
    text = draft_study([_write(tmp_path / "a.csv", HEADER, _episodes("A"))], folder=tmp_path)
    assert "window = [2025-03-01, 2025-03-31]" in text
    assert "# OPEN: no column was recognised as minutes." in text


def test_a_missing_column_of_the_contract_is_open(tmp_path: Path) -> None:
    rows = [row[:6] + row[7:] for row in _episodes("A")]
    text = draft_study([_write(tmp_path / "a.csv", HEADER[:6] + HEADER[7:], rows)], folder=tmp_path)
    assert "# OPEN: no column was recognised as minutes_basis." in text
    assert "gemeten, geregistreerd, gedeclareerd, gepland or geschat" in text


@pytest.mark.parametrize("name", ["BSN", "Geboortedatum", "Toelichting", "Achternaam"])
def test_personal_data_are_refused(tmp_path: Path, name: str) -> None:
    file = _write(tmp_path / "a.csv", [*HEADER, name], [[*row, "x"] for row in _episodes("A")])
    with pytest.raises(InputRefused) as refusal:
        draft_study([file], folder=tmp_path)
    assert refusal.value.file == "a.csv"
    assert refusal.value.column == name


def test_a_file_that_is_neither_table_is_refused(tmp_path: Path) -> None:
    file = _write(tmp_path / "kleuren.csv", ["Kleur", "Aantal"], [["rood", "3"], ["blauw", "4"]])
    with pytest.raises(InputRefused, match=r"kleuren\.csv.*no export of episodes"):
        draft_study([file], folder=tmp_path)


def test_contacts_alone_are_refused(exports: list[Path], tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="column for the client"):
        draft_study(exports[2:], folder=tmp_path)


def test_files_without_any_factor_are_refused(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.csv", HEADER[:7], [row[:7] for row in _episodes("A")])
    with pytest.raises(InputRefused, match="no column of these files can be a factor"):
        draft_study([file], folder=tmp_path)


def test_names_and_values_with_quotes_give_valid_toml(tmp_path: Path) -> None:
    header = [*HEADER[:11], 'Soort "wens" \\ €']
    rows = [[*row[:11], "'a'\\b" if i % 2 else "#c = [1]"] for i, row in enumerate(_episodes("A"))]
    study = read_study(_study([_write(tmp_path / "a.csv", header, rows)], tmp_path / "study"))
    assert study.columns["episodes"]["soort_wens"] == ('Soort "wens" \\ €',)
    assert study.factor("soort_wens").levels == ("#c = [1]", "'a'\\b")
