"""The committed example, calibrated once for the room, with its cells and its page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from playwright.sync_api import Browser, Page

import normenkader as nk
from normenkader.bands.derive import derive_bands
from normenkader.bands.table import BandTable
from normenkader.dossier.explorer_files import CELLS, EXPLORER, explorer_texts
from normenkader.dossier.write import documents_of
from normenkader.explorer.page import page_source

EXAMPLE = Path(__file__).resolve().parents[2] / "data/example"


@pytest.fixture(scope="session")
def bands() -> BandTable:
    study = nk.read_study(EXAMPLE)
    model = nk.fit_minutes(nk.read_casemix(study))
    agreed = nk.triangulate(model, nk.read_judgements(study))
    return derive_bands(model, agreed, n_resamples=200, n_folds=0, with_robustness=False)


@pytest.fixture(scope="session")
def texts(bands: BandTable) -> dict[str, str]:
    return explorer_texts(bands, documents_of(bands))


@pytest.fixture(scope="session")
def cells(texts: dict[str, str]) -> dict[str, Any]:
    return dict(json.loads(texts[CELLS]))


@pytest.fixture(scope="session")
def page_file(texts: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / EXPLORER
    path.write_text(texts[EXPLORER], encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def functions(browser: Browser) -> Page:
    """An empty page that knows the pure functions of the explorer's page, and nothing else."""
    page = browser.new_page()
    page.add_script_tag(content="\n".join(page_source(name) for name in ("figures.js", "client.js", "designs.js")))
    return page
