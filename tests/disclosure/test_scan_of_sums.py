"""A calibration on sums of a study with few clients in many places, read by a stranger; and the sums themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rare_study import MARKS, rare_study
from scan import documents_of, leaves, small_counts, small_shares, texts_of

from normenkader.casemix import read_casemix
from normenkader.casemix.casemix import Casemix
from normenkader.dossier.write_summed import write_summed
from normenkader.errors import InputRefused
from normenkader.federated.calibrate import norm_table_of
from normenkader.federated.files import write_summary
from normenkader.federated.summarise import summarise, summarise_cells
from normenkader.provenance import sha256_of_file
from normenkader.study import read_study

LEAST, STEP = 10, 5
#: Keys of a summary that count clients or their episodes one by one; of pairs of levels no more than the risk says.
TOLD = ("n_clients", "n_episodes", "ijkclient_level_clients")


@pytest.fixture(scope="module")
def casemix(tmp_path_factory: pytest.TempPathFactory) -> Casemix:
    return read_casemix(read_study(rare_study(tmp_path_factory.mktemp("rare") / "region", n_clients=600, n_bands=3)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, casemix: Casemix) -> Path:
    """The output folder of round 2, beside the folder of what providers sent."""
    centre = tmp_path_factory.mktemp("centre")
    text = casemix.study.text
    start, end = text.index("[sources]"), text.index("[model]")
    (centre / "study.toml").write_text(f'{text[:start]}[sources]\nsummaries = ["sent/*.json"]\n\n{text[end:]}')
    names = sorted(casemix.to_frame()["provider"].unique())
    able = [name for name in names if name != "kleine aanbieder"]
    for name in able:
        write_summary(summarise(casemix, name), centre / "sent" / f"{name}-1", casemix.study)
    norms = write_summed(norm_table_of(read_study(centre)), centre / "one") / "norms.json"
    table, sha256 = json.loads(norms.read_text()), sha256_of_file(norms)
    for name in able:
        cells = summarise_cells(casemix, name, norms=table, norms_sha256=sha256)
        write_summary(cells, centre / "sent" / f"{name}-2", casemix.study)
    return write_summed(norm_table_of(read_study(centre)), centre / "two")


def test_a_provider_with_few_clients_sends_nothing(casemix: Casemix) -> None:
    with pytest.raises(InputRefused, match="no client of this provider is left") as refused:
        summarise(casemix, "kleine aanbieder")
    assert refused.value.file == "episodes.csv"


def test_no_count_of_few_clients_and_no_exact_count_is_published(folder: Path) -> None:
    documents = documents_of(folder)
    assert len(documents["bands.json"]["bands"]) == 3
    assert small_counts(documents, least=LEAST, step=STEP) == []
    assert small_shares(documents, least=LEAST) == []
    changed = json.loads(json.dumps(documents))
    changed["bands.json"]["bands"][0]["n_clients"] += 1
    assert small_counts(changed, least=LEAST, step=STEP)


def test_no_small_count_of_a_level_or_a_step_leaves_a_provider(folder: Path) -> None:
    sent = {p.name: json.loads(p.read_text()) for p in sorted((folder.parent / "sent").glob("*.json"))}
    assert len(sent) == 16
    counts = [value for path, value in leaves(sent) if any(key in TOLD for key in path)]
    assert len(counts) > 200
    assert all(n == 0 or n >= LEAST for n in counts)
    bounds = [document.get("at_cap", document.get("without_norm")) for document in sent.values()]
    assert all((low == high and (low == 0 or low >= LEAST)) or (low, high % LEAST) == (1, 0) for low, high in bounds)
    assert any(low != high for low, high in bounds)


def test_no_client_stands_in_anything(folder: Path, casemix: Casemix) -> None:
    names: set[Any] = {*casemix.to_frame()["client"], *casemix.to_frame()["episode"]}
    marks = [*MARKS, *map(str, names)]
    for place in (folder, folder.parent / "sent"):
        for name, text in texts_of(place):
            assert [mark for mark in marks if len(mark) > 4 and mark in text] == [], name
