"""With very many rows: norms, edges, bands and resamples of all of them, checks of a draw, and a reservation."""

from __future__ import annotations

import pytest

from normenkader.bands.derive import derive_bands
from normenkader.bands.table import BandTable
from normenkader.casemix.synthetic import casemix_of, simulate
from normenkader.casemix.synthetic.regimes import REGIMES
from normenkader.experts.triangulation import triangulate
from normenkader.model import sampled
from normenkader.model.fit import fit_minutes


@pytest.fixture(scope="module")
def both() -> tuple[BandTable, BandTable]:
    model = fit_minutes(casemix_of(simulate(REGIMES["practice"], seed=5, n_providers=10, n_clients=900)))
    agreed = triangulate(model, None)
    whole = derive_bands(model, agreed, n_resamples=100, n_folds=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampled, "MOST_ROWS_CHECKED", 700)
        patch.setattr(sampled, "DRAWN_ROWS", 600)
        return whole, derive_bands(model, agreed, n_resamples=100, n_folds=0)


def test_norms_edges_and_resamples_rest_on_all_rows(both: tuple[BandTable, BandTable]) -> None:
    whole, drawn = both
    assert drawn.norms.receipt == whole.norms.receipt
    assert drawn.stability == whole.stability
    assert drawn.candidates == whole.candidates
    for a, b in zip(drawn.bands, whole.bands, strict=True):
        assert (a.lower, a.n_clients, a.n_providers, a.mean_minutes) == (b.lower, b.n_clients, b.n_providers,
                                                                         b.mean_minutes)  # fmt: skip


def test_what_rests_on_a_draw_says_so(both: tuple[BandTable, BandTable]) -> None:
    whole, drawn = both
    assert "checks_on_draw" in {r.code for r in drawn.reservations}
    assert "checks_on_draw" not in {r.code for r in whole.reservations}
    assert {c.code for c in drawn.checks} == {c.code for c in whole.checks}
    assert any("vaste trekking" in check.limit for check in drawn.checks)
    assert drawn.robustness is not None
    assert whole.robustness is not None
    assert drawn.robustness.multiverse.n_clients < whole.robustness.multiverse.n_clients
