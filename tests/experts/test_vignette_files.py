from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from normenkader.casemix import read_casemix
from normenkader.casemix.synthetic import synthesise
from normenkader.errors import OutputRefused
from normenkader.experts.judgements import read_judgements
from normenkader.experts.vignette_design import VignetteSet, make_vignettes
from normenkader.experts.vignette_files import PANEL_CSV, instructions, panel_frame, panel_workbook, write_vignettes
from normenkader.study import read_study, study_from_text


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("vignettes") / "trial", regime="clean", n_clients=900, n_providers=6)


@pytest.fixture(scope="module")
def vignettes(trial: Path) -> VignetteSet:
    study = read_study(trial)
    return make_vignettes(study, casemix=read_casemix(study), n_seeds=3)


def fill_workbook(path: Path, expert: str, answered: int) -> None:
    book = load_workbook(path)
    sheet = book["Formulier"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for line in range(2, sheet.max_row + 1):
        sheet.cell(line, at["expert"]).value, sheet.cell(line, at["round"]).value = expert, 1
        if line <= answered + 1:
            for name, minutes in (("minutes_low", 60), ("minutes_best", 90 + line), ("minutes_high", 240.5)):
                sheet.cell(line, at[name]).value = minutes
    book.save(path)


def test_filled_forms_are_judgements_of_these_vignettes(vignettes: VignetteSet, trial: Path) -> None:
    files = write_vignettes(vignettes, trial / "panel" / "vignetten.xlsx")
    fill_workbook(files["panel_xlsx"], "x01", answered=40)
    table = pd.read_csv(files["panel_csv"], sep=";", dtype=str)
    table = table.assign(expert="x02", round="1", minutes_low="50", minutes_best="77,5", minutes_high="120")
    table.to_csv(files["panel_csv"], sep=";", index=False)
    text = (trial / "study.toml").read_text()
    text = text.replace('"vignetten.csv"', '"panel/vignetten-studie.csv"')
    text = text.replace('"deskundigen.csv"', '["panel/vignetten.xlsx", "panel/vignetten.csv"]')
    panel = read_judgements(study_from_text(text, folder=trial))
    assert panel is not None
    assert panel.experts == ("x01", "x02")
    assert list(panel.vignettes) == vignettes.to_frame()["vignette"].tolist()
    best = panel.quantiles()[:, :, 1]
    assert best[0, :40].tolist() == [92.0 + at for at in range(40)]
    assert (best[1] == 77.5).all()
    assert panel.n_unanswered == len(panel.vignettes) - 40
    known = panel.vignettes_frame().dropna(subset="realised_minutes").set_index("vignette")["realised_minutes"]
    assert known.to_dict() == pytest.approx({name: round(seed.realised_minutes, 1) for name, seed in vignettes.seeds})
    pd.testing.assert_frame_equal(
        panel.vignettes_frame()[vignettes.to_frame().columns], vignettes.to_frame(), check_dtype=False
    )


def test_the_form_tells_nothing_of_seeds(vignettes: VignetteSet, tmp_path: Path) -> None:
    files = write_vignettes(vignettes, tmp_path / "v")
    columns = set(panel_frame(vignettes).columns)
    assert not columns & {"realised_minutes", "lookalikes", "steps_apart"}
    book = load_workbook(files["panel_xlsx"])
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    text = files["panel_csv"].read_text(encoding=PANEL_CSV.encoding)
    for _, seed in vignettes.seeds:
        minutes = f"{seed.realised_minutes:.1f}"
        assert minutes not in cells
        assert minutes.replace(".", ",") not in text
    assert all(line.endswith(";;") for line in text.splitlines()[1:])


def test_the_same_bytes_again_and_nothing_overwritten(vignettes: VignetteSet, tmp_path: Path) -> None:
    assert panel_workbook(vignettes) == panel_workbook(vignettes)
    files = write_vignettes(vignettes, tmp_path / "v.csv")
    before = {path.name: path.read_bytes() for path in files.values()}
    assert write_vignettes(vignettes, tmp_path / "v.xlsx") == files
    assert {path.name: path.read_bytes() for path in files.values()} == before
    fill_workbook(files["panel_xlsx"], "x01", answered=3)
    with pytest.raises(OutputRefused, match="nothing is overwritten"):
        write_vignettes(vignettes, tmp_path / "v")


def test_the_workbook_opens_at_instructions_that_say_what_counts(vignettes: VignetteSet) -> None:
    book = load_workbook(io.BytesIO(panel_workbook(vignettes)))
    assert book.sheetnames == ["Formulier", "Uitleg"]
    assert book.active.title == "Uitleg"
    lines = instructions(vignettes.study, 80)
    told = " ".join(lines)
    assert "80 casussen" in told
    assert "minuten per week" in told
    assert all(any(line.startswith(f"{name}: ") for line in lines) for name in ("expert", "round", "minutes_high"))
    assert all(any(line.startswith(f.name) for line in lines) for f in vignettes.study.factors)
