"""An output folder made from what providers summed recomputes as well, without anybody's records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import normenkader as nk
from normenkader.casemix.synthetic import synthesise
from normenkader.cli import main
from normenkader.dossier.write_summed import write_summed
from normenkader.federated.calibrate import norm_table_of
from normenkader.study import read_study
from tests.verification.conftest import edit_json, reseal

N_PROVIDERS = 6


@pytest.fixture(scope="module")
def summed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of round 1, in the study of whoever adds up."""
    place = tmp_path_factory.mktemp("summed")
    region = synthesise(place / "region", regime="practice", n_clients=900, n_providers=N_PROVIDERS, with_panel=False)
    centre = place / "centre"
    centre.mkdir()
    text = (region / "study.toml").read_text(encoding="utf-8")
    start, end = text.index("[sources]"), text.index("[[factor]]")
    sources = '[sources]\nsummaries = ["sent/*.json"]\n\n'
    (centre / "study.toml").write_text(text[:start] + sources + text[end:], encoding="utf-8")
    for number in range(1, N_PROVIDERS + 1):
        name = f"aanbieder-{number:02d}"
        words = ["summarise", str(region), "--provider", name, "--out", str(centre / "sent" / f"{name}.json")]
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, result.output
    return write_summed(norm_table_of(read_study(centre)))


def test_it_is_identical_and_its_edits_are_found(summed: Path) -> None:
    found = nk.verify(summed)
    assert (found.recomputation.verdict, found.departures) == ("identiek", ())
    content = (summed / "norms.json").read_bytes()
    receipt = (summed / "receipt.json").read_bytes()
    edit_json(summed / "norms.json", lambda norms: norms["terms"][0].update(published=999))
    reseal(summed)
    forged = nk.verify(summed)
    assert [(d.kind, d.file) for d in forged.departures] == [("figure", "norms.json")]
    (summed / "norms.json").write_bytes(content)
    (summed / "receipt.json").write_bytes(receipt)


def test_a_changed_sum_is_named(summed: Path) -> None:
    path = summed.parent.parent / "sent" / "aanbieder-02.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"aanbieder-02", b"aanbieder-22", 1))
    found = nk.verify(summed)
    path.write_bytes(content)
    assert ("input", "sent/aanbieder-02.json") in [(d.kind, d.file) for d in found.departures]


def test_an_applied_table_is_compared_and_nobody_is_counted(summed: Path, tmp_path: Path) -> None:
    norms = json.loads((summed / "norms.json").read_text())
    table = tmp_path / "t.toml"
    table.write_text(f"ijkclient_minutes = {norms['ijkclient_minutes']['published'] - 5}\n")
    found = nk.verify(summed, applied=table, with_recompute=False)
    assert found.applied is not None
    assert found.applied.verdict == "afwijkend"
    ((departure, effect),) = found.applied.departures
    assert departure.difference == -5
    assert (effect.n_less, bool(effect.reason)) == (None, True)
