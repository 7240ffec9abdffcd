"""Rules of the ledger undone in turn, on a study written to files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from normenkader.bands.exclusions import NO_ROWS, edges_with_rows_put_back, exclusions
from normenkader.bands.norm_bands import optimum_of
from normenkader.casemix.ledger import CODES
from normenkader.casemix.read import read_casemix
from normenkader.casemix.synthetic import synthesise
from normenkader.casemix.variants import reread
from normenkader.model.fit import fit_minutes
from normenkader.model.norm_table import NormTable, make_norm_table
from normenkader.study import read_study


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> NormTable:
    folder = tmp_path_factory.mktemp("study") / "practice"
    synthesise(folder, regime="practice", seed=4)
    return make_norm_table(fit_minutes(read_casemix(read_study(folder))))


def test_every_code_is_listed_once_and_none_is_silent(written: NormTable) -> None:
    found = exclusions(written, optimum_of(written)[0].edges)
    assert tuple(e.code for e in found) == CODES
    for e in found:
        assert (e.edges is None) == bool(e.reason)
    assert {e.code for e in found if e.edges is not None} == {
        "no_registration", "concurrent_conflict", "basis_not_accepted",
    }  # fmt: skip


def test_putting_rows_back_equals_reading_and_fitting_by_hand(written: NormTable) -> None:
    edges = optimum_of(written)[0].edges
    found = {e.code: e for e in exclusions(written, edges)}
    every = ("measured", "registered", "declared", "planned", "estimated")
    by_hand = make_norm_table(fit_minutes(reread(written.model.study, accepted_basis=every)))
    assert len(by_hand.model.casemix.to_frame()) > len(written.model.casemix.to_frame())
    assert found["basis_not_accepted"].edges == optimum_of(by_hand, len(edges))[0].edges
    zero = make_norm_table(fit_minutes(written.model.casemix, unregistered_as_zero=True))
    assert found["no_registration"].edges == optimum_of(zero, len(edges))[0].edges


def test_reading_again_without_a_change_moves_nothing(written: NormTable) -> None:
    again = make_norm_table(fit_minutes(reread(written.model.study)))
    assert optimum_of(again)[0].edges == optimum_of(written)[0].edges


def test_a_study_without_bad_rows_has_nothing_to_put_back(norms: NormTable) -> None:
    found = exclusions(norms, optimum_of(norms)[0].edges)
    assert all(not e.occurs and e.reason == NO_ROWS for e in found)
    assert {row.edges for row in edges_with_rows_put_back(found)} == {None}


def test_many_rows_put_back_move_the_edges_and_it_is_said_how_far(written: NormTable) -> None:
    """Zeros for a third of the episodes, in the place of a few."""
    casemix = written.model.casemix
    rows = casemix.to_frame()
    many = rows.iloc[::3].assign(minutes_per_week=0.0, episode=lambda f: f["episode"] + "-x")
    heavy = replace(written, model=replace(written.model, casemix=replace(casemix, _unregistered=many)))
    edges = optimum_of(written)[0].edges
    found = next(e for e in exclusions(heavy, edges) if e.code == "no_registration")
    assert found.edges is not None
    assert found.largest_move is not None
    assert found.largest_move >= 45
    assert found.share_moved is not None
    assert found.share_moved > 0.1
