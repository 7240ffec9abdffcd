from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from normenkader.casemix import read_casemix
from normenkader.casemix.casemix import Casemix
from normenkader.casemix.synthetic import synthesise
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


def joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames).reset_index(drop=True)
