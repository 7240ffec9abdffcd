from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from normenkader.casemix import read_casemix
from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import synthesise
from normenkader.dossier.norm_tables import norms_document
from normenkader.federated.fit import fit_summaries
from normenkader.federated.safe_rows import safe_rows
from normenkader.federated.summarise import provider_rows, summarise
from normenkader.federated.summary import Summary, summary_document, summary_of
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import make_norm_table
from normenkader.model.results import MinutesModel
from normenkader.study import read_study


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("federated") / "region", regime="practice", n_clients=1800, n_providers=8)


@pytest.fixture(scope="session")
def casemix(region: Path) -> Casemix:
    return read_casemix(read_study(region))


@pytest.fixture(scope="session")
def providers(casemix: Casemix) -> tuple[str, ...]:
    return tuple(sorted(casemix.to_frame()["provider"].unique()))


@pytest.fixture(scope="session")
def summaries(casemix: Casemix, providers: tuple[str, ...]) -> list[Summary]:
    """Round 1 of every provider, by way of its file."""
    return [summary_of(json.loads(json.dumps(summary_document(summarise(casemix, name))))) for name in providers]


@pytest.fixture(scope="session")
def summed(casemix: Casemix, summaries: list[Summary]) -> MinutesModel:
    return fit_summaries(casemix.study, summaries)


@pytest.fixture(scope="session")
def pooled(casemix: Casemix, providers: tuple[str, ...]) -> MinutesModel:
    """The ordinary fit on all rows together, after the same merging, every episode counted alike."""
    rows = pd.concat([safe_rows(provider_rows(casemix, name), casemix.study).to_frame() for name in providers])
    return fit_minutes(replace(casemix, _rows=rows), variance="unweighted", censoring="off")


@pytest.fixture(scope="session")
def norms_of_region(summed: MinutesModel) -> dict[str, Any]:
    """norms.json of round 1."""
    return norms_document(make_norm_table(summed))
