"""Vignettes as files: a form for the panel as a workbook and as CSV, and the study's own file with what was delivered.

The form never says which vignettes are seeds, nor what was delivered.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from normenkader.casemix.synthetic.formats import CsvDialect, csv_bytes
from normenkader.disclosure import published_clients
from normenkader.errors import OutputRefused
from normenkader.experts.vignette_design import VignetteSet
from normenkader.provenance import without_times, write_whole_file
from normenkader.study import Study

# Dutch spreadsheets open this with its columns and letters intact.
PANEL_CSV = CsvDialect(delimiter=";", decimal=",", encoding="utf-8-sig", newline="\r\n")
BEFORE, ANSWERS = ("expert", "round"), ("minutes_low", "minutes_best", "minutes_high")
_WHAT = {
    "expert": "Uw code. U krijgt die van de onderzoeker. Vul nooit uw naam in.",
    "round": "Het nummer van de ronde: 1 voor de eerste keer, 2 voor de tweede keer.",
    "vignette": "Het nummer van de casus.",
    "minutes_low": "De laagste schatting. De kans dat er minder nodig is, is klein: 1 op 20.",
    "minutes_best": "Uw beste schatting. De kans op meer is even groot als de kans op minder.",
    "minutes_high": "De hoogste schatting. De kans dat er meer nodig is, is klein: 1 op 20.",
}
_TIME = {
    "direct": "Tel alleen de tijd met de cliënt zelf.",
    "direct+indirect": "Tel de tijd met de cliënt, en ook de tijd voor verslag, overleg en reizen als die meetelt.",
}


def panel_frame(vignettes: VignetteSet) -> pd.DataFrame:
    """The form: one row a vignette, with empty columns for the expert, the round and three estimates."""
    frame = vignettes.to_frame()
    for at, name in enumerate(BEFORE):
        frame.insert(at, name, None)
    return frame.assign(**dict.fromkeys(ANSWERS))


def study_frame(vignettes: VignetteSet) -> pd.DataFrame:
    """The study's own table of vignettes: with realised minutes of the seeds, and on how many lookalikes they rest."""
    frame, floor = vignettes.to_frame(), vignettes.study.disclosure
    seeds = dict(vignettes.seeds)
    found = [seeds.get(name) for name in frame["vignette"]]
    return frame.assign(
        realised_minutes=_column([None if s is None else round(s.realised_minutes, 1) for s in found]),
        lookalikes=_column([None if s is None else published_clients(s.n_clients, floor) for s in found]),
        steps_apart=_column([None if s is None else s.steps for s in found]),
    )


def panel_workbook(vignettes: VignetteSet) -> bytes:
    """The form as a workbook: the sheet that is read back, and a sheet with instructions in plain Dutch that opens.

    The same vignettes give the same bytes.
    """
    from openpyxl import Workbook

    book = Workbook()
    _fill_form(book.active, panel_frame(vignettes))
    _fill_instructions(book.create_sheet("Uitleg"), instructions(vignettes.study, len(vignettes.to_frame())))
    book.active = 1
    stream = io.BytesIO()
    book.save(stream)
    return without_times(stream.getvalue())


def instructions(study: Study, n: int) -> tuple[str, ...]:
    """What the panel is asked, in plain Dutch."""
    return (
        "Uitleg bij dit formulier",
        f"Op het blad Formulier staan {n} casussen. Elke rij is één cliënt. De cliënten zijn beschreven met vaste "
        "niveaus. Zij zijn geen bestaande personen.",
        "Vraag: hoeveel tijd heeft deze cliënt nodig? Het gaat om wat nodig is, niet om wat er nu wordt geleverd.",
        f"Geef uw antwoord in deze eenheid: {_unit(study)}. {_TIME[study.info.time_definition]}",
        "Vul per casus drie getallen in: laag, beste en hoog. Laag is nooit hoger dan beste. Beste is nooit hoger dan "
        "hoog.",
        "Weet u het echt niet? Laat dan de drie getallen leeg. Een leeg vak telt niet als nul.",
        "Vul in elke rij uw code en de ronde in. U kunt de eerste rij invullen en de vakken naar beneden slepen.",
        "Overleg in ronde 1 met niemand over de casussen. Schrijf geen namen of opmerkingen in het formulier.",
        "Verander niets aan de eerste rij en aan de beschrijving van de casussen.",
        "",
        "Wat de kolommen betekenen",
        *(f"{name}: {text}" for name, text in _WHAT.items()),
        "",
        "Wat de kenmerken betekenen (van laag naar hoog)",
        *(f"{f.name}{_local(study, f.name)}: {', '.join(f.levels)}" for f in study.factors),
    )


def write_vignettes(vignettes: VignetteSet, out: str | Path) -> dict[str, Path]:
    """Write the form twice (``.xlsx`` and ``.csv``) and the study's own file (``-studie.csv``) beside it.

    Parameters
    ----------
    vignettes : VignetteSet
    out : path
        With or without ``.xlsx`` or ``.csv``.

    Returns
    -------
    dict
        ``panel_xlsx``, ``panel_csv``, ``study_csv`` and their paths.

    Raises
    ------
    OutputRefused
        If one of the files exists with other content: it may be a form that was filled in.
    """
    target = Path(out)
    stem = target.with_suffix("") if target.suffix.lower() in (".xlsx", ".csv") else target
    files = {
        "panel_xlsx": (stem.with_name(f"{stem.name}.xlsx"), panel_workbook(vignettes)),
        "panel_csv": (stem.with_name(f"{stem.name}.csv"), csv_bytes(panel_frame(vignettes), PANEL_CSV)),
        "study_csv": (stem.with_name(f"{stem.name}-studie.csv"), csv_bytes(study_frame(vignettes), PANEL_CSV)),
    }
    for path, content in files.values():
        if path.exists() and (not path.is_file() or path.read_bytes() != content):
            raise OutputRefused(f"{path} exists with other content; nothing is overwritten. Choose another --out")
    for path, content in files.values():
        write_whole_file(path, content)
    return {name: path for name, (path, _) in files.items()}


def _fill_form(sheet: Any, frame: pd.DataFrame) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.title = "Formulier"
    sheet.append(list(frame.columns))
    for row in frame.itertuples(index=False, name=None):
        sheet.append(list(row))
    for at, name in enumerate(frame.columns, start=1):
        sheet.cell(1, at).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = max(12, len(name) + 2)
    minutes = DataValidation(type="decimal", operator="between", formula1="0", formula2="10080", allow_blank=True)
    minutes.error = "Vul een aantal minuten in van 0 tot en met 10080."
    sheet.add_data_validation(minutes)
    for at in _places(frame, ANSWERS):
        letter = get_column_letter(at)
        minutes.add(f"{letter}2:{letter}{len(frame) + 1}")
    for at in _places(frame, (*BEFORE, *ANSWERS)):
        for line in range(2, len(frame) + 2):
            sheet.cell(line, at).fill = PatternFill("solid", fgColor="FFF6D6")
    sheet.freeze_panes = "D2"


def _fill_instructions(sheet: Any, lines: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font

    headings = {at for at, text in enumerate(lines) if at == 0 or text.startswith("Wat de ")}
    for at, text in enumerate(lines):
        cell = sheet.cell(at + 1, 1, text or None)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=at in headings)
    sheet.column_dimensions["A"].width = 100


def _places(frame: pd.DataFrame, names: Sequence[str]) -> list[int]:
    return [list(frame.columns).index(name) + 1 for name in names]


def _unit(study: Study) -> str:
    return {"minutes per week": "minuten per week"}.get(study.info.unit, study.info.unit)


def _local(study: Study, factor: str) -> str:
    """The study's own word for a factor, where it names one."""
    names = [*study.columns.get("vignettes", {}).get(factor, ()), *study.columns.get("episodes", {}).get(factor, ())]
    own = next((name for name in names if name != factor), "")
    return f" ({own})" if own else ""


def _column(values: list[Any]) -> pd.Series[Any]:
    return pd.Series(values, dtype=object)
