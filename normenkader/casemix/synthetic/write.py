"""Write a synthetic study as a folder that looks like what providers hand in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from normenkader.casemix.synthetic import formats
from normenkader.casemix.synthetic.defects import planted_counts, with_defects
from normenkader.casemix.synthetic.documents import price_file, readme, source_norms, truth_document
from normenkader.casemix.synthetic.generate import SyntheticData, simulate
from normenkader.casemix.synthetic.panel import Panel, draw_panel
from normenkader.casemix.synthetic.study_text import EPISODE_HEADERS, MINUTES_HEADERS, study_text
from normenkader.casemix.synthetic.tables import Tables, tables_of
from normenkader.errors import OutputRefused
from normenkader.provenance import readable_json, whole_folder

# Below this many clients a study is too small to carry bad rows of every kind.
_LEAST_CLIENTS_FOR_DEFECTS = 400
_OPTIONAL = ("assigned_minutes_per_week", "need_met")


def synthesise(
    folder: str | Path,
    *,
    regime: str = "practice",
    seed: int = 20260101,
    n_providers: int | None = None,
    n_clients: int | None = None,
    with_panel: bool = True,
) -> Path:
    """Write a synthetic study with known truth; every minute in it is invented.

    Parameters
    ----------
    folder : str or Path
        Where the study goes; written whole or not at all.
    regime : str
        One of `REGIMES`: clean, practice, few, capped, heavy, overlap, nosignal, rare.
    seed : int
        The same seed gives the same bytes.
    n_providers, n_clients : int, optional
        Sizes; the regime's own otherwise.
    with_panel : bool
        Also write vignettes, expert judgements, double assessments and source norms.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputRefused
        If there is no such regime or the sizes are too small.
    OutputRefused
        If the folder exists with other content.
    """
    target = Path(folder)
    data = simulate(regime, seed=seed, n_providers=n_providers, n_clients=n_clients)
    files = study_files(data, with_panel=with_panel)
    if target.exists() and not _is_empty(target):
        _refuse_other_content(target, files)
        return target
    with whole_folder(target) as partial:
        for name, content in files.items():
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            (partial / name).write_bytes(content)
    return target


def study_files(data: SyntheticData, *, with_panel: bool = True) -> dict[str, bytes]:
    """Every file of the written study by its path, in a stable order."""
    extra, rows, experts = (np.random.default_rng(s) for s in np.random.SeedSequence([data.seed, 1]).spawn(3))
    tables = tables_of(data, extra)
    if data.regime.has_defects and len(tables.episodes) >= _LEAST_CLIENTS_FOR_DEFECTS:
        homes = [name for at, name in enumerate(data.provider_names()) if not _is_xlsx(at) and not _is_parquet(at)]
        tables = with_defects(tables, rows, homes)
    panel = draw_panel(experts, data) if with_panel else None
    truth = truth_document(data, planted=planted_counts(tables), panel=panel.truth if panel else None)
    return {
        "README.md": readme(data).encode(),
        "study.toml": study_text(data.regime, seed=data.seed, with_panel=with_panel).encode(),
        "truth.json": readable_json(truth).encode(),
        **_provider_files(data, tables),
        **(_panel_files(data, panel) if panel else {}),
    }


def _provider_files(data: SyntheticData, tables: Tables) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for at, name in enumerate(data.provider_names()):
        episodes = _of(name, tables.episodes).sort_values(["client", "episode"], kind="stable")
        files |= _episodes_file(at, name, _told(episodes.drop(columns="code")))
        minutes = _of(name, tables.minutes).sort_values(["date", "episode"], kind="stable")
        files |= _minutes_file(at, name, minutes.drop(columns=["code", "provider"]))
    return files


def _of(provider: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["provider"] == provider]


def _told(episodes: pd.DataFrame) -> pd.DataFrame:
    """Without the optional columns in which this provider fills in nothing."""
    silent = [name for name in _OPTIONAL if (episodes[name].isna() | (episodes[name] == "")).all()]
    return episodes.drop(columns=silent)


def _is_xlsx(at: int) -> bool:
    return at % 8 == 2


def _is_parquet(at: int) -> bool:
    return at % 8 in (2, 5)


def _episodes_file(at: int, name: str, frame: pd.DataFrame) -> dict[str, bytes]:
    local = frame.rename(columns=EPISODE_HEADERS)
    if _is_xlsx(at):
        return {f"aanbieders/{name}.xlsx": formats.xlsx_bytes(local, title="synthetisch")}
    if at % 2 == 0:
        return {f"aanbieders/{name}.csv": formats.csv_bytes(local, formats.DUTCH)}
    return {f"aanbieders/{name}.csv": formats.csv_bytes(frame, formats.PLAIN)}


def _minutes_file(at: int, name: str, frame: pd.DataFrame) -> dict[str, bytes]:
    direct = frame.drop(columns="minutes_indirect")
    if _is_parquet(at):
        return {f"registraties/{name}.parquet": formats.parquet_bytes(direct)}
    if at % 2 == 0:
        local = frame.rename(columns=MINUTES_HEADERS)
        return {f"registraties/{name}.csv": formats.csv_bytes(local, formats.DUTCH)}
    return {f"registraties/{name}.csv": formats.csv_bytes(direct, formats.PLAIN)}


def _panel_files(data: SyntheticData, panel: Panel) -> dict[str, bytes]:
    return {
        "vignetten.csv": formats.csv_bytes(panel.vignettes, formats.PLAIN),
        "deskundigen.csv": formats.csv_bytes(panel.judgements, formats.PLAIN),
        "dubbel.csv": formats.csv_bytes(panel.assessments, formats.PLAIN),
        "bronnormen.toml": source_norms(data).encode(),
        "tarief.toml": price_file().encode(),
    }


def _is_empty(target: Path) -> bool:
    return target.is_dir() and not any(target.iterdir())


def _refuse_other_content(target: Path, files: dict[str, bytes]) -> None:
    """Accept a folder that holds this very study, and beside it at most what a calibration leaves."""
    inside = {f"{sub}/{path.name}" for sub in ("aanbieders", "registraties") for path in (target / sub).glob("*")}
    same = all((target / name).is_file() and (target / name).read_bytes() == files[name] for name in files)
    if not same or not inside <= set(files):
        raise OutputRefused(f"{target} exists with other content; nothing was written. Choose another folder.")
