"""Minutes of the ijkclient cannot be fewer than none; differences with them can."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_studies import made_norms

from normenkader.dossier.norm_tables import norms_document
from normenkader.dossier.triangulation_table import triangulation_document
from normenkader.experts.triangulation import triangulate
from normenkader.model.norm_table import NormTable
from normenkader.model.replaced import Replaced, ReplacedTerm


@pytest.fixture(scope="module")
def wide() -> NormTable:
    """An ijkclient with an interval as wide as one provider with half of the clients makes it."""
    norms = made_norms("clean", n=300, providers=6)
    level = replace(norms.model.ijkclient, value=100.0, standard_error=20.0, interval=(-150.0, 350.0))
    return replace(norms, model=replace(norms.model, ijkclient=level))


def test_the_interval_of_the_ijkclient_starts_at_nothing(wide: NormTable) -> None:
    document = norms_document(wide)
    assert document["ijkclient_minutes"]["interval"] == [0.0, 350.0]
    assert any(term["interval"][0] < 0 for term in document["terms"] if term["interval"])
    other = ReplacedTerm(factor="ijkclient", minutes=30.0, interval=(-10.0, 70.0))
    told = norms_document(replace(wide, replaced=Replaced(terms=(other,))))["ijkclient_minutes"]
    assert (told["estimate"], told["interval"]) == (30.0, [0.0, 70.0])


def test_so_does_that_beside_other_sources(wide: NormTable) -> None:
    model = wide.model
    wider = replace(model.ijkclient, standard_error=200.0)
    found = triangulate(replace(model, ijkclient=wider))
    document = triangulation_document(found, model.study.triangulation)
    values = next(rows for rows in document.values() if isinstance(rows, list) and rows and "data" in rows[0])
    by_factor = {row["factor"]: row["data"]["interval"] for row in values}
    assert by_factor["ijkclient"][0] == 0.0
    assert by_factor["ijkclient"][1] > 500
