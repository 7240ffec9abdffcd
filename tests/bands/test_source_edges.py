from __future__ import annotations

import numpy as np
import pytest

from normenkader.bands.norm_bands import demands_of, optimum_of
from normenkader.bands.source_edges import N_WEIGHTS, SourceEdges, edges_by_source
from normenkader.bands.table import BandTable
from normenkader.experts.triangulation import Triangulation
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.model.replaced import Replaced, ReplacedTerm, leading_terms


def source_of(norms: NormTable, *, shift: float, level: float, without: int = 0) -> Replaced:
    """A source that finds `shift` minutes more at every term, and `level` more for the ijkclient."""
    model = norms.model
    terms = [
        ReplacedTerm(factor=f, level=own, with_factor=other, with_level=their,
                     minutes=float(model.coefficients()[column]) + shift)
        for column, (f, own, other, their) in leading_terms(model.design()).items()
    ]  # fmt: skip
    start = ReplacedTerm(factor="ijkclient", minutes=model.ijkclient.value + level)
    return Replaced(terms=(start, *terms[without:]))


def found_with(bands: BandTable, other: Replaced, monkeypatch: pytest.MonkeyPatch) -> SourceEdges:
    monkeypatch.setattr(Triangulation, "in_place_of_data", lambda self: {"experts": other})
    norms = bands.norms
    (found,) = edges_by_source(norms, bands.triangulation, n_bands=len(bands.bands), demands=demands_of(norms))
    return found


def blended_edges(norms: NormTable, other: Replaced, weight: float, n_bands: int) -> tuple[int, ...]:
    """The long way: a norm table of the blend, and its optimum."""
    model, columns = norms.model, other.columns(norms.model.design())
    terms = [
        ReplacedTerm(factor=t.factor, level=t.level, with_factor=t.with_factor, with_level=t.with_level,
                     minutes=(1 - weight) * float(model.coefficients()[column]) + weight * t.minutes)
        for column, t in columns.items()
    ]  # fmt: skip
    level = (1 - weight) * model.ijkclient.value + weight * other.ijkclient.minutes
    replaced = Replaced(terms=(ReplacedTerm(factor="ijkclient", minutes=level), *terms))
    return optimum_of(make_norm_table(model, replaced=replaced), n_bands)[0].edges


@pytest.mark.parametrize(("shift", "level"), [(0.0, 40.0), (3.0, -10.0), (-2.0, 0.0)])
def test_the_weight_is_the_first_at_which_an_edge_moves(bands: BandTable, monkeypatch, shift, level):
    other, n = source_of(bands.norms, shift=shift, level=level), len(bands.bands)
    found = found_with(bands, other, monkeypatch)
    assert found.edges == blended_edges(bands.norms, other, 1.0, n)
    assert found.weight is not None
    for k in range(N_WEIGHTS + 1):
        edges = blended_edges(bands.norms, other, k / N_WEIGHTS, n)
        if edges != bands.edges():
            break
    assert found.weight == pytest.approx(k / N_WEIGHTS)
    assert found.edges_at_weight == edges
    moved = [b for b, (old, new) in enumerate(zip(bands.edges(), edges, strict=True), start=1) if old != new]
    assert list(found.moved) == moved
    assert all((new - old) % bands.study.bands.step == 0 for old, new in zip(bands.edges(), edges, strict=True))


def test_a_source_that_says_what_the_data_say_moves_nothing(bands: BandTable, monkeypatch):
    found = found_with(bands, source_of(bands.norms, shift=0.0, level=0.0), monkeypatch)
    assert found == SourceEdges(source="experts", edges=bands.edges(), reason="")


def test_a_source_that_is_silent_somewhere_gives_no_edges(bands: BandTable, monkeypatch):
    found = found_with(bands, source_of(bands.norms, shift=0.0, level=40.0, without=2), monkeypatch)
    assert (found.edges, found.weight) == (None, None)
    assert "2 onderdelen" in found.reason


def test_without_other_sources_there_is_nothing_to_show(bands: BandTable):
    assert bands.edges_by_source == ()
    assert {"no_experts", "no_source_norms", "no_assessments"} <= {r.code for r in bands.reservations}


def test_nothing_of_it_is_applied(bands: BandTable, monkeypatch):
    before = bands.norms.published().copy()
    found_with(bands, source_of(bands.norms, shift=25.0, level=60.0), monkeypatch)
    assert np.array_equal(bands.norms.published(), before)
