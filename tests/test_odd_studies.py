"""Studies in which little or nothing can be told apart: the whole chain ends, and says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from made_studies import TWO_FACTORS

from normenkader.cli import main

Levels = tuple[str, str]
LEVELS = (("laag", "x"), ("midden", "x"), ("hoog", "x"), ("midden", "y"))


def everyone_the_ijkclient(_client: int) -> Levels:
    return ("midden", "x")


def one_rare_level(client: int) -> Levels:
    return ("hoog", "x") if client < 2 else ("midden", "x")


def all_levels(client: int) -> Levels:
    return LEVELS[client // 2 % 4]


def write_study(folder: Path, level: Callable[[int], Levels], *, n_clients: int, n_providers: int) -> Path:
    rng, lines = np.random.default_rng(1), ["client,provider,municipality,episode,start,end,minutes,minutes_basis,a,b"]
    for k in range(n_clients):
        minutes = max(round(960 + 240 * float(rng.standard_normal())), 0)
        row = (f"c{k}", f"P{k % n_providers}", "M", f"e{k}", "2025-06-01", "", f"{minutes}", "registered", *level(k))
        lines.append(",".join(row))
    folder.mkdir()
    (folder / "episodes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(TWO_FACTORS, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("level", "n_clients", "n_providers"),
    [(everyone_the_ijkclient, 120, 8), (one_rare_level, 120, 8), (all_levels, 120, 2), (all_levels, 40, 40)],
    ids=["everyone_the_ijkclient", "one_rare_level", "two_providers", "one_client_a_provider"],
)
def test_the_chain_ends_and_the_dossier_stands(
    tmp_path: Path, level: Callable[[int], Levels], n_clients: int, n_providers: int
) -> None:
    study = write_study(tmp_path / "odd", level, n_clients=n_clients, n_providers=n_providers)
    result = CliRunner().invoke(main, ["calibrate", str(study), "--json"])
    assert result.exit_code == 0, result.stderr
    folder = Path(json.loads(result.stdout)["folder"])
    norms = json.loads((folder / "norms.json").read_text(encoding="utf-8"))
    assert norms["terms"]
    assert not any(term["supported"] or term["published"] for term in norms["terms"])
    assert (folder / "dossier.html").is_file()
